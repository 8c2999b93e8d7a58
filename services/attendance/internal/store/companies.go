package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/rpc"
	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// Company is what identity tells about an organization.
type Company struct {
	Tenant     string
	Revision   int64
	Zone       string
	ClosingDay int
}

const putCompany = `
insert into attendance.companies (tenant_id, revision, time_zone, closing_day, updated_at)
values (@tenant, @revision, @zone, @closing, @now)
on conflict on constraint companies_pkey do update
   set revision = excluded.revision, time_zone = excluded.time_zone,
       closing_day = excluded.closing_day, updated_at = excluded.updated_at
 where companies.revision < excluded.revision`

// PutCompany stores what identity tells about a company; an older revision than the one held changes nothing. Zone and
// closing day are in force from now on, never earlier: an instant before is judged in the zone of then, and a closing
// day counts from the next period on, see Closings.Next. The first ones are in force from ever.
func (s *Store) PutCompany(ctx context.Context, c Company) error {
	return s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		now := s.now()
		if err := actAs(ctx, tx, rpc.OwnOrigin(ctx, "PutCompany")); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, putCompany, pgx.NamedArgs{
			"tenant": c.Tenant, "revision": c.Revision, "zone": c.Zone, "closing": c.ClosingDay, "now": now,
		})
		if err != nil || tag.RowsAffected() == 0 {
			return err
		}
		return s.addCalendar(ctx, tx, c, now)
	}, c.Tenant)
}

// Moment is an instant of a tenant: what the calendar of a punch depends on.
type Moment struct {
	Tenant string
	Millis int64 // since 1970, UTC
}

// MomentOf names the instant.
func MomentOf(tenant string, at time.Time) Moment { return Moment{tenant, at.UnixMilli()} }

// A tenant without a company gives no row, a company without rules in force at the instant gives nulls.
const getCalendars = `
select w.tenant::text, w.at, z.time_zone, c.froms, c.days, r.cutoff_minutes, r.longest_shift_minutes, r.double_tap_seconds,
       r.duplicate_policy, r.submitted_policy, r.undo_seconds
  from unnest(@tenants::text[]::uuid[], @instants::timestamptz[]) as w (tenant, at)
  cross join lateral (
       select time_zone from attendance.company_calendars
        where tenant_id = w.tenant and effective_at <= w.at
        order by effective_at desc, revision desc
        limit 1) z
  cross join lateral (
       select array_agg(x.closing_from order by x.revision) as froms, array_agg(x.closing_day::int order by x.revision) as days
         from attendance.company_calendars x
        where x.tenant_id = w.tenant) c
  left join lateral (
       select cutoff_minutes, longest_shift_minutes, double_tap_seconds, duplicate_policy, submitted_policy, undo_seconds
         from attendance.work_rules
        where tenant_id = w.tenant and effective_at <= w.at
        order by effective_at desc, version desc
        limit 1) r on true`

func (s *Store) calendars(rows pgx.Rows, err error) (map[Moment]timeclock.Calendar, error) {
	if err != nil {
		return nil, err
	}
	calendars := map[Moment]timeclock.Calendar{}
	var tenant, zone string
	var at time.Time
	var froms []string
	var days []int
	var stored workRulesRow
	targets := append([]any{&tenant, &at, &zone, &froms, &days}, stored.targets()...)
	_, err = pgx.ForEachRow(rows, targets, func() error {
		location, err := s.zones.load(zone)
		if err != nil {
			return err
		}
		work := stored.rules()
		closings, err := closingsOf(froms, days)
		calendars[MomentOf(tenant, at)] = timeclock.Calendar{Rules: work.In(location), Closings: closings, Locked: work.Locked}
		return err
	})
	return calendars, err
}

// calendar reads the calendar that is in force at an instant.
func (s *Store) calendar(ctx context.Context, tx pgx.Tx, tenant string, at time.Time) (timeclock.Calendar, error) {
	calendars, err := s.calendars(tx.Query(ctx, getCalendars, pgx.NamedArgs{"tenants": []string{tenant}, "instants": []time.Time{at}}))
	if err != nil {
		return timeclock.Calendar{}, err
	}
	calendar, known := calendars[MomentOf(tenant, at)]
	if !known {
		return calendar, CompanyNotReady(tenant)
	}
	return calendar, nil
}

// CompanyNotReady is the fault of an organization that identity has not told about yet.
func CompanyNotReady(tenant string) error {
	return fault.New(fault.Unavailable, "COMPANY_NOT_READY", fault.Text{
		JA: "会社の設定を準備しています。しばらくしてからもう一度お試しください。",
		EN: "The organization is being prepared. Please try again shortly.",
	}).With("tenant", tenant).RetryAfter(time.Second)
}
