package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/integration/internal/credential"
)

// expire is what the history says of sets whose time is over. Nobody asked for it then.
const expire = "EXPIRE"

// ExpireCredentials erases the replaced sets whose time is over, of every
// organization, and tells how many connections had one.
func (s *Store) ExpireCredentials(ctx context.Context) (int, error) {
	type place struct{ tenant, connection string }
	var due []place
	err := s.across(ctx, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `select distinct tenant_id, connection_id from integration.credentials where expires_at <= $1 limit 100`, s.now())
		if err != nil {
			return err
		}
		due, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (place, error) {
			var p place
			return p, row.Scan(&p.tenant, &p.connection)
		})
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, p := range due {
		_, err := s.TurnCredentials(ctx, p.tenant, p.connection, expire, "", func(r credential.Ring, _ time.Time) (credential.Ring, error) {
			return r, nil // TurnCredentials has left out what is over
		})
		if err != nil {
			return 0, err
		}
	}
	return len(due), nil
}
