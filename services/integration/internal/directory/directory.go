// Package directory says which employee the sender of a callback is. API 1.0
// names the login id; API 2.0 names a userId that LINE WORKS is asked about once
// and that is then remembered.
//
// It knows when an answer is fresh, when to ask and when to wait. It refuses to
// know SQL, HTTP and what employees are.
package directory

import (
	"context"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/dakoku/dakoku/services/integration/internal/access"
	"github.com/dakoku/dakoku/services/integration/internal/connection"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/link"
	"github.com/dakoku/dakoku/services/integration/internal/vault"
)

const (
	// linkedLife is how long a remembered login id of a linked person holds;
	// login ids can change.
	linkedLife = 24 * time.Hour
	// unlinkedLife is how long "linked to nobody" and "no such user" hold.
	unlinkedLife = time.Minute
	// lookups run at the same time in all.
	maxLookups = 8
)

// Sender is a person as a callback names them.
type Sender struct {
	Tenant, Connection string
	Version            credential.Version
	User               string
}

// State tells how far a sender is known.
type State uint8

// The states. The zero value is none.
const (
	_ State = iota
	Linked
	Unlinked
	Pending
	Inactive // the connection records nothing
)

// Answer says who a sender is. Employee is set when Linked, RetryAfter when
// Pending.
type Answer struct {
	State      State
	Employee   string
	RetryAfter time.Duration
}

// Question is what to read about one organization.
type Question struct{ Connections, Users, Accounts []string }

// Remembered is what LINE WORKS said about a userId; an empty LoginID means
// that it knows no such user.
type Remembered struct {
	LoginID string
	Checked time.Time
}

// Known is what is stored: states by connection, senders by userId, employees
// by account.
type Known struct {
	States    map[string]string
	Senders   map[string]Remembered
	Employees map[string]string
}

// Store remembers people.
type Store interface {
	People(ctx context.Context, tenant string, q Question) (Known, error)
	Remember(ctx context.Context, tenant, user string, r Remembered) error
	// SealedKeys lists the sets of keys that may be used, the best first.
	SealedKeys(ctx context.Context, tenant, connection string) ([]vault.Sealed, error)
}

// Tokens hands out access tokens.
type Tokens interface {
	Token(ctx context.Context, k vault.Sealed) (access.Grant, error)
	Renew(ctx context.Context, k vault.Sealed, refused access.Grant) (access.Grant, error)
}

// Platform looks people up.
type Platform interface {
	LoginID(ctx context.Context, token credential.Secret, user string) (string, error)
}

// Resolver resolves senders. Make it with New.
type Resolver struct {
	store    Store
	tokens   Tokens
	platform Platform
	now      func() time.Time
	slots    chan struct{}
	flights  singleflight.Group
	holds    holds
}

// New makes a resolver.
func New(store Store, tokens Tokens, platform Platform, now func() time.Time) *Resolver {
	return &Resolver{store: store, tokens: tokens, platform: platform, now: now, slots: make(chan struct{}, maxLookups)}
}

// Key is the spelling under which an account is linked.
func Key(account string) string { return link.Key(account) }

// linkedTo finds the employee of a sender: the account that a person typed may
// be the login id or the userId itself.
func (k Known) linkedTo(s Sender) (string, bool) {
	if employee, ok := k.Employees[Key(s.User)]; ok {
		return employee, true
	}
	if s.Version == credential.V2 {
		employee, ok := k.Employees[Key(k.Senders[s.User].LoginID)]
		return employee, ok
	}
	return "", false
}

// decide answers from what is known; ask tells that LINE WORKS should be asked
// first.
func (k Known) decide(s Sender, now time.Time) (answer Answer, ask bool) {
	if !connection.State(k.States[s.Connection]).Records() {
		return Answer{State: Inactive}, false
	}
	employee, linked := k.linkedTo(s)
	answer = Answer{State: Unlinked}
	if linked {
		answer = Answer{State: Linked, Employee: employee}
	}
	if _, direct := k.Employees[Key(s.User)]; direct || s.Version != credential.V2 {
		return answer, false
	}
	age := now.Sub(k.Senders[s.User].Checked)
	return answer, age >= linkedLife || (!linked && age >= unlinkedLife)
}
