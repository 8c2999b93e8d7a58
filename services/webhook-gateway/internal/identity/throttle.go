package identity

import "time"

// rule is how fast somebody may go on after wrong attempts.
type rule struct {
	free    int           // wrong ones before waiting begins
	longest time.Duration // between attempts, however many failed
	forget  time.Duration // without an attempt, after which nothing is remembered
	leak    time.Duration // in which one wrong attempt is forgiven; 0 never
}

var (
	// perAccount is for one account, or the setup secret: guessing it makes about
	// 300 attempts a day.
	perAccount = rule{free: 8, longest: 5 * time.Minute, forget: 24 * time.Hour}
	// perAddress is for one network address over all accounts. A whole office may
	// stand behind one, so it forgives one wrong attempt a minute.
	perAddress = rule{free: 60, longest: time.Minute, forget: time.Hour, leak: time.Minute}
	// perBeginning is for the log-ins at the provider that one network address
	// begins. An office begins many at nine o'clock, and each takes a while.
	perBeginning = rule{free: 300, longest: time.Minute, forget: time.Hour, leak: time.Second}
)

// provenFor is how long an address is known from which somebody has logged in.
const provenFor = 30 * 24 * time.Hour

// Attempts is what is remembered of wrong attempts on one account, from one
// address, or on the setup secret. The zero value is nobody has tried.
type Attempts struct {
	Failures int       // in a row
	Until    time.Time // no attempt before
	Last     time.Time // when the last one was made
	Proven   time.Time // when the right password last came from here; zero is never
}

// take counts an attempt in advance, as if it failed, so that a thousand
// attempts at the same moment are a thousand. It returns how long to wait when
// the attempt must not be made. There is no permanent lock-out.
func (r rule) take(a Attempts, now time.Time) (Attempts, time.Duration) {
	if wait := a.Wait(now); wait > 0 {
		return a, wait
	}
	a = r.leaked(a, now)
	a.Failures++
	a.Until = now.Add(r.pause(a.Failures))
	return a, 0
}

// leaked forgives what time has made good. Last is the moment up to which it is
// counted.
func (r rule) leaked(a Attempts, now time.Time) Attempts {
	since := now.Sub(a.Last)
	if since > r.forget || a.Failures == 0 {
		return Attempts{Last: now, Proven: a.Proven}
	}
	if r.leak == 0 {
		a.Last = now
		return a
	}
	forgiven := min(int(since/r.leak), a.Failures)
	a.Failures -= forgiven
	a.Last = a.Last.Add(time.Duration(forgiven) * r.leak)
	return a
}

// giveBack undoes the last take: the attempt was right.
func (a Attempts) giveBack() Attempts {
	a.Failures, a.Until = max(0, a.Failures-1), time.Time{}
	return a
}

// succeeded forgets what failed and remembers that it went right from here.
func succeeded(now time.Time) Attempts { return Attempts{Last: now, Proven: now} }

// proven reports whether somebody has logged in from here of late.
func (a Attempts) proven(now time.Time) bool { return now.Before(a.Proven.Add(provenFor)) }

// Wait is how long the next attempt must wait; zero means it may be made.
func (a Attempts) Wait(now time.Time) time.Duration { return max(0, a.Until.Sub(now)) }

// pause doubles from one second on after the free attempts.
func (r rule) pause(failures int) time.Duration {
	over := failures - r.free
	switch {
	case over < 0:
		return 0
	case over > 8:
		return r.longest
	}
	return min(time.Second<<over, r.longest)
}
