package inbox

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/dakoku/dakoku/platform/postgres"
)

func refusal(t *testing.T, conn interface {
	Begin(context.Context) (pgx.Tx, error)
}, setup, statement string) error {
	t.Helper()
	tx, err := conn.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(context.Background()) }()
	if setup != "" {
		if _, err := tx.Exec(t.Context(), setup); err != nil {
			t.Fatal(err)
		}
	}
	_, err = tx.Exec(t.Context(), statement)
	return err
}

func TestAJudgedEventIsNeverJudgedAgain(t *testing.T) {
	b := newBench(t, nil)
	b.run(t)
	b.put(t, delivery(t, tenantA, "出勤"))
	if _, err := b.Complete(t.Context(), b.dispatched(), []Verdict{{Outcome: Ignored, Reason: "NO_PHRASE"}}); err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{
		`update gateway.inbox set outcome = 'REFUSED'`,
		`update gateway.inbox set reason = 'X'`,
		`update gateway.inbox set employee_id = 'X'`,
		`update gateway.inbox set outcome = 'PENDING', done_at = null, due_at = now(), body = 'x'`,
		`update gateway.inbox set attempts = 3`,
		`update gateway.inbox set received_at = now() + interval '1 hour'`,
		`update gateway.inbox set key = sha256('x')`,
		`update gateway.inbox set deliveries = deliveries - 1, last_received_at = now() where false or true`,
		`delete from gateway.inbox`,
		`truncate gateway.inbox`,
	} {
		if err := refusal(t, b.owner, "", statement); err == nil {
			t.Errorf("%s: done", statement)
		}
	}
	b.put(t, delivery(t, tenantA, "出勤")) // a repeated delivery still counts
	if n := b.number(t, `select deliveries from gateway.inbox where outcome = 'IGNORED'`); n != 2 {
		t.Errorf("%d deliveries", n)
	}
}

func TestRowLevelSecurity(t *testing.T) {
	b := newBench(t, nil)
	b.run(t)
	b.put(t, delivery(t, tenantA, "出勤"))
	found, err := b.List(t.Context(), tenantB, Filter{Limit: 10})
	if err != nil || len(found) != 0 {
		t.Errorf("%d rows of another tenant, %v", len(found), err)
	}
	pool := b.DB.Pool()
	if err := refusal(t, pool, "", `select * from gateway.inbox`); err == nil {
		t.Error("rows without a tenant")
	}
	asB := `set local app.tenant = '{` + tenantB + `}'`
	if err := refusal(t, pool, asB, `insert into gateway.inbox select * from gateway.inbox`); err != nil {
		t.Error(err) // sees nothing to copy
	}
	steal := `insert into gateway.inbox (tenant_id, id, key, connection_id, issued_at, issued_known, received_at, api_version, last_received_at, room_kind, due_at, body, deliveries, outcome)
		values ('` + tenantA + `', gen_random_uuid(), sha256('x'), gen_random_uuid(), now(), true, now(), 2, now(), 'DIRECT', now(), 'x', 1, 'PENDING')`
	if err := refusal(t, pool, asB, steal); err == nil || !strings.Contains(err.Error(), "row-level security") {
		t.Errorf("wrote for another tenant: %v", err)
	}
	worker := `set local role ` + Migrations().WorkerRole() + `; set local app.tenant = ''`
	for _, statement := range []string{`update gateway.inbox set outcome = 'IGNORED'`, `update gateway.inbox set body = null`, `delete from gateway.inbox`, steal} {
		if err := refusal(t, b.owner, worker, statement); postgres.Code(err) != "42501" {
			t.Errorf("worker: %s: %v", statement, err)
		}
	}
}

func TestAnUnknownCommitIsRepeatedAndNotCountedTwice(t *testing.T) {
	b := newBench(t, nil)
	cut := newCutter(t, b.data.URL)
	db, err := postgres.Open(t.Context(), postgres.Config{URL: cut.url, Role: Migrations().Role()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	b.DB = db
	w, err := b.prepare(delivery(t, tenantA, "出勤"))
	if err != nil {
		t.Fatal(err)
	}
	cut.afterCommit.Store(true)
	b.flush(t.Context(), []*waiting{w})
	if err := <-w.done; err != nil || !cut.happened.Load() {
		t.Fatalf("%v, cut %v", err, cut.happened.Load())
	}
	if n := b.number(t, `select deliveries from gateway.inbox`); n != 1 {
		t.Errorf("%d deliveries", n)
	}
	if lost, err := b.Complete(t.Context(), b.dispatched(), []Verdict{{Outcome: Ignored}}); err != nil || len(lost) != 0 {
		t.Errorf("the lease of the first commit does not hold: %v, %v", lost, err)
	}
}

func TestAnUnknownOutcomeIsNeverASuccess(t *testing.T) {
	b := newBench(t, nil)
	cut := newCutter(t, b.data.URL)
	db, err := postgres.Open(t.Context(), postgres.Config{URL: cut.url, Role: Migrations().Role()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	b.DB = db
	first := b.insert
	b.insert = func(ctx context.Context, batch []*waiting) error {
		cut.afterCommit.Store(true)
		return first(ctx, batch)
	}
	w, _ := b.prepare(delivery(t, tenantA, "出勤"))
	b.flush(t.Context(), []*waiting{w})
	if err := <-w.done; err == nil || len(b.dispatched()) != 0 {
		t.Errorf("%v, %d dispatched", err, len(b.dispatched()))
	}
}

// A session that the server ends in the middle of a batch is no reason to refuse
// callbacks that may never come again.
func TestASessionThatEndsIsNoRefusal(t *testing.T) {
	b := newBench(t, nil)
	first, tries := b.insert, 0
	b.insert = func(ctx context.Context, batch []*waiting) error {
		if tries++; tries <= 2 {
			return &pgconn.PgError{Severity: "FATAL", Code: "57P01"}
		}
		return first(ctx, batch)
	}
	w, _ := b.prepare(delivery(t, tenantA, "出勤"))
	b.flush(t.Context(), []*waiting{w})
	if err := <-w.done; err != nil || len(b.dispatched()) != 1 || b.number(t, `select deliveries from gateway.inbox`) != 1 {
		t.Errorf("%v after %d tries, %d dispatched", err, tries, len(b.dispatched()))
	}
}

func TestADatabaseThatIsAwayIsAnErrorInTime(t *testing.T) {
	b := newBench(t, nil)
	b.run(t)
	b.DB.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
	defer cancel()
	if err := b.Put(ctx, delivery(t, tenantA, "出勤")); err == nil {
		t.Error("stored where?")
	}
}

func TestThePagesOfAList(t *testing.T) {
	b := newBench(t, nil)
	b.run(t)
	other, first := uuid.NewString(), time.Now().Add(-time.Minute)
	for n, text := range []string{"1", "2", "3"} {
		d := delivery(t, tenantA, text)
		d.Received = first.Add(time.Duration(n) * time.Second) // what is of one millisecond has no order
		if text == "2" {
			d.Connection = other
		}
		b.put(t, d)
	}
	if _, err := b.Complete(t.Context(), b.dispatched()[:1], []Verdict{{Outcome: Recorded, Employee: "e1", Punch: "p1"}}); err != nil {
		t.Fatal(err)
	}
	newest, err := b.List(t.Context(), tenantA, Filter{Limit: 2})
	if err != nil || len(newest) != 2 {
		t.Fatal(len(newest), err)
	}
	rest, err := b.List(t.Context(), tenantA, Filter{Limit: 2, BeforeTime: newest[1].Received, BeforeID: newest[1].ID})
	if err != nil || len(rest) != 1 || rest[0].Employee != "e1" || rest[0].Punch != "p1" || rest[0].Outcome != Recorded || rest[0].RoomKind != "DIRECT" {
		t.Errorf("%+v %v", rest, err)
	}
	middle := newest[1].Received
	for _, f := range []Filter{
		{Limit: 9, Outcome: Recorded}, {Limit: 9, Employee: "e1"}, {Limit: 9, Connection: other}, {Limit: 9, Within: []string{"e1", "e2"}},
		{Limit: 9, Until: middle}, {Limit: 9, From: middle.Add(time.Microsecond)}, {Limit: 9, From: middle, Until: newest[0].Received},
	} {
		if found, err := b.List(t.Context(), tenantA, f); err != nil || len(found) != 1 {
			t.Errorf("%+v: %d, %v", f, len(found), err)
		}
	}
	// A manager of a department where nobody works sees nothing; without such a limit everything is shown.
	if found, err := b.List(t.Context(), tenantA, Filter{Limit: 9, Within: []string{}}); err != nil || len(found) != 0 {
		t.Errorf("within nobody: %d, %v", len(found), err)
	}
	if age, err := b.Oldest(t.Context()); err != nil || age <= 0 {
		t.Errorf("%s %v", age, err)
	}
}
