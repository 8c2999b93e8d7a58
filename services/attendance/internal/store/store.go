package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/seal"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations is the schema of the attendance context.
func Migrations() postgres.Migrations {
	return postgres.Migrations{Context: "attendance", Files: migrations, Duties: []string{purgeDuty}}
}

// purgeDuty is the duty to remove what is over, see migration 0014.
const purgeDuty = "purge"

// Sealed names every column of the schema that is sealed.
func Sealed() []postgres.SealedColumn {
	return []postgres.SealedColumn{
		{Table: "seal_check", Column: "value"}, {Table: "punches", Column: "sealed_text"}, {Table: "held_punches", Column: "sealed_text"},
	}
}

// Store reads and writes the attendance context. It is safe for concurrent use.
type Store struct {
	db    *postgres.DB
	now   func() time.Time
	own   func() time.Time // bounds what is removed
	zones zones
}

// New makes a store on an open database; now is the clock of "recorded at" and of history.
func New(db *postgres.DB, now func() time.Time) *Store {
	s := &Store{db: db, now: inMilliseconds(now)}
	s.own = s.now
	return s
}

func inMilliseconds(now func() time.Time) func() time.Time {
	return func() time.Time { return now().UTC().Truncate(time.Millisecond) }
}

// Bounded makes the store remove nothing that is not over by another clock, too: that of the machine, where the store's
// is the database's.
func (s *Store) Bounded(own func() time.Time) *Store {
	s.own = inMilliseconds(own)
	return s
}

// Now is the store's clock, in milliseconds.
func (s *Store) Now() time.Time { return s.now() }

// in runs fn in one transaction that sees exactly these tenants, and of them what the caller in ctx reaches, and notes in
// the audit what that caller changes. A database that is away for a moment becomes an Unavailable fault; a fault of fn
// stays as it is.
func (s *Store) in(ctx context.Context, fn func(context.Context, pgx.Tx) error, tenants ...string) error {
	return away(s.db.InTx(ctx, postgres.Tenants(tenants...), audited(ctx, limited(ctx, fn))))
}

func away(err error) error {
	if err == nil {
		return nil
	}
	code := postgres.Code(err)
	if postgres.Unavailable(err) || errors.Is(err, seal.ErrAway) || code == lockNotAvailable || code == queryCanceled || code == deadlock || code == serialization {
		return fault.New(fault.Unavailable, "UNAVAILABLE", fault.Text{
			JA: "一時的に利用できません。しばらくしてからもう一度お試しください。",
			EN: "Temporarily unavailable. Please try again later.",
		}).Because(err)
	}
	return err
}

// SQLSTATEs that mean: not now.
const (
	lockNotAvailable = "55P03"
	queryCanceled    = "57014"
	deadlock         = "40P01"
	serialization    = "40001"
)

func newID() (string, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return "", fmt.Errorf("make an id: %w", err)
	}
	return id.String(), nil
}

func canonical(id string) (string, bool) {
	parsed, err := uuid.Parse(id)
	return parsed.String(), err == nil && len(id) == 36
}

// errDry undoes a transaction whose result was wanted and whose effect was not.
var errDry = errors.New("dry run")

// dry makes fn's transaction roll back when only checking was asked for.
func dry(only bool, fn func(context.Context, pgx.Tx) error) func(context.Context, pgx.Tx) error {
	return func(ctx context.Context, tx pgx.Tx) error {
		if err := fn(ctx, tx); err != nil || !only {
			return err
		}
		return errDry
	}
}

func wet(err error) error {
	if errors.Is(err, errDry) {
		return nil
	}
	return err
}

// zones remembers loaded time zones: reading one from the zone database is slow.
type zones struct{ loaded sync.Map }

func (z *zones) load(name string) (*time.Location, error) {
	if known, ok := z.loaded.Load(name); ok {
		if zone, ok := known.(*time.Location); ok {
			return zone, nil
		}
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("time zone of a stored row: %w", err)
	}
	z.loaded.Store(name, zone)
	return zone, nil
}
