package store

import (
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// knownHeld reads what was held of the people of a batch, around their events: by person and day, because most of what a
// company holds is held within a few days.
const knownHeld = `
select h.tenant_id::text, h.employee_id::text, encode(h.event_key, 'hex'), h.kind, h.issued_at, h.business_day, h.period
  from unnest(@tenants::text[]::uuid[], @employees::text[]::uuid[], @froms::timestamptz[], @tos::timestamptz[]) as w (tenant, employee, first, last)
  cross join lateral (
       select r.tenant_id, r.employee_id, r.event_key, r.kind, r.issued_at, r.business_day, r.period
         from attendance.held_punches r
        where r.tenant_id = w.tenant and r.employee_id = w.employee
          and r.business_day between (w.first - interval '4 days')::date and (w.last + interval '4 days')::date
       offset 0) h`

// heldOf reads what knownHeld finds.
func heldOf(rows pgx.Rows, err error) (map[Pair][]timeclock.HeldPunch, error) {
	held := map[Pair][]timeclock.HeldPunch{}
	if err != nil {
		return held, err
	}
	var of Pair
	var h timeclock.HeldPunch
	var period string
	var issued, day time.Time
	_, err = pgx.ForEachRow(rows, []any{&of.Tenant, &of.ID, &h.Key, &h.Kind, &issued, &day, &period}, func() (err error) {
		h.Issued, h.Day = issued.UTC(), timeclock.DateOf(day)
		h.Period, err = timeclock.ParsePeriod(period)
		held[of] = append(held[of], h)
		return err
	})
	return held, err
}
