package store

import (
	"testing"
	"time"

	"github.com/dakoku/dakoku/services/integration/internal/outbound"
)

// A message of a connection that is never looked at any more loses its content
// after ninety days and not before; one that somebody sends at this moment stays.
func TestMessagesThatWaitTooLongEnd(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.accept(t, f.draft("a", outbound.Problem), f.draft("b", outbound.Problem))
	if _, err := f.owner.Exec(t.Context(), `insert into integration.gate values ($1, $2, 'infinity', 1, 'GONE') on conflict on constraint gate_pkey do update set closed_until = 'infinity'`, f.tenant, f.lane.Connection); err != nil {
		t.Fatal(err)
	}
	f.clock.pass(outbound.Memory - time.Millisecond)
	if n, err := f.EndWaiting(t.Context()); n != 0 || err != nil {
		t.Errorf("%d ended early, %v", n, err)
	}
	f.clock.pass(time.Millisecond)
	if _, err := f.owner.Exec(t.Context(), `update integration.outbound_message set lease_until = $1 where id = (select id from integration.outbound_message limit 1)`, f.clock.now().Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []int{1, 0} {
		if n, err := f.EndWaiting(t.Context()); n != want || err != nil {
			t.Errorf("%d ended of %d, %v", n, want, err)
		}
	}
	f.clock.pass(time.Second)
	if n, err := f.EndWaiting(t.Context()); n != 1 || err != nil || len(f.states(t)) != 1 {
		t.Errorf("%d ended after the lease, %v: %v", n, err, f.states(t))
	}
	var contents int
	if err := f.owner.QueryRow(t.Context(), `select count(content) from integration.outbound_message`).Scan(&contents); err != nil || contents != 0 {
		t.Errorf("%d contents are left, %v", contents, err)
	}
}
