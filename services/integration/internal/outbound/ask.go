package outbound

import (
	"context"
	"errors"
	"time"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
)

// Standing is what the last call came to of a lane whose calls fail. By it a lane
// knows which calls it may make: a message of which nobody knows whether it arrived
// may be sent once more, and that must not be lost on a platform that is still away.
type Standing string

// The standings.
const (
	Away     Standing = "AWAY"     // certainly not done, and no answer of the platform's own
	Unknown  Standing = "UNKNOWN"  // nobody knows whether it was done
	Answered Standing = "ANSWERED" // the platform spoke, if only to refuse
)

// Standing is that of the lane after the call.
func (v Verdict) Standing() Standing {
	switch {
	case v.Ambiguous:
		return Unknown
	case v.Answered:
		return Answered
	}
	return Away
}

// Repeats tells that some message of the letter may have arrived already: this call
// is the last for it.
func (l Letter) Repeats() bool {
	for _, m := range l.Messages {
		if m.Ambiguous > 0 {
			return true
		}
	}
	return false
}

// Asks tells whether a lane with so many failures in a row asks the platform, by a
// call that brings nothing to anybody, before it makes the call for the letter. It
// does so for the last call for a message, and in an outage in which calls are lost
// without a word, as long as the platform has not spoken.
func Asks(l Letter, s Standing) bool {
	if l.Failures == 0 || s == Answered {
		return false
	}
	return l.Repeats() || s == Unknown && Outage(l.Failures)
}

// MaxHold is the longest time for which the last call for messages waits after a
// call without a known end. It waits as long as calls have been failing then: if the
// platform answers but loses what it is given, others find out when that is over,
// and without any the wait doubles.
const MaxHold = maxParked

// ask asks the platform whether it takes messages.
func (q *Queue) ask(ctx context.Context, l Letter) Verdict {
	ctx, cancel := q.within(ctx, callsEnd(l).Sub(q.Now()))
	defer cancel()
	ways, reason, err := q.ways(ctx, l)
	switch {
	case fault.HasReason(err, "CONNECTION_NOT_FOUND"), err == nil && reason != "": // the call for the message will tell
		return Verdict{State: Queued, Answered: true}
	case err != nil:
		return Verdict{State: Queued, Reason: "UNAVAILABLE", Close: maxWait}
	}
	w := ways[0]
	for _, other := range ways {
		if other.own {
			w = other
		}
	}
	rate, err := q.send(ctx, w, q.Platform.Ask)
	if errors.Is(err, errLate) {
		return tooLate()
	}
	return heard(l, rate, err, q.Now(), spread())
}

// heard is what the answer to a question means. Whatever the platform says against
// the question itself tells that it is there.
func heard(l Letter, rate lineworks.Rate, err error, now time.Time, spread float64) Verdict {
	there := Verdict{State: Queued, Rate: rate, Answered: true}
	if err == nil {
		return there
	}
	f := lineworks.FailureOf(err)
	if f.Class == lineworks.Permanent || f.Class == lineworks.Forbidden || f.Class == lineworks.NotFound {
		return there
	}
	return weigh(l, rate, f, now, spread)
}
