package outbound

import (
	"time"

	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
	"github.com/dakoku/dakoku/services/integration/internal/refusal"
)

const (
	firstWait = time.Second
	maxWait   = time.Minute
	minWait   = 100 * time.Millisecond
	// parked is how long a connection waits whose app may not send, whose keys are
	// refused or whose bot is gone: six probes an hour.
	parked = 10 * time.Minute
	// maxParked is the longest wait of a recipient who is always refused.
	maxParked = 4 * time.Hour
	// patience is how many attempts a message keeps its place in the queue.
	// Then others go before it: it may be the message that is at fault.
	patience = 5
	// behind is how long after the next call of its lane a message stays away that
	// made the last one in vain, so that another makes that call, whatever its
	// priority: one that is always refused must not be the only probe.
	behind = time.Minute
	// outageAfter failures in a row are no accident.
	outageAfter = 3
)

// Outage tells from the failures in a row that the platform is away, rather than
// that it fails now and then. In an outage every call is a probe, made with the
// message that is first in the queue and counted as a retry: the others keep
// their first attempts for the time when it is back.
func Outage(failures int) bool { return failures >= outageAfter }

// Counted is the verdict on a call after which so many calls in a row were refused,
// others of the same time included, and none for another reason. Those under way together went to different
// recipients, so each that is refused says as much about the app as one after another.
func (v Verdict) Counted(denied int) Verdict {
	if v.Refused && Outage(denied) {
		v.Close = max(v.Close, parked)
	}
	return v
}

// judge decides what an attempt means. spread is a random number from 0 to 1.
func judge(l Letter, rate lineworks.Rate, err error, now time.Time, spread float64) Verdict {
	if err == nil {
		return Verdict{State: Sent, Mend: true, Rate: rate}
	}
	v := weigh(l, rate, lineworks.FailureOf(err), now, spread)
	if v.Close > 0 && v.Due.IsZero() && (v.Close >= parked || (l.Messages[0].Attempts+1)%patience == 0) {
		v.Due = now.Add(max(v.Close, probeEvery) + behind)
	}
	return v
}

// weigh decides what a refusal means. A message that stays in the queue keeps its
// place, unless the verdict says when it is due.
func weigh(l Letter, rate lineworks.Rate, f *lineworks.Failure, now time.Time, spread float64) Verdict {
	again := Verdict{State: Queued, Reason: f.Code, Rate: rate, Answered: f.Class != lineworks.Temporary && f.Class != lineworks.Ambiguous}
	switch f.Class {
	case lineworks.Unauthorized:
		return unauthorized(l, f, again, spread)
	case lineworks.Forbidden:
		return forbidden(l, again, now, spread)
	case lineworks.RateLimited:
		again.Close = max(f.Reset, wait(l.Failures, 0.5+spread/2))
	case lineworks.Temporary:
		again.Close = wait(l.Failures, spread)
	case lineworks.Ambiguous:
		again.Ambiguous, again.Close = true, wait(l.Failures, spread)
		if l.Standing == Answered && Outage(l.Failures) { // the platform speaks and loses what it is given
			again.Close = parked
		}
	case lineworks.NotFound:
		// A domain, say, is absent: nobody is gone, and nothing gets through until a person
		// looks. Or something in between does not know the way: nobody is gone either.
		if f.Absent == lineworks.Other || f.Absent != lineworks.TheBot && !f.Coded() {
			return forbidden(l, again, now, spread)
		}
		return absent(l, f, again, now, spread)
	default:
		if len(l.Messages) > 1 { // only the message at fault may fail
			return Verdict{State: Queued, Reason: LetterRefused, Rate: rate}
		}
		return Verdict{State: Failed, Reason: f.Code, Rate: rate}
	}
	return again
}

// unauthorized parks a connection whose keys are refused. A new access token that
// is refused, too, was perhaps revoked as well: that is tried again, after waits
// that grow.
func unauthorized(l Letter, f *lineworks.Failure, again Verdict, spread float64) Verdict {
	again.Close, again.Rejected = wait(l.Failures, 0.5+spread/2), !f.Keys
	if refusal.Breaks(f, l.Refusals) {
		again.Close, again.Break = parked, refusal.Cause(f)
	}
	return again
}

func (l Letter) toPerson() bool { return l.Messages[0].Content.Channel == "" }

// forbidden parks what may not be written. When nobody can tell whether the app or
// this recipient is barred, others go on: three in a row refused alike, then it is
// the app; calls that fail for other reasons meanwhile say nothing of it. A recipient who is refused while others get through costs a call now and
// then, at times that double, and never stops anybody else.
func forbidden(l Letter, again Verdict, now time.Time, spread float64) Verdict {
	again.Refused, again.Due = true, now.Add(parked)
	switch {
	case !l.Barred.IsZero() && l.Others:
		again.Due = now.Add(min(max(now.Sub(l.Barred), parked), maxParked))
	case Outage(l.Denied + 1):
		again.Close = parked
	default:
		again.Close = wait(l.Failures, spread)
	}
	return again
}

// absent ends the message to somebody who is not there, and parks the connection
// whose bot is not there. When nobody can tell, the message goes behind the others:
// if they get through it was the recipient, if they fail alike it is the bot. Only by
// what the platform says of people somebody is known to be gone.
func absent(l Letter, f *lineworks.Failure, again Verdict, now time.Time, spread float64) Verdict {
	others := !l.Messages[0].RefusedAt.IsZero() && l.Others
	switch {
	case f.Absent == lineworks.TheBot:
		again.Reason, again.Close = BotNotFound, parked
	case f.Absent == lineworks.Recipient || others:
		return Verdict{State: Failed, Reason: again.Reason, Rate: again.Rate, Gone: l.toPerson() && f.Nobody()}
	default:
		again.Refused, again.Due, again.Close = true, now.Add(parked), wait(l.Failures, spread)
		if Outage(l.Denied + 1) {
			again.Close = parked
		}
	}
	return again
}

// wait is full jitter below a bound that doubles from a second to a minute, but
// never nothing.
func wait(failures int, spread float64) time.Duration {
	bound := maxWait
	if failures < 6 {
		bound = min(firstWait<<max(failures, 0), maxWait)
	}
	return max(time.Duration(spread*float64(bound)), minWait)
}
