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
	// ErrEmailTaken is an e-mail address that another account has.
	ErrEmailTaken = errors.New("e-mail address is taken")
	// ErrEnded is a session that was to be replaced, or the session or key of who
	// makes a link, which has ended.
	ErrEnded = errors.New("session has ended")
	// ErrCodeUsed is a recovery code that is none, or was used before.
	ErrCodeUsed = errors.New("recovery code is none or used")
	// ErrChanged is an account that is of another revision by now.
	ErrChanged = errors.New("account has changed")
	// ErrSubjectTaken is an account at the provider that is bound to another one.
	ErrSubjectTaken = errors.New("account at the provider is taken")
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
	Creator string // account that made it, by whose rights it lives
	Created time.Time
	Expires time.Time
	Used    time.Time // to the minute; zero is never
}

// AccountChange is what becomes of an account; the zero value changes nothing.
type AccountChange struct {
	Account        Account
	Changed        bool
	EndSessions    bool
	Renewed        *Session // begins instead of the actor's, who changes the own account; nil for nobody
	EndInvitations bool
	EndKeys        []string     // ids of keys that it made
	EndLinks       []Invitation // that it or its keys made, for whomever
	Record         Record
}

// Made is what an account made, or a key of it, that nobody has ended.
type Made struct {
	Keys  []APIKey
	Links []Invitation // ID, Tenant, Account and Expires
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
	// Offer makes an offer the one that works; ErrSetupDone once set-up is done.
	Offer(ctx context.Context, o SetupOffer) error
	// Offered returns the offer that works; ErrSetupDone once done, ErrNotFound
	// before the first Offer.
	Offered(ctx context.Context) (SetupOffer, error)
	// SetUp stores an installation, locking the offer; ErrSetupDone when the
	// offer is used up or is another one.
	SetUp(ctx context.Context, in Installation, r Record) error
}

// AccountStore keeps organizations and accounts. Every change commits together
// with its record, in this and in the other stores.
type AccountStore interface {
	// Organization reads one; ErrNotFound.
	Organization(ctx context.Context, tenant string) (Organization, error)
	// ChangeOrganization locks an organization, lets change decide, and stores the
	// answer unless dry; ErrNotFound.
	ChangeOrganization(ctx context.Context, tenant string, dry bool, change func(Organization) (OrganizationChange, error)) error
	// Account reads one; ErrNotFound.
	Account(ctx context.Context, tenant, id string) (Account, error)
	// AccountByEmail looks through all tenants by EmailKey; ErrNotFound. The
	// second value is the password hash.
	AccountByEmail(ctx context.Context, key string) (Account, string, error)
	// Accounts lists accounts in the order of their ids, from the one after.
	Accounts(ctx context.Context, tenant, after string, limit int) ([]Account, error)
	// AddAccount stores an account and its first invitation, or with dry only
	// finds out whether it could; ErrEmailTaken, ErrEnded. The link lives by the
	// rights of the record's actor.
	AddAccount(ctx context.Context, a Account, i Invitation, r Record, dry bool) error
	// Found stores an organization, its invited administrator and the invitation;
	// ErrEmailTaken.
	Found(ctx context.Context, o Organization, a Account, i Invitation, r Record) error
	// ChangeAccount locks an account and what decides who governs the
	// organization, lets change decide, and stores the answer unless dry. made
	// lives by the rights of the account. ErrNotFound; ErrEnded when the session or
	// the key of the record's actor has ended.
	ChangeAccount(ctx context.Context, tenant, id string, dry bool, change func(a Account, others Others, made Made) (AccountChange, error)) error
	// ChangePassword stores the hash for the account of the session, ends every
	// session of it and starts this one instead of the record's, with the proof of
	// identity of that one; ErrNotFound
	// when that one has ended, ErrChanged when the account is of another revision.
	ChangePassword(ctx context.Context, revision int64, hash string, renewed Session, r Record) error
}

// FactorStore keeps second factors.
type FactorStore interface {
	// PutFactor stores an unconfirmed factor in place of an unconfirmed one;
	// ErrNotFound when there is a confirmed one.
	PutFactor(ctx context.Context, f Factor, r Record) error
	// Factor reads that of an account; ErrNotFound.
	Factor(ctx context.Context, tenant, account string) (Factor, error)
	// UseStep notes that the code of a period was used; ErrNotFound when it or a
	// later one was used before, or the factor is another one by now.
	UseStep(ctx context.Context, f Factor, step int64) error
	// ConfirmFactor enables a factor with these recovery codes, ends every
	// session of the account and starts this one instead of the record's;
	// ErrNotFound when that one has ended or the factor is another one.
	ConfirmFactor(ctx context.Context, f Factor, codes [][]byte, renewed Session, r Record) error
	// RemoveFactor removes factor and recovery codes, and replaces the sessions
	// like ConfirmFactor; ErrChanged when the account is of another revision.
	// recovery is the hash of the code that proves the factor, nil when a code of
	// the app did; ErrCodeUsed.
	RemoveFactor(ctx context.Context, revision int64, recovery []byte, renewed Session, r Record) error
	// PutRecoveryCodes replaces the recovery codes; ErrNotFound without a
	// confirmed factor.
	PutRecoveryCodes(ctx context.Context, account string, codes [][]byte, r Record) error
	// UseRecoveryCode uses one up; ErrNotFound when it was used before or is none.
	UseRecoveryCode(ctx context.Context, account string, hash []byte, r Record) error
}

// InvitationStore keeps one-time links.
type InvitationStore interface {
	// AddInvitation stores a link of the account at that revision and ends earlier
	// ones; ErrChanged when the account has another one by now, ErrEnded. The link
	// lives by the rights of the record's actor.
	AddInvitation(ctx context.Context, i Invitation, revision int64, r Record) error
	// InvitationByHash looks through all tenants for a link that has not been
	// ended, and its account; ErrNotFound.
	InvitationByHash(ctx context.Context, hash []byte) (Invitation, Account, error)
	// AcceptInvitation uses the link up, stores the hash, makes the account
	// active and ends its sessions; ErrNotFound when the link has ended,
	// ErrChanged when the account is of another revision.
	AcceptInvitation(ctx context.Context, i Invitation, revision int64, hash string, r Record) error
}

// SessionStore keeps sessions.
type SessionStore interface {
	// StartSession stores a session and ends the one it replaces, if any, in the
	// organization of that one, with its record when it is another;
	// ErrNotFound when the account is not active or not of that revision: its
	// password may be another one by now. Where the old one is required, ErrEnded when
	// it has ended, and ErrChanged when it lives and the account is of another revision.
	StartSession(ctx context.Context, s Session, revision int64, old Replaced, r Record) error
	// SessionByHash looks through all tenants for one that has not been ended, of
	// an active account; ErrNotFound. Of the account it fills the rights only.
	SessionByHash(ctx context.Context, hash []byte) (Session, Account, error)
	// Sessions lists those of an account that were used and made since, newest
	// first: at most limit, older than the session before unless it is empty.
	Sessions(ctx context.Context, tenant, account, before string, limit int, usedSince, madeSince time.Time) ([]Session, error)
	// TouchSession notes the time of the last request.
	TouchSession(ctx context.Context, s Session, now time.Time) error
	// Note writes the record of something that changed nothing.
	Note(ctx context.Context, r Record) error
	// EndSession ends a session of an account; ErrNotFound.
	EndSession(ctx context.Context, account, id string, r Record) error
	// EndSessions ends every session of an account and writes what the record says
	// of them; ErrNotFound without account.
	EndSessions(ctx context.Context, account string, r Record) error
}

// KeyStore keeps API keys.
type KeyStore interface {
	// AddKey stores a key while the session of the record's actor lives;
	// ErrNotFound.
	AddKey(ctx context.Context, k APIKey, r Record) error
	// Keys lists live keys in the order of their ids, from the one after.
	Keys(ctx context.Context, tenant, after string, limit int, now time.Time) ([]APIKey, error)
	// Key reads one that has not been ended; ErrNotFound.
	Key(ctx context.Context, tenant, id string) (APIKey, error)
	// KeyByHash looks through all tenants for one that has not been ended;
	// ErrNotFound.
	KeyByHash(ctx context.Context, hash []byte) (APIKey, error)
	// TouchKey notes the time of the last request.
	TouchKey(ctx context.Context, k APIKey, now time.Time) error
	// EndKey ends a live key and the links that it made; ErrNotFound.
	EndKey(ctx context.Context, id string, r Record) error
}

// AttemptStore counts wrong attempts.
type AttemptStore interface {
	// ChangeAttempts locks what is remembered under key, lets change decide,
	// and stores the answer.
	ChangeAttempts(ctx context.Context, key []byte, change func(Attempts) Attempts) error
	// ForgetAttempts removes what is remembered under key.
	ForgetAttempts(ctx context.Context, key []byte) error
}

// OpenIDStore keeps who is who at the provider, and log-ins that are on their way.
type OpenIDStore interface {
	// PutErrand stores an errand.
	PutErrand(ctx context.Context, e Errand) error
	// TakeErrand removes the errand of a browser and returns it, once;
	// ErrNotFound when there is none or it has expired.
	TakeErrand(ctx context.Context, hash []byte, now time.Time) (Errand, error)
	// AccountBySubject looks through all tenants for the account that is bound;
	// ErrNotFound.
	AccountBySubject(ctx context.Context, subject []byte) (Account, error)
	// Bind locks as ChangeAccount does and asks may, whose error it returns. Then it
	// uses the link up, makes its account active, takes its password and an
	// earlier binding away and ends its sessions; ErrNotFound when the link was
	// used or has expired, ErrChanged when the account is of another revision,
	// ErrSubjectTaken.
	Bind(ctx context.Context, i Invitation, revision int64, b Binding, may func(a Account, others Others) error, r Record) error
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
	InvitationStore
	FactorStore
	SessionStore
	KeyStore
	AttemptStore
	OpenIDStore
}
