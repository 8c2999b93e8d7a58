package store

import (
	"testing"

	"github.com/dakoku/dakoku/platform/postgres"
)

// A migration that changes every policy gets its tables while answers are queued and sent and strangers noted without a
// pause: it takes them in the order in which the work does. In the order of their names each waits for the other.
func TestPoliciesChangeWhileAnswersAreSent(t *testing.T) {
	f := newFixture(t)
	f.data.BackBeforeOnce(t, "integration", 44)
	busy := f.traffic(t)
	busy.all.Go(func() {
		for senders := missed(f.lane.Connection, "a", "b", "c"); busy.ctx.Err() == nil; {
			if err := f.Miss(busy.ctx, f.tenant, senders); err != nil && busy.ctx.Err() == nil {
				t.Error(err)
				return
			}
		}
	})
	if err := postgres.Migrate(t.Context(), f.data.URL, Migrations()); err != nil {
		t.Fatal(err)
	}
	if left := f.data.ReadForEachRow(t, "integration"); len(left) > 0 {
		t.Errorf("as before: %v", left)
	}
	if done, _ := busy.end(); done == 0 {
		t.Error("nothing was under way")
	}
}
