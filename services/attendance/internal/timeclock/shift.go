package timeclock

import "time"

// Shift is one 出勤 with the 退勤 that ends it. A day without any 出勤 has one shift that knows only its end.
type Shift struct {
	In, Out *DatedPunch  // nil when missing
	Between []DatedPunch // every punch from this 出勤 to the next shift, in order; the first shift also has what was before
}

// Part says what became of one 出勤 or 退勤 of a day.
type Part uint8

// The parts a 出勤 or 退勤 can play. The zero value is for every other punch.
const (
	PartNone Part = iota
	PartIn
	PartOut
	PartRepeatedIn  // a 出勤 inside a shift that had begun
	PartReplacedOut // a 退勤 that a later one of the shift replaced
	PartRepeatedOut // a 退勤 after the one that stands, where repeating is an error
	PartEarlyOut    // a 退勤 before the first 出勤 of the day
)

// Shifts cuts the punches of one day, in order, into shifts: a 出勤 opens one unless one is open. A shift is open for
// another 出勤 until its 退勤, or until it is as old as the longest shift: a 退勤 forgotten yesterday takes nothing from
// who begins before the cutoff today. Which 退勤 ends a shift is the policy of the later one. Voided punches and double
// taps take no part.
func Shifts(day []DatedPunch) (shifts []Shift, parts map[string]Part) {
	parts = map[string]Part{}
	current := Shift{}
	for i := range day {
		p := &day[i]
		switch {
		case p.Voided || p.Tap:
		case p.Kind == ClockIn && current.open(p.Issued):
			parts[p.Key] = PartRepeatedIn
		case p.Kind == ClockIn && current.In == nil:
			current = opened(current, p, parts)
		case p.Kind == ClockIn:
			shifts, current = append(shifts, current), opened(Shift{}, p, parts)
		case p.Kind == ClockOut:
			current.end(p, parts)
		}
		current.Between = append(current.Between, *p)
	}
	return append(shifts, current), parts
}

// open reports whether a 出勤 at this time would repeat the one of the shift.
func (s Shift) open(at time.Time) bool {
	return s.In != nil && s.Out == nil && at.Sub(s.In.Issued) < s.In.Rules.LongestShift
}

// opened begins a shift. A 退勤 that was there before the first 出勤 ended nothing.
func opened(s Shift, in *DatedPunch, parts map[string]Part) Shift {
	if s.Out != nil {
		parts[s.Out.Key] = PartEarlyOut
	}
	parts[in.Key] = PartIn
	return Shift{In: in, Between: s.Between}
}

func (s *Shift) end(out *DatedPunch, parts map[string]Part) {
	switch {
	case s.Out != nil && out.Rules.Repeats == ErrorOnRepeat:
		parts[out.Key] = PartRepeatedOut
		return
	case s.Out != nil:
		parts[s.Out.Key] = PartReplacedOut
	}
	parts[out.Key], s.Out = PartOut, out
}

// absent tells of a kind that begins an absence whether one is open, and when the last one began: the first start
// counts until an end, as in a timesheet. Of every other kind it knows nothing.
func (s Shift) absent(start Kind) (open bool, began *DatedPunch) {
	end, known := map[Kind]Kind{BreakStart: BreakEnd, GoOut: ComeBack}[start]
	if !known {
		return false, nil
	}
	for i := range s.Between {
		switch p := &s.Between[i]; {
		case p.Voided || p.Tap:
		case p.Kind == start && !open:
			open, began = true, p
		case p.Kind == end:
			open = false
		}
	}
	return open, began
}
