package inbox

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"
	"go.uber.org/zap"

	"github.com/dakoku/dakoku/platform/failpoint"
)

// hold locks the rows that a transaction is going to change, those that it may
// wake included, in the order in which a batch of deliveries locks them. So a
// settlement and a repeated delivery of the same events wait for each other one
// after the other, and never both. Of what is due anyway nothing is locked: after a
// long wait that would be thousands of rows.
const hold = `
with concerned as (
     select w.tenant as tenant_id, w.id from unnest(@tenants::text[]::uuid[], @ids::text[]::uuid[]) as w (tenant, id)
      union
     select next.tenant_id, next.id` + nextOf + `
      where next.due_at > statement_timestamp())
select from gateway.inbox i join concerned c on i.tenant_id = c.tenant_id and i.id = c.id
 order by i.tenant_id, i.issued_at, i.key
   for no key update of i`

// nextOf are the next events of persons that nobody holds; at most a batch of each,
// whose completion finds the next ones.
const nextOf = `
  from unnest(@persons::bytea[]) as p (person)
 cross join lateral (
       select f.tenant_id, f.id, f.due_at from gateway.inbox f
        where f.person = p.person and f.lease is null
        order by f.issued_at, f.id limit 64) as next`

// followers are those of them that are not due.
const followers = `
select next.tenant_id::text, next.id::text, true` + nextOf + `
 where next.due_at > statement_timestamp()`

// wake makes events due at once, at their place in the queue, and tells which. Within the transaction that ends
// what they wait for it must wait for nobody: hold may not have locked them, when
// they were given back a moment ago, and whoever has them now may wait for us.
const wake = `
with free as materialized (
     select f.tenant_id, f.id
       from unnest(@tenants::text[]::uuid[], @ids::text[]::uuid[]) as w (tenant, id)
       join gateway.inbox f on f.tenant_id = w.tenant and f.id = w.id
      where f.lease is null and f.outcome = 'PENDING'
        for no key update of f skip locked)
update gateway.inbox i
   set due_at = i.received_at
  from free
 where i.tenant_id = free.tenant_id and i.id = free.id
returning i.id::text`

// rouse wakes the rows that are free, and returns those that are not: somebody has
// taken them, or a delivery of them is being repeated at this moment.
func rouse(ctx context.Context, tx pgx.Tx, rows []Row) (busy []Row, err error) {
	if len(rows) == 0 {
		return nil, nil
	}
	found, err := tx.Query(ctx, wake, leases(rows))
	if err != nil {
		return nil, err
	}
	woken, err := pgx.CollectRows(found, pgx.RowTo[string])
	return slices.DeleteFunc(rows, func(r Row) bool { return slices.Contains(woken, r.ID) }), err
}

// rouseLater wakes rows that were busy, in a transaction which may wait for them
// because it holds nothing else. Should that fail, they look again by themselves a
// lease later.
func (b *Inbox) rouseLater(ctx context.Context, busy []Row) {
	err := b.tenants(ctx, busy, func(ctx context.Context, tx pgx.Tx) error {
		if err := locked(ctx, tx, busy, nil); err != nil {
			return err
		}
		_, err := rouse(ctx, tx, busy)
		return err
	})
	if err != nil {
		b.Log.Warn("events that wait for their turn are looked at late", zap.Int("events", len(busy)), zap.Error(err))
	}
}

// locked makes hold of rows and of what their persons' ends may wake.
func locked(ctx context.Context, tx pgx.Tx, rows []Row, persons [][]byte) error {
	args := leases(rows)
	args["persons"] = persons
	_, err := tx.Exec(ctx, hold, args)
	return err
}

// earlier finds the rows whose person has an earlier event that waits and is not
// among them, and the first such event.
const earlier = `
select w.id, o.tenant_id::text, o.id::text
  from unnest(@ids::text[]::uuid[], @persons::bytea[], @issued::timestamptz[]) as w (id, person, issued)
 cross join lateral (
       select o.tenant_id, o.id from gateway.inbox o
        where o.person = w.person and (o.issued_at, o.id) < (w.issued, w.id) and o.id <> all (@ids::text[]::uuid[])
        order by o.issued_at, o.id limit 1) o`

// park gives back rows that were not begun, so the attempt does not count, where it did:
// a suspect that an unproven process looked at must not become one among others. The
// completion of what they wait for wakes them: that is why it must be one of the
// events that the transaction holds, and without one they are due at once. Should
// it never be completed they look again a lease after its next try.
const park = `
update gateway.inbox i
   set lease = null, attempts = i.attempts - w.counted::int,
       due_at = coalesce((
           select greatest(o.due_at, clock_timestamp()) + @span::float8 * interval '1 second'
             from (select o.id, o.due_at from gateway.inbox o
                    where o.person = i.person and (o.issued_at, o.id) < (i.issued_at, i.id)
                    order by o.issued_at, o.id limit 1) o
            where o.id = any (@held::text[]::uuid[])), i.received_at)
  from unnest(@tenants::text[]::uuid[], @ids::text[]::uuid[], @leases::text[]::uuid[], @counted::boolean[]) as w (tenant, id, lease, counted)
 where i.tenant_id = w.tenant and i.id = w.id and i.lease = w.lease`

// InTurn returns the rows whose turn it is, in order, and gives the others back:
// those whose person has an earlier event in the inbox that is not judged yet.
func (b *Inbox) InTurn(ctx context.Context, rows []Row) ([]Row, error) {
	rows = slices.SortedFunc(slices.Values(rows), Row.Compare)
	asked := slices.DeleteFunc(slices.Clone(rows), func(r Row) bool { return r.Person == "" })
	var early map[string]Row
	err := b.tenants(failpoint.Named(ctx, "gw.turn"), asked, func(ctx context.Context, tx pgx.Tx) (err error) {
		if early, err = before(ctx, tx, asked); err != nil || len(early) == 0 {
			return err
		}
		return b.park(ctx, tx, asked, early)
	})
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(rows, func(r Row) bool { _, waits := early[r.ID]; return waits }), nil
}

// before finds what each row has to wait for, by the id of the row.
func before(ctx context.Context, tx pgx.Tx, rows []Row) (map[string]Row, error) {
	found, err := tx.Query(ctx, earlier, orderOf(rows))
	if err != nil {
		return nil, err
	}
	out := map[string]Row{}
	var id string
	var first Row
	_, err = pgx.ForEachRow(found, []any{&id, &first.Tenant, &first.ID}, func() error { out[id] = first; return nil })
	return out, err
}

// park gives the rows back that are early.
func (b *Inbox) park(ctx context.Context, tx pgx.Tx, rows []Row, early map[string]Row) error {
	var waiting, all []Row
	var held []string
	var counted []bool
	for _, r := range rows {
		if first, waits := early[r.ID]; waits {
			waiting, all, held = append(waiting, r), append(all, r, first), append(held, r.ID, first.ID)
			counted = append(counted, !r.Blind)
		}
	}
	if err := locked(ctx, tx, all, nil); err != nil {
		return err
	}
	args := leases(waiting)
	args["span"], args["held"], args["counted"] = b.Lease.Seconds(), held, counted
	_, err := tx.Exec(ctx, park, args)
	return err
}
