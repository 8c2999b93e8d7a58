// Package store keeps identity in PostgreSQL, one file per table.
//
// It knows SQL, the roles and row-level security. Rows of a tenant are read and
// written under that tenant, and every change together with its row of the audit.
// Five look-ups cannot name one (a log-in by e-mail address or by an account at
// the provider, a session, an API key and an invitation by the hash of their
// secret) and take the narrow worker role. It refuses to know any rule: identity
// decides.
package store

import (
	"context"
	"embed"
	"errors"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/seal"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

//go:embed migrations/*.sql
var files embed.FS

// Migrations is the history of the schema "identity".
func Migrations() postgres.Migrations {
	return postgres.Migrations{Context: "identity", Files: files}
}

// Sealed names every column of the schema that is sealed.
func Sealed() []postgres.SealedColumn {
	return []postgres.SealedColumn{
		{Table: "seal_check", Column: "value"}, {Table: "page_key", Column: "value"}, {Table: "second_factors", Column: "secret"},
	}
}

// Store is identity.Store and identity.CalendarStore on PostgreSQL.
type Store struct{ db *postgres.DB }

// New makes a Store on a database opened with the role of Migrations.
func New(db *postgres.DB) *Store { return &Store{db: db} }

// Ready is nil while the database answers and its schema is the program's.
func (s *Store) Ready(ctx context.Context) error { return s.db.MigrationsCurrent(ctx, Migrations()) }

// within runs fn under one tenant; an id that is no UUID is nobody's.
func (s *Store) within(ctx context.Context, tenant string, fn func(context.Context, pgx.Tx) error) error {
	if _, err := uuid.Parse(tenant); err != nil {
		return identity.ErrNotFound
	}
	return ended(s.db.InTx(ctx, postgres.Tenants(tenant), fn))
}

// across runs one narrow statement over all tenants.
func (s *Store) across(ctx context.Context, fn func(context.Context, pgx.Tx) error) error {
	return ended(s.db.InTx(ctx, postgres.Worker(Migrations().WorkerRole()), fn))
}

// plain runs fn on tables that hold no tenant's data.
func (s *Store) plain(ctx context.Context, fn func(context.Context, pgx.Tx) error) error {
	return ended(s.db.InTx(ctx, postgres.NoTenant(), fn))
}

// ended is what comes of a transaction, for whoever asked: a database or a key service
// that is away for a moment becomes an Unavailable fault.
func ended(err error) error {
	if postgres.Unavailable(err) || errors.Is(err, seal.ErrAway) {
		return fault.New(fault.Unavailable, "UNAVAILABLE", fault.Text{
			JA: "一時的に利用できません。しばらくしてからもう一度お試しください。",
			EN: "Temporarily unavailable. Please try again later.",
		}).Because(err)
	}
	return absent(err)
}

func absent(err error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return identity.ErrNotFound
	}
	return err
}

// one runs a statement that must hit one row.
func one(ctx context.Context, tx pgx.Tx, sql string, args pgx.NamedArgs) error {
	tag, err := tx.Exec(ctx, sql, args)
	if err == nil && tag.RowsAffected() != 1 {
		return pgx.ErrNoRows
	}
	return err
}
