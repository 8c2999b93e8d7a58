package store

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// nobody is the id before all others.
const nobody = "00000000-0000-0000-0000-000000000000"

const directoryAfter = `
select ` + employeeColumns + `
  from attendance.employees
 where tenant_id = @tenant and id > @after
 order by id
 limit @limit`

// DirectoryAfter reads up to limit employees in the order of their ids, after the given id; an empty one is before
// all.
func (s *Store) DirectoryAfter(ctx context.Context, tenant, after string, limit int) (list []Employee, err error) {
	if after == "" {
		after = nobody
	}
	err = s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, directoryAfter, pgx.NamedArgs{"tenant": tenant, "after": after, "limit": limit})
		if err != nil {
			return err
		}
		list, err = pgx.CollectRows(rows, scanEmployee)
		return err
	}, tenant)
	return list, err
}
