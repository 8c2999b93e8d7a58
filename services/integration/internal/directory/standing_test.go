package directory

import (
	"errors"
	"testing"
	"time"

	"github.com/dakoku/dakoku/services/integration/internal/connection"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
)

func TestWeigh(t *testing.T) {
	failed := func(class lineworks.Class, code string) *lineworks.Failure {
		return &lineworks.Failure{Class: class, Code: code}
	}
	keys := &lineworks.Failure{Class: lineworks.Unauthorized, Code: "X", Keys: true}
	before := func(n, people int, user string) Standing {
		return Standing{User: user, People: people, LookUps: connection.LookUps{Refused: n, Tokens: n}}
	}
	for name, c := range map[string]struct {
		seen  Standing
		own   bool
		err   error
		want  connection.Reason
		close time.Duration
		apart time.Duration
		stops bool // the keys are at fault
	}{
		"answered":                      {before(3, 3, "u"), true, nil, "", 0, 0, false},
		"away":                          {before(3, 3, "u"), true, failed(lineworks.Temporary, "X"), "", 0, 0, false},
		"ours":                          {before(3, 3, "u"), true, errors.New("x"), "", 0, 0, false},
		"too many":                      {before(3, 3, "u"), true, failed(lineworks.RateLimited, "X"), "", 0, 0, false},
		"no keys of API 2.0":            {before(0, 0, ""), true, failed(lineworks.Forbidden, noV2), "", 0, 0, false},
		"keys":                          {before(0, 0, ""), true, keys, connection.KeysRefused, later, 0, true},
		"keys that are staged":          {before(0, 0, ""), false, keys, connection.KeysRefused, later, 0, false},
		"first new token":               {before(0, 0, ""), true, failed(lineworks.Unauthorized, "X"), connection.AccessRefused, soon, 0, false},
		"second new token":              {before(1, 1, "u"), true, failed(lineworks.Unauthorized, "X"), connection.AccessRefused, 2 * soon, 0, false},
		"third new token":               {before(2, 1, "u"), true, failed(lineworks.Unauthorized, "X"), connection.AccessRefused, 4 * later, 0, true},
		"one who is forbidden":          {before(0, 0, ""), true, failed(lineworks.Forbidden, "X"), connection.LookUpsForbidden, soon, later, false},
		"one who is forbidden for long": {before(50, 1, "u"), true, failed(lineworks.Forbidden, "X"), connection.LookUpsForbidden, soon, parked, false},
		"the third":                     {before(2, 2, "v"), true, failed(lineworks.Forbidden, "X"), connection.LookUpsForbidden, 4 * later, 4*later + behind, false},
		"no such address":               {before(0, 0, ""), true, failed(lineworks.NotFound, "002"), connection.LookUpsRefused, soon, later, false},
		"not taken":                     {before(0, 0, ""), true, failed(lineworks.Permanent, "X"), connection.LookUpsRefused, soon, later, false},
	} {
		v := weigh(c.seen, "u", c.own, c.err)
		if v.Cause.Reason != c.want || v.Close != c.close || v.Apart != c.apart || v.Break != c.stops || v.Refused() != (c.want != "") {
			t.Errorf("%s: %+v", name, v)
		}
	}
}

// Refusals of calls that were under way together count once; the time of the first
// stays, and only the person who was refused last waits longer than the others.
func TestStandingAfterRefusals(t *testing.T) {
	refused := Verdict{Cause: connection.Cause{Reason: connection.LookUpsForbidden}, Close: soon, Apart: later, Token: true}
	s := Standing{}.After(Standing{}, "u", refused, noon)
	s = s.After(Standing{}, "v", refused, noon.Add(time.Second))
	if s.Refused != 1 || s.Tokens != 1 || s.People != 1 || s.User != "v" || !s.Since.Equal(noon) || !s.Last.Equal(noon.Add(time.Second)) {
		t.Errorf("together: %+v", s)
	}
	s = s.After(s, "w", refused, noon.Add(time.Minute))
	if s.Refused != 2 || s.Tokens != 2 || s.People != 2 || !s.Since.Equal(noon) {
		t.Errorf("one after the other: %+v", s)
	}
	at := noon.Add(time.Minute + soon)
	if s.Wait("v", at) > 0 || s.Wait("w", at) != later-soon || s.Probe(at).Wait("v", at) != lookupLimit {
		t.Errorf("%v, %v, %v", s.Wait("v", at), s.Wait("w", at), s.Probe(at).Wait("v", at))
	}
}
