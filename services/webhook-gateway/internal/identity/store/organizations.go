package store

import (
	"context"
	"errors"
	"time"

	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity"
	"github.com/jackc/pgx/v5"
)

// Organization reads one.
func (s *Store) Organization(ctx context.Context, tenant string) (o identity.Organization, err error) {
	err = s.within(ctx, tenant, func(ctx context.Context, tx pgx.Tx) error {
		return tx.QueryRow(ctx, `
			select tenant_id::text, name, time_zone, locale, closing_day, revision
			from identity.organizations where tenant_id = $1`, tenant).
			Scan(&o.ID, &o.Name, &o.TimeZone, &o.Locale, &o.ClosingDay, &o.Revision)
	})
	return o, err
}

// ChangeOrganization locks the row, so that changes at the same moment follow
// each other.
func (s *Store) ChangeOrganization(ctx context.Context, tenant string, dry bool, change func(identity.Organization) (identity.OrganizationChange, error)) error {
	err := s.within(ctx, tenant, func(ctx context.Context, tx pgx.Tx) error {
		var o identity.Organization
		err := tx.QueryRow(ctx, `
			select tenant_id::text, name, time_zone, locale, closing_day, revision
			from identity.organizations where tenant_id = $1 for no key update`, tenant).
			Scan(&o.ID, &o.Name, &o.TimeZone, &o.Locale, &o.ClosingDay, &o.Revision)
		if err != nil {
			return err
		}
		next, err := change(o)
		if err != nil || !next.Changed {
			return err
		}
		if err := updateOrganization(ctx, tx, next.Organization); err != nil {
			return err
		}
		if dry {
			return errDry
		}
		return insertRecord(ctx, tx, next.Record)
	})
	if errors.Is(err, errDry) {
		return nil
	}
	return err
}

// updateOrganization leaves nothing to be sent when attendance knows the calendar of
// before and it is the same.
func updateOrganization(ctx context.Context, tx pgx.Tx, o identity.Organization) error {
	return one(ctx, tx, `
		update identity.organizations
		set name = @name, time_zone = @zone, locale = @locale, closing_day = @closing, revision = @revision,
		    pushed_revision = case when pushed_revision = revision and time_zone = @zone and closing_day = @closing then @revision else pushed_revision end
		where tenant_id = @tenant`,
		pgx.NamedArgs{"tenant": o.ID, "name": o.Name, "zone": o.TimeZone, "locale": o.Locale, "closing": o.ClosingDay, "revision": o.Revision})
}

func insertOrganization(ctx context.Context, tx pgx.Tx, o identity.Organization, now time.Time) error {
	_, err := tx.Exec(ctx, `
		insert into identity.organizations (tenant_id, name, time_zone, locale, closing_day, revision, create_time)
		values (@tenant, @name, @zone, @locale, @closing, @revision, @now)`,
		pgx.NamedArgs{"tenant": o.ID, "name": o.Name, "zone": o.TimeZone, "locale": o.Locale,
			"closing": o.ClosingDay, "revision": o.Revision, "now": now.UTC()})
	return err
}

// Unpushed lists up to a hundred calendars that attendance has not heard of.
func (s *Store) Unpushed(ctx context.Context) (list []identity.Calendar, err error) {
	err = s.across(ctx, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `
			select tenant_id::text, revision, time_zone, closing_day
			from identity.organizations where pushed_revision < revision
			order by tenant_id limit 100`)
		if err != nil {
			return err
		}
		list, err = pgx.CollectRows(rows, pgx.RowToStructByPos[identity.Calendar])
		return err
	})
	return list, err
}

// Pushed notes that attendance has this revision or a newer one.
func (s *Store) Pushed(ctx context.Context, tenant string, revision int64) error {
	return s.across(ctx, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `
			update identity.organizations set pushed_revision = greatest(pushed_revision, @revision)
			where tenant_id = @tenant and revision >= @revision`,
			pgx.NamedArgs{"tenant": tenant, "revision": revision})
		return err
	})
}
