package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/services/attendance/internal/retention"
)

// KeepMonths makes the partitions of punches for the months around now, and for what the default partition holds; it
// tells how many.
func (s *Store) KeepMonths(ctx context.Context) (made int, err error) {
	err = s.db.InTx(ctx, postgres.Worker(Migrations().WorkerRole()), func(ctx context.Context, tx pgx.Tx) error {
		return tx.QueryRow(ctx, `select attendance.keep_punch_months($1::date)`, s.now()).Scan(&made)
	})
	return made, err
}

// DropMonths drops partitions of punches that are older than the shortest retention and of which every company's
// retention has left nothing; it tells how many.
func (s *Store) DropMonths(ctx context.Context) (dropped int, err error) {
	err = s.db.InTx(ctx, postgres.Worker(Migrations().DutyRole(purgeDuty)), func(ctx context.Context, tx pgx.Tx) error {
		return tx.QueryRow(ctx, `select attendance.drop_punch_months($1::date)`, s.now().AddDate(-retention.Least, 0, 0)).Scan(&dropped)
	})
	return dropped, err
}
