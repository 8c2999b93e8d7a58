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
		if err := s.insert(ctx, tx, rows); err != nil {
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
// that is deleted at this very moment ends at its claim.
const acceptMessage = `
insert into integration.outbound_message
       (tenant_id, id, connection_id, event_key, api_version, priority, recipient, content, due_at, created_at, expires_at,
       state, reason, finished_at)
select $1, $2, $3, $4, $5, $6, $7, case when not c.deleted then $8::bytea end, $9, $9, $10,
       case when c.deleted then 'FAILED' else 'QUEUED' end, case when c.deleted then '` + outbound.ConnectionDeleted + `' else '' end,
       case when c.deleted then $9::timestamptz end
  from (select coalesce((select k.deleted_at is not null from integration.connection k where k.tenant_id = $1 and k.id = $3), false)) as c (deleted)
    on conflict on constraint outbound_message_event_key_key do nothing`

func (s *Store) insert(ctx context.Context, tx pgx.Tx, rows []row) error {
	now := s.now().UTC()
	var batch pgx.Batch
	for _, r := range rows {
		batch.Queue(acceptMessage, r.Tenant, r.id, r.Connection, r.EventKey, r.Version, r.Priority, r.Recipient(), r.sealed, now, now.Add(outbound.Life))
	}
	return tx.SendBatch(ctx, &batch).Close()
}

// keptIDs looks every key up by itself: under row-level security the planner
// cannot tell how few rows a list selects, and a join reads the whole table.
const keptIDs = `
select o.tenant_id::text, o.event_key, o.id::text
  from unnest($1::uuid[], $2::bytea[]) as asked (tenant_id, event_key)
  cross join lateral (
       select m.tenant_id, m.event_key, m.id from integration.outbound_message m
        where m.tenant_id = asked.tenant_id and m.event_key = asked.event_key limit 1) o`

// idsOf reads which message has each key, ours or an earlier one.
func idsOf(ctx context.Context, tx pgx.Tx, rows []row, kept map[string]string) error {
	var tenants []string
	var keys [][]byte
	for _, r := range rows {
		tenants, keys = append(tenants, r.Tenant), append(keys, r.EventKey)
	}
	found, err := tx.Query(ctx, keptIDs, tenants, keys)
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

const dueLanes = `
select m.tenant_id::text, m.connection_id::text from integration.outbound_message m
 where m.state = 'QUEUED' and m.due_at <= $1 and (m.lease_until is null or m.lease_until <= $1)
   and not exists (select from integration.gate g where g.tenant_id = m.tenant_id and g.connection_id = m.connection_id and g.closed_until > $1)
 group by m.tenant_id, m.connection_id order by min(m.due_at) limit $2`

// DueLanes lists open connections with something to send.
func (s *Store) DueLanes(ctx context.Context, now time.Time, limit int) ([]outbound.Lane, error) {
	var out []outbound.Lane
	err := s.across(ctx, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, dueLanes, now, limit)
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
