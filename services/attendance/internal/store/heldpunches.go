package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// NewHeldPunch is a punch into a locked period, to be kept. Its id is that of the punch it may become.
type NewHeldPunch struct {
	NewPunch
	Period string
}

const insertHeldPunches = `
insert into attendance.held_punches (tenant_id, id, employee_id, event_key, connection_id, kind, issued_at, received_at,
       business_day, period, time_zone, cutoff_minutes, longest_shift_minutes, double_tap_seconds, duplicate_policy,
       phrase, trigger_word, settings_version, sealed_text, undo_seconds, held_at)
select r.*, @now
  from unnest(@tenants::uuid[], @ids::uuid[], @employees::uuid[], @keys::bytea[], @connections::uuid[], @kinds::text[], @issued::timestamptz[],
       @received::timestamptz[], @days::date[], @periods::text[], @zones::text[], @cutoffs::smallint[], @longest::smallint[],
       @taps::smallint[], @repeats::text[], @phrases::text[], @triggers::text[], @versions::bigint[], @texts::bytea[],
       @undo::smallint[]) as r`

func heldArgs(held []NewHeldPunch, now time.Time) pgx.NamedArgs {
	args := punchArgs(column(held, func(h *NewHeldPunch) NewPunch { return h.NewPunch }), now)
	args["periods"] = column(held, func(h *NewHeldPunch) string { return h.Period })
	return args
}

// The states of a held punch.
const (
	HeldPending   = "PENDING"
	HeldApplied   = "APPLIED"
	HeldDiscarded = "DISCARDED"
)

// HeldPunch is a kept punch with what became of it.
type HeldPunch struct {
	Punch
	Period        string
	State         string
	Decided       time.Time // zero while it waits
	Actor, Reason string
}

const heldColumns = `
h.id::text, h.employee_id::text, encode(h.event_key, 'hex'), h.kind, h.issued_at, h.received_at, h.business_day,
       h.time_zone, h.cutoff_minutes, h.longest_shift_minutes, h.double_tap_seconds, h.duplicate_policy, coalesce(h.undo_seconds, 0), 'CHAT', h.phrase,
       h.trigger_word, h.connection_id::text, h.settings_version, '', '', '', '', '',
       null::timestamptz, h.period, case d.verb when 'apply' then 'APPLIED' when 'discard' then 'DISCARDED' else 'PENDING' end,
       coalesce(d.decided_at, 'epoch'), coalesce(d.actor, ''), coalesce(d.reason, '')
  from attendance.held_punches h
  left join attendance.held_punch_decisions d on d.tenant_id = h.tenant_id and d.held_id = h.id`

func (s *Store) scanHeld(row pgx.CollectableRow) (h HeldPunch, err error) {
	h.Punch, err = s.scanPunch(row, &h.Period, &h.State, &h.Decided, &h.Actor, &h.Reason)
	return h, err
}

// DecisionFilter selects held punches or correction requests; empty fields select everything. Before continues a list
// after the one with that instant and id.
type DecisionFilter struct {
	Employee, State string
	BeforeTime      time.Time
	BeforeID        string
	Limit           int
}

const listHeld = `
select ` + heldColumns + `
 where h.tenant_id = @tenant
   and (@employee::text is null or h.employee_id = @employee::text::uuid)
   and (@state = '' or @state = case d.verb when 'apply' then 'APPLIED' when 'discard' then 'DISCARDED' else 'PENDING' end)
   and (@before_id::text is null or (h.issued_at, h.id) < (@before_time::timestamptz, @before_id::text::uuid))
 order by h.issued_at desc, h.id desc
 limit @limit`

// ListHeldPunches reads held punches, newest first.
func (s *Store) ListHeldPunches(ctx context.Context, tenant string, f DecisionFilter) (list []HeldPunch, err error) {
	args := pgx.NamedArgs{
		"tenant": tenant, "employee": optional(f.Employee), "state": f.State,
		"before_id": optional(f.BeforeID), "before_time": f.BeforeTime, "limit": f.Limit,
	}
	err = s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, listHeld, args)
		if err != nil {
			return err
		}
		list, err = pgx.CollectRows(rows, s.scanHeld)
		return err
	}, tenant)
	return list, err
}

const applyHeld = `
insert into attendance.punches (tenant_id, id, employee_id, event_key, connection_id, kind, issued_at, received_at, recorded_at,
       business_day, time_zone, cutoff_minutes, longest_shift_minutes, double_tap_seconds, duplicate_policy, source, phrase,
       trigger_word, settings_version, sealed_text, actor, reason, undo_seconds)
select tenant_id, id, employee_id, event_key, connection_id, kind, issued_at, received_at, @now,
       @day, time_zone, cutoff_minutes, longest_shift_minutes, double_tap_seconds, duplicate_policy, 'CHAT', phrase,
       trigger_word, settings_version, sealed_text, '', '', undo_seconds
  from attendance.held_punches where tenant_id = @tenant and id = @id`

const insertDecision = `
insert into attendance.held_punch_decisions (tenant_id, held_id, verb, actor, reason, decided_at)
values (@tenant, @id, @verb, @actor, @reason, @now)`

// DecideHeldPunch locks the employee, lets decide look at the held punch and what is around it, and stores the
// decision. A day says that it becomes a punch of that day, none that it is discarded. One that was decided before
// is a Precondition fault HELD_PUNCH_DECIDED.
func (s *Store) DecideHeldPunch(ctx context.Context, tenant, id, actor, reason string,
	decide func(Near, HeldPunch) (*timeclock.Date, error),
) (held HeldPunch, err error) {
	err = s.in(ctx, func(ctx context.Context, tx pgx.Tx) (err error) {
		if held, err = s.oneHeld(ctx, tx, tenant, id); err != nil {
			return err
		}
		near, err := s.near(ctx, tx, tenant, held.Employee, held.Issued)
		if err != nil {
			return err
		}
		if held.State != HeldPending {
			return heldDecided(held.State)
		}
		day, err := decide(near, held)
		if err != nil {
			return err
		}
		held.State, held.Decided, held.Actor, held.Reason = HeldDiscarded, s.now(), actor, reason
		return storeDecision(ctx, tx, tenant, &held, day)
	}, tenant)
	if postgres.Constraint(err) == "held_punch_decisions_pkey" { // decided while this one waited for the lock
		return s.DecideHeldPunch(ctx, tenant, id, actor, reason, decide)
	}
	return held, err
}

func storeDecision(ctx context.Context, tx pgx.Tx, tenant string, held *HeldPunch, day *timeclock.Date) error {
	args := pgx.NamedArgs{
		"tenant": tenant, "id": held.ID, "verb": "discard", "actor": held.Actor, "reason": held.Reason, "now": held.Decided,
	}
	if day != nil {
		args["verb"], args["day"], held.State = "apply", day.Time(), HeldApplied
	}
	if _, err := tx.Exec(ctx, insertDecision, args); err != nil || day == nil {
		return err
	}
	_, err := tx.Exec(ctx, applyHeld, args)
	return err
}

func (s *Store) oneHeld(ctx context.Context, tx pgx.Tx, tenant, id string) (HeldPunch, error) {
	id, ok := canonical(id)
	if !ok {
		return HeldPunch{}, heldNotFound()
	}
	const get = `select ` + heldColumns + ` where h.tenant_id = @tenant and h.id = @id`
	rows, err := tx.Query(ctx, get, pgx.NamedArgs{"tenant": tenant, "id": id})
	if err != nil {
		return HeldPunch{}, err
	}
	held, err := pgx.CollectExactlyOneRow(rows, s.scanHeld)
	if errors.Is(err, pgx.ErrNoRows) {
		err = heldNotFound()
	}
	return held, err
}

func heldNotFound() error {
	return fault.New(fault.NotFound, "HELD_PUNCH_NOT_FOUND", fault.Text{
		JA: "保留中の打刻が見つかりません。", EN: "The held punch does not exist.",
	})
}

func heldDecided(state string) error {
	return fault.New(fault.Precondition, "HELD_PUNCH_DECIDED", fault.Text{
		JA: "この打刻はすでに反映または破棄されています。", EN: "The held punch was applied or discarded before.",
	}).With("state", state)
}
