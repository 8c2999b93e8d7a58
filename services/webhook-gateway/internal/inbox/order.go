package inbox

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
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

// orderOf is what earlier asks about.
func orderOf(rows []Row) pgx.NamedArgs {
	ids, persons, issued := make([]string, len(rows)), make([][]byte, len(rows)), make([]time.Time, len(rows))
	for i, r := range rows {
		ids[i], persons[i], issued[i] = r.ID, []byte(r.Person), r.Event.Issued
	}
	return pgx.NamedArgs{"ids": ids, "persons": persons, "issued": issued}
}

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
