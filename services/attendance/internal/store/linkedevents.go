package store

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// LinkedEvent is an event that was judged as an employee's, with the receipt of the link that made it so; empty before
// there were receipts.
type LinkedEvent struct{ Tenant, Key, Employee, Receipt string } // Key is in hex

// LinkedEvents reads every event that was judged as an employee's, after begun. The moment is fixed before begun.
func (e Evidence) LinkedEvents(ctx context.Context, begun func(context.Context) error, each func(LinkedEvent)) error {
	if _, err := e.Tx.Exec(ctx, `select from attendance.event_outcomes limit 1`); err != nil {
		return err
	}
	if err := begun(ctx); err != nil {
		return err
	}
	rows, err := e.Tx.Query(ctx, `select tenant_id::text, encode(event_key, 'hex'), employee_id::text, coalesce(link_receipt, '')
		from attendance.event_outcomes where employee_id is not null`)
	if err != nil {
		return err
	}
	var one LinkedEvent
	_, err = pgx.ForEachRow(rows, []any{&one.Tenant, &one.Key, &one.Employee, &one.Receipt}, func() error {
		each(one)
		return nil
	})
	return err
}
