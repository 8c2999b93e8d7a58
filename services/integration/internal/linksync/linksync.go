// Package linksync works on runs of the directory sync: it reads who is in the
// LINE WORKS directory, page by page, and compares the employees with it. A run
// is a row that outlives its worker: whoever leases it goes on where the last
// step was stored.
//
// It knows the steps of a run, what ends it and what makes it wait. It refuses
// to know how people are matched and how runs are stored.
package linksync

import (
	"context"
	"time"

	"go.uber.org/zap"

	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
	"github.com/dakoku/dakoku/services/integration/internal/link"
	"github.com/dakoku/dakoku/services/integration/internal/vault"
)

const (
	// leaseTime is longer than a step takes. Whoever dies is replaced after it; a
	// step that takes longer is done once more by somebody else and stored once.
	leaseTime = 30 * time.Second
	// longestRun is how long a run may take in all.
	longestRun = 6 * time.Hour
	// maxPages is how many pages of a hundred people are read: several times the
	// largest company. A directory that names ever new pages is no directory.
	maxPages = 10_000
	// wait is the rest after trouble that passes by itself, unless LINE WORKS
	// says how long.
	wait = 10 * time.Second
	// shortest is the least rest for want of budget: it lets several pages through,
	// and each time a run goes on costs an access token.
	shortest = 15 * time.Second
	// chunk is how many employees are compared in one transaction.
	chunk = 500
	// maxRuns is how many runs a process works on at the same time.
	maxRuns = 4
)

// Run is a run in the hands of a worker.
type Run struct {
	Tenant, ID, Connection string
	Only                   bool   // store no link
	Relink                 bool   // replace accounts that were created anew
	Actor                  string // who started it
	Lease                  int64
	AllRead                bool   // every page of the directory is stored
	Cursor                 string // of the next page
	Pages                  int    // that are stored
	ComparedTo             string // id of the last employee compared
	Started                time.Time
	Asked                  int       // questions about people one by one that were answered
	Home                   link.Home // the LINE WORKS that is read
	Unasked                bool      // somebody stays as they were, because the run has asked enough, or for long enough
}

// Store keeps runs. Each step is stored in one transaction, if the lease is still
// the run's; false when it is not.
type Store interface {
	DueSyncs(ctx context.Context, now time.Time, limit int) ([][2]string, error)
	// ClaimSync leases a run; nil when somebody else has it.
	ClaimSync(ctx context.Context, tenant, id string, now, until time.Time) (*Run, error)
	// KeepPeople stores a page and where the next starts; "" is the end.
	KeepPeople(ctx context.Context, r Run, people []link.Member, next string, until time.Time) (bool, error)
	// Unlisted are at most limit links whose people the directory did not list and who are
	// not known to be of another LINE WORKS: of employees who are active, and of others as
	// far as nobody knows them to be gone. Whom
	// LINE WORKS was asked about the longest ago come first.
	Unlisted(ctx context.Context, r Run, staff []link.Employee, limit int) ([]link.Link, error)
	// KeepPerson stores who the person of such a link is: who is not Active is gone.
	KeepPerson(ctx context.Context, r Run, asked link.Link, m link.Member, until time.Time) (bool, error)
	// KeepUnknown stores that nobody can tell of the person, who stays as they are.
	KeepUnknown(ctx context.Context, r Run, asked link.Link, until time.Time) (bool, error)
	// KeepUnasked stores that somebody stays as they are because the run has asked enough,
	// or for long enough.
	KeepUnasked(ctx context.Context, r Run, until time.Time) (bool, error)
	// Compare links employees, in the order of their ids.
	Compare(ctx context.Context, r Run, staff []link.Employee, emails link.Emails, until time.Time) (bool, error)
	// EndSync ends the run; an empty reason is success, and link.MembersUnasked is.
	EndSync(ctx context.Context, r Run, reason string) (bool, error)
	// ProlongSync moves the end of the lease: to go on, or to rest until then.
	ProlongSync(ctx context.Context, r Run, until time.Time) (bool, error)
	SealedKeys(ctx context.Context, tenant, connection string) ([]vault.Sealed, error)
	// SpendCall takes a page out of the connection's budget, which all processes
	// share; a positive wait: it has none for so long.
	SpendCall(ctx context.Context, tenant, connection string, api lineworks.API) (wait time.Duration, err error)
	// SpendSpare takes a question about one person out of what punches leave of it.
	SpendSpare(ctx context.Context, tenant, connection string, api lineworks.API) (wait time.Duration, err error)
	// LearnCalls takes over what an answer said about the limit.
	LearnCalls(ctx context.Context, tenant, connection string, api lineworks.API, rate lineworks.Rate) error
}

// Keys opens a set to fetch a token with it.
type Keys interface {
	Open(ctx context.Context, p vault.Purpose, s vault.Sealed) (credential.Set, error)
}

// Staff names the employees of an organization in the order of their ids.
type Staff interface {
	Employees(ctx context.Context, tenant string) ([]link.Employee, error)
}

// Platform is the LINE WORKS directory.
type Platform interface {
	TokenFor(ctx context.Context, set credential.Set, scopes ...string) (lineworks.Token, error)
	Members(ctx context.Context, access credential.Secret, cursor string) ([]lineworks.Member, string, lineworks.Rate, error)
	// Person asks about the one who has a userId or a login id, and may be in any domain.
	Person(ctx context.Context, access credential.Secret, who string) (lineworks.Member, lineworks.Rate, error)
}

// Config is what a worker needs; Poll, MaxPages and MaxAsked have defaults.
type Config struct {
	Store    Store
	Keys     Keys
	Staff    Staff
	Platform Platform
	Now      func() time.Time
	Log      *zap.Logger
	Poll     time.Duration // how often to look for runs; 0 is a second
	MaxPages int           // of a directory; 0 is ten thousand
	MaxAsked int           // people asked about one by one in a run; 0 is two thousand
}
