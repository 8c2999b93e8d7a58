package callback

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"

	"github.com/dakoku/dakoku/platform/config"
	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
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
		"asked before that": {to(prefix + "dkt_guess"), func(_ *testing.T, h *Handler) { h.Table.confirm(time.Now().Add(-time.Hour)) }, 503, 2 * time.Second},
		"the watch is away": {to(prefix + "dkt_guess"), func(*testing.T, *Handler) {}, 503, 2 * time.Second},
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

// gathered is how many callbacks wait, whoever they are of.
func gathered(h *Handler) (n int) {
	h.Table.mu.Lock()
	defer h.Table.mu.Unlock()
	for _, of := range h.Table.waiting.of {
		n += of
	}
	return n + h.Table.waiting.known
}

// crowd is a table of more connections than may wait together; the token of each
// is its number.
func crowd(t *testing.T, h *Handler, version int64, secret config.Secret) {
	t.Helper()
	table := map[TokenHash]Endpoint{}
	for i := range maxKnown/maxOfOne + 1 {
		id := fmt.Sprintf("0195f000-0000-7000-8000-%012d", i)
		table[sha256.Sum256([]byte(fmt.Sprint(i)))] = Endpoint{Tenant: tenant, Connection: id, Keys: []Key{{event.V2, "2000001", secret}}}
	}
	if err := h.Table.Replace(version, table, time.Now()); err != nil {
		t.Error(err)
	}
}

// flood sends callbacks that have to wait, and waits until they do.
func flood(all *sync.WaitGroup, h *Handler, token string, n int) {
	for range n {
		all.Go(func() { answer(h, knock(to(prefix+token))) })
	}
	synctest.Wait()
}

// A flood of guessed tokens, and one on a single URL that leaked, leave room for
// the callbacks of everybody else whose new secret has not come yet; and nobody
// gathers more than there is room for.
func TestAFloodTakesOnlyItsOwnPlaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHandler(t, &shelf{})
		h.Now, h.Patience = time.Now, 2*time.Second
		crowd(t, h, 2, "old")
		var all sync.WaitGroup
		flood(&all, h, "dkt_guess", maxGuesses)
		began := time.Now()
		turnedAway := func(token string) { // nobody can tell whether a refusal would be right
			t.Helper()
			if got := answer(h, knock(to(prefix+token))); got.StatusCode != http.StatusServiceUnavailable || time.Since(began) != 0 {
				t.Errorf("%s: status %d after %v", token, got.StatusCode, time.Since(began))
			}
		}
		turnedAway("dkt_guess")
		flood(&all, h, "0", maxOfOne)
		turnedAway("0")
		for i := 2; i < maxKnown/maxOfOne; i++ {
			flood(&all, h, fmt.Sprint(i), maxOfOne)
		}
		waits := make(chan int, 1)
		go func() { waits <- answer(h, knock(to(prefix+"1"))).StatusCode }()
		synctest.Wait()
		flood(&all, h, "1", maxOfOne-1)
		turnedAway(fmt.Sprint(maxKnown / maxOfOne))
		<-time.After(time.Second)
		crowd(t, h, 3, secretV2)
		if status := <-waits; status != http.StatusOK {
			t.Errorf("the callback whose secret came in time: %d", status)
		}
		all.Wait()
		if n := gathered(h); n != 0 {
			t.Errorf("%d still count as waiting", n)
		}
	})
}

// An ordinary callback never waits, whoever else does.
func TestAnOrdinaryCallbackDoesNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHandler(t, &shelf{})
		h.Now, h.Patience = time.Now, 2*time.Second
		h.Table.confirm(time.Now())
		var all sync.WaitGroup
		flood(&all, h, "dkt_guess", 2*maxGuesses)
		began := time.Now()
		if got := answer(h, knock(nil)); got.StatusCode != http.StatusOK || time.Since(began) != 0 {
			t.Errorf("status %d after %v", got.StatusCode, time.Since(began))
		}
		all.Wait()
	})
}

// Somebody who hangs up when the bytes are sent is waited for all the same: what
// arrived whole is kept, and LINE WORKS never sends it again.
func TestACallerThatLeavesWhileItsURLIsNewIsStored(t *testing.T) {
	for name, change := range map[string]func(*http.Request){
		"new URL": to(prefix + "dkt_new"), "new secret": header("X-WORKS-Signature", sign("new", body2A)),
	} {
		synctest.Test(t, func(t *testing.T) {
			var s shelf
			h := newHandler(t, &s)
			h.Now, h.Patience = time.Now, 2*time.Second
			h.Table.confirm(time.Now())
			caller, hangUp := context.WithCancel(t.Context())
			go func() {
				<-time.After(time.Second / 2)
				hangUp()
				<-time.After(time.Second / 2)
				if name == "new URL" {
					renewed(t, h, 9, "dkt_new", Key{event.V2, "2000001", secretV2})
				} else {
					renewed(t, h, 9, token, Key{event.V2, "2000001", "new"})
				}
			}()
			if got := answer(h, knock(change).WithContext(caller)); got.StatusCode != http.StatusOK || len(s.all()) != 1 {
				t.Errorf("%s: status %d, %d stored", name, got.StatusCode, len(s.all()))
			}
			synctest.Wait()
		})
	}
}

// A callback that waits is not kept until the next turn of the watch, and a crowd
// of guesses makes it ask no more often than one does.
func TestTheWatchHearsThatSomebodyWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHandler(t, &shelf{})
		h.Now, h.Patience = time.Now, 2*time.Second
		r := &registry{answers: func(int64) (*integrationv1.ListEndpointsResponse, error) { return listed(9, "dkt_new"), nil }}
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() {
			ended <- (&Watch{Table: h.Table, Integration: r, Log: zap.NewNop(), Now: time.Now, Every: time.Hour}).Run(ctx)
		}()
		<-time.After(time.Minute)
		began := time.Now()
		for range 10 {
			var all sync.WaitGroup
			flood(&all, h, "dkt_guess", maxGuesses)
			all.Wait()
		}
		if asked, took := len(r.asked), time.Since(began); asked > 2+int(took/wantedEvery) || took > 11*wantedEvery {
			t.Errorf("asked %d times in %v", asked, took)
		}
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}
