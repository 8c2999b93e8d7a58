package inbox

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/dakoku/dakoku/platform/postgres"
)

// What waited elsewhere comes with its id and time, is claimed like any other, and
// may come any number of times.
func TestRestoredTwiceIsStoredOnce(t *testing.T) {
	b := newBench(t, nil)
	long := time.Now().Add(-time.Hour).UTC().Truncate(time.Millisecond)
	var batch []Delivery
	for n := range 5 {
		d := delivery(t, []string{tenantA, tenantB}[n%2], fmt.Sprint(n))
		d.ID, d.Received = uuid.NewString(), long.Add(time.Duration(n)*time.Second)
		batch = append(batch, d)
	}
	for range 3 {
		if err := b.Restore(t.Context(), batch); err != nil {
			t.Fatal(err)
		}
	}
	if n := b.number(t, `select sum(deliveries) from gateway.inbox`); n != 5 {
		t.Errorf("%d deliveries", n)
	}
	if n := b.number(t, `select count(*) from gateway.inbox where lease is null and attempts = 0 and received_at < now() - interval '50 minutes'`); n != 5 {
		t.Errorf("%d rows as they came", n)
	}
	if len(b.dispatched()) != 0 {
		t.Error("handed over fresh")
	}
	for i, row := range b.claim(t, 5) {
		if row.ID == "" || row.Attempts != 1 || row.Received.After(time.Now().Add(-50*time.Minute)) || row.Event.User != "u" {
			t.Errorf("%d: %+v", i, row)
		}
	}
	ahead := delivery(t, tenantA, "ahead")
	ahead.ID, ahead.Received = uuid.NewString(), time.Now().Add(time.Hour)
	if err := b.Restore(t.Context(), []Delivery{ahead}); err != nil {
		t.Fatal(err)
	}
	if n := b.number(t, `select count(*) from gateway.inbox where received_at > now() + interval '1 minute'`); n != 0 {
		t.Error("received later than it was stored")
	}
}

// While whoever handles rows has no room, they are nobody's: to be claimed at once,
// where a lease would have to run out first.
func TestRowsWaitWithoutALeaseWhileOthersAreBusy(t *testing.T) {
	b := newBench(t, nil)
	busy := true
	b.Busy = func(string, string) bool { return busy }
	b.run(t)
	b.put(t, delivery(t, tenantA, "出勤"))
	if len(b.dispatched()) != 0 {
		t.Error("handed over fresh")
	}
	if got := b.claim(t, 1); got[0].Attempts != 1 {
		t.Errorf("%+v", got[0])
	}
	busy = false
	b.put(t, delivery(t, tenantA, "退勤"))
	if len(b.dispatched()) != 1 {
		t.Error("not handed over fresh")
	}
}

// What is nobody's is due when it is stored, and not up to half a millisecond later: whoever looks then would miss it.
func TestWhatNobodyHoldsIsDueAtOnce(t *testing.T) {
	b := newBench(t, func(cfg *Config) { cfg.Busy = func(string, string) bool { return true } })
	const ahead = `with stored as (` + put + `) select count(*) from stored where received_at > clock_timestamp()`
	for n := range 60 {
		w, err := b.prepare(said(t, tenantA, fmt.Sprint(n), 1))
		if err != nil {
			t.Fatal(err)
		}
		args, tenants := arguments(merge([]*waiting{w}))
		args["span"] = b.Lease.Seconds()
		err = b.DB.InTx(t.Context(), postgres.Tenants(tenants...), func(ctx context.Context, tx pgx.Tx) error {
			var late int
			err := tx.QueryRow(ctx, ahead, args).Scan(&late)
			if late > 0 {
				t.Errorf("%d: received at a time to come", n)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	b.claim(t, 60)
}

// A callback whose commit was in doubt also went to the spool: it is one delivery.
func TestInDoubtAndRestoredIsOneDelivery(t *testing.T) {
	b := newBench(t, nil)
	b.run(t)
	d := delivery(t, tenantA, "出勤")
	d.ID = uuid.NewString()
	b.put(t, d)
	d.Received = time.Now()
	if err := b.Restore(t.Context(), []Delivery{d}); err != nil {
		t.Fatal(err)
	}
	if n := b.number(t, `select deliveries from gateway.inbox`); n != 1 {
		t.Errorf("%d deliveries", n)
	}
	if n := b.number(t, `select count(*) from gateway.inbox where lease is not null`); n != 1 {
		t.Error("the first commit's lease is gone")
	}
}

// Only what is wrong with a delivery itself is looked for one by one: a database
// that takes nothing must not be asked once for each.
func TestABatchIsTakenApartForBadValuesOnly(t *testing.T) {
	for code, want := range map[string]int{"23514": 4, "53100": 1, "25006": 1, "55P03": 1} {
		b := newBench(t, nil)
		asked := 0
		b.insert = func(context.Context, []*waiting) error {
			asked++
			return &pgconn.PgError{Severity: "ERROR", Code: code}
		}
		var batch []*waiting
		for n := range 3 {
			w, err := b.prepare(delivery(t, tenantA, fmt.Sprint(n)))
			if err != nil {
				t.Fatal(err)
			}
			batch = append(batch, w)
		}
		b.flush(t.Context(), batch)
		for _, w := range batch {
			if err := <-w.done; err == nil || Hopeless(err) != (want > 1) {
				t.Error(code, err)
			}
		}
		if asked != want {
			t.Errorf("%s: asked %d times", code, asked)
		}
	}
}

// What is more than two minutes ahead of the time received, by the database's clock, is
// from the future, is judged with that and waits for nobody. Its key is that of the event.
func TestTheDatabaseTellsWhatIsFromTheFuture(t *testing.T) {
	b := newBench(t, nil)
	b.run(t)
	came := time.Now().UTC().Add(-time.Hour).Truncate(time.Millisecond)
	for text, c := range map[string]struct {
		received, issued time.Time
		future           bool
	}{
		"two minutes, an hour ago":        {came, came.Add(2 * time.Minute), false},
		"a millisecond more, an hour ago": {came, came.Add(2*time.Minute + time.Millisecond), true},
		"now":                             {time.Time{}, time.Now().Add(time.Minute), false},
		"not dated":                       {time.Time{}, time.Now().Add(3 * time.Minute), true},
		"dated too late":                  {time.Now().Add(time.Hour), time.Now().Add(3 * time.Minute), true},
	} {
		d := delivery(t, tenantA, text)
		d.Received, d.Event.Issued = c.received, c.issued.Truncate(time.Millisecond)
		b.put(t, d)
		d.ID = uuid.NewString()
		if err := b.Restore(t.Context(), []Delivery{d}); err != nil { // the same event by the other way
			t.Fatal(err)
		}
		want := "PENDING/"
		if c.future {
			want = "QUARANTINED/FUTURE_TIME"
		}
		var got string
		var waits bool
		const query = `select outcome || '/' || reason, person is not null and lease is not null and due_at is not null
		                 from gateway.inbox where key = $1 and deliveries = 2 and body is not null`
		if err := b.owner.QueryRow(t.Context(), query, d.Key[:]).Scan(&got, &waits); err != nil || got != want || waits == c.future {
			t.Errorf("%s: %s, waits %t, %v", text, got, waits, err)
		}
	}
	if fresh := b.dispatched(); len(fresh) != 2 {
		t.Errorf("%d handed over", len(fresh))
	}
}
