package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/integration/internal/connection"
)

// unsent counts by reason what was refused and waits, and what was given up, for
// each connection by itself and by index.
const unsent = `
select c.id::text, r.reason, r.waiting, r.failed, r.last
  from unnest($2::text[]::uuid[]) as c (id)
 cross join lateral (
       select e.reason, count(*) filter (where e.ended is null) as waiting, count(e.ended) as failed, max(e.ended) as last
         from (select m.reason, m.finished_at as ended from integration.outbound_message m
                where m.tenant_id = $1 and m.connection_id = c.id and m.state in ('FAILED', 'EXPIRED') and m.finished_at >= $3
                union all
               select m.reason, null from integration.outbound_message m
                where m.tenant_id = $1 and m.connection_id = c.id and m.state = 'QUEUED' and m.refused_at is not null) e
        group by e.reason
        order by count(*) desc, e.reason limit $4) r
 order by c.id, r.waiting + r.failed desc, r.reason`

// readUnsent adds to the figures why answers did not reach their reader.
func readUnsent(ctx context.Context, tx pgx.Tx, into map[string]connection.Figures, tenant string, connections []string, now time.Time) error {
	rows, err := tx.Query(ctx, unsent, tenant, connections, now.Add(-connection.UnsentFor), connection.MaxUnsent)
	if err != nil {
		return err
	}
	var id string
	var u connection.Unsent
	var last *time.Time
	_, err = pgx.ForEachRow(rows, []any{&id, &u.Reason, &u.Waiting, &u.Failed, &last}, func() error {
		u.Last = moment(last)
		f := into[id]
		f.Unsent = append(f.Unsent, u)
		into[id] = f
		return nil
	})
	return err
}
