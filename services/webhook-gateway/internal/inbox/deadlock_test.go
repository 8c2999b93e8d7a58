package inbox

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/postgres"
)

// blocked waits until a session of the database waits for a lock.
func (b *bench) blocked(t *testing.T) {
	t.Helper()
	b.waits(t, 1, nil)
}

// waits returns when so many sessions of the database wait for locks, or act is done.
func (b *bench) waits(t *testing.T, sessions int, act chan error) {
	t.Helper()
	watch := b.data.Owner(t)
	deadline := time.After(3 * time.Minute)
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for n := -1; n != sessions && len(act) == 0; {
		select {
		case <-deadline:
			t.Fatalf("%d sessions wait for locks, not %d", n, sessions)
		case <-tick.C:
		}
		err := watch.QueryRow(t.Context(), `select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`).Scan(&n)
		if err != nil {
			t.Fatal(err)
		}
	}
}

// asInALargeTable makes the server read by index, row by row in the order in
// which they are named, as it does when the table is large.
func (b *bench) asInALargeTable(t *testing.T) {
	t.Helper()
	for _, plan := range []string{"enable_seqscan", "enable_hashjoin", "enable_mergejoin", "enable_bitmapscan"} {
		if _, err := b.owner.Exec(t.Context(), `do $$ begin execute format('alter database %I set `+plan+` = off', current_database()); end $$`); err != nil {
			t.Fatal(err)
		}
	}
	b.DB.Pool().Reset()
}

// delivers takes the locks that a repeated delivery of two events takes, in the
// order in which they were issued, while act waits for the first of them.
func (b *bench) delivers(t *testing.T, first, second Row, act func(context.Context) error) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	tx, err := b.owner.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(ctx) }() // committed below
	again := func(r Row) error {
		_, err := tx.Exec(ctx, again, r.ID)
		return err
	}
	if err := again(first); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- act(ctx) }()
	b.blocked(t)
	if err := again(second); err != nil {
		t.Errorf("the delivery: %v", err)
	} else if err := tx.Commit(ctx); err != nil {
		t.Errorf("the delivery: %v", err)
	} else if err := <-done; err != nil {
		t.Errorf("the settlement: %v", err)
	}
}

// A settlement and a batch of repeated deliveries take their locks in one order,
// whatever order the rows of the settlement come in, so neither ever ends the other.
func TestASettlementAndADeliveryNeverWaitForEachOther(t *testing.T) {
	ignored := []Verdict{{Outcome: Ignored}, {Outcome: Ignored}}
	for name, act := range map[string]func(*bench, []Row) func(context.Context) error{
		"complete": func(b *bench, rows []Row) func(context.Context) error {
			return func(ctx context.Context) error {
				_, err := b.Complete(ctx, []Row{rows[2], rows[0]}, ignored)
				return err
			}
		},
		"defer": func(b *bench, rows []Row) func(context.Context) error {
			return func(ctx context.Context) error {
				_, err := b.Defer(ctx, []Row{rows[2], rows[0]}, make([]Delay, 2))
				return err
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, nil)
			b.asInALargeTable(t)
			b.run(t)
			b.put(t, said(t, tenantA, "taro", 1), said(t, tenantA, "taro", 2), said(t, tenantA, "hanako", 3))
			rows := b.dispatched()
			b.delivers(t, rows[0], rows[2], act(b, rows))
		})
	}
}

// What a completion wakes lies between the rows that it completes.
func TestAWakeUpAndADeliveryNeverWaitForEachOther(t *testing.T) {
	b := newBench(t, nil)
	b.run(t)
	b.put(t, said(t, tenantA, "taro", 1), said(t, tenantA, "taro", 2), said(t, tenantA, "hanako", 3))
	rows := b.dispatched()
	if got := b.turn(t, rows[1]); len(got) != 0 {
		t.Fatal("not parked")
	}
	b.delivers(t, rows[1], rows[2], func(ctx context.Context) error {
		_, err := b.Complete(ctx, []Row{rows[0], rows[2]}, []Verdict{{Outcome: Ignored}, {Outcome: Ignored}})
		return err
	})
	b.claim(t, 1)
}

// Parking, too, and it takes what it waits for into its order.
func TestParkingAndADeliveryNeverWaitForEachOther(t *testing.T) {
	b := newBench(t, nil)
	b.asInALargeTable(t)
	b.run(t)
	b.put(t, said(t, tenantA, "taro", 1), said(t, tenantA, "taro", 2), said(t, tenantA, "hanako", 3), said(t, tenantA, "hanako", 4))
	rows := b.dispatched()
	b.delivers(t, rows[1], rows[3], func(ctx context.Context) error {
		turn, err := b.InTurn(ctx, []Row{rows[3], rows[1]})
		if err == nil && len(turn) != 0 {
			err = fmt.Errorf("%d rows out of turn", len(turn))
		}
		return err
	})
}

// Doors and workers do everything at once to the same events: nobody is ended by
// the database, and nobody sleeps for a wake-up that nobody sends: within the time
// of the test no lease ends, which would wake him.
func TestEverythingAtOnce(t *testing.T) {
	const people, each, rounds = 20, 4, 15
	b := newBench(t, func(cfg *Config) { cfg.Lease = time.Hour })
	b.run(t)
	var deliveries []Delivery
	for minute := range each {
		for person := range people {
			deliveries = append(deliveries, said(t, []string{tenantA, tenantB}[person%2], fmt.Sprint("user-", person), minute))
		}
	}
	b.again(t, deliveries)
	b.expire(t) // nobody was told of them
	w := &interleaving{bench: b, judged: map[string][]time.Time{}}
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			for range rounds {
				b.again(t, deliveries)
			}
		})
	}
	for range 3 {
		all.Go(func() { w.all(t, nil) })
	}
	all.Wait()
	if n := b.number(t, `select count(*) from gateway.inbox where outcome = 'IGNORED'`); n != people*each {
		t.Errorf("%d of %d events judged", n, people*each)
	}
}

// again delivers all events in batches as they fall.
func (b *bench) again(t *testing.T, deliveries []Delivery) {
	order := rand.Perm(len(deliveries))
	for len(order) > 0 {
		n := min(len(order), 1+rand.IntN(batchLimit))
		var batch []*waiting
		for _, i := range order[:n] {
			w, err := b.prepare(deliveries[i])
			if err != nil {
				t.Error(err)
				return
			}
			batch = append(batch, w)
		}
		if err := b.commit(context.WithoutCancel(t.Context()), batch); err != nil {
			t.Errorf("%s: %v", postgres.Code(err), err)
		}
		order = order[n:]
	}
}

// An event that gives way because it failed so often wakes what waits for it.
func TestGivingWayWakesTheNext(t *testing.T) {
	b := newBench(t, nil)
	b.run(t)
	b.put(t, said(t, tenantA, "taro", 1), said(t, tenantA, "taro", 2))
	rows := b.dispatched()
	b.turn(t, rows[1])
	if _, err := b.owner.Exec(t.Context(), `update gateway.inbox set failures = $1 where id = $2`, forgiven-1, rows[0].ID); err != nil {
		t.Fatal(err)
	}
	b.putOff(t, rows[0], Delay{Wait: time.Hour, Own: true})
	if got := b.claim(t, 1); got[0].ID != rows[1].ID {
		t.Error("the wrong one")
	}
}

// A parked event is not looked at while what it waits for is put off.
func TestParkedEventsAreNotPolled(t *testing.T) {
	b := newBench(t, nil)
	b.run(t)
	b.put(t, said(t, tenantA, "taro", 1), said(t, tenantA, "taro", 2))
	rows := b.dispatched()
	b.putOff(t, rows[0], Delay{Wait: time.Hour})
	b.turn(t, rows[1])
	if n := b.number(t, `select count(*) from gateway.inbox where due_at > now() + interval '59 minutes'`); n != 2 {
		t.Error("it is polled although nothing has happened")
	}
}

// What a parked event waits for is completed between the question and the parking:
// the event must not sleep for a wake-up that was sent before it lay down, nor for
// that of another event which may be completed at this moment.
func TestAWakeUpIsNotMissed(t *testing.T) {
	for name, between := range map[string]int{"nothing else waits": 0, "another one waits": 1} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, nil)
			b.run(t)
			for minute := range 2 + between {
				b.put(t, said(t, tenantA, "taro", minute))
			}
			rows := b.dispatched()
			last := rows[1+between:]
			early := b.earlyIn(t, last)
			if early[last[0].ID].ID != rows[0].ID {
				t.Fatalf("waits for %v", early)
			}
			b.end(t, Ignored, rows[0])
			err := b.tenants(t.Context(), last, func(ctx context.Context, tx pgx.Tx) error { return b.park(ctx, tx, last, early) })
			if err != nil {
				t.Fatal(err)
			}
			if b.number(t, `select count(*) from gateway.inbox where id = $1 and due_at <= now()`, last[0].ID) != 1 {
				t.Error("it sleeps")
			}
			b.end(t, Ignored, rows[1:1+between]...)
			if got := b.claim(t, 1); got[0].ID != last[0].ID || got[0].Attempts != 1 {
				t.Errorf("%+v", got)
			}
		})
	}
}

func (b *bench) earlyIn(t *testing.T, rows []Row) (early map[string]Row) {
	t.Helper()
	err := b.tenants(t.Context(), rows, func(ctx context.Context, tx pgx.Tx) (err error) {
		early, err = before(ctx, tx, rows)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return early
}

// Waking waits for nobody, and never touches what is judged.
func TestWakingWaitsForNobody(t *testing.T) {
	b := newBench(t, nil)
	b.run(t)
	b.put(t, said(t, tenantA, "taro", 1), said(t, tenantA, "hanako", 1), said(t, tenantA, "jiro", 1))
	rows := b.dispatched()
	b.putOff(t, rows[0], Delay{Wait: time.Hour})
	b.end(t, Ignored, rows[1])
	b.putOff(t, rows[2], Delay{Wait: time.Hour})
	tx, err := b.owner.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(t.Context())) }()
	if _, err := tx.Exec(t.Context(), again, rows[0].ID); err != nil {
		t.Fatal(err)
	}
	err = b.tenants(t.Context(), rows, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, wake, leases(rows))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := b.claim(t, 1); got[0].ID != rows[2].ID {
		t.Errorf("%+v", got)
	}
}
