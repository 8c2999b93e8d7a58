package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/integration/internal/connection"
)

// Traffic is what one process has seen of one connection in one hour.
type Traffic struct {
	Tenant, Connection                           string
	Hour                                         time.Time
	Callbacks, SignatureFailures, UnmatchedTexts int64
	LastCallback, LastFailure                    *time.Time
	Verified                                     []Verified
}

// Verified is a signing key by which a callback was accepted.
type Verified struct {
	Bot, Print string
	Last       time.Time
}

// report keeps the greatest numbers that a reporter has named. Connections that
// are not there, and hours that are over for good or far ahead, are passed over:
// one of them must not cost the others their report. A last callback that lies
// ahead, by a clock that is wrong, would hide every later one; so would a failure.
const report = `
insert into integration.traffic as t (tenant_id, connection_id, hour, reporter, callbacks, signature_failures, unmatched_texts, last_callback_at, last_failure_at)
select r.tenant, r.connection, r.hour, $1::uuid, r.callbacks, r.failures, r.unmatched, case when r.last < $11 then r.last when r.last is not null then $11 end,
       case when r.failed < $11 then r.failed when r.failed is not null then $11 end
  from unnest($2::text[]::uuid[], $3::text[]::uuid[], $4::timestamptz[], $5::bigint[], $6::bigint[], $7::bigint[], $8::timestamptz[], $12::timestamptz[])
       as r (tenant, connection, hour, callbacks, failures, unmatched, last, failed)
  join integration.connection c on c.tenant_id = r.tenant and c.id = r.connection
 where r.hour > $9 and r.hour <= $10
 order by r.tenant, r.connection, r.hour
    on conflict on constraint traffic_pkey do update
   set callbacks = greatest(t.callbacks, excluded.callbacks), signature_failures = greatest(t.signature_failures, excluded.signature_failures),
       unmatched_texts = greatest(t.unmatched_texts, excluded.unmatched_texts), last_callback_at = greatest(t.last_callback_at, excluded.last_callback_at),
       last_failure_at = greatest(t.last_failure_at, excluded.last_failure_at)`

// verify notes once for each set that it signed a callback. A row that somebody
// holds is passed over, so that no report waits for another or for a change of
// keys: the next callback tells the same.
const verify = `
update integration.credentials c set verified = true
 where (c.tenant_id, c.id) in (
       select k.tenant_id, k.id
         from unnest($1::text[]::uuid[], $2::text[]::uuid[], $3::text[], $4::text[], $5::timestamptz[]) as v (tenant, connection, bot, print, last)
         join integration.credentials k on k.tenant_id = v.tenant and k.bot = v.bot and k.connection_id = v.connection
        where v.print = case k.api_version when 'V1' then k.api_id_print else k.bot_secret_print end
          and not k.verified and v.last >= k.stored_at
          for no key update of k skip locked)`

// Report stores what a process has seen. Hours of one report are different ones.
func (s *Store) Report(ctx context.Context, reporter string, seen []Traffic) error {
	if len(seen) == 0 {
		return nil
	}
	n := len(seen)
	tenants, connections, hours := make([]string, n), make([]string, n), make([]time.Time, n)
	callbacks, failures, unmatched := make([]int64, n), make([]int64, n), make([]int64, n)
	last, failed := make([]*time.Time, n), make([]*time.Time, n)
	for i, t := range seen {
		tenants[i], connections[i], hours[i] = t.Tenant, t.Connection, t.Hour.UTC().Truncate(time.Hour)
		callbacks[i], failures[i], unmatched[i], last[i] = t.Callbacks, t.SignatureFailures, t.UnmatchedTexts, t.LastCallback
		failed[i] = t.LastFailure
	}
	return s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, report, reporter, tenants, connections, hours, callbacks, failures, unmatched, last,
			s.now().Add(-connection.TrafficLife), s.now().Add(time.Hour), s.now(), failed)
		if err != nil {
			return err
		}
		return noteVerified(ctx, tx, seen)
	}, tenants...)
}

func noteVerified(ctx context.Context, tx pgx.Tx, seen []Traffic) error {
	var tenants, connections, bots, prints []string
	var last []time.Time
	for _, t := range seen {
		for _, v := range t.Verified {
			tenants, connections = append(tenants, t.Tenant), append(connections, t.Connection)
			bots, prints, last = append(bots, v.Bot), append(prints, v.Print), append(last, v.Last)
		}
	}
	if len(last) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, verify, tenants, connections, bots, prints, last)
	return err
}

const hours = `
select h.hour, coalesce(t.callbacks, 0), coalesce(t.failures, 0), coalesce(t.unmatched, 0), coalesce(o.sent, 0), coalesce(o.failed, 0)
  from generate_series($3::timestamptz, $4::timestamptz, interval '1 hour') as h (hour)
  left join (select t.hour, sum(t.callbacks)::bigint as callbacks, sum(t.signature_failures)::bigint as failures, sum(t.unmatched_texts)::bigint as unmatched
               from integration.traffic t where t.tenant_id = $1 and t.connection_id = $2 and t.hour >= $3 group by t.hour) t on t.hour = h.hour
  left join (select m.hour, count(*) filter (where m.sent) as sent, count(*) filter (where not m.sent) as failed
               from (select date_trunc('hour', finished_at, 'UTC') as hour, true as sent from integration.outbound_message
                      where tenant_id = $1 and connection_id = $2 and state = 'SENT' and finished_at >= $3
                      union all
                     select date_trunc('hour', finished_at, 'UTC'), false from integration.outbound_message
                      where tenant_id = $1 and connection_id = $2 and state in ('FAILED', 'EXPIRED') and finished_at >= $3) m
              group by m.hour) o on o.hour = h.hour
 order by h.hour`

// Hours tells what happened in each of the last n hours, the present one
// included, also in those without anything; oldest first. CONNECTION_NOT_FOUND.
func (s *Store) Hours(ctx context.Context, tenant, conn string, n int) ([]connection.Hour, error) {
	var out []connection.Hour
	now := s.now().UTC().Truncate(time.Hour)
	err := s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if _, err := readConnection(ctx, tx, tenant, conn, ""); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, hours, tenant, conn, now.Add(-time.Duration(n-1)*time.Hour), now)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (connection.Hour, error) {
			var h connection.Hour
			err := row.Scan(&h.Start, &h.Callbacks, &h.SignatureFailures, &h.UnmatchedTexts, &h.SentReplies, &h.FailedReplies)
			return h, err
		})
		return err
	}, tenant)
	return out, err
}

// ForgetTraffic removes hours that are older than TrafficLife.
func (s *Store) ForgetTraffic(ctx context.Context) error {
	return s.across(ctx, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `delete from integration.traffic where hour < $1`, s.now().Add(-connection.TrafficLife))
		return err
	})
}
