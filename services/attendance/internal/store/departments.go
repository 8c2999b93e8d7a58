package store

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/rpc"
)

// limited makes a transaction of fn see the people of the caller's departments only, and what is theirs. The policies
// of the tables do it (migration 0018), so that no statement can forget it; without a caller, and for one without
// departments, nothing is hidden.
func limited(ctx context.Context, fn func(context.Context, pgx.Tx) error) func(context.Context, pgx.Tx) error {
	c, _ := rpc.CallerFrom(ctx)
	if len(c.Departments) == 0 {
		return fn
	}
	return func(ctx context.Context, tx pgx.Tx) error {
		if err := limit(ctx, tx, c.Departments); err != nil {
			return err
		}
		return fn(ctx, tx)
	}
}

func limit(ctx context.Context, tx pgx.Tx, departments []string) error {
	_, err := tx.Exec(ctx, `select set_config('app.departments', $1::text[]::text, true)`, departments)
	return err
}

// takenElsewhere are the numbers of people whom the caller may not see.
func takenElsewhere(ctx context.Context, tx pgx.Tx, tenant string, numbers []string, seen map[string]Employee) (map[string]bool, error) {
	c, _ := rpc.CallerFrom(ctx)
	if len(c.Departments) == 0 {
		return nil, nil
	}
	if _, err := tx.Exec(ctx, `select set_config('app.departments', '', true)`); err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, `select number from attendance.employees where tenant_id = @tenant and number = any (@numbers)`,
		pgx.NamedArgs{"tenant": tenant, "numbers": numbers})
	if err != nil {
		return nil, err
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, err
	}
	elsewhere := map[string]bool{}
	for _, number := range slices.DeleteFunc(all, func(n string) bool { return seen[n].ID != "" }) {
		elsewhere[number] = true
	}
	return elsewhere, limit(ctx, tx, c.Departments)
}

const membersAfter = `
select id::text from attendance.employees
 where tenant_id = @tenant and department = any (@departments) and id > @after
 order by id
 limit @limit`

// MembersAfter reads up to limit ids of employees of the departments, in order, after the given id; an empty one is
// before all.
func (s *Store) MembersAfter(ctx context.Context, tenant string, departments []string, after string, limit int) (ids []string, err error) {
	if after == "" {
		after = nobody
	}
	err = s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, membersAfter, pgx.NamedArgs{"tenant": tenant, "departments": departments, "after": after, "limit": limit})
		if err != nil {
			return err
		}
		ids, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	}, tenant)
	return ids, err
}
