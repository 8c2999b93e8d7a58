package store

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/integration/internal/vault"
)

// SecretUse is a row of the ledger of opened keys.
type SecretUse struct {
	ID string
	vault.Use
}

// RecordUses writes down that sets are about to be opened, in a transaction of
// its own.
func (s *Store) RecordUses(ctx context.Context, uses []vault.Use) error {
	var tenants []string
	for _, u := range uses {
		tenants = append(tenants, u.Tenant)
	}
	slices.Sort(tenants)
	return s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		var batch pgx.Batch
		for _, u := range uses {
			id, err := newID()
			if err != nil {
				return err
			}
			batch.Queue(`insert into integration.secret_use (tenant_id, id, connection_id, set_id, at, caller, purpose, private_key_print)
				values ($1, $2, $3, $4, $5, $6, $7, $8)`, u.Tenant, id, u.Connection, u.Set, u.Time, u.Caller, u.Purpose, u.PrivateKey)
		}
		return tx.SendBatch(ctx, &batch).Close()
	}, slices.Compact(tenants)...)
}

// SecretUsesBefore lists at most limit uses of a connection's keys that lie
// behind the given place, newest first. The zero place is the newest.
// CONNECTION_NOT_FOUND.
func (s *Store) SecretUsesBefore(ctx context.Context, tenant, conn string, at time.Time, id string, limit int) ([]SecretUse, error) {
	var before *time.Time
	if id == "" {
		id = "00000000-0000-0000-0000-000000000000"
	} else {
		before = &at
	}
	var out []SecretUse
	err := s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if _, err := readConnection(ctx, tx, tenant, conn, ""); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, usesBefore, tenant, conn, before, id, limit)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, scanUse)
		return err
	}, tenant)
	return out, err
}

const usesBefore = `
select id, set_id, at, caller, purpose, private_key_print from integration.secret_use
 where tenant_id = $1 and connection_id = $2 and (at, id) < (coalesce($3, 'infinity'::timestamptz), $4::uuid)
 order by at desc, id desc limit $5`

func scanUse(row pgx.CollectableRow) (SecretUse, error) {
	var u SecretUse
	err := row.Scan(&u.ID, &u.Set, &u.Time, &u.Caller, &u.Purpose, &u.PrivateKey)
	u.Time = u.Time.UTC()
	return u, err
}
