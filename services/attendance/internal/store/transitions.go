package store

import (
	"context"

	"github.com/jackc/pgx/v5"
)

const insertTransition = `
insert into attendance.timesheet_transitions (tenant_id, employee_id, period, revision, verb, state, actor, comment, occurred_at)
values (@tenant, @employee, @period, @revision, @verb, @state, @actor, @comment, @now)`

func readHistory(ctx context.Context, tx pgx.Tx, tenant string, sheet Timesheet) ([]Transition, error) {
	const list = `
select verb, actor, comment, occurred_at from attendance.timesheet_transitions
 where tenant_id = @tenant and employee_id = @employee and period = @period
 order by revision`
	rows, err := tx.Query(ctx, list, sheet.key(tenant))
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (t Transition, err error) {
		err = row.Scan(&t.Verb, &t.Actor, &t.Comment, &t.At)
		return t, err
	})
}
