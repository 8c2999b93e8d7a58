package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/integration/internal/outbound"
)

// traces looks every key up by itself, as keptIDs does, with how its connection
// stands.
const traces = `
select coalesce(o.state, ''), coalesce(o.reason, ''), coalesce(o.sent_as, ''), coalesce(o.refused, false), o.due_at, o.finished_at,
       g.closed_until, coalesce(g.reason, ''), coalesce(c.state_reason, '')
  from unnest($2::bytea[]) with ordinality as asked (event_key, place)
  left join lateral (
       select m.connection_id, m.state, m.reason, m.refused_at is not null as refused, m.due_at, m.finished_at,
              coalesce(m.sent_as, case when m.sent_with is not null then 'TOGETHER' end) as sent_as
         from integration.outbound_message m
        where m.tenant_id = $1 and m.event_key = asked.event_key limit 1) o on true
  left join integration.gate g on o.state = 'QUEUED' and g.tenant_id = $1 and g.connection_id = o.connection_id and g.closed_until > $3
  left join integration.connection c on o.state = 'QUEUED' and c.tenant_id = $1 and c.id = o.connection_id
 order by asked.place`

// Fates tells what became of the answers to some events, in the order of keys, and
// since when none is forgotten.
func (s *Store) Fates(ctx context.Context, tenant string, keys [][]byte) (out []outbound.Fate, since time.Time, err error) {
	now := s.now().UTC()
	err = s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, traces, tenant, keys, now)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (outbound.Fate, error) {
			t, err := scanTrace(row)
			return t.Fate(now), err
		})
		return err
	}, tenant)
	return out, now.Add(-outbound.Memory), err
}

func scanTrace(row pgx.CollectableRow) (outbound.Trace, error) {
	var t outbound.Trace
	var due, ended, closed *time.Time
	err := row.Scan(&t.State, &t.Reason, &t.Form, &t.Refused, &due, &ended, &closed, &t.ClosedFor, &t.BrokenFor)
	t.Due, t.Ended = moment(due), moment(ended)
	if closed != nil {
		t.Closed = *closed
	}
	return t, err
}
