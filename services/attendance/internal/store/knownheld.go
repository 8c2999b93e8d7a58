package store

import (
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// knownHeld reads what was held of the people of a batch, around their events: by person and day, because most of what a
// company holds is held within a few days.
const knownHeld = `
select h.tenant_id::text, h.employee_id::text, encode(h.event_key, 'hex'), h.kind, h.issued_at, h.business_day, h.period,
       h.time_zone, h.cutoff_minutes, h.longest_shift_minutes, h.double_tap_seconds, h.duplicate_policy, coalesce(h.undo_seconds, 0)
  from unnest(@tenants::text[]::uuid[], @employees::text[]::uuid[], @froms::timestamptz[], @tos::timestamptz[]) as w (tenant, employee, first, last)
  cross join lateral (
       select r.tenant_id, r.employee_id, r.event_key, r.kind, r.issued_at, r.business_day, r.period, r.time_zone, r.cutoff_minutes,
              r.longest_shift_minutes, r.double_tap_seconds, r.duplicate_policy, r.undo_seconds
         from attendance.held_punches r
        where r.tenant_id = w.tenant and r.employee_id = w.employee
          and r.business_day between (w.first - interval '4 days')::date and (w.last + interval '4 days')::date
       offset 0) h`

// heldOf reads what knownHeld finds.
func (s *Store) heldOf(rows pgx.Rows, err error) (map[Pair][]timeclock.HeldPunch, error) {
	held := map[Pair][]timeclock.HeldPunch{}
	if err != nil {
		return held, err
	}
	var of Pair
	var key, period string
	var kind timeclock.Kind
	var issued, day time.Time
	var copied rulesRow
	targets := append([]any{&of.Tenant, &of.ID, &key, &kind, &issued, &day, &period}, copied.targets()...)
	_, err = pgx.ForEachRow(rows, targets, func() error {
		rules, err := s.punchRules(copied)
		if err != nil {
			return err
		}
		locked, err := timeclock.ParsePeriod(period)
		punch := timeclock.Punch{Key: key, Kind: kind, Issued: issued.UTC(), Rules: rules}
		held[of] = append(held[of], timeclock.HeldPunch{Punch: punch, Day: timeclock.DateOf(day), Period: locked})
		return err
	})
	return held, err
}
