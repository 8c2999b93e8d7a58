package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/attendance/internal/evidence"
	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
	"github.com/dakoku/dakoku/services/attendance/internal/timesheet"
)

// Timesheet is where one period of one employee stands, with what it is folded from.
type Timesheet struct {
	Employee    Employee
	Period      timeclock.Period
	State       timesheet.State
	First, Last timeclock.Date
	Revision    int64
	History     []Transition
	Calendar    timeclock.Calendar
	Punches     []Punch             // in order of issued time, some days more than the period
	Evidence    evidence.Checkpoint // the company's last one; zero in lists and before the first
	Versions    []CalendarVersion   // of the company that were in force in the period; none in lists
	Waiting     int                 // held punches of the period or its days without a decision; 0 in lists
	HeldFor     []timeclock.Period  // the periods for whose lock those are held, in order
}

// Transition is one change of state.
type Transition struct {
	Verb           timesheet.Verb
	Actor, Comment string
	At             time.Time
}

// GetTimesheet reads a timesheet; a period nobody touched is open.
func (s *Store) GetTimesheet(ctx context.Context, tenant, employee string, period timeclock.Period) (sheet Timesheet, err error) {
	err = s.in(ctx, func(ctx context.Context, tx pgx.Tx) (err error) {
		const get = `select ` + employeeColumns + ` from attendance.employees where tenant_id = @tenant and id = @id`
		id, ok := canonical(employee)
		if !ok {
			return EmployeeNotFound()
		}
		if sheet.Employee, err = oneEmployee(tx.Query(ctx, get, pgx.NamedArgs{"tenant": tenant, "id": id})); err != nil {
			return err
		}
		return s.readSheet(ctx, tx, tenant, period, &sheet)
	}, tenant)
	return sheet, err
}

// MoveTimesheet locks the employee, lets decide give the next state, and stores it with its history. While the lock
// is held no punch of the employee is recorded, so a submitted period has every punch that was accepted before, and no
// closing day changes, so it has the days that it is stored with.
func (s *Store) MoveTimesheet(ctx context.Context, tenant, employee string, period timeclock.Period, step Transition,
	decide func(Timesheet) (timesheet.State, error),
) (sheet Timesheet, err error) {
	err = s.in(ctx, func(ctx context.Context, tx pgx.Tx) (err error) {
		sheet = Timesheet{}
		if sheet.Employee, err = lockEmployee(ctx, tx, tenant, employee); err != nil {
			return err
		}
		if err = holdCalendar(ctx, tx, tenant); err != nil {
			return err
		}
		if err = s.readSheet(ctx, tx, tenant, period, &sheet); err != nil {
			return err
		}
		if sheet.State, err = decide(sheet); err != nil {
			return err
		}
		step.At = s.now()
		sheet.History = append(sheet.History, step)
		sheet.Revision++
		return writeSheet(ctx, tx, tenant, sheet, step)
	}, tenant)
	return sheet, err
}

func (s *Store) readSheet(ctx context.Context, tx pgx.Tx, tenant string, period timeclock.Period, sheet *Timesheet) (err error) {
	if sheet.Calendar, err = s.calendar(ctx, tx, tenant, s.now()); err != nil {
		return err
	}
	sheet.Period, sheet.State = period, timesheet.Open
	sheet.First, sheet.Last = sheet.Calendar.First(period), sheet.Calendar.Last(period)
	if err = readState(ctx, tx, tenant, sheet); err != nil {
		return err
	}
	if sheet.History, err = readHistory(ctx, tx, tenant, *sheet); err != nil {
		return err
	}
	if sheet.Evidence, err = lastCheckpoint(ctx, tx, tenant); err != nil {
		return err
	}
	if sheet.Versions, err = calendarVersions(ctx, tx, tenant, *sheet); err != nil {
		return err
	}
	waiting := sheet.key(tenant)
	waiting["first"], waiting["last"] = sheet.First.Time(), sheet.Last.Time()
	var heldFor []string
	if err := tx.QueryRow(ctx, countWaiting, waiting).Scan(&sheet.Waiting, &heldFor); err != nil {
		return err
	}
	for _, text := range heldFor {
		held, err := timeclock.ParsePeriod(text)
		if err != nil {
			return err
		}
		sheet.HeldFor = append(sheet.HeldFor, held)
	}
	from, to := sheet.window()
	sheet.Punches, err = s.punchesBetween(ctx, tx, tenant, sheet.Employee.ID, from, to)
	return err
}

// A punch that would change days of two periods is held for the one that was locked, and may be of a day of the other.
const countWaiting = `
select count(*), coalesce(array_agg(distinct h.period order by h.period), '{}') from attendance.held_punches h
 where h.tenant_id = @tenant and h.employee_id = @employee and (h.period = @period or h.business_day between @first and @last)
   and not exists (select from attendance.held_punch_decisions d where d.tenant_id = h.tenant_id and d.held_id = h.id)`

// readState reads the row of a timesheet. A submitted period keeps the days it was submitted with.
func readState(ctx context.Context, tx pgx.Tx, tenant string, sheet *Timesheet) error {
	const get = `
select state, first_day, last_day, revision from attendance.timesheets
 where tenant_id = @tenant and employee_id = @employee and period = @period`
	var first, last time.Time
	var state timesheet.State
	err := tx.QueryRow(ctx, get, sheet.key(tenant)).Scan(&state, &first, &last, &sheet.Revision)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	sheet.State = state
	if state.Locked() {
		sheet.First, sheet.Last = timeclock.DateOf(first), timeclock.DateOf(last)
	}
	return err
}

func (t Timesheet) key(tenant string) pgx.NamedArgs {
	return pgx.NamedArgs{"tenant": tenant, "employee": t.Employee.ID, "period": t.Period.String()}
}

const putTimesheet = `
insert into attendance.timesheets (tenant_id, employee_id, period, state, first_day, last_day, revision, updated_at)
values (@tenant, @employee, @period, @state, @first, @last, @revision, @now)
on conflict on constraint timesheets_pkey do update
   set state = excluded.state, first_day = excluded.first_day, last_day = excluded.last_day,
       revision = excluded.revision, updated_at = excluded.updated_at`

func writeSheet(ctx context.Context, tx pgx.Tx, tenant string, sheet Timesheet, step Transition) error {
	args := sheet.key(tenant)
	args["state"], args["revision"], args["now"] = string(sheet.State), sheet.Revision, step.At
	args["first"], args["last"] = sheet.First.Time(), sheet.Last.Time()
	args["verb"], args["actor"], args["comment"] = string(step.Verb), step.Actor, step.Comment
	if _, err := tx.Exec(ctx, putTimesheet, args); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, insertTransition, args)
	return err
}

const lockedPeriods = `
select t.tenant_id::text, t.employee_id::text, t.period, t.first_day, t.last_day, t.state
  from unnest(@tenants::text[]::uuid[], @employees::text[]::uuid[], @froms::date[], @tos::date[]) as w (tenant, employee, first, last)
  cross join lateral (
       select r.tenant_id, r.employee_id, r.period, r.first_day, r.last_day, r.state from attendance.timesheets r
        where r.tenant_id = w.tenant and r.employee_id = w.employee and r.state in ('SUBMITTED', 'APPROVED')
          and r.last_day >= w.first and r.first_day <= w.last
       offset 0) t`

func locksOf(rows pgx.Rows, err error) (map[Pair][]timeclock.Lock, error) {
	if err != nil {
		return nil, err
	}
	locks := map[Pair][]timeclock.Lock{}
	var of Pair
	var period, state string
	var first, last time.Time
	_, err = pgx.ForEachRow(rows, []any{&of.Tenant, &of.ID, &period, &first, &last, &state}, func() error {
		p, err := timeclock.ParsePeriod(period)
		locks[of] = append(locks[of], timeclock.Lock{Period: p, First: timeclock.DateOf(first), Last: timeclock.DateOf(last), State: state})
		return err
	})
	return locks, err
}
