package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/fault"
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

// PutCompany stores a company's calendar; an older revision than the one held changes nothing.
func (s *Store) PutCompany(ctx context.Context, c Company) error {
	return s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, putCompany, pgx.NamedArgs{
			"tenant": c.Tenant, "revision": c.Revision, "zone": c.Zone, "closing": c.ClosingDay, "now": s.now(),
		})
		return err
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
select w.tenant::text, w.at, c.time_zone, c.closing_day, r.cutoff_minutes, r.longest_shift_minutes, r.double_tap_seconds,
       r.duplicate_policy, r.submitted_policy
  from unnest(@tenants::text[]::uuid[], @instants::timestamptz[]) as w (tenant, at)
  cross join lateral (
       select time_zone, closing_day from attendance.companies where tenant_id = w.tenant limit 1) c
  left join lateral (
       select cutoff_minutes, longest_shift_minutes, double_tap_seconds, duplicate_policy, submitted_policy
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
	var closing int
	var stored workRulesRow
	targets := append([]any{&tenant, &at, &zone, &closing}, stored.targets()...)
	_, err = pgx.ForEachRow(rows, targets, func() error {
		location, err := s.zones.load(zone)
		work := stored.rules()
		calendars[MomentOf(tenant, at)] = timeclock.Calendar{Rules: work.In(location), ClosingDay: closing, Locked: work.Locked}
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
