package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
)

// SealCheck keeps, in a context's own schema, the value that proves at start-up
// that a sealing key belongs to the data. The schema's migrations make the table
// seal_check(id smallint primary key, value bytea) with one row at most.
type SealCheck struct {
	db    *DB
	table string
}

// NewSealCheck keeps the check in the schema of the migrations.
func NewSealCheck(db *DB, m Migrations) SealCheck {
	return SealCheck{db: db, table: pgx.Identifier{m.Context, "seal_check"}.Sanitize()}
}

// LoadCheck reads the value; nil when there is none yet.
func (c SealCheck) LoadCheck(ctx context.Context) ([]byte, error) {
	var value []byte
	err := c.db.InTx(ctx, NoTenant(), func(ctx context.Context, tx pgx.Tx) error {
		err := tx.QueryRow(ctx, "select value from "+c.table+" where id = 1").Scan(&value)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		return err
	})
	return value, err
}

// SaveCheck stores the value; one that is there already stays.
func (c SealCheck) SaveCheck(ctx context.Context, sealed []byte) error {
	return c.db.InTx(ctx, NoTenant(), func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "insert into "+c.table+" (id, value) values (1, $1) on conflict on constraint seal_check_pkey do nothing", sealed)
		return err
	})
}
