package gateway

import (
	"context"

	"github.com/dakoku/dakoku/platform/postgres"
)

// listConns are the connections for what administrators look at. They are apart from
// those that store callbacks: lists that take as long as the database lets them would
// otherwise hold all of these, and a callback that finds none is refused.
const listConns = 3

// openLists opens the pool for lists. It says nothing of its own: what there is to say
// of the database the other pool has said.
func (p *Public) openLists(ctx context.Context) (err error) {
	p.lists, err = postgres.Open(ctx, postgres.Config{
		URL: p.cfg.DatabaseURL, Role: InboxMigrations().Role(), MaxConns: listConns, MayBeAway: p.spools(), ByIndex: true,
	})
	return err
}
