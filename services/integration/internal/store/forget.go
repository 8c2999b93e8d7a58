package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/integration/internal/link"
)

// forgetSyncs removes runs with their results, some at a time, so that no
// statement is long.
const forgetSyncs = `delete from integration.link_sync s using (
   select tenant_id, id from integration.link_sync where ended_at < $1 order by ended_at limit $2) o
 where s.tenant_id = o.tenant_id and s.id = o.id`

// ForgetSyncs removes at most limit runs that ended longer ago than SyncLife and
// tells how many.
func (s *Store) ForgetSyncs(ctx context.Context, limit int) (int, error) {
	var removed int
	err := s.across(ctx, func(ctx context.Context, tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, forgetSyncs, s.now().Add(-link.SyncLife), limit)
		removed = int(tag.RowsAffected())
		return err
	})
	return removed, err
}
