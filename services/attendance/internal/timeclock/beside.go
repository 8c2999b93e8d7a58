package timeclock

import "time"

// HeldPunch is a punch or 取消 that was held for a locked period instead of being recorded. One that was applied since is
// among the punches, too, and counts as such.
type HeldPunch struct {
	Key    string // of its event
	Kind   Kind
	Issued time.Time
	Day    Date   // as judged
	Period Period // that was locked
}

// beside is the held punch that a 取消 is about: what the person said last, within its window. To record the 取消 would take
// back what was said before that. It makes no difference whether the period is still locked, or whether somebody has
// discarded the punch meanwhile, which was said all the same.
func (f Facts) beside() (HeldPunch, bool) {
	if f.Reading.Kind != Undo || len(f.Held) == 0 {
		return HeldPunch{}, false
	}
	said, held := f.all(), map[string]HeldPunch{}
	for _, h := range f.Held {
		held[h.Key] = h
	}
	for _, p := range f.Punches {
		delete(held, p.Key)
	}
	for _, h := range held {
		said = append(said, Punch{Key: h.Key, Kind: h.Kind, Issued: h.Issued})
	}
	about := undoing(Ordered(said)).about[f.Event.Key]
	if !about.near(f.Punch()) {
		return HeldPunch{}, false
	}
	last, is := held[about.keys[len(about.keys)-1]]
	return last, is
}

// heldBeside holds a 取消 for the day and the period of the punch that it is about.
func (f Facts) heldBeside(held HeldPunch) Outcome {
	outcome := f.submitted(held.Day, held.Period)
	if _, _, locked := firstHolding(f.Locks, []Date{held.Day}); !locked {
		outcome.Reason, outcome.Reply.Answer = ReasonHeld, AnswerUndoHeld
	}
	return outcome
}
