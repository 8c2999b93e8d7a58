package store

import (
	"context"
	"testing"
	"time"

	"github.com/dakoku/dakoku/services/integration/internal/connection"
	"github.com/dakoku/dakoku/services/integration/internal/outbound"
)

// broken is a connection that LINE WORKS refuses: of three messages one was
// refused and put off, and all wait ten minutes.
func broken(t *testing.T) *fixture {
	t.Helper()
	f := newFixture(t)
	f.put(t, v1Set("1000001"), false)
	if _, err := f.IssueToken(t.Context(), f.tenant, f.lane.Connection); err != nil {
		t.Fatal(err)
	}
	if _, err := f.owner.Exec(t.Context(), `update integration.connection set state = 'ACTIVE'`); err != nil {
		t.Fatal(err)
	}
	f.accept(t, f.draft("a", outbound.Problem), f.draft("b", outbound.Problem), f.draft("c", outbound.Confirmation))
	for range 12 { // more than there is credit for
		f.settle(t, f.claimNext(t), outbound.Verdict{State: outbound.Queued, Close: time.Millisecond})
		f.clock.pass(time.Minute)
	}
	f.settle(t, f.claimNext(t), outbound.Verdict{State: outbound.Queued, Due: f.clock.now().Add(10 * time.Minute), Refused: true, Close: 10 * time.Minute,
		Break: connection.Cause{Reason: connection.KeysRefused, Code: "024"}})
	if f.waiting(t) != 1 || f.due(t) {
		t.Fatal("nothing waits")
	}
	return f
}

// waiting counts the messages that are not due.
func (f *fixture) waiting(t *testing.T) (n int) {
	t.Helper()
	if err := f.owner.QueryRow(t.Context(), `select count(*) from integration.outbound_message where state = 'QUEUED' and due_at > $1`, f.clock.now()).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// due tells that somebody would send for the connection now.
func (f *fixture) due(t *testing.T) bool {
	t.Helper()
	lanes, err := f.DueLanes(t.Context(), f.clock.now(), nil, 10)
	if err != nil {
		t.Fatal(err)
	}
	return len(lanes) == 1
}

// Other keys, or another chance, may be what messages wait for: all of them go at
// once, as fast as the budget lets them, also those that were put off.
func TestWhatWaitsGoesAtOnce(t *testing.T) {
	t.Parallel()
	for name, mend := range map[string]func(*fixture){
		"keys are replaced": func(f *fixture) { f.put(t, v1Set("1000002"), false) },
		"keys of the other version are staged": func(f *fixture) {
			f.put(t, v2Set("2000001"), true)
		},
		"the connection is activated": func(f *fixture) {
			if _, err := f.ChangeConnection(t.Context(), f.tenant, f.lane.Connection, connection.Connection.Activate); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := broken(t)
			mend(f)
			if n := f.waiting(t); n != 0 || !f.due(t) {
				t.Fatalf("%d messages wait, due %v", n, f.due(t))
			}
			for i := range 3 {
				l := f.claimNext(t)
				if l == nil {
					t.Fatalf("%d messages went", i)
				}
				f.settle(t, l, outbound.Verdict{State: outbound.Sent, Mend: true})
			}
		})
	}
}

// Staged keys are activated, and those before come back.
func TestWhatWaitsGoesWithEveryTurn(t *testing.T) {
	t.Parallel()
	f := broken(t)
	f.put(t, v1Set("1000002"), true)
	if f.due(t) {
		t.Error("staged keys that nothing is sent with let messages go")
	}
	f.turned(t, "ACTIVATE", activate)
	if !f.due(t) || f.waiting(t) != 0 {
		t.Error("activated")
	}
	f.settle(t, f.claimNext(t), outbound.Verdict{State: outbound.Queued, Due: f.clock.now().Add(time.Minute), Refused: true, Close: time.Minute})
	if f.due(t) || f.waiting(t) != 1 {
		t.Fatal("nothing waits")
	}
	f.turned(t, "ROLL_BACK", rollBack)
	if !f.due(t) || f.waiting(t) != 0 {
		t.Error("rolled back")
	}
}

// A probe that gets through mends the connection, and what was put off while it
// was broken is due with it.
func TestWhatWaitsGoesWhenAProbeGetsThrough(t *testing.T) {
	t.Parallel()
	f := broken(t)
	f.clock.pass(9 * time.Minute) // one of the others is claimed before the gate opens by itself
	if _, err := f.owner.Exec(t.Context(), `update integration.gate set closed_until = $1`, f.clock.now()); err != nil {
		t.Fatal(err)
	}
	if f.waiting(t) != 1 {
		t.Fatal("nothing waits")
	}
	f.settle(t, f.claimNext(t), outbound.Verdict{State: outbound.Sent, Mend: true})
	if f.waiting(t) != 0 || !f.due(t) {
		t.Errorf("%d wait", f.waiting(t))
	}
}

// New access tokens that are refused are counted in a row: a call that gets
// through ends the row, another trouble does not. An administrator sees the first
// of them at once and as long as the row lasts, also while nothing is paused.
func TestRefusalsInARow(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.accept(t, f.draft("a", outbound.Problem), f.draft("b", outbound.Problem))
	for i, step := range []struct {
		v      outbound.Verdict
		before int
	}{
		{outbound.Verdict{State: outbound.Queued, Close: time.Second, Rejected: true}, 0},
		{outbound.Verdict{State: outbound.Queued, Close: time.Second}, 1},
		{outbound.Verdict{State: outbound.Queued, Close: time.Second, Rejected: true}, 1},
		{outbound.Verdict{State: outbound.Sent, Mend: true}, 2},
		{outbound.Verdict{State: outbound.Queued, Close: time.Second}, 0},
	} {
		l := f.claimNext(t)
		if l == nil || l.Refusals != step.before {
			t.Fatalf("step %d: %+v", i, l)
		}
		figures, err := f.Figures(t.Context(), f.tenant, []string{f.lane.Connection})
		if is := figures[f.lane.Connection]; err != nil || is.RefusedTokens != step.before || !is.PausedUntil.IsZero() {
			t.Errorf("step %d: shown as %+v: %v", i, is, err)
		}
		f.settle(t, l, step.v)
		f.clock.pass(time.Minute)
	}
}

// Whoever changes the keys and whoever settles a message of the connection take
// their locks in one order: one waits for the other, and never both.
func TestATurnWaitsForASettlement(t *testing.T) {
	t.Parallel()
	f := broken(t)
	tx, err := f.data.Owner(t).Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(t.Context())) }()
	if _, err := tx.Exec(t.Context(), `select from integration.budget for update`); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() {
		_, err := f.PutCredentials(t.Context(), f.tenant, f.lane.Connection,
			Put{Set: v1Set("1000003"), Unchanged: anyRevision, Actor: "accounts/a"})
		ended <- err
	}()
	f.blocked(t)
	for _, then := range []string{`select from integration.outbound_message where state = 'QUEUED' for update nowait`,
		`select from integration.gate for update nowait`, `select from integration.connection for update nowait`} {
		if _, err := tx.Exec(t.Context(), then); err != nil {
			t.Fatalf("the settlement cannot go on: %v", err)
		}
	}
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// blocked waits until a session of the database waits for a lock.
func (f *fixture) blocked(t *testing.T) {
	t.Helper()
	for waiting := 0; waiting == 0; {
		err := f.owner.QueryRow(t.Context(), `select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`).Scan(&waiting)
		if err != nil {
			t.Fatal(err)
		}
	}
}
