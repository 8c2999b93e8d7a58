package store_test

import (
	"testing"
	"time"

	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity"
)

// Two doors note requests of one session, and the note of the earlier one may come
// second: the session would end too early, for want of use.
func TestTheLastUseOfASessionNeverGoesBack(t *testing.T) {
	s, _, in, _ := open(t)
	for _, noted := range []struct{ at, want time.Duration }{{2 * time.Minute, 2 * time.Minute}, {time.Minute, 2 * time.Minute}, {3 * time.Minute, 3 * time.Minute}} {
		if err := s.TouchSession(t.Context(), in.Session, now.Add(noted.at)); err != nil {
			t.Fatal(err)
		}
		n, _, err := s.SessionByHash(t.Context(), identity.Hash("session"))
		if err != nil || !n.Used.Equal(now.Add(noted.want)) {
			t.Errorf("after %s: last used at %s (%v), want %s", noted.at, n.Used, err, now.Add(noted.want))
		}
	}
}
