package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
	"github.com/dakoku/dakoku/services/attendance/internal/timesheet"
)

// SheetFilter selects timesheets; empty fields select everything. After continues a list behind the timesheet with
// that period and employee number.
type SheetFilter struct {
	Period                   *timeclock.Period
	State                    timesheet.State
	Employee                 string
	AfterPeriod, AfterNumber string
	Limit                    int
}

// Of one period every employee has a timesheet: one that nobody touched is open.
const sheetsOfPeriod = `
select e.id::text, e.number, e.display_name, e.department, @period::text, coalesce(t.state, 'OPEN'), t.first_day, t.last_day
  from attendance.employees e
  left join attendance.timesheets t on t.tenant_id = e.tenant_id and t.employee_id = e.id and t.period = @period
 where e.tenant_id = @tenant and e.number > @number
   and (@state = '' or coalesce(t.state, 'OPEN') = @state)
   and (@employee::text is null or e.id = @employee::text::uuid)
 order by e.number
 limit @limit`

const sheetsOfAll = `
select e.id::text, e.number, e.display_name, e.department, t.period, t.state, t.first_day, t.last_day
  from attendance.timesheets t
  join attendance.employees e on e.tenant_id = t.tenant_id and e.id = t.employee_id
 where t.tenant_id = @tenant
   and (@state = '' or t.state = @state)
   and (@employee::text is null or t.employee_id = @employee::text::uuid)
   and (@before = '' or t.period < @before or t.period = @before and e.number > @number)
 order by t.period desc, e.number
 limit @limit`

// ListTimesheets reads timesheets with their punches but without history, by period, latest first, and employee
// number. It takes three statements, however many there are.
func (s *Store) ListTimesheets(ctx context.Context, tenant string, f SheetFilter) (sheets []Timesheet, err error) {
	query, args := sheetsOfAll, pgx.NamedArgs{
		"tenant": tenant, "state": string(f.State), "employee": optional(f.Employee), "before": f.AfterPeriod, "number": f.AfterNumber, "limit": f.Limit,
	}
	if f.Period != nil {
		query, args["period"] = sheetsOfPeriod, f.Period.String()
	}
	err = s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		calendar, err := s.calendar(ctx, tx, tenant, s.now())
		if err != nil {
			return err
		}
		rows, err := tx.Query(ctx, query, args)
		if err != nil {
			return err
		}
		sheets, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (Timesheet, error) { return scanSheet(row, calendar) })
		if err != nil {
			return err
		}
		return s.addPunches(ctx, tx, tenant, sheets)
	}, tenant)
	return sheets, err
}

func scanSheet(row pgx.CollectableRow, calendar timeclock.Calendar) (sheet Timesheet, err error) {
	var period string
	var first, last *time.Time
	if err = row.Scan(&sheet.Employee.ID, &sheet.Employee.Number, &sheet.Employee.DisplayName, &sheet.Employee.Department, &period, &sheet.State, &first, &last); err != nil {
		return sheet, err
	}
	if sheet.Period, err = timeclock.ParsePeriod(period); err != nil {
		return sheet, err
	}
	sheet.Calendar = calendar
	sheet.First, sheet.Last = calendar.First(sheet.Period), calendar.Last(sheet.Period)
	if sheet.State.Locked() {
		sheet.First, sheet.Last = timeclock.DateOf(*first), timeclock.DateOf(*last)
	}
	return sheet, nil
}

// addPunches gives every timesheet the punches that it may be folded from.
func (s *Store) addPunches(ctx context.Context, tx pgx.Tx, tenant string, sheets []Timesheet) error {
	var tenants, employees []string
	var froms, tos []time.Time
	for _, sheet := range sheets {
		from, to := sheet.window()
		tenants, employees = append(tenants, tenant), append(employees, sheet.Employee.ID)
		froms, tos = append(froms, from), append(tos, to)
	}
	punches, err := s.punchesOf(tx.Query(ctx, knownPunches, pgx.NamedArgs{
		"tenants": tenants, "employees": employees, "froms": froms, "tos": tos,
	}))
	if err != nil {
		return err
	}
	for i := range sheets {
		for _, p := range punches[Pair{tenant, sheets[i].Employee.ID}] {
			sheets[i].Punches = append(sheets[i].Punches, Punch{Punch: p})
		}
	}
	return nil
}

// window is the time in which punches can belong to the days of a timesheet, whatever the zone and the cutoff were when
// they were made: it may not depend on those of now, or a change would show old days in another light.
func (t Timesheet) window() (from, to time.Time) {
	const east, west = 14 * time.Hour, 12 * time.Hour // the zones farthest from UTC
	latest := t.Last.AddDays(1).Time().Add(24*time.Hour + west)
	return t.First.Time().Add(-east - timeclock.Reach), latest.Add(timeclock.Reach)
}
