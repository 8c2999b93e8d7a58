package inbox

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dakoku/dakoku/platform/postgres"
	auditv1 "github.com/dakoku/dakoku/proto/gen/dakoku/audit/v1"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/event"
)

// origin is somebody whom the audit can name.
const origin = `{"id": "0195f000-0000-7000-8000-0000000000d1", "kind": "account", "actor": "boss", "address": "::1", "request": "r1", "action": "RELEASE_EVENT"}`

func releaseOf(id string) Release {
	return Release{Tenant: tenantA, ID: id, Origin: origin, Bots: func(string) []string { return []string{"7", "1"} }}
}

// release gives the only row of the organization back.
func (b *bench) release(t *testing.T, wanted error) Accepted {
	t.Helper()
	all, err := b.List(t.Context(), tenantA, Filter{Outcome: Quarantined, Limit: 2})
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	a, err := b.Release(t.Context(), releaseOf(all[0].ID))
	if !errors.Is(err, wanted) {
		t.Errorf("%v instead of %v", err, wanted)
	}
	return a
}

// poisoned is a bench with an event in quarantine as one that ends its processes.
func poisoned(t *testing.T) (*bench, Row) {
	t.Helper()
	b := newBench(t, nil)
	b.run(t)
	b.put(t, said(t, tenantA, "taro", 1))
	row := b.dispatched()[0]
	b.quarantine(t, row, ReasonPoison)
	return b, row
}

func (b *bench) quarantine(t *testing.T, row Row, reason string) {
	t.Helper()
	if lost, err := b.Complete(t.Context(), []Row{row}, []Verdict{{Outcome: Quarantined, Reason: reason}}); err != nil || len(lost) != 0 {
		t.Fatal(lost, err)
	}
}

// What was kept apart as ending its processes is given back as what it was: its key, its
// time, its place among its person's events. It is tried alone, judged once, and a
// delivery of it afterwards is the same event.
func TestAnEventIsGivenBackAsWhatItWas(t *testing.T) {
	b, was := poisoned(t)
	if a := b.release(t, nil); a.Outcome != Pending || a.Reason != "" || a.Released.IsZero() || !a.Received.Equal(was.Received) || string(a.Key) != string(was.Key[:]) {
		t.Errorf("%+v", a)
	}
	b.claim(t, 0) // no suspect comes beside others
	b.put(t, said(t, tenantA, "taro", 2))
	if turn := b.turn(t, b.dispatched()[1:]...); len(turn) != 0 {
		t.Errorf("a later event does not wait: %+v", turn)
	}
	row := b.suspect(t)
	if row.Event != was.Event || row.Person != was.Person || row.Key != was.Key || !row.Received.Equal(was.Received) || row.Token != was.Token || row.Damaged {
		t.Errorf("%+v\n%+v", row, was)
	}
	if lost, err := b.Complete(t.Context(), []Row{row}, []Verdict{{Outcome: Recorded, Employee: "e", Punch: "p"}}); err != nil || len(lost) != 0 {
		t.Fatal(lost, err)
	}
	b.put(t, said(t, tenantA, "taro", 1))
	if n := b.number(t, `select deliveries from gateway.inbox where outcome = 'RECORDED' and body is null and person is null`); n != 2 {
		t.Errorf("%d deliveries of one row", n)
	}
}

// Who gives back a second time changes nothing and is not noted a second time; who does it
// at the same time as others neither.
func TestGivingBackIsDoneOnce(t *testing.T) {
	b, row := poisoned(t)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if a, err := b.Release(t.Context(), releaseOf(row.ID)); err != nil || a.Outcome != Pending {
				t.Errorf("%+v, %v", a, err)
			}
		})
	}
	all.Wait()
	list, err := b.AuditTrail(t.Context(), tenantA, &auditv1.TrailQuery{})
	if err != nil || len(list) != 1 || list[0].Actor != "boss" || list[0].Action != "RELEASE_EVENT" || list[0].ChangeCount != 1 {
		t.Fatalf("%+v, %v", list, err)
	}
	c := list[0].Changes[0]
	if c.Resource != "events/"+row.ID || !strings.Contains(c.Before, ReasonPoison) || !strings.Contains(c.After, Pending) {
		t.Errorf("%+v", c)
	}
	if list, err := b.AuditTrail(t.Context(), tenantB, &auditv1.TrailQuery{}); err != nil || len(list) != 0 {
		t.Errorf("another organization reads %+v, %v", list, err)
	}
	again := b.suspect(t)
	b.quarantine(t, again, ReasonPoison)
	if a := b.release(t, nil); a.Outcome != Pending {
		t.Errorf("a second quarantine has no way back: %+v", a)
	}
	b.end(t, Ignored, b.suspect(t))
	if a, err := b.Release(t.Context(), releaseOf(row.ID)); err != nil || a.Outcome != Ignored {
		t.Errorf("after the judgement: %+v, %v", a, err)
	}
}

// erase erases all that is in quarantine.
func (b *bench) erase(t *testing.T) {
	t.Helper()
	if _, err := b.owner.Exec(t.Context(), `set app.tenant = ''; set role `+Migrations().DutyRole(eraseDuty)+`; update gateway.inbox set body = null; reset role`); err != nil {
		t.Fatal(err)
	}
}

// A body that is erased while its event is given back is told as one that was.
func TestABodyIsErasedMeanwhile(t *testing.T) {
	b := newBench(t, nil)
	b.run(t)
	d := said(t, tenantA, "taro", 1)
	d.Quarantine = string(event.FutureTime)
	b.put(t, d)
	all, err := b.List(t.Context(), tenantA, Filter{Limit: 1})
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	r := releaseOf(all[0].ID)
	r.Bots = func(string) []string { b.erase(t); return []string{"1"} }
	if a, err := b.Release(t.Context(), r); !errors.Is(err, ErrErased) || a.Outcome != Quarantined {
		t.Errorf("%+v, %v", a, err)
	}
}

// What cannot be judged by being given back is told so.
func TestWhatCannotBeGivenBack(t *testing.T) {
	b, row := poisoned(t)
	if _, err := b.Release(t.Context(), Release{Tenant: tenantB, ID: row.ID, Origin: origin}); !errors.Is(err, ErrMissing) {
		t.Errorf("of another organization: %v", err)
	}
	if _, err := b.Release(t.Context(), Release{Tenant: tenantA, ID: row.ID}); postgres.Code(err) != "42501" {
		t.Errorf("for nobody: %v", err)
	}
	b.erase(t)
	b.release(t, ErrErased)

	b = newBench(t, nil)
	b.run(t)
	b.put(t, said(t, tenantA, "taro", 1))
	row = b.dispatched()[0]
	if _, err := b.Release(t.Context(), releaseOf(row.ID)); !errors.Is(err, ErrNotQuarantined) {
		t.Errorf("waiting: %v", err)
	}
	b.quarantine(t, row, ReasonDamaged)
	b.release(t, ErrNotReleasable)
}

// An event that was ahead of a slow clock is given back under the key of the event it is,
// so that it is one with what other doors accept; where they have, it stays.
func TestAnEventFromTheFutureIsOneEvent(t *testing.T) {
	for _, own := range []bool{true, false} {
		b := newBench(t, nil)
		b.run(t)
		d := said(t, tenantA, "taro", 1)
		d.Quarantine = string(event.FutureTime)
		honest := d.Key
		if own {
			d.Key = event.RawKey(tenantA, "1", d.Body)
		}
		b.put(t, d)
		if a := b.release(t, nil); a.Outcome != Pending || string(a.Key) != string(honest[:]) {
			t.Errorf("%+v", a)
		}
		b.put(t, said(t, tenantA, "taro", 1))
		if row := b.claim(t, 1)[0]; row.Event.User != "taro" || row.Attempts != 1 || row.Key != honest {
			t.Errorf("%+v", row)
		}
		if n := b.number(t, `select count(*) from gateway.inbox where deliveries = 2`); n != 1 {
			t.Error("a delivery of it is another event")
		}
	}
	b := newBench(t, nil)
	b.run(t)
	d := said(t, tenantA, "taro", 1)
	b.put(t, d)
	d.Quarantine, d.Key = string(event.FutureTime), event.RawKey(tenantA, "1", d.Body)
	b.put(t, d)
	b.release(t, ErrTwice)
}

// What is still ahead waits in quarantine, and so does what came by a bot nobody knows.
func TestAnEventThatIsStillAheadStays(t *testing.T) {
	for ahead, want := range map[time.Duration]error{3 * time.Minute: ErrAhead, time.Minute: ErrBotUnknown} {
		b := newBench(t, nil)
		b.run(t)
		d := said(t, tenantA, "taro", 1)
		d.Quarantine, d.Event.Issued = string(event.FutureTime), time.Now().Add(ahead).UTC().Truncate(time.Millisecond)
		b.put(t, d)
		all, err := b.List(t.Context(), tenantA, Filter{Limit: 1})
		if err != nil || len(all) != 1 {
			t.Fatal(all, err)
		}
		r := releaseOf(all[0].ID)
		r.Bots = func(string) []string { return []string{"9"} }
		if a, err := b.Release(t.Context(), r); !errors.Is(err, want) || a.Outcome != Quarantined {
			t.Errorf("%s: %+v, %v", ahead, a, err)
		}
	}
}

// The schema lets a judged event wait again in no other way.
func TestTheSchemaKeepsTheQuarantine(t *testing.T) {
	b, _ := poisoned(t)
	b.put(t, delivery(t, tenantB, "出勤"))
	b.end(t, Refused, b.dispatched()[1])
	back := `update gateway.inbox set outcome = 'PENDING', reason = '', done_at = null, due_at = received_at, released_at = now()`
	named := `set local app.audit = '` + origin + `'`
	for setup, statement := range map[string]string{
		"":                back + ` where outcome = 'QUARANTINED'`,
		named:             strings.Replace(back, "released_at = now()", "body = 'x', released_at = now()", 1) + ` where outcome = 'QUARANTINED'`,
		named + ";":       strings.Replace(back, "released_at = now()", "key = sha256('x'), released_at = now()", 1) + ` where outcome = 'QUARANTINED'`,
		named + "; ":      strings.Replace(back, ", released_at = now()", "", 1) + ` where outcome = 'QUARANTINED'`,
		named + ";  ":     strings.Replace(back, "reason = ''", "reason = 'X'", 1) + ` where outcome = 'QUARANTINED'`,
		named + ";   ":    strings.Replace(back, "released_at = now()", "received_at = now(), released_at = now()", 1) + ` where outcome = 'QUARANTINED'`,
		named + ";    ":   strings.Replace(back, "released_at = now()", "body = 'x', released_at = now()", 1) + ` where outcome = 'REFUSED'`,
		named + ";     ":  `update gateway.inbox set released_at = now()`,
		named + ";      ": back + `, lease = gen_random_uuid() where outcome = 'QUARANTINED'`,
	} {
		if err := refusal(t, b.owner, setup, statement); postgres.Code(err) != "42501" {
			t.Errorf("%s %s: %v", setup, statement, err)
		}
	}
	odd := delivery(t, tenantB, "退勤")
	odd.Quarantine = "NOT_UTF8"
	b.put(t, odd)
	if err := refusal(t, b.owner, named, back+` where reason = 'NOT_UTF8'`); postgres.Code(err) != "42501" {
		t.Errorf("what is unreadable: %v", err)
	}
	if err := refusal(t, b.owner, named, back+` where reason = 'POISON'`); err != nil {
		t.Errorf("the way that there is: %v", err)
	}
	b.release(t, nil)
	for _, statement := range []string{`update gateway.audit_events set actor = 'x'`, `delete from gateway.audit_changes`, `truncate gateway.audit_changes`} {
		if err := refusal(t, b.owner, "", statement); postgres.Code(err) != "42501" {
			t.Errorf("%s: %v", statement, err)
		}
	}
}
