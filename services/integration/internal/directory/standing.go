package directory

import (
	"time"

	"github.com/dakoku/dakoku/services/integration/internal/connection"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
	"github.com/dakoku/dakoku/services/integration/internal/refusal"
)

const (
	// parked is the longest rest after a refusal: six probes an hour.
	parked = 10 * time.Minute
	// behind is how much longer the person waits whose look-up was refused, so that
	// somebody else makes the next probe: one who is always refused must not be the
	// only one.
	behind = time.Minute
	// enough people in a row who are refused alike: it is the app, not one of them.
	enough = 3
)

// Standing is how a connection fares whose look-ups are refused; all processes
// share it. The zero value is one that nobody refuses.
type Standing struct {
	Closed time.Time // until when nobody is asked about
	User   string    // who was refused last
	Apart  time.Time // until when this person is not asked about
	People int       // how many were refused in turn
	Broken bool      // the connection is
	connection.LookUps
}

// Wait is how long not to ask about a person; not positive: ask.
func (s Standing) Wait(user string, now time.Time) time.Duration {
	wait := s.Closed.Sub(now)
	if user == s.User {
		wait = max(wait, s.Apart.Sub(now))
	}
	return wait
}

// sound tells that an answer changes nothing.
func (s Standing) sound() bool { return s.Refused == 0 && !s.Broken }

// Probe is the standing while one call is under way: the others wait for its end.
func (s Standing) Probe(now time.Time) Standing {
	s.Closed = now.Add(lookupLimit)
	return s
}

// Verdict is what an answer to a look-up means for those after it.
type Verdict struct {
	Cause connection.Cause // why it was refused; zero: it was not
	Close time.Duration    // nobody is asked about
	Apart time.Duration    // this person is not asked about
	Token bool             // an access token was refused that was just given
	Break bool             // the keys are at fault
	Own   bool             // it was made with the keys that the connection sends with
}

// Refused tells that LINE WORKS did not say who somebody is, although it was there.
func (v Verdict) Refused() bool { return v.Cause != connection.Cause{} }

// weigh judges an answer to a question about user. What is not of LINE WORKS, or
// may pass by itself, is no refusal.
func weigh(seen Standing, user string, own bool, err error) Verdict {
	v := Verdict{Own: own}
	f := lineworks.FailureOf(err)
	switch {
	case err == nil, f.Code == noV2:
		return v
	case f.Class == lineworks.Unauthorized:
		v.Cause, v.Token, v.Close = refusal.Cause(f), !f.Keys, soon<<min(seen.Tokens, refusal.BreakAfter)
		if refusal.Breaks(f, seen.Tokens) {
			v.Close, v.Break = rest(seen.Refused), own
		}
		return v
	case f.Class == lineworks.Forbidden:
		v.Cause = connection.Cause{Reason: connection.LookUpsForbidden, Code: f.Code}
	case f.Class == lineworks.Permanent, f.Class == lineworks.NotFound:
		v.Cause = connection.Cause{Reason: connection.LookUpsRefused, Code: f.Code}
	default:
		return v
	}
	v.Close, v.Apart = soon, rest(seen.Refused)
	if seen.after(user) >= enough {
		v.Close, v.Apart = rest(seen.Refused), rest(seen.Refused)+behind
	}
	return v
}

// rest doubles with each refusal in a row: ten calls in the first hour, six in the
// next.
func rest(before int) time.Duration { return min(later<<min(before, 5), parked) }

// after is how many people were refused in turn when user is, too.
func (s Standing) after(user string) int {
	if s.User == user {
		return max(s.People, 1)
	}
	return s.People + 1
}

// After is the standing after a refusal of user. seen is how it was when the call
// began: calls that were under way together count as one refusal.
func (s Standing) After(seen Standing, user string, v Verdict, now time.Time) Standing {
	if s.Refused == 0 {
		s.Since = now
	}
	s.Cause, s.Last = v.Cause, now
	s.People, s.Refused = max(s.People, seen.after(user)), max(s.Refused, seen.Refused+1)
	if v.Token {
		s.Tokens = max(s.Tokens, seen.Tokens+1)
	}
	s.User, s.Closed, s.Apart = user, now.Add(v.Close), now.Add(v.Apart)
	return s
}
