package inbox

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"go.uber.org/zap"

	"github.com/dakoku/dakoku/platform/failpoint"
	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/event"
)

// commitBudget bounds one batch with its retry; the caller's own budget is longer.
const commitBudget = 1300 * time.Millisecond

// flush commits a batch and tells everybody. A batch with something that the
// database refuses is committed one by one, so that one bad delivery cannot spoil
// the others.
func (b *Inbox) flush(ctx context.Context, batch []*waiting) {
	limited, cancel := context.WithTimeout(ctx, commitBudget)
	defer cancel()
	err := b.certain(limited, batch)
	if len(batch) > 1 && Hopeless(err) {
		for _, w := range batch {
			b.flush(ctx, []*waiting{w})
		}
		return
	}
	b.announce(batch, err)
}

// retryStep is the pause before a commit is repeated.
const retryStep = 50 * time.Millisecond

// certain repeats a commit whose outcome is unknown, or that did not happen
// because the database was away for a moment, as long as its budget lasts: a
// refused callback may never come again. The key makes repeating harmless, and
// only an answer of the database is an answer.
func (b *Inbox) certain(ctx context.Context, batch []*waiting) error {
	for {
		err := b.insert(ctx, batch)
		if !postgres.Unavailable(err) || ctx.Err() != nil {
			return err
		}
		b.Log.Warn("database away at a commit; repeating it", zap.Int("deliveries", len(batch)),
			zap.Bool("outcomeUnknown", postgres.OutcomeUnknown(err)), zap.Error(err))
		select {
		case <-ctx.Done():
			return err
		case <-time.After(retryStep):
		}
	}
}

// announce hands the fresh rows on, then answers everybody.
func (b *Inbox) announce(batch []*waiting, err error) {
	var fresh []Row
	for _, w := range batch {
		b.meters.put(w, err)
		if err == nil && w.fresh && w.Quarantine == "" && w.lease != "" {
			fresh = append(fresh, w.row)
		}
	}
	if len(fresh) > 0 && b.Fresh != nil {
		b.Fresh(fresh)
	}
	for _, w := range batch {
		w.done <- err
	}
}

// put stores a batch in which no event occurs twice. What is counted are ids of
// deliveries: one that is the row's or among its repeats came before, by a commit
// whose outcome nobody knew or by the other way, and is no further delivery. A
// duplicate writes as well, so that its 200 is as durable as the first one's.
//
// A row remembers as many repeats as one transaction may bring, so that each of them
// may be repeated whole; a number without a bound would let somebody who sends the
// same callback for ever make each of them dearer than the last.
//
// The time is cut to the millisecond and not rounded: a row that may be claimed at once
// is due, and nothing was received at a time that has not come.
//
// What is issued more than two minutes after it was received is from the future. Both
// are told here by the database's clock and the signed time alone: no clock of a door
// decides what becomes of an event (docs/adr/0049-clocks-of-doors.md).
const put = `
insert into gateway.inbox as i (tenant_id, id, connection_id, token_id, key, issued_at, issued_known, api_version, room_kind, body, person,
       deliveries, repeats, received_at, outcome, reason, done_at, lease, due_at, attempts, last_received_at)
select w.tenant, w.id, w.connection, nullif(w.token, '')::uuid, w.key, w.issued, w.known, w.version, w.room, w.body,
       case when j.outcome = 'PENDING' then w.person end, w.deliveries, string_to_array(nullif(w.repeats, ''), ',')::uuid[], r.received, j.outcome, j.reason,
       case when j.outcome <> 'PENDING' then t.now end,
       case when j.outcome = 'PENDING' then nullif(w.lease, '')::uuid end,
       case when j.outcome = 'PENDING' then t.now + (w.lease <> '')::int * @span::float8 * interval '1 second' end,
       case when j.outcome = 'PENDING' and w.lease <> '' then 1 else 0 end,
       t.now
  from unnest(@tenants::text[]::uuid[], @ids::text[]::uuid[], @connections::text[]::uuid[], @tokens::text[], @keys::bytea[], @issued::timestamptz[],
              @known::boolean[], @versions::smallint[], @rooms::text[], @bodies::bytea[], @persons::bytea[], @deliveries::integer[],
              @repeats::text[], @received::timestamptz[], @outcomes::text[], @reasons::text[], @leases::text[])
       as w (tenant, id, connection, token, key, issued, known, version, room, body, person, deliveries, repeats, received, outcome, reason, lease),
       (select date_trunc('milliseconds', clock_timestamp()) as now) as t
 cross join lateral (select least(w.received, t.now) as received) as r
 cross join lateral (select w.outcome = 'PENDING' and w.issued > r.received + @ahead::float8 * interval '1 second' as ahead) as f
 cross join lateral (select case when f.ahead then 'QUARANTINED' else w.outcome end as outcome, case when f.ahead then @future else w.reason end as reason) as j
 order by w.tenant, w.issued, w.key
    on conflict on constraint inbox_event_key do update
   set (deliveries, repeats) = (
           select i.deliveries + count(*)::integer,
                  (i.repeats || array_agg(n.id))[greatest(coalesce(cardinality(i.repeats), 0) + count(*)::integer - 255, 1):]
             from unnest(excluded.id || excluded.repeats) as n (id)
            where n.id <> i.id and n.id <> all (coalesce(i.repeats, '{}'))),
       last_received_at = greatest(i.last_received_at, excluded.last_received_at)
returning i.tenant_id::text, i.key, i.issued_at, i.id::text, i.received_at,
       case when i.outcome = 'QUARANTINED' then i.reason else '' end`

// commit is one transaction.
func (b *Inbox) commit(ctx context.Context, batch []*waiting) error {
	merged := merge(batch)
	args, tenants := arguments(merged)
	args["span"] = b.Lease.Seconds()
	var stored map[identity]storedRow
	ctx = failpoint.Named(ctx, "gw.inbox")
	err := b.DB.InTx(ctx, postgres.Tenants(tenants...), func(ctx context.Context, tx pgx.Tx) (err error) {
		stored, err = storedRows(tx.Query(ctx, put, args))
		return err
	})
	if err != nil {
		return err
	}
	if len(stored) != len(merged) {
		return fmt.Errorf("inbox: %d of %d events stored", len(stored), len(merged))
	}
	for _, group := range merged {
		group.first.settle(stored[group.identity])
	}
	return nil
}

// identity is what the unique constraint compares.
type identity struct {
	tenant string
	issued int64
	key    event.Key
}

// group is the deliveries of one event within a batch.
type group struct {
	identity
	first   *waiting
	repeats []string // the ids of the others
}

// merge puts deliveries of the same event together; one statement must not touch
// a row twice.
func merge(batch []*waiting) []*group {
	var groups []*group
	seen := map[identity]*group{}
	for _, w := range batch {
		id := identity{w.Tenant, w.issuedAt().UnixMilli(), w.Key}
		if known, ok := seen[id]; ok {
			known.repeats = append(known.repeats, w.id)
			continue
		}
		seen[id] = &group{identity: id, first: w}
		groups = append(groups, seen[id])
	}
	return groups
}

// issuedAt is the epoch for events that could not be read.
func (d Delivery) issuedAt() time.Time {
	if d.Event.Issued.IsZero() {
		return time.Unix(0, 0)
	}
	return d.Event.Issued
}

// storedRow is a row after its commit.
type storedRow struct {
	Row
	quarantine string // why it is quarantined; empty if it is not
}

func storedRows(rows pgx.Rows, err error) (map[identity]storedRow, error) {
	if err != nil {
		return nil, err
	}
	stored := map[identity]storedRow{}
	_, err = pgx.CollectRows(rows, func(r pgx.CollectableRow) (storedRow, error) {
		var row storedRow
		var issued time.Time
		var key []byte
		if err := r.Scan(&row.Tenant, &key, &issued, &row.ID, &row.Received, &row.quarantine); err != nil {
			return row, err
		}
		copy(row.Key[:], key)
		stored[identity{row.Tenant, issued.UnixMilli(), row.Key}] = row
		return row, nil
	})
	return stored, err
}

// settle notes whether the delivery made the row, and what the database found about it.
func (w *waiting) settle(found storedRow) {
	row := found.Row
	if w.fresh = row.ID == w.id; w.fresh {
		w.Quarantine = found.quarantine
	}
	row.Connection, row.Token, row.Version, row.Event, row.Person = w.Connection, w.Token, w.Version, w.Event, w.person
	row.Received = row.Received.UTC()
	row.Attempts, row.lease, row.Leased = 1, w.lease, w.since
	w.row = row
}

// arguments are the columns of a batch, and its organizations.
func arguments(groups []*group) (pgx.NamedArgs, []string) {
	n := len(groups)
	tenants, ids, connections := make([]string, n), make([]string, n), make([]string, n)
	keys, bodies := make([][]byte, n), make([][]byte, n)
	issued, known := make([]time.Time, n), make([]bool, n)
	versions, deliveries := make([]int16, n), make([]int32, n)
	rooms, outcomes, reasons, leases := make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	tokens, persons, received := make([]string, n), make([][]byte, n), make([]*time.Time, n)
	repeats := make([]string, n)
	for i, g := range groups {
		d := g.first.Delivery
		tenants[i], ids[i], connections[i] = d.Tenant, g.first.id, d.Connection
		leases[i], tokens[i] = g.first.lease, d.Token
		if g.first.person != "" {
			persons[i] = []byte(g.first.person)
		}
		if !d.Received.IsZero() {
			received[i] = &d.Received
		}
		keys[i], bodies[i] = d.Key[:], g.first.sealed
		issued[i], known[i] = d.issuedAt(), !d.Event.Issued.IsZero()
		versions[i], deliveries[i] = int16(d.Version), int32(1+len(g.repeats))
		repeats[i] = strings.Join(g.repeats, ",")
		rooms[i], outcomes[i], reasons[i] = roomKind(d.Event.Place), Pending, d.Quarantine
		if d.Quarantine != "" {
			outcomes[i] = Quarantined
		}
	}
	return pgx.NamedArgs{
		"tenants": tenants, "ids": ids, "connections": connections, "keys": keys, "bodies": bodies, "issued": issued,
		"known": known, "versions": versions, "deliveries": deliveries, "rooms": rooms, "outcomes": outcomes, "reasons": reasons, "leases": leases,
		"tokens": tokens, "persons": persons, "received": received, "repeats": repeats, "future": string(event.FutureTime), "ahead": event.MaxAhead.Seconds(),
	}, tenants
}

func roomKind(p event.Place) string {
	switch p {
	case event.Direct:
		return "DIRECT"
	case event.Group:
		return "GROUP"
	default:
		return "UNKNOWN"
	}
}
