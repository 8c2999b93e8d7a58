package inbox

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

const again = `update gateway.inbox set deliveries = deliveries + 1 where id = $1`

// session begins a transaction of a session of its own, which ends with the test.
func (b *bench) session(t *testing.T) pgx.Tx {
	t.Helper()
	tx, err := b.data.Owner(t).Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tx.Rollback(context.Background()) })
	return tx
}

// begin starts a statement and waits until it is blocked by a lock, so that with it
// as many sessions are.
func (b *bench) begin(t *testing.T, blocked int, act func() error) chan error {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- act() }()
	b.waits(t, blocked, done)
	return done
}

// An event is given back while the one before it is being settled, too late to be
// locked with it, and at that moment a delivery of it is repeated: it is woken all
// the same, once the delivery is over.
func TestABusyEventIsWokenLater(t *testing.T) {
	for name, settle := range map[string]func(*bench, Row) error{
		"complete": func(b *bench, r Row) error {
			_, err := b.Complete(context.Background(), []Row{r}, []Verdict{{Outcome: Ignored}})
			return err
		},
		"give way": func(b *bench, r Row) error {
			_, err := b.Defer(context.Background(), []Row{r}, []Delay{{Wait: time.Hour, Own: true}})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, nil)
			b.run(t)
			b.put(t, said(t, tenantA, "taro", 1), said(t, tenantA, "taro", 2))
			rows := b.dispatched()
			if _, err := b.owner.Exec(t.Context(), `update gateway.inbox set failures = $1 where id = $2`, forgiven-1, rows[0].ID); err != nil {
				t.Fatal(err)
			}
			back, delivery := b.session(t), b.session(t)
			const park = `update gateway.inbox set lease = null, attempts = 0, due_at = now() + interval '1 hour' where id = $1`
			for _, statement := range []struct{ sql, id string }{{again, rows[0].ID}, {park, rows[1].ID}} {
				if _, err := back.Exec(t.Context(), statement.sql, statement.id); err != nil {
					t.Fatal(err)
				}
			}
			delivered := b.begin(t, 1, func() error { _, err := delivery.Exec(context.Background(), again, rows[1].ID); return err })
			settled := b.begin(t, 2, func() error { return settle(b, rows[0]) })
			if err := back.Commit(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := <-delivered; err != nil {
				t.Fatal(err)
			}
			b.waits(t, 1, settled) // or it was quicker than the delivery
			if err := delivery.Commit(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := <-settled; err != nil {
				t.Fatal(err)
			}
			if got := b.claim(t, 1); got[0].ID != rows[1].ID {
				t.Errorf("%+v", got)
			}
		})
	}
}
