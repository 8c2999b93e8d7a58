package store

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/dakoku/dakoku/services/integration/internal/access"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
	"github.com/dakoku/dakoku/services/integration/internal/vault"
)

// slow is a token endpoint that answers when everybody has asked, and counts
// who is there at the same time.
type slow struct {
	mu           sync.Mutex
	calls, there int
	most         int
	fail         int // this many calls are refused
}

func (s *slow) Token(context.Context, credential.Set) (lineworks.Token, error) {
	s.mu.Lock()
	s.calls, s.there = s.calls+1, s.there+1
	s.most = max(s.most, s.there)
	refused := s.calls <= s.fail
	s.mu.Unlock()
	timer := time.NewTimer(30 * time.Millisecond)
	<-timer.C
	s.mu.Lock()
	defer s.mu.Unlock()
	s.there--
	if refused {
		return lineworks.Token{}, errors.New("away")
	}
	return lineworks.Token{Access: "fresh", Life: time.Hour}, nil
}

// TestTwoProcessesRenewOneAtATime lets two processes with connections of their
// own ask for a token that is missing, then refused, then refused while the
// endpoint stumbles: there is never a second call beside another.
func TestTwoProcessesRenewOneAtATime(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	set := f.put(t, v2Set("1"), false).Current
	sealed := vault.Sealed{Tenant: f.tenant, Connection: f.lane.Connection, ID: set.ID, Version: credential.V2}
	endpoint := &slow{}
	var processes []*access.Manager
	for range 2 {
		own := New(f.data.Open(t, Migrations().Role()), f.keys, f.clock.now)
		processes = append(processes, &access.Manager{Store: own, Keys: &fakes{}, Fetch: endpoint, Now: f.clock.now})
	}
	everybody := func(ask func(*access.Manager) (access.Grant, error)) {
		var all sync.WaitGroup
		for i := range 24 {
			all.Go(func() {
				if got, err := ask(processes[i%2]); err == nil && got.Access.Reveal() != "fresh" {
					t.Errorf("token %q", got.Access.Reveal())
				} else if err != nil && endpoint.fail == 0 {
					t.Error(err)
				}
			})
		}
		all.Wait()
	}
	ctx := context.WithoutCancel(t.Context())
	everybody(func(m *access.Manager) (access.Grant, error) { return m.Token(ctx, sealed) })
	if endpoint.calls != 1 || endpoint.most != 1 {
		t.Errorf("missing: %d calls, %d at once", endpoint.calls, endpoint.most)
	}
	everybody(func(m *access.Manager) (access.Grant, error) { return m.Renew(ctx, sealed, access.Grant{Version: 1}) })
	if endpoint.calls != 2 || endpoint.most != 1 {
		t.Errorf("refused: %d calls, %d at once", endpoint.calls, endpoint.most)
	}
	endpoint.fail = 4
	everybody(func(m *access.Manager) (access.Grant, error) { return m.Renew(ctx, sealed, access.Grant{Version: 2}) })
	if endpoint.calls != 5 || endpoint.most != 1 {
		t.Errorf("stumbling: %d calls, %d at once", endpoint.calls, endpoint.most)
	}
}

// A process that was slow to renew does not put its token in the place of one
// that another process stored meanwhile.
func TestALateTokenStaysOut(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	set := f.put(t, v2Set("1"), false).Current.ID
	now := f.clock.now()
	if won, err := f.ClaimRenewal(t.Context(), f.tenant, set, 0, now, now.Add(time.Minute)); !won || err != nil {
		t.Fatalf("%t, %v", won, err)
	}
	for _, token := range []credential.Secret{"first", "late"} {
		next := access.Stored{Version: 1}
		next.Access, next.Expires, next.RefreshAt = token, now.Add(time.Hour), now.Add(time.Hour)
		if err := f.SaveAccessToken(t.Context(), f.tenant, set, next); err != nil {
			t.Fatal(err)
		}
	}
	got, err := f.AccessToken(t.Context(), f.tenant, set)
	if err != nil || got.Access.Reveal() != "first" {
		t.Errorf("%q, %v", got.Access.Reveal(), err)
	}
}
