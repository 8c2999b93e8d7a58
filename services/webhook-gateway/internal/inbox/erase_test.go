package inbox

import (
	"testing"
	"time"

	"github.com/dakoku/dakoku/platform/postgres"
)

// Ninety days after it was received the body of a quarantined event is gone, also of one that nobody has judged because
// it says a time to come. One that waits to be judged keeps its
// body, however old it is, and a repeated delivery brings none back.
func TestBodiesAreErasedAfterNinetyDays(t *testing.T) {
	b := newBench(t, nil)
	b.run(t)
	b.put(t, delivery(t, tenantA, "出勤"))
	b.put(t, delivery(t, tenantB, "退勤"))
	b.put(t, delivery(t, tenantA, "休憩"))
	early := delivery(t, tenantB, "雑談")
	early.Quarantine = "FUTURE_TIME"
	b.put(t, early)
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
	if n, err := b.Erase(t.Context(), last.Add(BodyKept)); err != nil || n != 3 {
		t.Errorf("%d erased, %v", n, err)
	}
	if n := b.number(t, `select count(*) from gateway.inbox where body is not null and outcome = 'PENDING'`); n != 1 {
		t.Errorf("%d bodies of events that wait", n)
	}
	b.put(t, delivery(t, tenantA, "出勤"))
	if n := b.number(t, `select count(*) from gateway.inbox where outcome = 'QUARANTINED' and body is null`); n != 3 {
		t.Errorf("%d quarantined without a body", n)
	}
	if n, err := b.Erase(t.Context(), last.Add(2*BodyKept)); err != nil || n != 0 {
		t.Errorf("%d erased again, %v", n, err)
	}
}

// Bodies are erased by the clock that removes all else: the earliest of the process's, the database's and the chat
// service's, which is that of the newest message that was judged. One in quarantine may say any time.
func TestErasureBelievesTheEarliestOfThreeClocks(t *testing.T) {
	b := newBench(t, nil)
	b.run(t)
	judged := func(tenant, text, received, issued string, v Verdict) {
		t.Helper()
		b.put(t, delivery(t, tenant, text))
		rows := b.dispatched()
		last := rows[len(rows)-1:]
		_, err := b.owner.Exec(t.Context(), `alter table gateway.inbox disable trigger user; update gateway.inbox set received_at = now() - interval '`+received+`', issued_at = now() - interval '`+issued+
			`' where id = '`+last[0].ID+`'; alter table gateway.inbox enable trigger user`)
		if err == nil && v.Outcome != Pending {
			_, err = b.Complete(t.Context(), last, []Verdict{v})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	erased := func(name string, clock time.Time, want int64) {
		t.Helper()
		if n, err := b.Erase(t.Context(), clock); err != nil || n != want {
			t.Errorf("%s: %d erased, %v", name, n, err)
		}
	}
	now := time.Now()
	judged(tenantA, "出勤", "200 days", "0", Verdict{Outcome: Quarantined, Reason: ReasonPoison})
	judged(tenantA, "退勤", "200 days", "111 days", Verdict{Outcome: "IGNORED", Reason: "NO_PHRASE"})
	erased("89 days later by the chat service", now, 0)
	erased("the process ahead, too", now.AddDate(10, 0, 0), 0)
	judged(tenantB, "休憩", "0", "0", Verdict{Outcome: Pending})
	erased("a message that waits", now, 0)
	judged("0195f000-0000-7000-8000-00000000000c", "復帰", "0", "109 days", Verdict{Outcome: "REFUSED", Reason: "UNLINKED"})
	erased("by the process too early", now.AddDate(0, 0, -111), 0)
	erased("by all clocks", now, 1)
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
