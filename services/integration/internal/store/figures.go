package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/integration/internal/connection"
)

// figures looks everything up for each connection by itself, by index: one
// statement for a page of connections.
const figures = `
select c.id::text, last.at, failure.at, reply.at, coalesce(seen.callbacks, 0), coalesce(seen.failures, 0), coalesce(seen.unmatched, 0),
       unlinked.number, queue.number, queue.oldest, failed.number, gate.closed_until, coalesce(gate.reason, ''), access.ends, coalesce(refused.refusals, 0)
  from unnest($2::text[]::uuid[]) as c (id)
  left join lateral (select t.last_callback_at as at from integration.traffic t where t.tenant_id = $1 and t.connection_id = c.id
         and t.last_callback_at is not null order by t.last_callback_at desc limit 1) last on true
  left join lateral (select t.last_failure_at as at from integration.traffic t where t.tenant_id = $1 and t.connection_id = c.id
         and t.last_failure_at is not null order by t.last_failure_at desc limit 1) failure on true
  left join lateral (select m.finished_at as at from integration.outbound_message m where m.tenant_id = $1 and m.connection_id = c.id
         and m.state = 'SENT' order by m.finished_at desc limit 1) reply on true
 cross join lateral (select sum(t.callbacks)::bigint as callbacks, sum(t.signature_failures)::bigint as failures, sum(t.unmatched_texts)::bigint as unmatched
          from integration.traffic t where t.tenant_id = $1 and t.connection_id = c.id and t.hour >= $3) seen
 cross join lateral (select count(*)::integer as number from integration.unlinked_sender u where u.tenant_id = $1 and u.connection_id = c.id) unlinked
 cross join lateral (select count(*)::integer as number, min(m.created_at) as oldest from integration.outbound_message m
         where m.tenant_id = $1 and m.connection_id = c.id and m.state = 'QUEUED') queue
 cross join lateral (select count(*) as number from integration.outbound_message m where m.tenant_id = $1 and m.connection_id = c.id
         and m.state in ('FAILED', 'EXPIRED') and m.finished_at >= $3) failed
  left join integration.gate on gate.tenant_id = $1 and gate.connection_id = c.id and gate.closed_until > $4
  left join integration.gate refused on refused.tenant_id = $1 and refused.connection_id = c.id
  left join lateral (select a.expires_at as ends from integration.credentials k
          join integration.access_token a on a.tenant_id = k.tenant_id and a.set_id = k.id
         where k.tenant_id = $1 and k.connection_id = c.id and k.role = 'CURRENT' and a.sealed is not null and a.expires_at > $4) access on true`

// Figures reads the figures of connections, by id, whatever their number in one
// statement.
func (s *Store) Figures(ctx context.Context, tenant string, connections []string) (map[string]connection.Figures, error) {
	out := map[string]connection.Figures{}
	now := s.now().UTC()
	since := now.Truncate(time.Hour).Add(-(connection.Day - 1) * time.Hour)
	err := s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, figures, tenant, connections, since, now)
		if err != nil {
			return err
		}
		var id string
		var f connection.Figures
		var last, failure, reply, oldest, paused, ends *time.Time
		_, err = pgx.ForEachRow(rows, []any{
			&id, &last, &failure, &reply, &f.Callbacks, &f.SignatureFailures, &f.UnmatchedTexts, &f.UnlinkedSenders, &f.QueuedReplies,
			&oldest, &f.FailedReplies, &paused, &f.PauseReason, &ends, &f.RefusedTokens,
		}, func() error {
			f.LastCallback, f.LastFailure, f.LastReply = moment(last), moment(failure), moment(reply)
			f.OldestQueued, f.PausedUntil, f.AccessTokenEnds = moment(oldest), moment(paused), moment(ends)
			out[id] = f
			return nil
		})
		if err != nil {
			return err
		}
		if err := readLookUps(ctx, tx, out, tenant, connections); err != nil {
			return err
		}
		return readUnsent(ctx, tx, out, tenant, connections, now)
	}, tenant)
	return out, err
}

// moment is the zero time for null.
func moment(at *time.Time) time.Time {
	if at == nil {
		return time.Time{}
	}
	return at.UTC()
}
