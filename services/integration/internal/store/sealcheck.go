package store

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/postgres"
)

// SealCheck keeps the value that proves at start-up that the sealing key
// belongs to this data.
type SealCheck struct{ db *postgres.DB }

// NewSealCheck keeps the check in the given database.
func NewSealCheck(db *postgres.DB) SealCheck { return SealCheck{db} }

// LoadCheck reads the value; nil when there is none yet.
func (c SealCheck) LoadCheck(ctx context.Context) ([]byte, error) {
	var value []byte
	err := c.db.InTx(ctx, postgres.NoTenant(), func(ctx context.Context, tx pgx.Tx) error {
		err := tx.QueryRow(ctx, `select value from integration.seal_check where id = 1`).Scan(&value)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		return err
	})
	return value, away(err)
}

// SaveCheck stores the value; one that is there already stays.
func (c SealCheck) SaveCheck(ctx context.Context, sealed []byte) error {
	return away(c.db.InTx(ctx, postgres.NoTenant(), func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `insert into integration.seal_check (id, value) values (1, $1) on conflict on constraint seal_check_pkey do nothing`, sealed)
		return err
	}))
}
