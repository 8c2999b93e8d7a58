// Package access hands out access tokens of LINE WORKS. One token of a set of
// keys serves all processes; whoever finds it old renews it, one at a time, and
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

	"github.com/dakoku/dakoku/platform/run"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
	"github.com/dakoku/dakoku/services/integration/internal/vault"
)

const (
	// renewalLease is how long one process may take to renew.
	renewalLease = 20 * time.Second
	// fetchLimit and then settleLimit are below it: a claim never ends while its
	// owner fetches and stores, or two would renew at once.
	fetchLimit  = 15 * time.Second
	settleLimit = 2 * time.Second
	// waitStep is how often others look whether the renewal is done.
	waitStep = 50 * time.Millisecond
	// margin before the end of its life in which a token is not used.
	margin = 10 * time.Second
)

// The compiler refuses a lease that does not outlast what is done under it.
const _ = uint64(renewalLease - fetchLimit - settleLimit - time.Second)

// Stored is the token that all processes share for one set of keys. The zero
// value is none.
type Stored struct {
	Access    credential.Secret
	Version   int64 // grows with every renewal
	Expires   time.Time
	RefreshAt time.Time // from then on it is renewed before it ends
	// Keys is what the token was given for, which proves it. It is only written.
	Keys credential.Summary
}

// Given is what is stored of a token that LINE WORKS gave now for the keys.
func Given(token lineworks.Token, version int64, keys credential.Summary, now time.Time) Stored {
	return Stored{
		Access: token.Access, Version: version, Keys: keys,
		Expires: now.Add(token.Life), RefreshAt: now.Add(token.Life/2 + rand.N(token.Life/10+1)),
	}
}

// Grant is a token to use; Version names it when it is refused.
type Grant struct {
	Access  credential.Secret
	Version int64
}

// Store keeps the shared tokens, one for each set.
type Store interface {
	// AccessToken reads the token; the zero value when there is none.
	AccessToken(ctx context.Context, tenant, set string) (Stored, error)
	// ClaimRenewal makes the caller the one who renews until the given time;
	// false when somebody else is, or the token is no longer this version.
	ClaimRenewal(ctx context.Context, tenant, set string, version int64, now, until time.Time) (bool, error)
	// SaveAccessToken stores the token after next.Version-1 and ends the claim.
	SaveAccessToken(ctx context.Context, tenant, set string, next Stored) error
	// EndRenewal ends the claim without a token.
	EndRenewal(ctx context.Context, tenant, set string) error
}

// Keys opens a set to fetch a token with it.
type Keys interface {
	Open(ctx context.Context, p vault.Purpose, s vault.Sealed) (credential.Set, error)
}

// Fetcher fetches a token from the platform.
type Fetcher interface {
	Token(ctx context.Context, set credential.Set) (lineworks.Token, error)
}

// Manager hands out tokens. All fields are required.
type Manager struct {
	Store Store
	Keys  Keys
	Fetch Fetcher
	Now   func() time.Time
}

// Token returns a token that is good now.
func (m *Manager) Token(ctx context.Context, k vault.Sealed) (Grant, error) {
	return m.after(ctx, k, 0)
}

// Renew returns a token newer than the refused one; somebody else may have
// fetched it already.
func (m *Manager) Renew(ctx context.Context, k vault.Sealed, refused Grant) (Grant, error) {
	return m.after(ctx, k, refused.Version)
}

func (m *Manager) after(ctx context.Context, k vault.Sealed, refused int64) (Grant, error) {
	for {
		have, err := m.Store.AccessToken(ctx, k.Tenant, k.ID)
		if err != nil {
			return Grant{}, err
		}
		now := m.Now()
		usable := have.Version > refused && now.Before(have.Expires.Add(-margin))
		if usable && now.Before(have.RefreshAt) {
			return have.grant(), nil
		}
		won, err := m.Store.ClaimRenewal(ctx, k.Tenant, k.ID, have.Version, now, now.Add(renewalLease))
		switch {
		case err != nil:
			return Grant{}, err
		case won:
			return m.renew(ctx, k, have, usable)
		case usable:
			return have.grant(), nil
		}
		if err := run.Pause(ctx, waitStep); err != nil {
			return Grant{}, err
		}
	}
}

// renew fetches the next token. When that fails early in good time, the claim
// is left to run out: it keeps everybody from asking again at once.
func (m *Manager) renew(ctx context.Context, k vault.Sealed, have Stored, usable bool) (Grant, error) {
	token, keys, err := m.fetch(ctx, k)
	if err != nil && usable {
		return have.grant(), nil
	}
	settle, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleLimit)
	defer cancel()
	if err != nil {
		if end := m.Store.EndRenewal(settle, k.Tenant, k.ID); end != nil {
			return Grant{}, fmt.Errorf("%w (and the renewal stays claimed: %w)", err, end)
		}
		return Grant{}, err
	}
	next := Given(token, have.Version+1, keys, m.Now())
	if err := m.Store.SaveAccessToken(settle, k.Tenant, k.ID, next); err != nil {
		return Grant{}, err
	}
	return next.grant(), nil
}

// fetch opens the keys and asks LINE WORKS, in less time than the claim lasts.
func (m *Manager) fetch(ctx context.Context, k vault.Sealed) (lineworks.Token, credential.Summary, error) {
	ctx, cancel := context.WithTimeout(ctx, fetchLimit)
	defer cancel()
	set, err := m.Keys.Open(ctx, vault.FetchToken, k)
	if err != nil {
		return lineworks.Token{}, credential.Summary{}, err
	}
	token, err := m.Fetch.Token(ctx, set)
	return token, set.Summary(), err
}

func (s Stored) grant() Grant { return Grant{Access: s.Access, Version: s.Version} }
