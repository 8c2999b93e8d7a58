package timeclock

import (
	"slices"
	"time"
)

// said is the last thing that a person said in the talk: a punch and its double taps, which are one thing.
type said struct {
	keys    []string // of the punch and its taps
	head    Punch
	latest  time.Time // of the taps
	settled bool      // a 取消 took it back: what follows is no tap of it
}

// undos is what the 取消 of a set mean.
type undos struct {
	taken map[string]string // key of a punch that was taken back: key of the 取消
	about map[string]said   // key of a 取消: what it is about
}

// undoing finds in ordered punches what was taken back.
//
// A 取消 is about the last thing that the person said before it, whatever became of that since: a second 取消 is about
// the same and takes nothing else back, and one about a punch that somebody voided by hand leaves the one before alone.
// It takes the thing back when it was said within the window, by the rules of the 取消. Punches that were entered by
// hand are nothing that the person said, so that entering one later changes no 取消. So what is taken back follows from
// the set of what was said, in whatever order it came.
func undoing(ordered []Punch) undos {
	if !slices.ContainsFunc(ordered, func(p Punch) bool { return p.Kind == Undo }) {
		return undos{}
	}
	u := undos{map[string]string{}, map[string]said{}}
	var thing said
	for _, p := range ordered {
		switch {
		case p.Hand || p.Kind == Undo && p.Voided:
		case p.Kind != Undo:
			thing = thing.with(p)
		default:
			u.about[p.Key] = thing
			if thing.settled || !thing.near(p) {
				continue
			}
			for _, key := range thing.keys {
				u.taken[key] = p.Key
			}
			thing.settled = true
		}
	}
	return u
}

// with is what was said last when this is said.
func (s said) with(p Punch) said {
	tap := s.keys != nil && !s.settled && p.Kind == s.head.Kind && p.Issued.Sub(s.head.Issued) < p.Rules.DoubleTap
	if !tap {
		return said{keys: []string{p.Key}, head: p, latest: p.Issued}
	}
	s.keys, s.latest = append(s.keys, p.Key), p.Issued
	return s
}

// near reports whether a 取消 comes in time.
func (s said) near(undo Punch) bool {
	return s.keys != nil && undo.Issued.Sub(s.latest) <= undo.Rules.Undo
}

// dateUndo gives a 取消 the day of the punch that it took back: the first of those before it, of which the others are
// taps. One that took none has the day of its instant.
func dateUndo(before []DatedPunch, undo Punch, s session) DatedPunch {
	dated := DatedPunch{Punch: undo, Day: s.dayOf(undo)}
	for i := len(before) - 1; i >= 0; i-- {
		if before[i].UndoneBy == undo.Key {
			dated.Day, dated.Undoes = before[i].Day, before[i].Key
		}
	}
	return dated
}

// undoes puts a 取消 behind the punches of its instant.
func (p Punch) undoes() int {
	if p.Kind == Undo {
		return 1
	}
	return 0
}

// touched are the days that the event may change, its own first. A 取消 that takes back nothing of what is known may be
// about a punch that was held: the day of its own instant and the one that a punch at the beginning of its window would
// have are among them, so that it is held beside that punch whatever session is open, over the cutoff and over the end
// of a session.
func (f Facts) touched(day Date) []Date {
	touched := append([]Date{day}, Changed(f.others(), f.all())...)
	if f.Reading.Kind != Undo || days(f.all())[f.Event.Key].Undoes != "" {
		return touched
	}
	since := f.Punch()
	since.Key, since.Kind, since.Issued, since.Hand, since.Voided = "", ClockOut, f.Event.Issued.Add(-f.Calendar.Undo), true, true
	return append(touched, f.Calendar.Day(f.Event.Issued), DayOf(append(f.all(), since), since.Key))
}

// undo answers a 取消: what it took back, or why it took nothing.
func (f Facts) undo(day Date) Outcome {
	outcome := Outcome{Verdict: Recorded, Kind: Undo, Day: day, Period: f.Calendar.Period(day)}
	dated := days(f.all())
	about := undoing(Ordered(f.all())).about[f.Event.Key]
	switch this := dated[f.Event.Key]; {
	case this.Undoes != "":
		taken := dated[this.Undoes]
		outcome.Reply = f.reply(AnswerUndone)
		outcome.Kind, outcome.Reply.Kind = taken.Kind, taken.Kind
		outcome.Reply.Time, outcome.Reply.TimeText = taken.Issued, f.text(taken.Issued, day)
	case about.keys == nil:
		outcome.Reply = f.reply(AnswerNothingToUndo)
	case slices.ContainsFunc(about.keys, func(key string) bool { return !dated[key].Voided }):
		outcome.Reply = f.reply(AnswerUndoTooLate)
	default:
		outcome.Reply = f.reply(AnswerUndoneBefore)
	}
	return outcome
}
