package timeclock

import "time"

// Facts is everything a decision may depend on.
type Facts struct {
	Event            Event
	Reading          Reading
	ConnectionActive bool
	TokenRevoked     bool      // the event came in by a callback token that had been revoked
	Employee         *Employee // nil: the sender is not linked
	Calendar         Calendar
	Punches          []Punch     // the employee's punches around the issued time, see Reach; any order
	Held             []HeldPunch // said around it and held, whatever became of them; any order
	Locks            []Lock      // the employee's submitted and approved periods
	asked            bool        // the punch is asked for, not said, see Ask
}

// Reach is how far before and after an instant the punches must be known to judge it: twice a day and the longest
// shift there can be.
const Reach = 72 * time.Hour

// Decide gives the one outcome of an event. The order of the checks is the order in which a person can act on
// them: nothing said, who are you, are you active, say one thing, is the month still open. A punch is refused when any
// day that it would change is locked, not only its own. Nothing is said to an event that came in by a revoked
// token: nobody may learn by its answers that the URL still leads somewhere.
func Decide(f Facts) Outcome {
	outcome := decide(f)
	if f.TokenRevoked {
		outcome.Reply = f.reply(AnswerNone)
	}
	return outcome
}

func decide(f Facts) Outcome {
	if f.Reading.Kind == Undo && f.Calendar.Undo == 0 { // a word like any other
		return ignored(ReasonNoPhrase, AnswerNone)
	}
	if outcome, done := unspoken(f.Event, f.Reading); done {
		return outcome
	}
	if outcome, done := unentitled(f); done {
		return outcome
	}
	day := f.day()
	if held, is := f.beside(); is {
		return f.heldBeside(held)
	}
	if lock, on, barred := firstHolding(f.Locks, f.touched(day)); barred {
		if f.Reading.Kind == Undo {
			day = on // the day for which it is held, not that of an open session
		}
		return f.submitted(day, lock.Period)
	}
	return f.recorded(day)
}

// unspoken ends with every event that says no punch, whoever sent it.
func unspoken(e Event, r Reading) (Outcome, bool) {
	switch {
	case e.Content == ContentClosed:
		return ignored(ReasonBotEvent, AnswerNone), true
	case e.Content == ContentOpened:
		return ignored(ReasonBotEvent, AnswerGuide), true
	case e.Content == ContentRoom:
		return ignored(ReasonRoomEvent, AnswerNone), true
	case e.Content == ContentUnsupported && e.Room == RoomDirect:
		return ignored(ReasonUnsupportedContent, AnswerTextOnly), true
	case e.Content == ContentUnsupported:
		return ignored(ReasonUnsupportedContent, AnswerNone), true
	case r.Miss == MissGuide:
		return ignored(ReasonNoPhrase, AnswerGuide), true
	case r.Miss == MissAmbiguous:
		return Outcome{}, false
	case r.Miss == MissTrigger:
		return ignored(ReasonNoTrigger, AnswerNone), true
	case r.Miss != MissNone || !r.Kind.Valid() && r.Kind != Undo:
		return ignored(ReasonNoPhrase, AnswerNone), true
	}
	return Outcome{}, false
}

// unentitled ends with every punch that cannot count, whatever the timesheet says.
func unentitled(f Facts) (Outcome, bool) {
	switch {
	case f.TokenRevoked:
		return refused(ReasonTokenRevoked, AnswerNone, f), true
	case !f.ConnectionActive:
		return refused(ReasonConnectionInactive, AnswerNone, f), true
	case f.Employee == nil:
		return refused(ReasonUnlinked, AnswerUnlinked, f), true
	case !f.Employee.Active:
		return refused(ReasonEmployeeInactive, AnswerEmployeeInactive, f), true
	case f.Reading.Miss == MissAmbiguous:
		return refused(ReasonAmbiguous, AnswerAmbiguous, f), true
	}
	return Outcome{}, false
}

func ignored(reason Reason, answer Answer) Outcome {
	return Outcome{Verdict: Ignored, Reason: reason, Reply: Reply{Answer: answer}}
}

func refused(reason Reason, answer Answer, f Facts) Outcome {
	return Outcome{Verdict: Refused, Reason: reason, Kind: f.Reading.Kind, Reply: f.reply(answer)}
}

func (f Facts) submitted(day Date, period Period) Outcome {
	outcome := refused(ReasonSubmitted, AnswerSubmitted, f)
	if f.Reading.Kind == Undo {
		outcome = refused(ReasonSubmitted, AnswerUndoSubmitted, f)
	}
	if f.Calendar.Locked == Hold {
		outcome = refused(ReasonHeld, AnswerHeld, f)
	}
	outcome.Day, outcome.Period = day, period
	outcome.Reply.Period = period
	outcome.Reply.Time, outcome.Reply.TimeText = f.Event.Issued, f.text(f.Event.Issued, day)
	return outcome
}

func (f Facts) reply(answer Answer) Reply {
	reply := Reply{Answer: answer, Kind: f.Reading.Kind}
	if f.Employee != nil {
		reply.Name = f.Employee.Name
	}
	return reply
}

func (f Facts) text(at time.Time, day Date) string { return f.Calendar.TimeText(at, day) }
