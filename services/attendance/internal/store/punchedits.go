package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/postgres"
)

// AddPunch locks the employee, lets decide make a punch of what is around the instant, and stores it; with only set
// it stores nothing.
func (s *Store) AddPunch(ctx context.Context, tenant, employee string, at time.Time, only bool, decide func(Near) (NewPunch, error)) (punch Punch, err error) {
	err = s.in(ctx, dry(only, func(ctx context.Context, tx pgx.Tx) error {
		near, err := s.near(ctx, tx, tenant, employee, at)
		if err != nil {
			return err
		}
		made, err := decide(near)
		if err != nil {
			return err
		}
		punch = made.Punch
		return storePunch(ctx, tx, made, s.now())
	}), tenant)
	return punch, wet(err)
}

const insertVoid = `
insert into attendance.punch_voids (tenant_id, punch_id, actor, reason, voided_at)
values (@tenant, @id, @actor, @reason, @now)`

// VoidWish is who wants which punch to count no longer, and why.
type VoidWish struct {
	Tenant, Punch string
	Only          string // the one employee whose punches are found; empty: everybody's
	Actor, Reason string
}

// VoidPunch locks the employee and voids the punch, if decide agrees after it looked at what is around the punch and
// the instant. The punch that decide gives takes its place. One that was voided before is a Precondition fault
// PUNCH_VOIDED.
func (s *Store) VoidPunch(ctx context.Context, wish VoidWish, at *time.Time,
	decide func(Near, Punch) (*NewPunch, error),
) (voided Punch, instead *Punch, err error) {
	err = s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if voided, err = s.onePunch(ctx, tx, wish); err != nil {
			return err
		}
		instants := []time.Time{voided.Issued}
		if at != nil {
			instants = append(instants, *at)
		}
		near, err := s.near(ctx, tx, wish.Tenant, voided.Employee, instants...)
		if err != nil {
			return err
		}
		made, err := decide(near, voided)
		if err != nil {
			return err
		}
		voided.Voided, voided.Void = true, Void{wish.Actor, wish.Reason, s.now()}
		if made != nil {
			instead = &made.Punch
		}
		return storeVoid(ctx, tx, wish.Tenant, voided, made)
	}, wish.Tenant)
	if postgres.Constraint(err) == "punch_voids_pkey" { // voided before, were it a moment ago
		err = PunchVoided()
	}
	return voided, instead, err
}

func storeVoid(ctx context.Context, tx pgx.Tx, tenant string, voided Punch, instead *NewPunch) error {
	args := pgx.NamedArgs{
		"tenant": tenant, "id": voided.ID, "actor": voided.Void.Actor, "reason": voided.Void.Reason, "now": voided.Void.At,
	}
	if _, err := tx.Exec(ctx, insertVoid, args); err != nil || instead == nil {
		return err
	}
	return storePunch(ctx, tx, *instead, voided.Void.At)
}

func (s *Store) onePunch(ctx context.Context, tx pgx.Tx, wish VoidWish) (Punch, error) {
	id, ok := canonical(wish.Punch)
	if !ok {
		return Punch{}, punchNotFound()
	}
	const get = `
select ` + punchColumns + `
  from attendance.punches p` + voidOfPunch + `
 where p.tenant_id = @tenant and p.id = @id and (@only = '' or p.employee_id::text = @only)`
	rows, err := tx.Query(ctx, get, pgx.NamedArgs{"tenant": wish.Tenant, "id": id, "only": wish.Only})
	if err != nil {
		return Punch{}, err
	}
	punch, err := pgx.CollectExactlyOneRow(rows, func(row pgx.CollectableRow) (Punch, error) { return s.scanPunch(row) })
	if errors.Is(err, pgx.ErrNoRows) {
		err = punchNotFound()
	}
	return punch, err
}

func punchNotFound() error {
	return fault.New(fault.NotFound, "PUNCH_NOT_FOUND", fault.Text{JA: "打刻が見つかりません。", EN: "The punch does not exist."})
}

// PunchVoided is the fault of changing a punch that counts no longer.
func PunchVoided() error {
	return fault.New(fault.Precondition, "PUNCH_VOIDED", fault.Text{
		JA: "この打刻はすでに取り消されています。", EN: "The punch was voided before.",
	})
}
