package identity

import (
	"context"
	"errors"
	"time"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/google/uuid"
)

// Desk is where people and programs identify themselves. Make it with NewDesk.
type Desk struct {
	store  Store
	keys   Keys
	now    func() time.Time
	hash   func(ctx context.Context, password string) (string, error)
	verify func(ctx context.Context, encoded, password string) (bool, error)
	dummy  string        // a hash that no password has
	gate   chan struct{} // one set-up at a time in this process

	provider Provider // nil: people log in with passwords alone
}

// NewDesk makes a Desk. keys seal what must be read again; now is the clock.
func NewDesk(ctx context.Context, store Store, keys Keys, now func() time.Time) (*Desk, error) {
	hasher := NewHasher()
	dummy, err := hasher.Hash(ctx, newSessionSecret())
	if err != nil {
		return nil, err
	}
	return &Desk{
		store: store, keys: keys, now: now, hash: hasher.Hash, verify: hasher.Verify,
		dummy: dummy, gate: make(chan struct{}, 1),
	}, nil
}

// Login is a fresh session with its secret, the only time it is known.
type Login struct {
	Account      Account
	Organization Organization
	Session      Session
	Secret       string
}

// newSession makes a session of somebody who has proved right now to be the
// account, and its secret.
func newSession(account Account, now time.Time, place Place) (Session, string) {
	secret := newSessionSecret()
	return Session{
		ID: newID(), Tenant: account.Tenant, Account: account.ID, Hash: Hash(secret), Created: now, Used: now, Proved: now,
		Address: place.Address, Agent: place.Agent,
	}, secret
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// Unidentified is the answer to whoever has no session and no key that lives.
func Unidentified() *fault.Fault {
	return fault.New(fault.Unauthenticated, "UNAUTHENTICATED", fault.Text{
		JA: "ログインが必要です。", EN: "You are not signed in."})
}

func absent(err error) bool { return errors.Is(err, ErrNotFound) }
