package store

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/postgres"
)

// In the order in which recording locks people, so that the two never wait for each other.
const lockNumbers = `
select ` + employeeColumns + `
  from attendance.employees
 where tenant_id = @tenant and number = any (@numbers)
 order by id
   for update`

const insertEmployees = `
insert into attendance.employees as e (tenant_id, id, number, display_name, email, department, state, created_at, updated_at)
select @tenant, id, number, name, email, department, state, @now, @now
  from unnest(@ids::uuid[], @numbers::text[], @names::text[], @emails::text[], @departments::text[], @states::text[])
       as of (id, number, name, email, department, state)
 order by number`

const updateEmployees = `
update attendance.employees e
   set display_name = of.name, email = of.email, department = of.department, state = of.state,
       revision = e.revision + 1, updated_at = @now, ` + anew + `
  from unnest(@ids::uuid[], @names::text[], @emails::text[], @departments::text[], @states::text[])
       as of (id, name, email, department, state)
 where e.tenant_id = @tenant and e.id = of.id`

// attempts is how often an import is judged anew because somebody else took one of its numbers meanwhile.
const attempts = 5

// PutEmployees locks who has one of the numbers, lets judge say whom to store, and stores them: who has an id is
// changed, the others are added. It takes three statements, however many there are; with only set it stores nothing.
// judge may be called again when another caller adds one of the numbers at the same moment. elsewhere has the numbers
// of people whom the caller may not see; to store one of them fails.
func (s *Store) PutEmployees(ctx context.Context, tenant string, numbers []string, only bool, judge func(byNumber map[string]Employee, elsewhere map[string]bool) []Employee) (err error) {
	put := func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, lockNumbers, pgx.NamedArgs{"tenant": tenant, "numbers": numbers})
		if err != nil {
			return err
		}
		known, err := pgx.CollectRows(rows, scanEmployee)
		if err != nil {
			return err
		}
		byNumber := map[string]Employee{}
		for _, e := range known {
			byNumber[e.Number] = e
		}
		elsewhere, err := takenElsewhere(ctx, tx, tenant, numbers, byNumber)
		if err != nil {
			return err
		}
		return putEmployees(ctx, tx, tenant, s.now(), judge(byNumber, elsewhere))
	}
	for range attempts {
		err = wet(s.in(ctx, dry(only, put), tenant))
		if postgres.Constraint(err) != "employees_number_key" {
			return err
		}
	}
	return err
}

func putEmployees(ctx context.Context, tx pgx.Tx, tenant string, now time.Time, puts []Employee) (err error) {
	var added, changed []Employee
	for _, e := range puts {
		if e.ID != "" {
			changed = append(changed, e)
			continue
		}
		if e.ID, err = newID(); err != nil {
			return err
		}
		added = append(added, e)
	}
	slices.SortFunc(added, func(a, b Employee) int { return cmp.Compare(a.Number, b.Number) })
	if len(added) > 0 {
		if _, err = tx.Exec(ctx, noted(insertEmployees), columnsOf(tenant, now, added)); err != nil {
			return err
		}
	}
	if len(changed) > 0 {
		_, err = tx.Exec(ctx, noted(updateEmployees), columnsOf(tenant, now, changed))
	}
	return err
}

// columnsOf turns rows into one list for each column.
func columnsOf(tenant string, now time.Time, employees []Employee) pgx.NamedArgs {
	lists := map[string][]string{}
	for _, e := range employees {
		state := "INACTIVE"
		if e.Active {
			state = "ACTIVE"
		}
		for name, value := range map[string]string{
			"ids": e.ID, "numbers": e.Number, "names": e.DisplayName, "emails": e.Email, "departments": e.Department, "states": state,
		} {
			lists[name] = append(lists[name], value)
		}
	}
	args := pgx.NamedArgs{"tenant": tenant, "now": now}
	for name, list := range lists {
		args[name] = list
	}
	return args
}
