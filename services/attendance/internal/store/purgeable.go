package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/attendance/internal/retention"
	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// RecordKey names the record of one employee and period.
type RecordKey struct{ Tenant, Employee, Period string }

// Record is what a purge must know of a record.
type Record struct {
	RecordKey
	retention.Record
	First   timeclock.Date
	Punches int  // still there, those that were voided too
	Facts   int  // still there, of all kinds
	Sealed  bool // all of those; one that is not may be of yesterday
}

// ofRecord is, by table, the condition that row f is of the record, in the order in which rows may go: what refers to
// others first. A punch that is needed by another record stays with what voids it, and the history stays with it.
func ofRecord() []struct{ table, condition string } {
	const days = ` f.tenant_id = @tenant and f.employee_id = @employee and f.business_day between @first and @last`
	const ofX = ` x where x.tenant_id = @tenant and x.employee_id = @employee and x.business_day between @first and @last`
	return []struct{ table, condition string }{
		{"punch_voids", ` f.tenant_id = @tenant and f.punch_id in (select x.id from attendance.punches` + ofX + unneeded("x") + `)`},
		{"held_punch_decisions", ` f.tenant_id = @tenant and f.held_id in (select x.id from attendance.held_punches` + ofX + `)`},
		{"correction_decisions", ` f.tenant_id = @tenant and f.request_id in (select x.id from attendance.correction_requests` + ofX + `)`},
		{"correction_requests", days},
		{"punches", days + unneeded("f")},
		{"held_punches", days},
		{"event_outcomes", days + unused},
		{"timesheet_transitions", ` f.tenant_id = @tenant and f.employee_id = @employee and f.period = @period
   and not exists (select from attendance.punches` + ofX + `)`},
	}
}

// unused is the condition that no punch, held or not, and no request came of outcome f; while one is there its outcome
// stays.
const unused = `
   and not exists (select from attendance.punches x where x.tenant_id = f.tenant_id and x.event_key = f.event_key)
   and not exists (select from attendance.held_punches x where x.tenant_id = f.tenant_id and x.event_key = f.event_key)
   and not exists (select from attendance.correction_requests x where x.tenant_id = f.tenant_id and x.event_key = f.event_key)`

// A period is complete when it was approved and no held punch of it waits for a decision; a decision that a purge has
// removed, which then ended, was one. Everything that was entered about it counts for the day of completion, at the
// latest when it was sealed: the seals tell whether it was over when the rows are gone. What has no seal yet may be new.
var readRecord = `
select t.first_day, t.last_day, t.state = 'APPROVED' and not exists (
           select from attendance.held_punches f where ` + days + `
              and not exists (select from attendance.held_punch_decisions d where d.tenant_id = f.tenant_id and d.held_id = f.id)
              and not exists (select from attendance.evidence_seals s join attendance.evidence_erasures e using (tenant_id, position)
                               where s.tenant_id = f.tenant_id and s.fact = 'held_punch_decisions' and s.key = jsonb_build_array(f.id)::text)),
       (select ` + inForce + ` from (select @tenant::uuid as tenant_id, @employee::uuid as employee_id) f),
       coalesce((select years from attendance.retention_settings where tenant_id = @tenant order by version desc limit 1), @usual),
       c.time_zone, coalesce(e.punches, 0), coalesce(e.facts, 0), coalesce(e.sealed, 0) = coalesce(e.facts, 0), coalesce(e.entered, 'epoch')
  from attendance.timesheets t
  join attendance.companies c on c.tenant_id = t.tenant_id
  cross join lateral (
       select sum(n) filter (where what = 'punches') as punches, sum(n) as facts, sum(seals) as sealed, max(latest) as entered
         from (` + entries() + `) each (what, n, seals, latest)) e
 where t.tenant_id = @tenant and t.employee_id = @employee and t.period = @period`

// days is the condition that row f is of the days of timesheet t.
const days = ` f.tenant_id = @tenant and f.employee_id = @employee and f.business_day between t.first_day and t.last_day`

// entries counts the rows of the record in each table and finds the latest entry.
func entries() (union string) {
	of := func(table string) string { return ` (select f.id from attendance.` + table + ` f where` + days + `)` }
	for i, e := range []struct{ table, latest, condition string }{
		{"punches", "recorded_at", days},
		{"held_punches", "held_at", days},
		{"event_outcomes", "judged_at", days},
		{"punch_voids", "voided_at", ` f.tenant_id = @tenant and f.punch_id in` + of("punches")},
		{"held_punch_decisions", "decided_at", ` f.tenant_id = @tenant and f.held_id in` + of("held_punches")},
		{"correction_requests", "stored_at", days},
		{"correction_decisions", "decided_at", ` f.tenant_id = @tenant and f.request_id in` + of("correction_requests")},
		{"timesheet_transitions", "occurred_at", ` f.tenant_id = @tenant and f.employee_id = @employee and f.period = t.period`},
	} {
		if i > 0 {
			union += "\n        union all "
		}
		union += "select '" + e.table + "', count(*), count(s.position), greatest(max(f." + e.latest + "), max(s.sealed_at)) from attendance." + e.table + " f" +
			joinSeal("s", e.table, "f.tenant_id", factNamed(e.table).KeySQL()) + " where" + e.condition
	}
	return union
}

func (s *Store) record(ctx context.Context, tx pgx.Tx, key RecordKey) (r Record, err error) {
	var first, last, entered time.Time
	var zone string
	r.RecordKey = key
	err = tx.QueryRow(ctx, readRecord, key.args()).Scan(&first, &last, &r.Finished, &r.Held, &r.Years, &zone, &r.Punches, &r.Facts, &r.Sealed, &entered)
	if err != nil {
		return r, err
	}
	r.First, r.Last, r.Entered = timeclock.DateOf(first), timeclock.DateOf(last), entered
	r.Zone, err = s.zones.load(zone)
	return r, err
}

func (k RecordKey) args() pgx.NamedArgs {
	return pgx.NamedArgs{"tenant": k.Tenant, "employee": k.Employee, "period": k.Period, "usual": retention.Usual}
}

// again is after how long a record is looked at once more that had nothing left: something may have come since.
const again = 90 * 24 * time.Hour

const listCandidates = `
select employee_id::text, period from attendance.timesheets
 where tenant_id = @tenant and state = 'APPROVED' and last_day < @before and (purged_at is null or purged_at < @again)
   and (@after_employee::text is null or (employee_id, period) > (@after_employee::text::uuid, @after_period))
 order by employee_id, period
 limit @limit`

// candidates reads records that may be past the shortest retention there is, in order behind a key; the zero key is
// from the first.
func (s *Store) candidates(ctx context.Context, tx pgx.Tx, now time.Time, after RecordKey, limit int) (keys []RecordKey, err error) {
	rows, err := tx.Query(ctx, listCandidates, pgx.NamedArgs{
		"tenant": after.Tenant, "after_employee": optional(after.Employee), "after_period": after.Period, "limit": limit,
		"before": now.AddDate(-retention.Least, 0, 1), "again": now.Add(-again),
	})
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (RecordKey, error) {
		k := RecordKey{Tenant: after.Tenant}
		return k, row.Scan(&k.Employee, &k.Period)
	})
}

// Candidates reads records that a purge looks at, in order behind a key of which the zero Employee is from the first.
// until bounds the clock.
func (s *Store) Candidates(ctx context.Context, until time.Time, after RecordKey, limit int) (keys []RecordKey, err error) {
	err = s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		keys, err = s.candidates(ctx, tx, s.UpTo(until), after, limit)
		return err
	}, after.Tenant)
	return keys, err
}

// Purgeable reads what a purge would look at now, as Candidates does, with what decides about each. It changes nothing.
// until bounds the clock.
func (s *Store) Purgeable(ctx context.Context, until time.Time, after RecordKey, limit int) (list []Record, err error) {
	err = s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		keys, err := s.candidates(ctx, tx, s.UpTo(until), after, limit)
		if err != nil {
			return err
		}
		for _, key := range keys {
			r, err := s.record(ctx, tx, key)
			if err != nil {
				return err
			}
			list = append(list, r)
		}
		return nil
	}, after.Tenant)
	return list, err
}
