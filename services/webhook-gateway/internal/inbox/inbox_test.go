package inbox

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/postgres/pgtest"
	"github.com/dakoku/dakoku/platform/seal"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/event"
)

const (
	tenantA    = "0195f000-0000-7000-8000-00000000000a"
	tenantB    = "0195f000-0000-7000-8000-00000000000b"
	connection = "0195f000-0000-7000-8000-0000000000c1"
)

// bench is an inbox on a real database.
type bench struct {
	*Inbox
	data  *pgtest.Database
	owner *pgx.Conn
	mu    sync.Mutex
	fresh []Row
}

func newBench(t *testing.T, change func(*Config)) *bench {
	t.Helper()
	data := pgtest.New(t, Migrations())
	db := data.Open(t, Migrations().Role())
	keys, err := seal.LoadOrCreate(t.Context(), filepath.Join(t.TempDir(), "gateway.json"), postgres.NewSealCheck(db, Migrations()))
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{data: data, owner: data.Owner(t)}
	cfg := Config{DB: db, Keys: keys, Fresh: b.take}
	if change != nil {
		change(&cfg)
	}
	if b.Inbox, err = New(cfg); err != nil {
		t.Fatal(err)
	}
	return b
}

// run starts the committers and stops them when the test ends.
func (b *bench) run(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- b.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

func (b *bench) take(rows []Row) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.fresh = append(b.fresh, rows...)
}

func (b *bench) dispatched() []Row {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]Row(nil), b.fresh...)
}

// delivery is a readable event; the same text is the same event.
func delivery(t testing.TB, tenant, text string) Delivery {
	t.Helper()
	body := fmt.Sprintf(`{"type":"message","source":{"userId":"u"},"issuedTime":"2026-11-23T00:00:00.123Z","content":{"type":"text","text":%q}}`, text)
	e, err := event.Read(event.V2, []byte(body))
	if err != nil {
		t.Fatal(err)
	}
	return Delivery{Tenant: tenant, Connection: connection, Version: event.V2, Key: event.KeyOf(tenant, "1", e), Body: []byte(body), Event: e}
}

func (b *bench) put(t *testing.T, deliveries ...Delivery) {
	t.Helper()
	for _, d := range deliveries {
		if err := b.Put(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
}

func (b *bench) number(t *testing.T, query string, args ...any) (n int) {
	t.Helper()
	if err := b.owner.QueryRow(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func (b *bench) expire(t *testing.T) {
	t.Helper()
	if _, err := b.owner.Exec(t.Context(), `update gateway.inbox set due_at = now() - interval '1 second' where due_at is not null`); err != nil {
		t.Fatal(err)
	}
}

func (b *bench) claim(t *testing.T, want int) []Row {
	t.Helper()
	rows, err := b.Claim(t.Context())
	if err != nil || len(rows) != want {
		t.Fatalf("claimed %d, want %d: %v", len(rows), want, err)
	}
	return rows
}

func TestFiftyDeliveriesAtOnceAreOneEvent(t *testing.T) {
	b := newBench(t, nil)
	b.run(t)
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			if err := b.Put(context.Background(), delivery(t, tenantA, "出勤")); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if rows, deliveries := b.number(t, `select count(*) from gateway.inbox`), b.number(t, `select sum(deliveries) from gateway.inbox`); rows != 1 || deliveries != 50 {
		t.Errorf("%d rows, %d deliveries", rows, deliveries)
	}
	if fresh := b.dispatched(); len(fresh) != 1 || fresh[0].Event.Text != "出勤" || fresh[0].Attempts != 1 {
		t.Errorf("%+v", fresh)
	}
}

func TestManyEventsShareACommit(t *testing.T) {
	b := newBench(t, nil)
	var batch []*waiting
	for i := range 20 {
		w, err := b.prepare(delivery(t, []string{tenantA, tenantB}[i%2], fmt.Sprint(i/4)))
		if err != nil {
			t.Fatal(err)
		}
		batch = append(batch, w)
	}
	b.flush(t.Context(), batch)
	for _, w := range batch {
		if err := <-w.done; err != nil {
			t.Error(err)
		}
	}
	if n := b.number(t, `select count(distinct xmin::text) * 1000 + count(*) from gateway.inbox where deliveries = 2`); n != 1010 {
		t.Errorf("%d", n)
	}
	if len(b.dispatched()) != 10 {
		t.Errorf("%d fresh", len(b.dispatched()))
	}
}

func TestOneBadDeliveryDoesNotSpoilTheOthers(t *testing.T) {
	b := newBench(t, nil)
	good, _ := b.prepare(delivery(t, tenantA, "出勤"))
	bad, _ := b.prepare(delivery(t, tenantA, "退勤"))
	bad.Version = 9
	b.flush(t.Context(), []*waiting{bad, good})
	if err := <-good.done; err != nil {
		t.Error(err)
	}
	if err := <-bad.done; postgres.Constraint(err) != "inbox_api_version_check" {
		t.Error(err)
	}
}

func TestAClaimedRowReadsLikeTheFreshOne(t *testing.T) {
	b := newBench(t, nil)
	b.run(t)
	b.put(t, delivery(t, tenantA, "出勤"))
	b.claim(t, 0) // the insert took the lease
	if _, err := b.Complete(t.Context(), b.dispatched(), nil); err == nil {
		t.Error("a row without a verdict")
	}
	if _, err := b.Defer(t.Context(), b.dispatched(), nil); err == nil {
		t.Error("a row without a wait")
	}
	b.expire(t)
	got, fresh := b.claim(t, 1)[0], b.dispatched()[0]
	if got.Event != fresh.Event || got.Key != fresh.Key || got.ID != fresh.ID || !got.Received.Equal(fresh.Received) ||
		got.Tenant != tenantA || got.Connection != connection || got.Version != event.V2 || got.Attempts != 2 || got.Damaged {
		t.Errorf("%+v\n%+v", got, fresh)
	}
	b.claim(t, 0)
}

func TestTheLeaseFences(t *testing.T) {
	b := newBench(t, nil)
	b.run(t)
	b.put(t, delivery(t, tenantA, "出勤"), delivery(t, tenantB, "退勤"))
	slow := b.dispatched()
	b.expire(t)
	quick := b.claim(t, 2)
	verdicts := []Verdict{{Outcome: Ignored, Reason: "NO_PHRASE"}, {Outcome: Recorded, Employee: "e", Punch: "p"}}
	if lost, err := b.Complete(t.Context(), slow, verdicts); err != nil || len(lost) != 2 {
		t.Errorf("%v, %v", lost, err)
	}
	if lost, err := b.Defer(t.Context(), slow, make([]Delay, 2)); err != nil || len(lost) != 2 {
		t.Errorf("%v, %v", lost, err)
	}
	mixed := []Row{slow[0], quick[1]}
	if lost, err := b.Complete(t.Context(), mixed, verdicts); err != nil || len(lost) != 1 || lost[0] != slow[0].ID {
		t.Errorf("%v, %v", lost, err)
	}
	if n := b.number(t, `select count(*) from gateway.inbox where outcome = 'RECORDED' and punch_id = 'p' and body is null and done_at is not null`); n != 1 {
		t.Errorf("%d completed", n)
	}
}

func TestDeferralComesBackInTimeAndResetsAttempts(t *testing.T) {
	b := newBench(t, nil)
	b.run(t)
	b.put(t, delivery(t, tenantA, "出勤"))
	if lost, err := b.Defer(t.Context(), b.dispatched(), []Delay{{Wait: time.Hour}}); err != nil || len(lost) != 0 {
		t.Fatal(lost, err)
	}
	b.claim(t, 0)
	b.expire(t)
	row := b.claim(t, 1)[0]
	if row.Attempts != 1 || row.Deferrals != 1 {
		t.Errorf("%+v", row)
	}
	if lost, err := b.Defer(t.Context(), []Row{row}, []Delay{{}}); err != nil || len(lost) != 0 {
		t.Fatal(lost, err)
	}
	if row := b.claim(t, 1)[0]; row.Attempts != 1 || row.Deferrals != 1 {
		t.Errorf("given back without having been begun: %+v", row)
	}
}

// When a worker dies, every row that it held looks as guilty as the one that ended
// it. Those come back one at a time, so that only the guilty one is counted on.
func TestSuspectsComeAlone(t *testing.T) {
	b := newBench(t, nil)
	b.run(t)
	b.records(t)
	b.put(t, said(t, tenantA, "taro", 1), said(t, tenantA, "hanako", 1), said(t, tenantB, "jiro", 1))
	for died := range trusted - 1 {
		b.expire(t)
		if b.claim(t, 3)[0].Attempts != died+2 {
			t.Fatal("an attempt is not counted")
		}
	}
	b.expire(t)
	b.claim(t, 0)
	seen := map[string]bool{}
	for range 3 {
		rows, err := b.Suspect(t.Context())
		if err != nil || len(rows) != 1 || rows[0].Attempts != trusted+1 {
			t.Fatalf("%+v, %v", rows, err)
		}
		seen[rows[0].ID] = true
	}
	if rows, err := b.Suspect(t.Context()); err != nil || len(rows) != 0 || len(seen) != 3 {
		t.Errorf("%d suspects, then %d more, %v", len(seen), len(rows), err)
	}
}

func TestQuarantineIsStoredAtOnceAndKeepsItsBody(t *testing.T) {
	b := newBench(t, nil)
	b.run(t)
	odd := Delivery{Tenant: tenantA, Connection: connection, Version: event.V2, Body: []byte("{"), Key: event.RawKey(tenantA, "1", []byte("{")), Quarantine: "UNREADABLE_JSON"}
	b.put(t, odd, odd)
	if n := b.number(t, `select count(*) from gateway.inbox where outcome = 'QUARANTINED' and body is not null and deliveries = 2 and not issued_known`); n != 1 || len(b.dispatched()) != 0 {
		t.Errorf("%d rows, %d dispatched", n, len(b.dispatched()))
	}
	found, err := b.List(t.Context(), tenantA, Filter{Limit: 10})
	if err != nil || len(found) != 1 || !found[0].Issued.IsZero() || found[0].Reason != "UNREADABLE_JSON" || found[0].Deliveries != 2 {
		t.Errorf("%+v %v", found, err)
	}
	b.expire(t)
	b.claim(t, 0)
}

// An event from the future is readable and has a sender, and is quarantined all the same.
func TestQuarantineOfAReadableEvent(t *testing.T) {
	b := newBench(t, nil)
	b.run(t)
	early := delivery(t, tenantA, "出勤")
	early.Quarantine = "FUTURE_TIME"
	b.put(t, early, early, delivery(t, tenantA, "退勤"))
	if n := b.number(t, `select count(*) from gateway.inbox where outcome = 'QUARANTINED' and body is not null and person is null and deliveries = 2`); n != 1 {
		t.Errorf("%d rows are quarantined", n)
	}
	b.expire(t)
	if row := b.claim(t, 1)[0]; row.Event.Text != "退勤" {
		t.Errorf("%+v", row)
	}
}

func TestADamagedBodyIsTold(t *testing.T) {
	b := newBench(t, nil)
	b.run(t)
	b.put(t, delivery(t, tenantA, "出勤"))
	if _, err := b.owner.Exec(t.Context(), `update gateway.inbox set body = 'x'`); err != nil {
		t.Fatal(err)
	}
	b.expire(t)
	if !b.claim(t, 1)[0].Damaged {
		t.Error("not told")
	}
}

func TestBodiesAreSealedForTheirRow(t *testing.T) {
	b := newBench(t, nil)
	b.run(t)
	b.put(t, delivery(t, tenantA, "出勤"), delivery(t, tenantA, "退勤"))
	if n := b.number(t, `select count(*) from gateway.inbox where position('content'::bytea in body) > 0`); n != 0 {
		t.Error("a body is readable")
	}
	if _, err := b.owner.Exec(t.Context(), `update gateway.inbox i set body = o.body from gateway.inbox o where o.id <> i.id`); err != nil {
		t.Fatal(err)
	}
	b.expire(t)
	for _, row := range b.claim(t, 2) {
		if !row.Damaged {
			t.Error("opened under another row")
		}
	}
}

func TestAFullQueueRefusesAtOnce(t *testing.T) {
	b := newBench(t, nil) // nobody commits
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for range queueLength {
		if err := b.Put(gone, delivery(t, tenantA, "出勤")); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
	if err := b.Put(t.Context(), delivery(t, tenantA, "出勤")); !errors.Is(err, ErrOverloaded) {
		t.Error(err)
	}
}

func TestStoppingCommitsWhatWaits(t *testing.T) {
	b := newBench(t, nil)
	w, err := b.prepare(delivery(t, tenantA, "出勤"))
	if err != nil {
		t.Fatal(err)
	}
	b.queue <- w
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	if err := errors.Join(b.Run(stopped), <-w.done); err != nil {
		t.Error(err)
	}
}
