// Package access hands out access tokens of LINE WORKS. One token serves all
// processes; whoever finds it old renews it, one at a time per connection, and
// nobody waits inside a transaction.
//
// It knows lives of tokens. It refuses to know messages and how tokens are
// stored.
package access

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
)

const (
	// renewalLease is how long one process may take to renew.
	renewalLease = 20 * time.Second
	// waitStep is how often others look whether the renewal is done.
	waitStep = 50 * time.Millisecond
	// margin before the end of its life in which a token is not used.
	margin = 10 * time.Second
)

// Account is on whose behalf a token is asked for.
type Account struct {
	Tenant, Connection string
	Revision           int64 // of the credentials
	Set                credential.Set
}

// Stored is the token that all processes share. The zero value is none.
type Stored struct {
	Access    credential.Secret
	Revision  int64 // of the credentials that fetched it
	Version   int64 // grows with every renewal
	Expires   time.Time
	RefreshAt time.Time // from then on it is renewed before it ends
}

// Grant is a token to use; Version names it when it is refused.
type Grant struct {
	Access  credential.Secret
	Version int64
}

// Store keeps the shared token.
type Store interface {
	// AccessToken reads the token; the zero value when there is none.
	AccessToken(ctx context.Context, tenant, connection string) (Stored, error)
	// ClaimRenewal makes the caller the one who renews until the given time;
	// false when somebody else is, or the token is no longer this version.
	ClaimRenewal(ctx context.Context, tenant, connection string, version int64, now, until time.Time) (bool, error)
	// SaveAccessToken stores the token after next.Version-1 and ends the claim.
	SaveAccessToken(ctx context.Context, tenant, connection string, next Stored) error
	// EndRenewal ends the claim without a token.
	EndRenewal(ctx context.Context, tenant, connection string) error
}

// Fetcher fetches a token from the platform.
type Fetcher interface {
	Token(ctx context.Context, set credential.Set) (lineworks.Token, error)
}

// Manager hands out tokens. All fields are required.
type Manager struct {
	Store Store
	Fetch Fetcher
	Now   func() time.Time
}

// Token returns a token that is good now.
func (m *Manager) Token(ctx context.Context, a Account) (Grant, error) { return m.after(ctx, a, 0) }

// Renew returns a token newer than the refused one; somebody else may have
// fetched it already.
func (m *Manager) Renew(ctx context.Context, a Account, refused Grant) (Grant, error) {
	return m.after(ctx, a, refused.Version)
}

func (m *Manager) after(ctx context.Context, a Account, refused int64) (Grant, error) {
	for {
		have, err := m.Store.AccessToken(ctx, a.Tenant, a.Connection)
		if err != nil {
			return Grant{}, err
		}
		now := m.Now()
		usable := have.Revision == a.Revision && have.Version > refused && now.Before(have.Expires.Add(-margin))
		if usable && now.Before(have.RefreshAt) {
			return have.grant(), nil
		}
		won, err := m.Store.ClaimRenewal(ctx, a.Tenant, a.Connection, have.Version, now, now.Add(renewalLease))
		switch {
		case err != nil:
			return Grant{}, err
		case won:
			return m.renew(ctx, a, have, usable)
		case usable:
			return have.grant(), nil
		}
		if err := pause(ctx, waitStep); err != nil {
			return Grant{}, err
		}
	}
}

// renew fetches the next token. When that fails early in good time, the claim
// is left to run out: it keeps everybody from asking again at once.
func (m *Manager) renew(ctx context.Context, a Account, have Stored, usable bool) (Grant, error) {
	token, err := m.Fetch.Token(ctx, a.Set)
	if err != nil && usable {
		return have.grant(), nil
	}
	settle, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	if err != nil {
		if end := m.Store.EndRenewal(settle, a.Tenant, a.Connection); end != nil {
			return Grant{}, fmt.Errorf("%w (and the renewal stays claimed: %w)", err, end)
		}
		return Grant{}, err
	}
	now := m.Now()
	next := Stored{
		Access: token.Access, Revision: a.Revision, Version: have.Version + 1,
		Expires: now.Add(token.Life), RefreshAt: now.Add(token.Life/2 + rand.N(token.Life/10+1)),
	}
	if err := m.Store.SaveAccessToken(settle, a.Tenant, a.Connection, next); err != nil {
		return Grant{}, err
	}
	return next.grant(), nil
}

func (s Stored) grant() Grant { return Grant{Access: s.Access, Version: s.Version} }

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
