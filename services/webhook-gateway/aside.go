package gateway

import (
	"context"

	"github.com/dakoku/dakoku/platform/postgres"
)

// asideConns are the connections for what administrators ask for. They are apart from
// those that store callbacks: lists that take as long as the database lets them would
// otherwise hold all of these, and a callback that finds none is refused.
const asideConns = 3

// openAside opens the pool for administrators. It says nothing of its own: what there is to say
// of the database the other pool has said.
func (p *Public) openAside(ctx context.Context) (err error) {
	p.aside, err = postgres.Open(ctx, postgres.Config{
		URL: p.cfg.DatabaseURL, Role: InboxMigrations().Role(), MaxConns: asideConns, MayBeAway: p.spools(), ByIndex: true,
	})
	return err
}
