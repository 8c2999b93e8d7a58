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

const getCalendars = `
select tenant_id::text, time_zone, cutoff_minutes, longest_shift_minutes, closing_day
  from attendance.companies where tenant_id = any (@tenants::text[]::uuid[])`

func (s *Store) calendars(rows pgx.Rows, err error) (map[string]timeclock.Calendar, error) {
	if err != nil {
		return nil, err
	}
	calendars := map[string]timeclock.Calendar{}
	var tenant, zone string
	var cutoff, longest, closing int
	_, err = pgx.ForEachRow(rows, []any{&tenant, &zone, &cutoff, &longest, &closing}, func() error {
		rules, err := s.rules(zone, cutoff, longest)
		calendars[tenant] = timeclock.Calendar{Rules: rules, ClosingDay: closing}
		return err
	})
	return calendars, err
}

func (s *Store) calendar(ctx context.Context, tx pgx.Tx, tenant string) (timeclock.Calendar, error) {
	calendars, err := s.calendars(tx.Query(ctx, getCalendars, pgx.NamedArgs{"tenants": []string{tenant}}))
	if err != nil {
		return timeclock.Calendar{}, err
	}
	calendar, known := calendars[tenant]
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

func (s *Store) rules(zone string, cutoff, longest int) (timeclock.Rules, error) {
	location, err := s.zones.load(zone)
	return timeclock.Rules{
		Zone: location, Cutoff: time.Duration(cutoff) * time.Minute, LongestShift: time.Duration(longest) * time.Minute,
	}, err
}
