package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// CalendarVersion is what a company decided about its time zone and closing day.
type CalendarVersion struct {
	Revision    int64
	Effective   time.Time // since when the zone counts
	Zone        string
	ClosingDay  int    // 31 is the end of the month
	ClosingFrom string // the first period that closes so
	Created     time.Time
	First       bool // its zone and closing day always counted
}

// calendarVersions reads those that were in force on a day of the timesheet, oldest first. The one whose closing day
// gave it its days is among them: one that came later and before the period began would have given it its own.
func calendarVersions(ctx context.Context, tx pgx.Tx, tenant string, sheet Timesheet) ([]CalendarVersion, error) {
	const list = `
select revision, effective_at, time_zone, closing_day::int, closing_from, created_at, effective_at <= @ever
  from attendance.company_calendars where tenant_id = @tenant order by effective_at, revision`
	rows, err := tx.Query(ctx, list, pgx.NamedArgs{"tenant": tenant, "ever": ever()})
	if err != nil {
		return nil, err
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[CalendarVersion])
	if err != nil {
		return nil, err
	}
	from, to := sheet.First.Time().AddDate(0, 0, -1), sheet.Last.Time().AddDate(0, 0, 3) // whatever the zone and the cutoff
	var wanted []CalendarVersion
	for i, v := range all {
		ended := i+1 < len(all) && !all[i+1].Effective.After(from)
		if v.Effective.Before(to) && !ended {
			wanted = append(wanted, v)
		}
	}
	return wanted, nil
}
