package timeclock

import "time"

// Wish is a punch that a person asks to be recorded, by a command. The zero value is a command that says no such thing.
type Wish struct {
	Kind  Kind
	At    time.Time // when it was
	Clear bool      // the command says a kind, a time that has been, and why
}

// Ask gives the one outcome of an event that is a command. It records no punch: the wish waits for somebody else. One
// that would change a locked day is refused, because nobody could grant it. The rules are those when the event was
// issued.
func Ask(f Facts, w Wish) Outcome {
	f.Reading, f.asked = Reading{Kind: w.Kind}, true
	outcome := ask(f, w)
	if f.TokenRevoked {
		outcome.Reply = f.reply(AnswerNone)
	}
	return outcome
}

func ask(f Facts, w Wish) Outcome {
	if outcome, done := unentitled(f); done {
		return outcome
	}
	if !w.Clear {
		return refused(ReasonCorrectionUnclear, AnswerCorrectionUnclear, f)
	}
	f.Event.Issued = w.At
	day := f.day()
	outcome := Outcome{Verdict: Ignored, Reason: ReasonCorrectionRequested, Kind: w.Kind, Reply: f.reply(AnswerCorrectionRequested)}
	outcome.Day, outcome.Period = day, f.Calendar.Period(day)
	if lock, _, barred := firstHolding(f.Locks, append([]Date{day}, Changed(f.others(), f.all())...)); barred {
		outcome.Verdict, outcome.Reason, outcome.Period = Refused, ReasonCorrectionSubmitted, lock.Period
		outcome.Reply.Answer, outcome.Reply.Period = AnswerCorrectionSubmitted, lock.Period
	}
	outcome.Reply.Time, outcome.Reply.TimeText = w.At, f.text(w.At, day)
	return outcome
}
