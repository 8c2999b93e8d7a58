package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/attendance/internal/evidence"
	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// listRemains lists every tombstone, and every seal of the employees of whom something was removed, by employee in the
// order of the chain. A seal is of the record of its period, or of the one that its day is in.
var listRemains = `
with stones as (
    select e.tenant_id, e.position, e.erased_at, t.sealed_at, ` + orderSQL("t", "evidence_erasures", "e.tenant_id", "jsonb_build_array(e.position)::text") + ` as place
      from attendance.evidence_erasures e` + joinSeal("t", "evidence_erasures", "e.tenant_id", "jsonb_build_array(e.position)::text") + `
), seals as (
    select s.*, ` + subjects + `
      from attendance.evidence_seals s
), remains as (
    select s.*, coalesce(s.period, t.period, s.day, '') as record, t.period is not null as kept, t.first_day, t.last_day
      from seals s
      left join attendance.timesheets t on t.tenant_id = s.tenant_id and t.employee_id::text = s.employee
           and (t.period = s.period or s.day between to_char(t.first_day, 'YYYY-MM-DD') and to_char(t.last_day, 'YYYY-MM-DD'))
     where exists (select from stones n where n.tenant_id = s.tenant_id and n.position = s.position)
        or (s.tenant_id, s.employee) in (select x.tenant_id, x.employee from stones n join seals x using (tenant_id, position))
)
select r.tenant_id::text, coalesce(r.employee, ''), r.record, r.kept, coalesce(r.day, ''), r.first_day, r.last_day, r.fact, r.key, r.sealed_at, null, coalesce(r.state, ''), null, r.position as place
  from remains r
union all
select r.tenant_id::text, coalesce(r.employee, ''), r.record, r.kept, coalesce(r.day, ''), r.first_day, r.last_day, r.fact, r.key, r.sealed_at, n.erased_at, '', n.sealed_at, n.place
  from remains r join stones n using (tenant_id, position)
 order by 1, 2, place`

// Remains reads what tells of each removed row whether its time was over.
func (e Evidence) Remains(ctx context.Context, each func(evidence.Remain)) error {
	rows, err := e.Tx.Query(ctx, listRemains)
	if err != nil {
		return err
	}
	var r evidence.Remain
	var erased, sealed, first, last *time.Time
	var day string
	var place int64
	_, err = pgx.ForEachRow(rows, []any{&r.Tenant, &r.Employee, &r.Record, &r.Kept, &day, &first, &last, &r.Fact, &r.Key, &r.At, &erased, &r.State, &sealed, &place}, func() error {
		r.Day, _ = timeclock.ParseDate(day) // what is none is no day
		r.First, r.Last = r.Day, r.Day
		if first != nil && last != nil {
			r.First, r.Last = timeclock.DateOf(*first), timeclock.DateOf(*last)
		}
		if r.Stone = nil; erased != nil {
			r.Stone = &evidence.Stone{Erased: *erased, Sealed: sealed, Order: place}
		}
		each(r)
		return nil
	})
	return err
}

const listSheets = `
select t.tenant_id::text, t.employee_id::text, t.period, t.first_day, t.last_day, coalesce(c.froms, '{}'), coalesce(c.days, '{}')
  from attendance.timesheets t
  left join (select tenant_id, array_agg(closing_from order by revision) as froms, array_agg(closing_day::int order by revision) as days
               from attendance.company_calendars group by tenant_id) c on c.tenant_id = t.tenant_id`

// Sheets reads every timesheet with the days that it has and those that the company's calendars give it.
func (e Evidence) Sheets(ctx context.Context, each func(evidence.Sheet)) error {
	rows, err := e.Tx.Query(ctx, listSheets)
	if err != nil {
		return err
	}
	var s evidence.Sheet
	var first, last time.Time
	var froms []string
	var days []int
	_, err = pgx.ForEachRow(rows, []any{&s.Tenant, &s.Employee, &s.Period, &first, &last, &froms, &days}, func() error {
		closings, err := closingsOf(froms, days)
		period, wrong := timeclock.ParsePeriod(s.Period)
		s.Fits = err == nil && wrong == nil && closings.First(period) == timeclock.DateOf(first) && closings.Last(period) == timeclock.DateOf(last)
		each(s)
		return nil
	})
	return err
}
