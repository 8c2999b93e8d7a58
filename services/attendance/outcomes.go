package attendance

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/attendance/internal/store"
)

// JudgedOutcome is what was judged of an event.
type JudgedOutcome = store.JudgedOutcome

// Outcomes reads what was judged of the events with these keys, each of the tenant at the same place, in their order.
// The transaction must be of the tables' owner, of postgres.Inspect for one.
func Outcomes(ctx context.Context, tx pgx.Tx, tenants []string, keys [][]byte) ([]JudgedOutcome, error) {
	return store.ReadOutcomes(ctx, tx, tenants, keys)
}
