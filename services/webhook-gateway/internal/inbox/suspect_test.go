package inbox

import (
	"slices"
	"testing"
	"time"
)

// records has the process record a punch of somebody else, which proves that it does.
func (b *bench) records(t *testing.T) {
	t.Helper()
	b.put(t, said(t, tenantB, "prover", len(b.dispatched())))
	fresh := b.dispatched()
	row := fresh[len(fresh)-1]
	if lost, err := b.Complete(t.Context(), []Row{row}, []Verdict{{Outcome: Recorded, Employee: "e", Punch: "p"}}); err != nil || len(lost) != 0 {
		t.Fatal(lost, err)
	}
}

// reborn is the process after its end and a new start: all leases run out meanwhile.
func (b *bench) reborn(t *testing.T) {
	t.Helper()
	b.expire(t)
	b.proven.Store(false)
}

// suspect takes the only suspect that is due.
func (b *bench) suspect(t *testing.T) Row {
	t.Helper()
	rows, err := b.Suspect(t.Context())
	if err != nil || len(rows) != 1 {
		t.Fatalf("%+v, %v", rows, err)
	}
	return rows[0]
}

// A version that ends at each event it begins condemns none of them, however often it is
// started: whoever comes after it finds all of them not worse than suspected.
func TestAProcessThatAlwaysEndsCondemnsNoEvent(t *testing.T) {
	b := newBench(t, nil)
	b.run(t)
	b.put(t, said(t, tenantA, "taro", 1), said(t, tenantA, "hanako", 1))
	for range 30 {
		b.reborn(t)
		if _, err := b.Claim(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Suspect(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if n := b.number(t, `select max(attempts) from gateway.inbox`); n != trusted {
		t.Errorf("begun %d times by its count", n)
	}
}

// Ignoring what somebody says proves nothing: a version may end at each punch.
func TestOnlyAPunchProvesAProcess(t *testing.T) {
	for outcome, want := range map[string]bool{Ignored: false, Refused: false, Quarantined: false} {
		b := newBench(t, nil)
		b.run(t)
		b.put(t, said(t, tenantA, "taro", 1))
		b.end(t, outcome, b.dispatched()...)
		if b.proven.Load() != want {
			t.Errorf("%s proves", outcome)
		}
	}
	b := newBench(t, nil)
	b.run(t)
	b.put(t, said(t, tenantA, "taro", 1))
	stale := b.dispatched()
	b.expire(t)
	b.claim(t, 1)
	if lost, err := b.Complete(t.Context(), stale, []Verdict{{Outcome: Recorded, Employee: "e", Punch: "p"}}); err != nil || len(lost) != 1 || b.proven.Load() {
		t.Error("a punch of which the lease was lost proves", lost, err)
	}
}

// An event that does end its process each time is found out all the same, by what its
// processes recorded before it.
func TestAnEventThatEndsEachProcessIsFoundOut(t *testing.T) {
	b := newBench(t, nil)
	b.run(t)
	b.put(t, said(t, tenantA, "taro", 1))
	for range trusted - 1 {
		b.reborn(t)
		b.claim(t, 1)
	}
	for life := range 6 {
		b.reborn(t)
		if row := b.suspect(t); row.Attempts != trusted+life {
			t.Fatalf("life %d: %d before it is proven", life, row.Attempts)
		}
		b.expire(t)
		b.records(t)
		if row := b.suspect(t); row.Attempts != trusted+life+1 {
			t.Fatalf("life %d: %d when it is", life, row.Attempts)
		}
	}
}

// What ends a process that nothing else proves rests for longer and longer, so that others
// find the process there; it rests no longer than a few minutes, nor than a lease once it is proven.
func TestASuspectRestsWhileNothingIsProven(t *testing.T) {
	b := newBench(t, nil)
	b.run(t)
	suspected := said(t, tenantA, "taro", 1)
	for age, want := range map[time.Duration]time.Duration{0: Lease, 2 * time.Minute: 30 * time.Second, 24 * time.Hour: blindMost} {
		suspected.Received = time.Now().Add(-age)
		suspected.ID, suspected.Key[0] = "", byte(age.Minutes())
		b.restore(t, suspected)
		for range trusted {
			b.claim(t, 1)
			b.expire(t)
		}
		rests := func(want time.Duration) {
			t.Helper()
			row := b.suspect(t)
			ms := b.number(t, `select (extract(epoch from due_at - clock_timestamp()) * 1000)::int from gateway.inbox where id = $1`, row.ID)
			if got := time.Duration(ms) * time.Millisecond; got > want+time.Second || got < want-2*time.Second {
				t.Errorf("%s old: rests for %s", age, got)
			}
			b.expire(t)
		}
		b.proven.Store(false)
		rests(want)
		b.proven.Store(true)
		rests(Lease)
		b.end(t, Ignored, b.suspect(t))
	}
}

// Who gives a suspect back unbegun, because an earlier event of its person waits, takes off
// the attempt of its claim and no other: else it would be begun among others again.
func TestASuspectThatIsNotInTurnStaysOne(t *testing.T) {
	b := newBench(t, nil)
	b.run(t)
	b.put(t, said(t, tenantA, "taro", 1), said(t, tenantA, "taro", 2))
	rows := slices.SortedFunc(slices.Values(b.dispatched()), Row.Compare)
	b.putOff(t, rows[0], Delay{Wait: time.Hour})
	due := func() {
		t.Helper()
		const due = `update gateway.inbox set attempts = $2, lease = null, due_at = received_at where id = $1`
		if _, err := b.owner.Exec(t.Context(), due, rows[1].ID, trusted); err != nil {
			t.Fatal(err)
		}
	}
	for _, proven := range []bool{false, true} {
		due()
		b.proven.Store(proven)
		row := b.suspect(t)
		if got := b.turn(t, row); row.Blind == proven || len(got) != 0 {
			t.Fatalf("proven %t: blind %t, in turn %+v", proven, row.Blind, got)
		}
		if n := b.number(t, `select attempts from gateway.inbox where id = $1 and lease is null`, row.ID); n != trusted {
			t.Errorf("proven %t: %d attempts", proven, n)
		}
	}
}
