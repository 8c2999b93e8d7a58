package store

import (
	"cmp"
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
	Uses int64     // that the row stands for, at least 1
	Last time.Time // the last of them
}

// recordUse writes a use down: in a row of its own, or as one more of the hour.
const recordUse = `insert into integration.secret_use as u (tenant_id, id, connection_id, set_id, at, caller, purpose, private_key_print, hour)
 values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
 on conflict on constraint secret_use_shared_key do update set uses = u.uses + 1, last_at = greatest(coalesce(u.last_at, u.at), excluded.at)`

// RecordUses writes down that sets are about to be opened, in a transaction of
// its own. Routine uses of one set, caller and purpose share a row for an hour.
func (s *Store) RecordUses(ctx context.Context, uses []vault.Use) error {
	uses = ordered(uses)
	var tenants []string
	for _, u := range uses {
		tenants = append(tenants, u.Tenant)
	}
	return s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		var batch pgx.Batch
		for _, u := range uses {
			id, err := newID()
			if err != nil {
				return err
			}
			batch.Queue(recordUse, u.Tenant, id, u.Connection, u.Set, u.Time, u.Caller, u.Purpose, u.PrivateKey, hourOf(u))
		}
		return tx.SendBatch(ctx, &batch).Close()
	}, slices.Compact(tenants)...)
}

// ordered are the uses in the order in which everybody locks their rows.
func ordered(uses []vault.Use) []vault.Use {
	return slices.SortedFunc(slices.Values(uses), func(a, b vault.Use) int {
		return cmp.Or(cmp.Compare(a.Tenant, b.Tenant), cmp.Compare(a.Connection, b.Connection), cmp.Compare(a.Set, b.Set))
	})
}

// hourOf is the hour whose row the use shares; nil: it has its own.
func hourOf(u vault.Use) *time.Time {
	if !u.Routine {
		return nil
	}
	hour := u.Time.Truncate(time.Hour)
	return &hour
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
select id, set_id, at, caller, purpose, private_key_print, uses, coalesce(last_at, at) from integration.secret_use
 where tenant_id = $1 and connection_id = $2 and (at, id) < (coalesce($3, 'infinity'::timestamptz), $4::uuid)
 order by at desc, id desc limit $5`

func scanUse(row pgx.CollectableRow) (SecretUse, error) {
	var u SecretUse
	err := row.Scan(&u.ID, &u.Set, &u.Time, &u.Caller, &u.Purpose, &u.PrivateKey, &u.Uses, &u.Last)
	u.Time, u.Last = u.Time.UTC(), u.Last.UTC()
	return u, err
}
