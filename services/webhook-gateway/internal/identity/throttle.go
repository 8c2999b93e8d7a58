package identity

import "time"

const (
	freeAttempts = 8               // wrong ones in a row before waiting begins
	longestWait  = 5 * time.Minute // between attempts, however many failed
	forgetAfter  = 24 * time.Hour  // without an attempt
)

// Attempts is what is remembered of wrong attempts on one account, or on the
// setup secret. The zero value is nobody has tried.
type Attempts struct {
	Failures int       // in a row
	Until    time.Time // no attempt before
	Last     time.Time // when the last one was made
}

// Take counts an attempt in advance, as if it failed, so that a thousand
// attempts at the same moment are a thousand. It returns how long to wait when
// the attempt must not be made. A success forgets everything; there is no
// permanent lock-out.
func (a Attempts) Take(now time.Time) (Attempts, time.Duration) {
	if wait := a.Wait(now); wait > 0 {
		return a, wait
	}
	if now.Sub(a.Last) > forgetAfter {
		a = Attempts{}
	}
	a.Failures++
	a.Last = now
	a.Until = now.Add(pause(a.Failures))
	return a, 0
}

// Wait is how long the next attempt must wait; zero means it may be made.
func (a Attempts) Wait(now time.Time) time.Duration { return max(0, a.Until.Sub(now)) }

// pause doubles from one second on after the free attempts.
func pause(failures int) time.Duration {
	over := failures - freeAttempts
	switch {
	case over < 0:
		return 0
	case over > 8:
		return longestWait
	}
	return min(time.Second<<over, longestWait)
}
