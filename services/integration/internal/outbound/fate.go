package outbound

import "time"

// Stage is where an answer stands for somebody who asks later, spelled as in the
// contract.
type Stage string

// The stages. The zero value is none of them.
const (
	NoAnswer  Stage = "NONE"
	Waiting   Stage = "QUEUED"
	Parked    Stage = "PARKED" // it was refused, or its connection cannot send now
	WasSent   Stage = "SENT"
	GivenUp   Stage = "GIVEN_UP"
	NotKnown  Stage = "UNKNOWN" // the platform did not say whether it took it
	ambiguous       = "AMBIGUOUS"
)

// Form is in what company a message was sent, spelled as in the contract; empty:
// not sent, or sent by a version that did not note it.
type Form string

// The forms.
const (
	Alone    Form = "ALONE"
	Together Form = "TOGETHER"
	InDigest Form = "DIGEST"
)

// Form is how the letter brings its messages.
func (l Letter) Form() Form {
	switch {
	case l.Digest:
		return InDigest
	case len(l.Messages) > 1:
		return Together
	}
	return Alone
}

// Trace is what the queue holds of a message, and of its connection while it waits.
type Trace struct {
	State   State // empty: there is no such message
	Reason  string
	Form    Form
	Refused bool      // it was refused for itself
	Due     time.Time // when it is tried at the earliest
	Ended   time.Time // zero while it waits
	// Closed is until when nothing goes through its connection, for which reason;
	// zero: something may.
	Closed    time.Time
	ClosedFor string
	BrokenFor string // why its connection is broken; empty: it is not
}

// Fate is what became of an answer.
type Fate struct {
	Stage  Stage
	Reason string
	Form   Form
	Ended  time.Time // zero: it waits, or there is none
}

// Fate tells what became of the message. What waits is parked while it cannot go:
// its own refusal says more than a pause of its connection.
func (t Trace) Fate(now time.Time) Fate {
	out := Fate{Reason: t.Reason, Ended: t.Ended}
	switch t.State {
	case Sent:
		return Fate{Stage: WasSent, Form: t.Form, Ended: t.Ended}
	case Queued:
		out.Stage, out.Reason = t.waiting(now)
	case Failed, Expired:
		out.Stage = GivenUp
		if t.Reason == ambiguous {
			out.Stage = NotKnown
		}
	default:
		return Fate{Stage: NoAnswer}
	}
	return out
}

func (t Trace) waiting(now time.Time) (Stage, string) {
	switch {
	case t.Refused || t.Due.After(now) && t.Reason != "":
		return Parked, t.Reason
	case t.Closed.After(now):
		return Parked, t.ClosedFor
	case t.BrokenFor != "":
		return Parked, t.BrokenFor
	}
	return Waiting, t.Reason
}
