// Package store keeps the integration context in PostgreSQL: one file per
// table. It knows SQL, sealing and row-level security; it refuses to decide
// anything that the domain packages can decide.
package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/rpc"
	"github.com/dakoku/dakoku/platform/seal"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations is the schema of the integration context.
func Migrations() postgres.Migrations {
	return postgres.Migrations{Context: "integration", Files: migrations}
}

// Sealed names every column of the schema that is sealed.
func Sealed() []postgres.SealedColumn {
	return []postgres.SealedColumn{
		{Table: "seal_check", Column: "value"},
		{Table: "callback_token", Column: "sealed"},
		{Table: "credentials", Column: "sealed"},
		{Table: "access_token", Column: "sealed"},
		{Table: "outbound_message", Column: "content"},
	}
}

// Store reads and writes the integration context. Safe for concurrent use.
type Store struct {
	db   *postgres.DB
	keys *seal.Keyring
	now  func() time.Time
}

// New makes a store on an open database, which seals with keys.
func New(db *postgres.DB, keys *seal.Keyring, now func() time.Time) *Store {
	return &Store{db: db, keys: keys, now: now}
}

// in runs fn in one transaction that sees exactly these tenants, and notes in the audit what a caller in ctx changes.
// Triggers of the tables do that (migration 0013), so that no statement can forget it.
func (s *Store) in(ctx context.Context, fn func(context.Context, pgx.Tx) error, tenants ...string) error {
	origin := rpc.Origin(ctx)
	if origin == "" {
		return away(s.db.InTx(ctx, postgres.Tenants(tenants...), fn))
	}
	return away(s.db.InTx(ctx, postgres.Tenants(tenants...), func(ctx context.Context, tx pgx.Tx) error {
		if err := actAs(ctx, tx, origin); err != nil {
			return err
		}
		return fn(ctx, tx)
	}))
}

// across runs fn in one transaction of the worker role, which reads across
// tenants what it was granted.
func (s *Store) across(ctx context.Context, fn func(context.Context, pgx.Tx) error) error {
	return away(s.db.InTx(ctx, postgres.Worker(Migrations().WorkerRole()), fn))
}

// away turns a database or a key service that is away for a moment into an
// Unavailable fault.
func away(err error) error {
	if err == nil {
		return nil
	}
	switch code := postgres.Code(err); {
	case postgres.Unavailable(err), errors.Is(err, seal.ErrAway), code == "55P03", code == "57014", code == "40P01", code == "40001":
		return fault.New(fault.Unavailable, "UNAVAILABLE", fault.Text{
			JA: "一時的に利用できません。しばらくしてからもう一度お試しください。",
			EN: "Temporarily unavailable. Please try again later.",
		}).Because(err)
	}
	return err
}

// errDry undoes a transaction whose result was wanted and whose effect was not.
var errDry = errors.New("dry run")

// dry makes a transaction that succeeded roll back when only checking was
// asked for.
func dry(only bool) error {
	if only {
		return errDry
	}
	return nil
}

// settled forgets errDry.
func settled(err error) error {
	if errors.Is(err, errDry) {
		return nil
	}
	return err
}

// Stale is the fault for an etag that is not the current one.
func Stale() error {
	return fault.New(fault.Aborted, "ETAG_STALE", fault.Text{
		JA: "ほかの操作で変更されています。読み込み直してからやり直してください。",
		EN: "It was changed meanwhile. Read it again and repeat.",
	})
}

func newID() (string, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return "", fmt.Errorf("make an id: %w", err)
	}
	return id.String(), nil
}

// isID tells an id in its one spelling from any other text. The spelling counts:
// ids are part of what sealed values are bound to.
func isID(id string) bool {
	parsed, err := uuid.Parse(id)
	return err == nil && parsed.String() == id
}

// touchEndpoints tells every holder of the endpoint table that it changed. The
// row lock puts the changes in one order.
func touchEndpoints(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, `update integration.endpoint_version set version = version + 1 where id = 1`)
	return err
}
