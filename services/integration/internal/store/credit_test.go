package store

import (
	"testing"
	"time"

	"github.com/dakoku/dakoku/services/integration/internal/outbound"
)

// Without credit nothing is repeated but once a minute, and first attempts go on. In
// an outage a first attempt is a retry, too.
func TestRetriesAreTakenFromTheCredit(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.accept(t, f.draft("a", outbound.Problem))
	again := outbound.Verdict{State: outbound.Queued, Reason: "HTTP_503"}
	f.settle(t, f.claimNext(t), again)
	credit := func(set string) (left float64) {
		t.Helper()
		if set != "" {
			if _, err := f.owner.Exec(t.Context(), `update integration.budget set credit = `+set+`, probed_at = $1`, f.clock.now()); err != nil {
				t.Fatal(err)
			}
		}
		if err := f.owner.QueryRow(t.Context(), `select credit from integration.budget`).Scan(&left); err != nil {
			t.Fatal(err)
		}
		return left
	}
	credit("0")
	f.accept(t, f.draft("b", outbound.Confirmation))
	if l := f.claimNext(t); l == nil || l.Messages[0].Content.User != "b" || l.Retry || credit("") == 0 {
		t.Fatalf("a first attempt: %+v, credit %v", l, credit(""))
	}
	if l := f.claimNext(t); l != nil {
		t.Fatalf("repeated without credit: %+v", l)
	}
	f.clock.pass(time.Minute)
	l := f.claimNext(t)
	if l == nil || !l.Retry {
		t.Fatalf("the probe of the minute: %+v", l)
	}
	f.settle(t, l, again)
	credit("5")
	if l = f.claimNext(t); l == nil || !l.Retry || credit("") != 4 {
		t.Fatalf("%+v, credit %v", l, credit(""))
	}
	f.settle(t, l, outbound.Verdict{State: outbound.Sent})
	if _, err := f.owner.Exec(t.Context(), `insert into integration.gate (tenant_id, connection_id, closed_until, failures, reason)
		values ($1, $2, '-infinity', 3, 'HTTP_503')`, f.tenant, f.lane.Connection); err != nil {
		t.Fatal(err)
	}
	f.clock.pass(time.Minute) // the lease on b is over: nothing is under way
	f.accept(t, f.draft("c", outbound.Problem))
	if l = f.claimNext(t); l == nil || l.Messages[0].Content.User != "c" || !l.Retry || credit("") != 3 {
		t.Errorf("in an outage: %+v, credit %v", l, credit(""))
	}
}
