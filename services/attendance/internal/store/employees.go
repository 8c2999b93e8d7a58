package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/postgres"
)

// Employee is one row. Revision grows with every change and makes the etag.
type Employee struct {
	ID, Number, DisplayName, Email, Department string
	Active                                     bool
	Revision                                   int64
	Created                                    time.Time
}

const employeeColumns = `id::text, number, display_name, email, department, state = 'ACTIVE', revision, created_at`

func scanEmployee(row pgx.CollectableRow) (Employee, error) {
	var e Employee
	err := row.Scan(&e.ID, &e.Number, &e.DisplayName, &e.Email, &e.Department, &e.Active, &e.Revision, &e.Created)
	return e, err
}

func (e Employee) args(tenant string, now time.Time) pgx.NamedArgs {
	state := "INACTIVE"
	if e.Active {
		state = "ACTIVE"
	}
	return pgx.NamedArgs{
		"tenant": tenant, "id": e.ID, "number": e.Number, "name": e.DisplayName, "email": e.Email,
		"department": e.Department, "state": state, "revision": e.Revision, "now": now,
	}
}

const insertEmployee = `
insert into attendance.employees as e (tenant_id, id, number, display_name, email, department, state, created_at, updated_at)
values (@tenant, @id, @number, @name, @email, @department, @state, @now, @now)`

// noted notes that a statement made employees e, in the same statement: that somebody was changed is a fact.
func noted(change string) string {
	return `
with made as (` + change + `
returning e.*, attendance.employee_digest(e) as digest
), noted as (
insert into attendance.employee_versions (tenant_id, employee_id, revision, digest, changed_at)
select tenant_id, id, revision, digest, updated_at from made
)
select ` + employeeColumns + ` from made`
}

// anew replaces the salt of the version before, whose digest tells nothing from then on.
const anew = `salt = sha256(gen_random_uuid()::text::bytea)`

// CreateEmployee adds an employee; with only set it checks and stores nothing. A number that is taken is an Exists
// fault that names the other employee.
func (s *Store) CreateEmployee(ctx context.Context, tenant string, e Employee, only bool) (Employee, error) {
	id, err := newID()
	if err != nil {
		return e, err
	}
	e.ID = id
	var stored Employee
	err = s.in(ctx, dry(only, func(ctx context.Context, tx pgx.Tx) (err error) {
		stored, err = oneEmployee(tx.Query(ctx, noted(insertEmployee), e.args(tenant, s.now())))
		return err
	}), tenant)
	return stored, s.numberTaken(ctx, tenant, e.Number, wet(err))
}

const updateEmployee = `
update attendance.employees e
   set number = @number, display_name = @name, email = @email, department = @department, state = @state,
       revision = revision + 1, updated_at = @now, ` + anew + `
 where tenant_id = @tenant and id = @id`

// UpdateEmployee locks the row, lets change judge and edit it, and stores the result unless that is what was there; with
// only set it stores nothing. An error of change is returned as it came.
func (s *Store) UpdateEmployee(ctx context.Context, tenant, id string, only bool, change func(*Employee) error) (Employee, error) {
	var e, stored Employee
	err := s.in(ctx, dry(only, func(ctx context.Context, tx pgx.Tx) (err error) {
		if e, err = lockEmployee(ctx, tx, tenant, id); err != nil {
			return err
		}
		stored = e
		if err = change(&e); err != nil || e == stored {
			return err
		}
		stored, err = oneEmployee(tx.Query(ctx, noted(updateEmployee), e.args(tenant, s.now())))
		return err
	}), tenant)
	return stored, s.numberTaken(ctx, tenant, e.Number, wet(err))
}

func lockEmployee(ctx context.Context, tx pgx.Tx, tenant, id string) (Employee, error) {
	id, ok := canonical(id)
	if !ok {
		return Employee{}, EmployeeNotFound()
	}
	const lock = `select ` + employeeColumns + ` from attendance.employees where tenant_id = @tenant and id = @id for update`
	return oneEmployee(tx.Query(ctx, lock, pgx.NamedArgs{"tenant": tenant, "id": id}))
}

// GetEmployee reads one employee; a foreign or absent one is a NotFound fault.
func (s *Store) GetEmployee(ctx context.Context, tenant, id string) (e Employee, err error) {
	id, ok := canonical(id)
	if !ok {
		return e, EmployeeNotFound()
	}
	const get = `select ` + employeeColumns + ` from attendance.employees where tenant_id = @tenant and id = @id`
	err = s.in(ctx, func(ctx context.Context, tx pgx.Tx) (err error) {
		e, err = oneEmployee(tx.Query(ctx, get, pgx.NamedArgs{"tenant": tenant, "id": id}))
		return err
	}, tenant)
	return e, err
}

const listEmployees = `
select ` + employeeColumns + `
  from attendance.employees
 where tenant_id = @tenant and number > @after
 order by number
 limit @limit`

// ListEmployees reads up to limit employees by number, after the given number.
func (s *Store) ListEmployees(ctx context.Context, tenant, after string, limit int) (list []Employee, err error) {
	err = s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, listEmployees, pgx.NamedArgs{"tenant": tenant, "after": after, "limit": limit})
		if err != nil {
			return err
		}
		list, err = pgx.CollectRows(rows, scanEmployee)
		return err
	}, tenant)
	return list, err
}

func oneEmployee(rows pgx.Rows, err error) (Employee, error) {
	if err != nil {
		return Employee{}, err
	}
	e, err := pgx.CollectExactlyOneRow(rows, scanEmployee)
	if errors.Is(err, pgx.ErrNoRows) {
		return e, EmployeeNotFound()
	}
	return e, err
}

// EmployeeNotFound is the fault of an employee who does not exist, or not for who asks.
func EmployeeNotFound() error {
	return fault.New(fault.NotFound, "EMPLOYEE_NOT_FOUND", fault.Text{
		JA: "従業員が見つかりません。", EN: "The employee does not exist.",
	})
}

// numberTaken makes the violation of the number's uniqueness a fault that names the employee who has it.
func (s *Store) numberTaken(ctx context.Context, tenant, number string, err error) error {
	if postgres.Constraint(err) != "employees_number_key" {
		return err
	}
	taken := fault.New(fault.Exists, "EMPLOYEE_NUMBER_TAKEN", fault.Text{
		JA: "この社員番号は既に使われています。", EN: "Another employee has this number.",
	}).Because(err)
	const holder = `select id::text from attendance.employees where tenant_id = @tenant and number = @number`
	var id string
	_ = s.in(ctx, func(ctx context.Context, tx pgx.Tx) error { // without the holder the fault is still right
		return tx.QueryRow(ctx, holder, pgx.NamedArgs{"tenant": tenant, "number": number}).Scan(&id)
	}, tenant)
	if id == "" {
		return taken
	}
	return taken.With("employee", "employees/"+id)
}
