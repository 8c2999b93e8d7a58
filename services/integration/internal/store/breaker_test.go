package store

import (
	"testing"
	"time"

	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
	"github.com/dakoku/dakoku/services/integration/internal/outbound"
)

// elsewhere is another connection of the same company, with so many messages that
// wait.
func (f *fixture) elsewhere(t *testing.T, keys ...string) *fixture {
	t.Helper()
	conn, err := f.CreateConnection(t.Context(), f.tenant, "支社", false)
	if err != nil {
		t.Fatal(err)
	}
	other := *f
	other.lane.Connection = conn.ID
	for _, key := range keys {
		other.accept(t, other.draft(key, outbound.Problem))
	}
	return &other
}

var unavailable = outbound.Verdict{State: outbound.Queued, Reason: "HTTP_503", Close: 10 * time.Second}

// The breaker is that of a connection: what fails on one closes, opens and slows no
// other.
func TestTheBreakerIsOfOneConnection(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	other := f.elsewhere(t, "c", "d", "e")
	f.accept(t, f.draft("a", outbound.Problem), f.draft("b", outbound.Problem))
	f.settle(t, f.claimNext(t), unavailable)
	m := other.claimNext(t)
	if f.claimNext(t) != nil || m == nil || m.Failures != 0 {
		t.Fatalf("the other connection: %+v", m)
	}
	second := other.claimNext(t)
	if second == nil {
		t.Fatal("the other connection makes one call at a time")
	}
	short := unavailable
	short.Close = time.Second
	other.settle(t, second, short)
	f.clock.pass(time.Second)
	other.settle(t, m, outbound.Verdict{State: outbound.Sent, Mend: true})
	probe := other.claimNext(t)
	if probe == nil || probe.Failures != 1 {
		t.Fatalf("the other connection's probe: %+v", probe)
	}
	other.settle(t, probe, outbound.Verdict{State: outbound.Sent, Mend: true})
	if f.claimNext(t) != nil {
		t.Error("a success on the other connection opens this one")
	}
	f.clock.pass(9 * time.Second)
	if m = f.claimNext(t); m == nil || m.Failures != 1 {
		t.Errorf("after the pause: %+v", m)
	}
}

// A connection that fails is probed with one call at a time, and of calls that fail
// together the longest pause holds.
func TestAConnectionThatFailsMakesOneCall(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for _, key := range []string{"a", "b", "c", "d"} {
		f.accept(t, f.draft(key, outbound.Problem))
	}
	first, second := f.claimNext(t), f.claimNext(t)
	long := unavailable
	long.Close = time.Minute
	f.settle(t, first, long)
	f.settle(t, second, unavailable)
	f.clock.pass(59 * time.Second)
	if f.claimNext(t) != nil {
		t.Error("a shorter pause took the place of a longer one")
	}
	f.clock.pass(time.Second)
	probe := f.claimNext(t)
	if probe == nil || probe.Failures != 1 {
		t.Fatalf("two calls that failed together: %+v", probe)
	}
	if f.claimNext(t) != nil {
		t.Error("a second call beside the probe")
	}
	f.settle(t, probe, unavailable)
	f.clock.pass(10 * time.Second)
	if probe = f.claimNext(t); probe == nil || probe.Failures != 2 {
		t.Fatalf("after another failure: %+v", probe)
	}
	f.settle(t, probe, outbound.Verdict{State: outbound.Sent, Mend: true})
	if one, two := f.claimNext(t), f.claimNext(t); one == nil || two == nil {
		t.Error("it is slow although the probe got through")
	}
}

// A call that was made before others failed does not open what they closed.
func TestAnOldSuccessOpensNothing(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.accept(t, f.draft("a", outbound.Problem), f.draft("b", outbound.Problem))
	early, late := f.claimNext(t), f.claimNext(t)
	f.settle(t, late, unavailable)
	f.settle(t, early, outbound.Verdict{State: outbound.Sent, Mend: true})
	if f.claimNext(t) != nil {
		t.Error("the connection is open again")
	}
}

// There is a row of the budget for each connection and API, and what is learned or
// spent on one is not on another. Calls under way are counted as made.
func TestEachConnectionHasItsBudget(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	other := f.elsewhere(t, "x", "y")
	for _, key := range []string{"a", "b", "c"} {
		f.accept(t, f.draft(key, outbound.Problem))
	}
	if other.claimNext(t) == nil {
		t.Fatal("nothing to send elsewhere")
	}
	first := f.claimNext(t)
	f.claimNext(t)
	f.claimNext(t)
	f.settle(t, first, outbound.Verdict{State: outbound.Sent, Mend: true, Rate: lineworks.Rate{Limit: 60, Remaining: 10, Reset: time.Minute}})
	for _, c := range []struct {
		lane        outbound.Lane
		limit, left int
	}{{f.lane, 60, 8}, {other.lane, 60000, 0}} {
		var rows, limit, left int
		err := f.owner.QueryRow(t.Context(), `select count(*) over (), per_minute, window_left from integration.budget where connection_id = $1`,
			c.lane.Connection).Scan(&rows, &limit, &left)
		if err != nil || rows != 1 || limit != c.limit || left != c.left {
			t.Errorf("%d rows: %d calls a minute, %d left, want %d and %d, %v", rows, limit, left, c.limit, c.left, err)
		}
	}
	if _, err := f.owner.Exec(t.Context(), `insert into integration.budget select * from integration.budget`); err == nil {
		t.Error("a connection may have two budgets")
	}
}
