package store

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/rpc"
)

// audited makes a transaction of fn note in the audit what the caller in ctx changes. Triggers of the tables do it
// (migration audit), so that no statement can forget it; work of our own processes says itself what it is.
func audited(ctx context.Context, fn func(context.Context, pgx.Tx) error) func(context.Context, pgx.Tx) error {
	origin := rpc.Origin(ctx)
	if origin == "" {
		return fn
	}
	return func(ctx context.Context, tx pgx.Tx) error {
		if err := actAs(ctx, tx, origin); err != nil {
			return err
		}
		return fn(ctx, tx)
	}
}

// actAs says who makes the changes that follow in the transaction.
func actAs(ctx context.Context, tx pgx.Tx, origin string) error {
	_, err := tx.Exec(ctx, `select set_config('app.audit', $1, true)`, origin)
	return err
}

// removal is how much of something of a company was removed.
type removal struct {
	Tenant, Resource string
	Removed          int64
}

// noteRemoval notes in the transaction what our own process has removed in it; nothing is not noted.
func noteRemoval(ctx context.Context, tx pgx.Tx, action string, r removal) error {
	if r.Removed == 0 {
		return nil
	}
	if err := actAs(ctx, tx, rpc.OwnOrigin(ctx, action)); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `select attendance.note_removal($1::text::uuid, $2, $3)`, r.Tenant, r.Resource, r.Removed)
	return err
}

// noteErasure notes removals of several companies, in a transaction that had the duty to erase and no tenant.
func noteErasure(ctx context.Context, tx pgx.Tx, removals []removal) error {
	var tenants []string
	for _, r := range removals {
		tenants = append(tenants, r.Tenant)
	}
	batch := &pgx.Batch{}
	batch.Queue(`set local role ` + Migrations().Role())
	batch.Queue(`select set_config('app.tenant', $1, true)`, "{"+strings.Join(tenants, ",")+"}")
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return err
	}
	for _, r := range removals {
		if err := noteRemoval(ctx, tx, "EraseTexts", r); err != nil {
			return err
		}
	}
	return nil
}
