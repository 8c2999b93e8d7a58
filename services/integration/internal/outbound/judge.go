package outbound

import (
	"time"

	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
)

const (
	firstWait = time.Second
	maxWait   = time.Minute
	minWait   = 100 * time.Millisecond
	// parked is how long a connection waits whose app may not send or whose
	// keys are refused: six probes an hour.
	parked = 10 * time.Minute
	// maxAmbiguous attempts are made of which nobody knows whether they arrived.
	maxAmbiguous = 2
)

// abandoned judges a claimed message before anything is sent; false when it is
// to be sent. A claim that ran out means that a process died while sending.
func abandoned(m Message, now time.Time) (Verdict, bool) {
	switch {
	case m.Ambiguous >= maxAmbiguous:
		return Verdict{State: Failed, Reason: "AMBIGUOUS"}, true
	case !now.Before(m.Expires):
		return Verdict{State: Expired, Reason: "EXPIRED"}, true
	}
	return Verdict{}, false
}

// judge decides what an attempt means. spread is a random number from 0 to 1.
func judge(m Message, err error, now time.Time, spread float64) Verdict {
	if err == nil {
		return Verdict{State: Sent, Mend: true}
	}
	f := lineworks.FailureOf(err)
	again := Verdict{State: Queued, Reason: f.Code, Due: now}
	switch f.Class {
	case lineworks.Unauthorized:
		again.Close, again.Break = parked, f.Code
	case lineworks.Forbidden:
		return forbidden(m, again)
	case lineworks.RateLimited:
		again.Close = max(f.Reset, wait(m.Failures, 0.5+spread/2))
	case lineworks.Temporary:
		again.Close = wait(m.Failures, spread)
	case lineworks.Ambiguous:
		return silent(m, again, wait(m.Failures, spread))
	default:
		return Verdict{State: Failed, Reason: f.Code}
	}
	return again
}

// forbidden parks the whole connection, unless other messages get through: then
// it is this person who cannot be written to.
func forbidden(m Message, again Verdict) Verdict {
	if !m.RefusedAt.IsZero() && m.Others {
		return Verdict{State: Failed, Reason: again.Reason}
	}
	again.Close, again.Refused, again.Due = parked, true, again.Due.Add(parked)
	return again
}

// silent repeats a message once that may have arrived.
func silent(m Message, again Verdict, pause time.Duration) Verdict {
	again.Ambiguous, again.Close = true, pause
	if m.Ambiguous+1 >= maxAmbiguous {
		again.State, again.Reason = Failed, "AMBIGUOUS"
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
