package inbox

import (
	"testing"
	"time"

	"github.com/dakoku/dakoku/platform/postgres"
)

// Ninety days after it was received the body of a quarantined event is gone. One that waits to be judged keeps its
// body, however old it is, and a repeated delivery brings none back.
func TestBodiesAreErasedAfterNinetyDays(t *testing.T) {
	b := newBench(t, nil)
	b.run(t)
	b.put(t, delivery(t, tenantA, "出勤"))
	b.put(t, delivery(t, tenantB, "退勤"))
	b.put(t, delivery(t, tenantA, "休憩"))
	rows := b.dispatched()
	if _, err := b.Complete(t.Context(), rows[:2], []Verdict{{Outcome: Quarantined, Reason: ReasonPoison}, {Outcome: Quarantined, Reason: ReasonPoison}}); err != nil {
		t.Fatal(err)
	}
	if n, err := b.Erase(t.Context(), time.Now().AddDate(10, 0, 0)); err != nil || n != 0 {
		t.Errorf("a clock that runs ahead of the database's erased %d, %v", n, err)
	}
	if _, err := b.owner.Exec(t.Context(), `alter table gateway.inbox disable trigger user; update gateway.inbox set received_at = received_at - interval '200 days'; alter table gateway.inbox enable trigger user`); err != nil {
		t.Fatal(err)
	}
	var first, last time.Time
	if err := b.owner.QueryRow(t.Context(), `select min(received_at), max(received_at) from gateway.inbox`).Scan(&first, &last); err != nil {
		t.Fatal(err)
	}
	if n, err := b.Erase(t.Context(), first.Add(BodyKept-time.Millisecond)); err != nil || n != 0 {
		t.Errorf("%d erased early, %v", n, err)
	}
	if n, err := b.Erase(t.Context(), last.Add(BodyKept)); err != nil || n != 2 {
		t.Errorf("%d erased, %v", n, err)
	}
	if n := b.number(t, `select count(*) from gateway.inbox where body is not null and outcome = 'PENDING'`); n != 1 {
		t.Errorf("%d bodies of events that wait", n)
	}
	b.put(t, delivery(t, tenantA, "出勤"))
	if n := b.number(t, `select count(*) from gateway.inbox where outcome = 'QUARANTINED' and body is null`); n != 2 {
		t.Errorf("%d quarantined without a body", n)
	}
	if n, err := b.Erase(t.Context(), last.Add(2*BodyKept)); err != nil || n != 0 {
		t.Errorf("%d erased again, %v", n, err)
	}
}

// The role of the erasure can erase quarantined bodies and nothing else.
func TestTheErasureCanOnlyErase(t *testing.T) {
	b := newBench(t, nil)
	b.run(t)
	b.put(t, delivery(t, tenantA, "出勤"))
	b.put(t, delivery(t, tenantA, "退勤"))
	if _, err := b.Complete(t.Context(), b.dispatched()[:1], []Verdict{{Outcome: Quarantined, Reason: ReasonPoison}}); err != nil {
		t.Fatal(err)
	}
	role := `set local role ` + Migrations().DutyRole(eraseDuty) + `; set local app.tenant = ''`
	for _, statement := range []string{
		`update gateway.inbox set body = 'x'`, `update gateway.inbox set outcome = 'IGNORED'`, `update gateway.inbox set received_at = now()`,
		`delete from gateway.inbox`, `truncate gateway.inbox`, `select key from gateway.inbox`,
	} {
		if err := refusal(t, b.owner, role, statement); postgres.Code(err) != "42501" {
			t.Errorf("%s: %v", statement, err)
		}
	}
	if _, err := b.owner.Exec(t.Context(), `update gateway.inbox set body = null where outcome = 'QUARANTINED'`); postgres.Code(err) != "42501" {
		t.Errorf("the owner erases: %v", err)
	}
}
