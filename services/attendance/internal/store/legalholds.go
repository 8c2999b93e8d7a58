package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/postgres"
)

// LegalHold keeps records from being removed until it is released.
type LegalHold struct {
	ID            string
	Employee      string // empty: of the whole company
	Reason, Actor string
	Placed        time.Time
	Release       *Release // nil while it is in force
}

// Release is the end of a hold.
type Release struct {
	Reason, Actor string
	At            time.Time
}

// PlaceHold stores a hold; with only set it checks and stores nothing. No purge of the company runs meanwhile: what it
// returns from on stays. An employee that is not there is EMPLOYEE_NOT_FOUND.
func (s *Store) PlaceHold(ctx context.Context, tenant string, h LegalHold, only bool) (LegalHold, error) {
	const insert = `
insert into attendance.legal_holds (tenant_id, id, employee_id, reason, actor, placed_at)
values (@tenant, @id, @employee, @reason, @actor, @now)`
	employee, ok := canonical(h.Employee)
	if !ok && h.Employee != "" {
		return h, EmployeeNotFound()
	}
	if h.Employee != "" {
		h.Employee = employee
	}
	var err error
	if h.ID, err = newID(); err != nil {
		return h, err
	}
	err = s.in(ctx, dry(only, func(ctx context.Context, tx pgx.Tx) error {
		if err := oneAtATime(ctx, tx, tenant); err != nil {
			return err
		}
		if err := noHoldMeanwhile(ctx, tx); err != nil {
			return err
		}
		if err := seesEmployee(ctx, tx, tenant, h.Employee); err != nil {
			return err
		}
		h.Placed = s.now()
		_, err := tx.Exec(ctx, insert, pgx.NamedArgs{
			"tenant": tenant, "id": h.ID, "employee": optional(h.Employee), "reason": h.Reason, "actor": h.Actor, "now": h.Placed,
		})
		return err
	}), tenant)
	return h, wet(err)
}

// seesEmployee is EMPLOYEE_NOT_FOUND for somebody who is not there for the caller; nobody is always there.
func seesEmployee(ctx context.Context, tx pgx.Tx, tenant, id string) error {
	if id == "" {
		return nil
	}
	const get = `select ` + employeeColumns + ` from attendance.employees where tenant_id = @tenant and id = @id`
	_, err := oneEmployee(tx.Query(ctx, get, pgx.NamedArgs{"tenant": tenant, "id": id}))
	return err
}

// ReleaseHold ends a hold. One that is not there is LEGAL_HOLD_NOT_FOUND, one that was released before
// LEGAL_HOLD_RELEASED.
func (s *Store) ReleaseHold(ctx context.Context, tenant, id string, r Release) (h LegalHold, err error) {
	const insert = `
insert into attendance.legal_hold_releases (tenant_id, hold_id, reason, actor, released_at)
values (@tenant, @id, @reason, @actor, @now)`
	r.At = s.now()
	err = s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if h, err = oneHold(ctx, tx, tenant, id); err != nil {
			return err
		}
		if h.Release != nil {
			return holdReleased()
		}
		h.Release = &r
		_, err = tx.Exec(ctx, insert, pgx.NamedArgs{"tenant": tenant, "id": h.ID, "reason": r.Reason, "actor": r.Actor, "now": r.At})
		return err
	}, tenant)
	if postgres.Constraint(err) == "legal_hold_releases_pkey" {
		err = holdReleased()
	}
	return h, err
}

const holdColumns = `
select h.id::text, coalesce(h.employee_id::text, ''), h.reason, h.actor, h.placed_at, r.reason, r.actor, r.released_at
  from attendance.legal_holds h
  left join attendance.legal_hold_releases r on r.tenant_id = h.tenant_id and r.hold_id = h.id
 where h.tenant_id = @tenant`

func scanHold(row pgx.CollectableRow) (h LegalHold, err error) {
	var reason, actor *string
	var at *time.Time
	err = row.Scan(&h.ID, &h.Employee, &h.Reason, &h.Actor, &h.Placed, &reason, &actor, &at)
	if at != nil {
		h.Release = &Release{*reason, *actor, *at}
	}
	return h, err
}

func oneHold(ctx context.Context, tx pgx.Tx, tenant, id string) (LegalHold, error) {
	id, ok := canonical(id)
	if !ok {
		return LegalHold{}, holdNotFound()
	}
	rows, err := tx.Query(ctx, holdColumns+` and h.id = @id`, pgx.NamedArgs{"tenant": tenant, "id": id})
	if err != nil {
		return LegalHold{}, err
	}
	h, err := pgx.CollectExactlyOneRow(rows, scanHold)
	if errors.Is(err, pgx.ErrNoRows) {
		err = holdNotFound()
	}
	return h, err
}

// ListHolds reads up to limit holds, newest first, those that were released too, below the id given; "" is from the
// top.
func (s *Store) ListHolds(ctx context.Context, tenant, before string, limit int) (list []LegalHold, err error) {
	err = s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, holdColumns+` and (@before::text is null or h.id < @before::text::uuid) order by h.id desc limit @limit`,
			pgx.NamedArgs{"tenant": tenant, "before": optional(before), "limit": limit})
		if err != nil {
			return err
		}
		list, err = pgx.CollectRows(rows, scanHold)
		return err
	}, tenant)
	return list, err
}

func holdNotFound() error {
	return fault.New(fault.NotFound, "LEGAL_HOLD_NOT_FOUND", fault.Text{JA: "保全指定が見つかりません。", EN: "The legal hold does not exist."})
}

func holdReleased() error {
	return fault.New(fault.Precondition, "LEGAL_HOLD_RELEASED", fault.Text{
		JA: "この保全指定はすでに解除されています。", EN: "The legal hold was released before.",
	})
}
