package access

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
	"github.com/dakoku/dakoku/services/integration/internal/vault"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// memory is a Store as the database is one.
type memory struct {
	mu       sync.Mutex
	stored   Stored
	renewing time.Time
}

func (m *memory) AccessToken(context.Context, string, string) (Stored, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.stored, nil
}

func (m *memory) ClaimRenewal(_ context.Context, _, _ string, version int64, now, until time.Time) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.stored.Version != version || m.renewing.After(now) {
		return false, nil
	}
	m.renewing = until
	return true, nil
}

func (m *memory) SaveAccessToken(_ context.Context, _, _ string, next Stored) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.stored, m.renewing = next, time.Time{}
	return nil
}

func (m *memory) EndRenewal(context.Context, string, string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.renewing = time.Time{}
	return nil
}

// fetcher counts and waits for leave to answer.
type fetcher struct {
	mu    sync.Mutex
	calls int
	leave chan struct{}
	err   error
}

func (f *fetcher) Token(context.Context, credential.Set) (lineworks.Token, error) {
	f.mu.Lock()
	f.calls++
	f.mu.Unlock()
	if f.leave != nil {
		<-f.leave
	}
	return lineworks.Token{Access: "fresh", Life: time.Hour}, f.err
}

var keys = vault.Sealed{ID: "set"}

// unlocked opens every set.
type unlocked struct{}

func (unlocked) Open(context.Context, vault.Purpose, vault.Sealed) (credential.Set, error) {
	return credential.Set{}, nil
}

func manager(m *memory, f *fetcher, at time.Time) *Manager {
	return &Manager{Store: m, Keys: unlocked{}, Fetch: f, Now: func() time.Time { return at }}
}

func TestManyProcessesRenewOnce(t *testing.T) {
	store, fetch := &memory{}, &fetcher{leave: make(chan struct{})}
	var all sync.WaitGroup
	started := make(chan struct{}, 32)
	for range 32 {
		m := manager(store, fetch, noon)
		all.Go(func() {
			started <- struct{}{}
			got, err := m.Token(t.Context(), keys)
			if err != nil || got.Access.Reveal() != "fresh" || got.Version != 1 {
				t.Errorf("%v, %v", got, err)
			}
		})
	}
	for range 32 {
		<-started
	}
	close(fetch.leave)
	all.Wait()
	if fetch.calls != 1 {
		t.Errorf("%d token calls", fetch.calls)
	}
	// All of them see their token refused: still one renewal.
	for range 32 {
		m := manager(store, fetch, noon)
		all.Go(func() {
			if got, err := m.Renew(t.Context(), keys, Grant{Version: 1}); err != nil || got.Version != 2 {
				t.Errorf("%v, %v", got, err)
			}
		})
	}
	all.Wait()
	if fetch.calls != 2 {
		t.Errorf("%d token calls after a refusal", fetch.calls)
	}
}

func TestLifeOfAToken(t *testing.T) {
	have := Stored{Access: "old", Version: 7, Expires: noon.Add(time.Hour), RefreshAt: noon.Add(30 * time.Minute)}
	away := &lineworks.Failure{Class: lineworks.Temporary}
	for name, c := range map[string]struct {
		at    time.Time
		err   error
		want  string
		calls int
	}{
		"young":               {noon, nil, "old", 0},
		"half its life":       {noon.Add(31 * time.Minute), nil, "fresh", 1},
		"half, endpoint away": {noon.Add(31 * time.Minute), away, "old", 1},
		"nearly over":         {noon.Add(time.Hour - time.Second), nil, "fresh", 1},
		"over, endpoint away": {noon.Add(2 * time.Hour), away, "", 1},
		"over, keys refused":  {noon.Add(2 * time.Hour), &lineworks.Failure{Class: lineworks.Unauthorized}, "", 1},
	} {
		t.Run(name, func(t *testing.T) {
			store, fetch := &memory{stored: have}, &fetcher{err: c.err}
			got, err := manager(store, fetch, c.at).Token(t.Context(), keys)
			if got.Access.Reveal() != c.want || fetch.calls != c.calls || (err == nil) != (c.want != "") {
				t.Errorf("%q after %d calls, %v", got.Access.Reveal(), fetch.calls, err)
			}
			if c.want == "" && !store.renewing.IsZero() {
				t.Error("the failed renewal stays claimed")
			}
		})
	}
}

// While an early renewal fails, the endpoint is not asked for every message.
func TestEarlyRenewalRests(t *testing.T) {
	store := &memory{stored: Stored{Access: "old", Version: 7, Expires: noon.Add(time.Hour), RefreshAt: noon}}
	fetch := &fetcher{err: errors.New("away")}
	m := manager(store, fetch, noon)
	for range 50 {
		if got, err := m.Token(t.Context(), keys); err != nil || got.Version != 7 {
			t.Fatal(err)
		}
	}
	if fetch.calls != 1 {
		t.Errorf("%d calls", fetch.calls)
	}
}

func TestWaitingEndsWithTheContext(t *testing.T) {
	store := &memory{renewing: noon.Add(time.Hour)}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := manager(store, &fetcher{}, noon).Token(ctx, keys); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
