package callback

import (
	"crypto/sha256"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dakoku/dakoku/services/webhook-gateway/internal/event"
)

// renewed replaces the table with one that has the endpoint under another token.
func renewed(t *testing.T, h *Handler, version int64, token string, keys ...Key) {
	t.Helper()
	table := map[TokenHash]Endpoint{sha256.Sum256([]byte(token)): {Tenant: tenant, Connection: connection, Keys: keys}}
	if err := h.Table.Replace(version, table, time.Now()); err != nil {
		t.Error(err)
	}
}

// othersFirst replaces the table with somebody else's change, which was asked for
// before the callback came, and then with ours.
func othersFirst(t *testing.T, h *Handler) {
	t.Helper()
	if err := h.Table.Replace(8, map[TokenHash]Endpoint{}, time.Now().Add(-time.Hour)); err != nil {
		t.Error(err)
	}
	<-time.After(time.Millisecond)
	renewed(t, h, 9, "dkt_new", Key{event.V2, "2000001", secretV2})
}

// A URL or a key that was entered a moment ago reaches the door with the next
// turn of its watch; a callback that comes before is lost if it is refused.
func TestACallbackWaitsForWhatWasEnteredJustNow(t *testing.T) {
	key := Key{event.V2, "2000001", secretV2}
	for name, c := range map[string]struct {
		callback func(*http.Request)
		turn     func(*testing.T, *Handler)
		status   int
		took     time.Duration
	}{
		"new URL":           {to(prefix + "dkt_new"), func(t *testing.T, h *Handler) { renewed(t, h, 9, "dkt_new", key) }, 200, time.Second},
		"new secret":        {header("X-WORKS-Signature", sign("new", body2A)), func(t *testing.T, h *Handler) { renewed(t, h, 9, token, key, Key{event.V2, "2000001", "new"}) }, 200, time.Second},
		"a change before":   {to(prefix + "dkt_new"), othersFirst, 200, time.Second + time.Millisecond},
		"another URL":       {to(prefix + "dkt_guess"), func(t *testing.T, h *Handler) { renewed(t, h, 9, "dkt_new", key) }, 401, time.Second},
		"nothing has come":  {to(prefix + "dkt_guess"), func(_ *testing.T, h *Handler) { h.Table.confirm(time.Now()) }, 401, time.Second},
		"asked before that": {to(prefix + "dkt_guess"), func(_ *testing.T, h *Handler) { h.Table.confirm(time.Now().Add(-time.Hour)) }, 401, 2 * time.Second},
		"the watch is away": {to(prefix + "dkt_guess"), func(*testing.T, *Handler) {}, 401, 2 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := newHandler(t, &shelf{})
				h.Now, h.Patience = time.Now, 2*time.Second
				h.Table.confirm(time.Now())
				began := time.Now()
				go func() {
					<-time.After(time.Second)
					c.turn(t, h)
				}()
				if got := answer(h, knock(c.callback)); got.StatusCode != c.status || time.Since(began) != c.took {
					t.Errorf("status %d after %v", got.StatusCode, time.Since(began))
				}
				synctest.Wait()
			})
		})
	}
}

// Somebody who guesses gathers only so many waiting callbacks; an ordinary one
// never waits.
func TestFewCallbacksWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHandler(t, &shelf{})
		h.Now, h.Patience = time.Now, 2*time.Second
		h.Table.confirm(time.Now())
		var all sync.WaitGroup
		for range maxWaiting {
			all.Go(func() { answer(h, knock(to(prefix+"dkt_guess"))) })
		}
		synctest.Wait()
		began := time.Now()
		if got := answer(h, knock(to(prefix+"dkt_guess"))); got.StatusCode != http.StatusUnauthorized || time.Since(began) != 0 {
			t.Errorf("status %d after %v", got.StatusCode, time.Since(began))
		}
		if got := answer(h, knock(nil)); got.StatusCode != http.StatusOK || time.Since(began) != 0 {
			t.Errorf("status %d after %v", got.StatusCode, time.Since(began))
		}
		all.Wait()
		if h.Table.waiting.Load() != 0 {
			t.Error("somebody still counts as waiting")
		}
	})
}
