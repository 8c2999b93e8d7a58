package inbox

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/platform/postgres"
)

// Judged is an event that attendance gave an outcome to. Events that wait, and
// those in quarantine, have none.
type Judged struct {
	Tenant, ID      string
	Key             []byte
	Outcome, Reason string
	Punch           string // id; empty unless recorded
}

// Check is what a check of all contexts reads of the inbox.
type Check struct {
	There  bool                                  // the table is in the database
	Twice  func(Judged)                          // gets every event that is there more than once
	Judged func(context.Context, []Judged) error // gets all judged events, a page at a time
}

const (
	// checkPage is how many events are read at once.
	checkPage = 5000
	// noID is an id in front of every other.
	noID = "00000000-0000-0000-0000-000000000000"
)

const judged = `
select i.tenant_id::text, i.id::text, i.key, i.outcome, i.reason, i.punch_id
  from gateway.inbox i
 where i.outcome in ('RECORDED', 'IGNORED', 'REFUSED') and (i.tenant_id, i.id) > ($1::text::uuid, $2::text::uuid)
 order by i.tenant_id, i.id
 limit $3`

const twins = `
select i.tenant_id::text, max(i.id::text), i.key, '', '', ''
  from gateway.inbox i
 group by i.tenant_id, i.key having count(*) > 1`

// Run reads one moment of the inbox of all organizations as the login of the URL,
// which must own the table or be a superuser.
func (c *Check) Run(ctx context.Context, url config.Secret) error {
	return postgres.Inspect(ctx, url, func(ctx context.Context, tx pgx.Tx) error {
		err := tx.QueryRow(ctx, `select to_regclass('gateway.inbox') is not null`).Scan(&c.There)
		if err != nil || !c.There {
			return err
		}
		twice, err := readJudged(ctx, tx, twins)
		if err != nil {
			return err
		}
		for _, e := range twice {
			c.Twice(e)
		}
		last := Judged{Tenant: noID, ID: noID}
		for {
			page, err := readJudged(ctx, tx, judged, last.Tenant, last.ID, checkPage)
			if err != nil || len(page) == 0 {
				return err
			}
			if err := c.Judged(ctx, page); err != nil {
				return err
			}
			last = page[len(page)-1]
		}
	})
}

func readJudged(ctx context.Context, tx pgx.Tx, query string, args ...any) ([]Judged, error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Judged])
}
