package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// ever is when the first calendar of a company begins.
func ever() time.Time { return time.Date(1, time.January, 1, 0, 0, 0, 0, time.UTC) }

// A clock that is behind that of another process starts no version before the one that it replaces.
const insertCalendar = `
insert into attendance.company_calendars (tenant_id, revision, effective_at, time_zone, closing_day, closing_from, created_at)
values (@tenant, @revision,
        greatest(@effective, (select max(effective_at) from attendance.company_calendars where tenant_id = @tenant)),
        @zone, @closing, @from, @now)`

// addCalendar adds the version that c makes, in a transaction that has the company's row for itself. A revision with the
// zone and closing day of the one before makes none: a new name does not touch what was decided about periods.
func (s *Store) addCalendar(ctx context.Context, tx pgx.Tx, c Company, now time.Time) error {
	held, err := s.calendars(tx.Query(ctx, getCalendars, pgx.NamedArgs{"tenants": []string{c.Tenant}, "instants": []time.Time{now}}))
	if err != nil {
		return err
	}
	args := pgx.NamedArgs{
		"tenant": c.Tenant, "revision": c.Revision, "effective": ever(), "zone": c.Zone, "closing": c.ClosingDay,
		"from": timeclock.Period{Year: 1, Month: 1}.String(), "now": now,
	}
	if before, known := held[MomentOf(c.Tenant, now)]; known {
		if before.Zone.String() == c.Zone && before.Latest() == c.ClosingDay {
			return nil
		}
		from, err := s.closesFrom(ctx, tx, c, before, now)
		if err != nil {
			return err
		}
		args["effective"], args["from"] = now, from.String()
	}
	_, err = tx.Exec(ctx, insertCalendar, args)
	return err
}

// closesFrom is the first period with the new closing day. The day of the decision is the later one of those in the old
// and in the new zone, so that no period that has begun in either changes.
func (s *Store) closesFrom(ctx context.Context, tx pgx.Tx, c Company, before timeclock.Calendar, now time.Time) (timeclock.Period, error) {
	location, err := s.zones.load(c.Zone)
	if err != nil {
		return timeclock.Period{}, err
	}
	after := before.Rules
	after.Zone = location
	decided := before.Day(now)
	if day := after.Day(now); day.Compare(decided) > 0 {
		decided = day
	}
	var last string
	const handedIn = `
select coalesce(max(period), '') from attendance.timesheets where tenant_id = @tenant and state in ('SUBMITTED', 'APPROVED')`
	if err := tx.QueryRow(ctx, handedIn, pgx.NamedArgs{"tenant": c.Tenant}).Scan(&last); err != nil {
		return timeclock.Period{}, err
	}
	var latest timeclock.Period
	if last != "" {
		if latest, err = timeclock.ParsePeriod(last); err != nil {
			return latest, err
		}
	}
	return before.Next(c.ClosingDay, decided, latest).From, nil
}

// holdCalendar keeps the company's calendar as it is until the end of the transaction.
func holdCalendar(ctx context.Context, tx pgx.Tx, tenant string) error {
	var held bool
	const hold = `select true from attendance.companies where tenant_id = $1 for share`
	err := tx.QueryRow(ctx, hold, tenant).Scan(&held)
	if errors.Is(err, pgx.ErrNoRows) {
		return CompanyNotReady(tenant)
	}
	return err
}

func closingsOf(froms []string, days []int) (timeclock.Closings, error) {
	closings := make(timeclock.Closings, 0, len(froms))
	for i, text := range froms {
		from, err := timeclock.ParsePeriod(text)
		if err != nil {
			return nil, err
		}
		closings = append(closings, timeclock.Closing{From: from, Day: days[i]})
	}
	return closings, nil
}
