package timesheet

import (
	"slices"

	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// Fold makes days of a set of punches, in the order of their dates. Any order of the input and any repetition in
// it gives the same result. Punches before the first wanted day are needed only as far as a session may reach.
func Fold(punches []timeclock.Punch) []Day {
	grouped := map[timeclock.Date][]timeclock.DatedPunch{}
	for _, p := range timeclock.Assign(punches) {
		grouped[p.Day] = append(grouped[p.Day], p)
	}
	days := make([]Day, 0, len(grouped))
	for date, of := range grouped {
		if !slices.ContainsFunc(of, func(p timeclock.DatedPunch) bool { return p.Kind != timeclock.Undo }) {
			continue
		}
		days = append(days, foldDay(date, of))
	}
	slices.SortFunc(days, func(a, b Day) int { return a.Date.Compare(b.Date) })
	return days
}

// Between keeps the days from first to last, both inclusive.
func Between(days []Day, first, last timeclock.Date) []Day {
	return slices.DeleteFunc(slices.Clone(days), func(d Day) bool {
		return d.Date.Compare(first) < 0 || d.Date.Compare(last) > 0
	})
}

func foldDay(date timeclock.Date, punches []timeclock.DatedPunch) Day {
	f := folding{day: Day{Date: date}, counts: map[string]bool{}}
	shifts, parts := timeclock.Shifts(punches)
	for _, s := range shifts {
		f.shift(s)
	}
	for _, p := range punches {
		f.part(parts[p.Key], p)
		f.day.Entries = append(f.day.Entries, Entry{Punch: p.Punch, Counts: f.counts[p.Key], UndoneBy: p.UndoneBy})
	}
	if f.day.ClockIn == nil && slices.ContainsFunc(punches, func(p timeclock.DatedPunch) bool { return !p.Voided && p.Kind != timeclock.Undo }) {
		f.flag(MissingClockIn)
	}
	slices.Sort(f.day.Flags)
	f.day.Flags = slices.Compact(f.day.Flags)
	return f.day
}

// folding is one day on its way.
type folding struct {
	day    Day
	counts map[string]bool // by key
}

func (f *folding) flag(flag Flag) { f.day.Flags = append(f.day.Flags, flag) }

// part notes what a punch means for the day's flags and whether it counts.
func (f *folding) part(part timeclock.Part, p timeclock.DatedPunch) {
	if p.Late && !p.Voided && p.Kind != timeclock.Undo {
		f.flag(ReceivedLate)
	}
	switch part {
	case timeclock.PartIn, timeclock.PartOut:
		f.counts[p.Key] = true
	case timeclock.PartRepeatedIn:
		f.flag(RepeatedClockIn)
	case timeclock.PartReplacedOut:
		f.flag(ReplacedClockOut)
	case timeclock.PartRepeatedOut:
		f.flag(RepeatedClockOut)
	case timeclock.PartEarlyOut:
		f.flag(EarlyClockOut)
	case timeclock.PartNone:
		if p.Tap {
			f.flag(DoubleTap)
		}
	}
}

// shift adds one shift to the day. The day's 出勤 is the first and its 退勤 the last there is.
func (f *folding) shift(s timeclock.Shift) {
	absences := f.absences(s)
	f.day.Spans = append(f.day.Spans, absences...)
	var shift Shift
	if s.In != nil {
		shift.ClockIn = &s.In.Issued
	}
	if s.Out != nil {
		shift.ClockOut, f.day.ClockOut = &s.Out.Issued, &s.Out.Issued
	}
	switch {
	case s.In == nil && s.Out == nil:
		return
	case s.In != nil && s.Out == nil:
		f.flag(MissingClockOut)
	case s.In != nil:
		shift.Worked = worked(s.In.Issued, s.Out.Issued, absences)
		f.long(s)
	}
	if f.day.ClockIn == nil {
		f.day.ClockIn = shift.ClockIn
	}
	f.day.Worked += shift.Worked
	f.day.Shifts = append(f.day.Shifts, shift)
}

func (f *folding) long(s timeclock.Shift) {
	if s.Out.Issued.Sub(s.In.Issued) > s.In.Rules.LongestShift {
		f.flag(LongShift)
	}
}
