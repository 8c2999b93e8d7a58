package attendance

import (
	"context"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/services/attendance/internal/store"
)

// JudgedOutcome is what was judged of an event.
type JudgedOutcome = store.JudgedOutcome

// Outcomes reads what was judged of the events with these keys, each of the tenant at the same place, in their order.
// url's login must own the tables or be a superuser.
func Outcomes(ctx context.Context, url config.Secret, tenants []string, keys [][]byte) (outcomes []JudgedOutcome, err error) {
	err = store.Inspect(ctx, url, func(ctx context.Context, read store.Evidence) error {
		outcomes, err = read.Outcomes(ctx, tenants, keys)
		return err
	})
	return outcomes, err
}
