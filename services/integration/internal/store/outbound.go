package store

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/failpoint"
	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/seal"
	"github.com/dakoku/dakoku/services/integration/internal/connection"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
	"github.com/dakoku/dakoku/services/integration/internal/outbound"
)

// row is a draft on its way into the table.
type row struct {
	outbound.Draft
	id     string
	sealed []byte
}

// content is what is sealed of a message.
type content struct {
	lineworks.Message
	Late []lineworks.Text `json:",omitempty"`
	Said time.Time        `json:",omitzero"`
}

// Accept stores the drafts whose event keys are new and answers in the order of
// drafts. CONNECTION_NOT_FOUND, then nothing is stored.
func (s *Store) Accept(ctx context.Context, drafts []outbound.Draft) ([]outbound.Accepted, error) {
	ctx = failpoint.Named(ctx, "out.enqueue")
	if len(drafts) == 0 {
		return nil, nil
	}
	rows, tenants, err := s.prepare(drafts)
	if err != nil {
		return nil, err
	}
	kept := map[string]string{}
	err = s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		clear(kept)
		if err := s.insert(ctx, tx, rows, kept); err != nil {
			return err
		}
		return idsOf(ctx, tx, rows, kept)
	}, tenants...)
	if postgres.Constraint(err) == "outbound_message_connection_fkey" {
		return nil, connection.NotFound()
	}
	if err != nil {
		return nil, err
	}
	return answers(drafts, rows, kept), nil
}

// prepare seals the contents and sorts, so that batches lock in one order.
func (s *Store) prepare(drafts []outbound.Draft) ([]row, []string, error) {
	rows := make([]row, 0, len(drafts))
	var tenants []string
	for _, d := range drafts {
		if !isID(d.Connection) {
			return nil, nil, connection.NotFound()
		}
		id, err := newID()
		if err != nil {
			return nil, nil, err
		}
		plain, err := json.Marshal(content{d.Content, d.Late, d.Said})
		if err != nil {
			return nil, nil, fmt.Errorf("write a message: %w", err)
		}
		sealed, err := s.keys.Seal(messageContext(d.Tenant, id), plain)
		if err != nil {
			return nil, nil, fmt.Errorf("seal a message: %w", err)
		}
		rows, tenants = append(rows, row{Draft: d, id: id, sealed: sealed}), append(tenants, d.Tenant)
	}
	slices.SortStableFunc(rows, func(a, b row) int {
		return cmp.Or(cmp.Compare(a.Tenant, b.Tenant), bytes.Compare(a.EventKey, b.EventKey))
	})
	slices.Sort(tenants)
	return rows, slices.Compact(tenants), nil
}

// acceptMessage ends a message at once that belongs to a deleted connection; one
// that is deleted at this very moment ends at its claim. Behind a message to the
// same recipient that was put off it waits, too: nobody reads answers in another
// order than they were given.
const acceptMessage = `
with asked as materialized (
select a.*, coalesce((select k.deleted_at is not null from integration.connection k where k.tenant_id = a.tenant and k.id = a.connection), false) as deleted
  from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bytea[], $5::text[], $6::smallint[], $7::bytea[], $8::bytea[], $10::interval[])
       with ordinality as a (tenant, id, connection, key, version, priority, recipient, content, life, place)),
placed as (
select a.*, coalesce(before.due, $9::timestamptz) as due, coalesce(before.rank, a.priority) as rank
  from asked a
  left join lateral (
       select max(m.due_at) as due, max(m.priority) filter (where m.priority = 3) as rank
         from integration.outbound_message m
        where m.tenant_id = a.tenant and m.recipient = a.recipient and m.content is not null and m.due_at > $9
           and m.reason <> 'UNREADABLE'
     ) before on true)
insert into integration.outbound_message
       (tenant_id, id, connection_id, event_key, api_version, priority, recipient, content, due_at, created_at, expires_at,
       state, reason, finished_at)
select a.tenant, a.id, a.connection, a.key, a.version, a.rank, a.recipient, case when not a.deleted then a.content end, a.due, $9, $9 + a.life,
       case when a.deleted then 'FAILED' else 'QUEUED' end, case when a.deleted then '` + outbound.ConnectionDeleted + `' else '' end,
       case when a.deleted then $9::timestamptz end
  from placed a
 order by a.place
    on conflict on constraint outbound_message_event_key_key do nothing
returning tenant_id::text, event_key, id::text`

// insert stores all rows by one statement, and notes those whose keys are new.
func (s *Store) insert(ctx context.Context, tx pgx.Tx, rows []row, kept map[string]string) error {
	n, now := len(rows), s.now().UTC()
	tenants, ids, connections, versions := make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	keys, recipients, contents, priorities, lives := make([][]byte, n), make([][]byte, n), make([][]byte, n), make([]int16, n), make([]time.Duration, n)
	for i, r := range rows {
		tenants[i], ids[i], connections[i], versions[i] = r.Tenant, r.id, r.Connection, string(r.Version)
		keys[i], recipients[i], contents[i], priorities[i] = r.EventKey, r.Recipient(), r.sealed, int16(r.Rank(now))
		lives[i] = r.Life()
	}
	return noteKept(kept)(tx.Query(ctx, acceptMessage, tenants, ids, connections, keys, versions, priorities, recipients, contents, now, lives))
}

// noteKept reads which message has each key.
func noteKept(kept map[string]string) func(pgx.Rows, error) error {
	return func(found pgx.Rows, err error) error {
		if err != nil {
			return err
		}
		var tenant, id string
		var key []byte
		_, err = pgx.ForEachRow(found, []any{&tenant, &key, &id}, func() error {
			kept[tenant+string(key)] = id
			return nil
		})
		return err
	}
}

// keptIDs looks every key up by itself: under row-level security the planner
// cannot tell how few rows a list selects, and a join reads the whole table.
const keptIDs = `
select o.tenant_id::text, o.event_key, o.id::text
  from unnest($1::uuid[], $2::bytea[]) as asked (tenant_id, event_key)
  cross join lateral (
       select m.tenant_id, m.event_key, m.id from integration.outbound_message m
        where m.tenant_id = asked.tenant_id and m.event_key = asked.event_key limit 1) o`

// idsOf reads which earlier message has each key that is not new.
func idsOf(ctx context.Context, tx pgx.Tx, rows []row, kept map[string]string) error {
	var tenants []string
	var keys [][]byte
	for _, r := range rows {
		if kept[r.Tenant+string(r.EventKey)] == "" {
			tenants, keys = append(tenants, r.Tenant), append(keys, r.EventKey)
		}
	}
	if len(keys) == 0 {
		return nil
	}
	return noteKept(kept)(tx.Query(ctx, keptIDs, tenants, keys))
}

func answers(drafts []outbound.Draft, rows []row, kept map[string]string) []outbound.Accepted {
	ours := map[string]bool{}
	for _, r := range rows {
		ours[r.id] = true
	}
	out := make([]outbound.Accepted, len(drafts))
	for i, d := range drafts {
		id := kept[d.Tenant+string(d.EventKey)]
		out[i] = outbound.Accepted{ID: id, Repeated: !ours[id]}
		delete(ours, id) // the same key again in this batch is a repetition
	}
	return out
}

// dueLanes steps from one connection with a queue to the next and looks for one
// message that is due: reading the whole queue, which the rate limit makes long in
// a rush, took more of the database than recording the punches.
const dueLanes = `
with recursive queued (connection_id) as (
     (select m.connection_id from integration.outbound_message m where m.state = 'QUEUED' order by m.connection_id limit 1)
   union all
      select (select m.connection_id from integration.outbound_message m
               where m.state = 'QUEUED' and m.connection_id > q.connection_id order by m.connection_id limit 1)
        from queued q where q.connection_id is not null)
select due.tenant_id::text, due.connection_id::text
  from queued q
 cross join lateral (
       select m.tenant_id, m.connection_id, m.due_at from integration.outbound_message m
        where m.connection_id = q.connection_id and m.state = 'QUEUED' and m.due_at <= $1 and (m.lease_until is null or m.lease_until <= $1)
        limit 1) as due
 where q.connection_id <> all ($3::uuid[])
   and not exists (select from integration.gate g where g.tenant_id = due.tenant_id and g.connection_id = due.connection_id and g.closed_until > $1)
 order by due.due_at limit $2`

// DueLanes lists open connections with something to send that are not known: who
// waits longest first.
func (s *Store) DueLanes(ctx context.Context, now time.Time, known []outbound.Lane, limit int) ([]outbound.Lane, error) {
	var out []outbound.Lane
	ids := make([]string, 0, len(known))
	for _, lane := range known {
		ids = append(ids, lane.Connection)
	}
	err := s.across(ctx, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, dueLanes, now, limit, ids)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (outbound.Lane, error) {
			var l outbound.Lane
			return l, row.Scan(&l.Tenant, &l.Connection)
		})
		return err
	})
	return out, err
}

func messageContext(tenant, id string) seal.Context {
	return seal.Context{Tenant: tenant, Object: id, Purpose: "message", Version: "1"}
}
