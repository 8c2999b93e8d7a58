package inbox

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/postgres"
)

// forgiven is how often an event may fail by itself before it no longer holds up
// the other events of its person: with the ordinary backoff within a minute.
const forgiven = 5

// personOf is a hash of who sent the delivery through which connection; empty
// without sender, and for what is quarantined at once: that is judged, so it waits
// for nobody. Without the connection a person whose event waits on a bot with
// refused keys could not punch with another bot either. Lengths go before values,
// so that no two senders are alike.
func personOf(d Delivery) string {
	if d.Event.User == "" || d.Quarantine != "" {
		return ""
	}
	text := []byte("person/2")
	for _, part := range []string{d.Tenant, d.Connection, d.Event.User} {
		text = append(binary.BigEndian.AppendUint32(text, uint32(len(part))), part...)
	}
	sum := sha256.Sum256(text)
	return string(sum[:])
}

// Compare puts events in the order in which they were issued.
func (r Row) Compare(other Row) int {
	return cmp.Or(r.Event.Issued.Compare(other.Event.Issued), cmp.Compare(r.ID, other.ID))
}

// earlier finds the rows whose person has an earlier event that waits and is not
// among them.
const earlier = `
select w.id
  from unnest(@ids::text[]::uuid[], @persons::bytea[], @issued::timestamptz[]) as w (id, person, issued)
 where (select true from gateway.inbox o
         where o.person = w.person and o.outcome = 'PENDING' and (o.issued_at, o.id) < (w.issued, w.id) and o.id <> all (@ids::text[]::uuid[])
         order by o.issued_at, o.id limit 1)`

// park gives back rows that were not begun, so the attempt does not count. They
// are woken by the completion of what they wait for; should that be missed, they
// look again by themselves after a lease.
const park = `
update gateway.inbox i
   set lease = null, attempts = i.attempts - 1, due_at = clock_timestamp() + @span::float8 * interval '1 second'
  from unnest(@tenants::text[]::uuid[], @ids::text[]::uuid[], @leases::text[]::uuid[]) as w (tenant, id, lease)
 where i.tenant_id = w.tenant and i.id = w.id and i.lease = w.lease`

// InTurn returns the rows whose turn it is, in order, and gives the others back:
// those whose person has an earlier event in the inbox that is not judged yet.
func (b *Inbox) InTurn(ctx context.Context, rows []Row) ([]Row, error) {
	rows = slices.SortedFunc(slices.Values(rows), Row.Compare)
	asked := slices.DeleteFunc(slices.Clone(rows), func(r Row) bool { return r.Person == "" })
	var early []string
	err := b.tenants(ctx, asked, func(ctx context.Context, tx pgx.Tx) error {
		found, err := tx.Query(ctx, earlier, orderOf(asked))
		if err != nil {
			return err
		}
		if early, err = pgx.CollectRows(found, pgx.RowTo[string]); err != nil || len(early) == 0 {
			return err
		}
		args := leases(slices.DeleteFunc(slices.Clone(asked), func(r Row) bool { return !slices.Contains(early, r.ID) }))
		args["span"] = b.Lease.Seconds()
		_, err = tx.Exec(ctx, park, args)
		return err
	})
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(rows, func(r Row) bool { return slices.Contains(early, r.ID) }), nil
}

// orderOf is what earlier asks about.
func orderOf(rows []Row) pgx.NamedArgs {
	ids, persons, issued := make([]string, len(rows)), make([][]byte, len(rows)), make([]time.Time, len(rows))
	for i, r := range rows {
		ids[i], persons[i], issued[i] = r.ID, []byte(r.Person), r.Event.Issued
	}
	return pgx.NamedArgs{"ids": ids, "persons": persons, "issued": issued}
}

// followers are the next events of persons that wait for nobody's lease and are
// not due; at most a batch of each, whose completion finds the next ones.
const followers = `
select next.tenant_id::text, next.id::text, true
  from unnest(@persons::bytea[]) as p (person)
 cross join lateral (
       select f.tenant_id, f.id, f.due_at from gateway.inbox f
        where f.person = p.person and f.outcome = 'PENDING' and f.lease is null
        order by f.issued_at, f.id limit 64) as next
 where next.due_at > statement_timestamp()`

// wake makes events due at once, unless somebody has taken them meanwhile.
const wake = `
update gateway.inbox i
   set due_at = date_trunc('milliseconds', statement_timestamp())
  from unnest(@tenants::text[]::uuid[], @ids::text[]::uuid[]) as w (tenant, id)
 where i.tenant_id = w.tenant and i.id = w.id and i.lease is null`

func personsOf(rows []Row) [][]byte {
	persons := [][]byte{}
	for _, r := range rows {
		if r.Person != "" {
			persons = append(persons, []byte(r.Person))
		}
	}
	return persons
}

// tenants runs fn in a transaction that sees the organizations of the rows;
// without rows there is nothing to run it for.
func (b *Inbox) tenants(ctx context.Context, rows []Row, fn func(context.Context, pgx.Tx) error) error {
	if len(rows) == 0 {
		return nil
	}
	tenants := make([]string, len(rows))
	for i, row := range rows {
		tenants[i] = row.Tenant
	}
	return b.DB.InTx(ctx, postgres.Tenants(tenants...), fn)
}
