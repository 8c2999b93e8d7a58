package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// InTx runs fn in one READ COMMITTED transaction under the scope.
func (db *DB) InTx(ctx context.Context, scope Scope, fn func(ctx context.Context, tx pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, db.pool, func(tx pgx.Tx) error { return fn(ctx, tx) })
}
