package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/services/attendance/internal/retention"
)

// Retention is one version of how long a company keeps its records. Version 0 is the default, stored nowhere.
type Retention struct {
	Years   int
	Version int64
	Actor   string
	Created time.Time
}

func scanRetention(row pgx.CollectableRow) (r Retention, err error) {
	return r, row.Scan(&r.Years, &r.Version, &r.Actor, &r.Created)
}

const listRetention = `
select years, version, actor, created_at from attendance.retention_settings
 where tenant_id = @tenant and (@before::bigint = 0 or version < @before)
 order by version desc
 limit @limit`

// ListRetention reads up to limit versions, newest first, below the given version; 0 is from the top.
func (s *Store) ListRetention(ctx context.Context, tenant string, before int64, limit int) (list []Retention, err error) {
	err = s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		list, err = retentions(ctx, tx, tenant, before, limit)
		return err
	}, tenant)
	return list, err
}

func retentions(ctx context.Context, tx pgx.Tx, tenant string, before int64, limit int) ([]Retention, error) {
	rows, err := tx.Query(ctx, listRetention, pgx.NamedArgs{"tenant": tenant, "before": before, "limit": limit})
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scanRetention)
}

// currentRetention is the version in force, or the default.
func currentRetention(ctx context.Context, tx pgx.Tx, tenant string) (Retention, error) {
	list, err := retentions(ctx, tx, tenant, 0, 1)
	if err != nil || len(list) == 0 {
		return Retention{Years: retention.Usual}, err
	}
	return list[0], nil
}

// GetRetention reads the version in force, or the default.
func (s *Store) GetRetention(ctx context.Context, tenant string) (r Retention, err error) {
	err = s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		r, err = currentRetention(ctx, tx, tenant)
		return err
	}, tenant)
	return r, err
}

// PutRetention stores the next version, with the years that change makes of the one in force; with only set it stores
// nothing. No purge of the company runs meanwhile. Two at once: one of them gets the fault of StaleEtag.
func (s *Store) PutRetention(ctx context.Context, tenant, actor string, only bool, change func(held Retention) (int, error)) (next Retention, err error) {
	const insert = `
insert into attendance.retention_settings (tenant_id, version, years, actor, created_at)
values (@tenant, @version, @years, @actor, @now)`
	err = s.in(ctx, dry(only, func(ctx context.Context, tx pgx.Tx) error {
		if err := oneAtATime(ctx, tx, tenant); err != nil {
			return err
		}
		held, err := currentRetention(ctx, tx, tenant)
		if err != nil {
			return err
		}
		years, err := change(held)
		if err != nil {
			return err
		}
		next = Retention{Years: years, Version: held.Version + 1, Actor: actor, Created: s.now()}
		_, err = tx.Exec(ctx, insert, pgx.NamedArgs{"tenant": tenant, "version": next.Version, "years": years, "actor": actor, "now": next.Created})
		return err
	}), tenant)
	if postgres.Constraint(err) == "retention_settings_pkey" {
		err = StaleEtag().Because(err)
	}
	return next, wet(err)
}

// oneAtATime keeps a purge of a company and a change of what it may remove apart until the transaction ends.
func oneAtATime(ctx context.Context, tx pgx.Tx, tenant string) error {
	_, err := tx.Exec(ctx, `select pg_advisory_xact_lock(hashtextextended('retention of ' || $1, 0))`, tenant)
	return err
}
