package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/attendance/internal/retention"
	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// unneeded is the condition that the day of punch row is not so near another record that has to be kept that the
// fold may count the punch there, or judge by it what counts there.
func unneeded(row string) string {
	return `
   and not exists (select from unnest(@needed_first::date[], @needed_last::date[]) as n (first, last) where ` + row + `.business_day between n.first and n.last)`
}

const recordsBeside = `
select period from attendance.timesheets
 where tenant_id = @tenant and employee_id = @employee and period <> @period and first_day <= @to and last_day >= @from`

// Punches in no timesheet are of a period that nobody submitted, which is never over.
const daysOfNoRecord = `
select distinct f.business_day from attendance.punches f
 where f.tenant_id = @tenant and f.employee_id = @employee and f.business_day between @from and @to
   and not exists (select from attendance.timesheets t where` + days + ` and t.tenant_id = f.tenant_id and t.employee_id = f.employee_id)`

// needed lists the days whose punches must stay for the sake of the employee's other records, as first and last days.
func (s *Store) needed(ctx context.Context, tx pgx.Tx, now time.Time, r Record) (firsts, lasts []time.Time, err error) {
	around := func(first, last timeclock.Date) (from, to time.Time) {
		return first.AddDays(-retention.Edge).Time(), last.AddDays(retention.Edge).Time()
	}
	need := func(first, last timeclock.Date) {
		from, to := around(first, last)
		firsts, lasts = append(firsts, from), append(lasts, to)
	}
	args := r.args()
	args["from"], args["to"] = around(r.First, r.Last)
	rows, _ := tx.Query(ctx, recordsBeside, args) // its error is the collector's
	beside, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, nil, err
	}
	for _, period := range beside {
		other, err := s.record(ctx, tx, RecordKey{r.Tenant, r.Employee, period})
		if err != nil {
			return nil, nil, err
		}
		if !other.Sealed || !other.Over(now) {
			need(other.First, other.Last)
		}
	}
	rows, _ = tx.Query(ctx, daysOfNoRecord, args)
	loose, err := pgx.CollectRows(rows, pgx.RowTo[time.Time])
	for _, day := range loose {
		need(timeclock.DateOf(day), timeclock.DateOf(day))
	}
	return firsts, lasts, err
}
