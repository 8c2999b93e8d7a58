package identity

import (
	"context"
	"errors"
	"time"
)

// What a Store answers instead of a row.
var (
	// ErrNotFound is an absent row, or one of another tenant.
	ErrNotFound = errors.New("not found")
	// ErrSetupDone is a set-up that somebody else has done.
	ErrSetupDone = errors.New("set-up is done")
)

// Installation is everything that set-up makes, in one transaction.
type Installation struct {
	SecretHash   []byte // the offer it uses up
	Organization Organization
	Account      Account
	PasswordHash string
	Session      Session
}

// APIKey lets a program use the admin door.
type APIKey struct {
	ID      string
	Tenant  string
	Name    string // what it is for
	Role    Role
	Hash    []byte // of the secret
	Creator string // account or key that made it
	Created time.Time
	Expires time.Time
}

// Calendar is what attendance must know of an organization.
type Calendar struct {
	Tenant     string
	Revision   int64
	TimeZone   string
	ClosingDay int
}

// SetupStore keeps the one offer of a set-up.
type SetupStore interface {
	// Offer makes hash the setup secret; ErrSetupDone once set-up is done.
	Offer(ctx context.Context, hash []byte) error
	// Offered returns the hash of the setup secret; ErrSetupDone once done,
	// ErrNotFound before the first Offer.
	Offered(ctx context.Context) ([]byte, error)
	// SetUp stores an installation, locking the offer; ErrSetupDone when the
	// offer is used up or is another one.
	SetUp(ctx context.Context, in Installation, now time.Time) error
}

// AccountStore reads organizations and accounts.
type AccountStore interface {
	// Organization reads one; ErrNotFound.
	Organization(ctx context.Context, tenant string) (Organization, error)
	// Account reads one; ErrNotFound.
	Account(ctx context.Context, tenant, id string) (Account, error)
	// AccountByEmail looks through all tenants by EmailKey; ErrNotFound. The
	// second value is the password hash.
	AccountByEmail(ctx context.Context, key string) (Account, string, error)
}

// SessionStore keeps sessions.
type SessionStore interface {
	// StartSession stores a session and ends the one it replaces, if any.
	StartSession(ctx context.Context, s Session, replaces string) error
	// SessionByHash looks through all tenants for one that has not been ended;
	// ErrNotFound. Of the account it tells the role and the employee.
	SessionByHash(ctx context.Context, hash []byte) (Session, Account, error)
	// TouchSession notes the time of the last request.
	TouchSession(ctx context.Context, s Session, now time.Time) error
	// EndSession ends a session; ErrNotFound.
	EndSession(ctx context.Context, tenant, id string, now time.Time) error
}

// KeyStore keeps API keys.
type KeyStore interface {
	// AddKey stores a key.
	AddKey(ctx context.Context, k APIKey) error
	// Keys lists live keys in the order of their ids, from the one after.
	Keys(ctx context.Context, tenant, after string, limit int, now time.Time) ([]APIKey, error)
	// KeyByHash looks through all tenants for one that has not been ended;
	// ErrNotFound.
	KeyByHash(ctx context.Context, hash []byte) (APIKey, error)
	// EndKey ends a live key; ErrNotFound.
	EndKey(ctx context.Context, tenant, id string, now time.Time) error
}

// AttemptStore counts wrong attempts.
type AttemptStore interface {
	// ChangeAttempts locks what is remembered under key, lets change decide,
	// and stores the answer.
	ChangeAttempts(ctx context.Context, key []byte, change func(Attempts) Attempts) error
	// ForgetAttempts removes what is remembered under key.
	ForgetAttempts(ctx context.Context, key []byte) error
}

// CalendarStore knows which calendars attendance has not heard of.
type CalendarStore interface {
	// Unpushed lists some of them, over all tenants.
	Unpushed(ctx context.Context) ([]Calendar, error)
	// Pushed notes that attendance has this revision.
	Pushed(ctx context.Context, tenant string, revision int64) error
}

// Store is everything that Desk keeps.
type Store interface {
	SetupStore
	AccountStore
	SessionStore
	KeyStore
	AttemptStore
}
