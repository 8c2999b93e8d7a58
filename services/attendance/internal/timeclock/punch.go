package timeclock

import (
	"cmp"
	"slices"
	"time"
)

// Punch is one recorded fact. Punches are never changed; a punch that was voided stays and says so.
type Punch struct {
	Key    string    // the event's key: identity of the fact, and the tie-breaker for equal instants
	Kind   Kind      // what was punched
	Issued time.Time // when the person acted, to the millisecond; the only time that counts
	Rules  Rules     // the business-day rules at the time of recording
	Voided bool      // excluded from every sum, still shown
	Hand   bool      // entered by a person, not said in a talk: no 取消 is about it
	Late   bool      // received long after it was said, see LateAfter; it explains and changes nothing
}

// LateAfter is how long after it was said a message is received at most, unless something was away: it is flagged when
// it took longer.
const LateAfter = 15 * time.Minute

// Late reports whether a message was received long after it was said.
func Late(issued, received time.Time) bool { return received.Sub(issued) > LateAfter }

// Ordered is the set of punches in its canonical order (issued, a 取消 after the punches of its instant, key), each key
// once: the same set handed over in any order and with any repetitions gives the same slice. The input is left alone.
func Ordered(punches []Punch) []Punch {
	sorted := slices.Clone(punches)
	slices.SortFunc(sorted, func(a, b Punch) int {
		return cmp.Or(a.Issued.Compare(b.Issued), cmp.Compare(a.undoes(), b.undoes()), cmp.Compare(a.Key, b.Key))
	})
	return slices.CompactFunc(sorted, func(a, b Punch) bool { return a.Key == b.Key })
}

// DatedPunch is a punch with the business day it belongs to.
type DatedPunch struct {
	Punch
	Day Date
	Tap bool // the same thing said twice in a moment; it belongs to the day of the punch it repeats and counts nowhere

	UndoneBy string // key of the 取消 that took it back, which voids it; empty without one and where a person voided it
	Undoes   string // of a 取消: key of the punch that it took back; empty when it took none
}

// Assign orders a set of punches and gives each its business day.
//
// An 出勤 belongs to the day of its instant, so a forgotten 退勤 cannot swallow the next morning. Every other punch
// belongs to the day of its instant too, unless the session of another day still claims it: the last 出勤 before it is
// younger than the longest shift, and the session was not left, or was left a short while ago (see stays). So who taps
// 退勤 at 04:50 and again at 05:30 has left once, whatever the cutoff, and the later 退勤 replaces the earlier; who was
// away for the night and taps 退勤 in the morning has forgotten an 出勤. The day before is another day too: a zone or
// cutoff that changed since the 出勤 can date the 退勤 before it. A double tap belongs to the day of the punch it
// repeats, even over the cutoff. Voided punches get a day and open nothing; so do those that a 取消 took back, whose day
// is that of the 取消, too.
func Assign(punches []Punch) []DatedPunch {
	ordered := Ordered(punches)
	undone := undoing(ordered)
	dated := make([]DatedPunch, 0, len(ordered))
	var s session
	var last DatedPunch // the latest punch that was neither voided nor a tap
	for _, p := range ordered {
		by, taken := undone.taken[p.Key]
		switch {
		case p.Kind == Undo:
			dated = append(dated, dateUndo(dated, p, s))
		case p.Voided:
			dated = append(dated, DatedPunch{Punch: p, Day: s.dayOf(p)})
		case taken:
			p.Voided = true
			dated = append(dated, DatedPunch{Punch: p, Day: s.dayOf(p), UndoneBy: by})
		case p.taps(last):
			dated = append(dated, DatedPunch{Punch: p, Day: last.Day, Tap: true})
		default:
			last = DatedPunch{Punch: p, Day: s.dayOf(p)}
			dated = append(dated, last)
			s = s.after(p)
		}
	}
	return dated
}

// taps reports whether p says again what the punch before it said a moment ago.
func (p Punch) taps(last DatedPunch) bool {
	return !last.Day.IsZero() && p.Kind == last.Kind && p.Issued.Sub(last.Issued) < p.Rules.DoubleTap
}

// stays is the part of the longest shift for which a session that was left still claims what follows: four hours of
// sixteen. It is less than people rest between two shifts, so that an 出勤 forgotten the next morning makes no night.
const stays = 4

// session is what the punches so far say about the latest 出勤. The zero value is no session.
type session struct {
	start time.Time
	day   Date
	rules Rules
	left  time.Time // its last punch, if that was a 退勤; zero while somebody is at work
}

func (s session) dayOf(p Punch) Date {
	if p.Kind == ClockIn || !s.claims(p.Issued) {
		return p.Rules.Day(p.Issued)
	}
	return s.day
}

// claims reports whether a punch that is no 出勤 belongs to the session wherever its instant lies.
func (s session) claims(at time.Time) bool {
	if s.day.IsZero() || at.Sub(s.start) >= s.rules.LongestShift {
		return false
	}
	return s.left.IsZero() || at.Sub(s.left) < s.rules.LongestShift/stays
}

func (s session) after(p Punch) session {
	switch {
	case p.Kind == ClockIn:
		return session{start: p.Issued, day: p.Rules.Day(p.Issued), rules: p.Rules}
	case s.dayOf(p) != s.day:
	case p.Kind == ClockOut:
		s.left = p.Issued
	default:
		s.left = time.Time{}
	}
	return s
}
