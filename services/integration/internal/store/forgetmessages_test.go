package store

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/services/integration/internal/outbound"
)

// ended stores messages of a state that ended at a time.
func (f *fixture) ended(t *testing.T, state string, number int, at time.Time) {
	t.Helper()
	_, err := f.owner.Exec(t.Context(), `insert into integration.outbound_message (tenant_id, id, connection_id, event_key, api_version, priority,
			recipient, state, due_at, expires_at, created_at, finished_at)
		select $1::text::uuid, gen_random_uuid(), $2::text::uuid, sha256(gen_random_uuid()::text::bytea), 'V2', 2, substr(sha256('x'), 1, 16), $3, $5, $5, $5, $5
		  from generate_series(1, $4)`, f.tenant, f.lane.Connection, state, number, at)
	if err != nil {
		t.Fatal(err)
	}
}

// What ended long ago is forgotten in batches. What waits, what ended a moment less
// ago, and the last answer that got through stay.
func TestEndedMessagesAreForgotten(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	long, just := f.clock.now().Add(-outbound.Memory-time.Millisecond), f.clock.now().Add(-outbound.Memory)
	f.accept(t, f.draft("waits", outbound.Problem))
	if _, err := f.owner.Exec(t.Context(), `update integration.outbound_message set due_at = $1, created_at = $1`, long.Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	f.ended(t, "SENT", 2*forgetBatch+7, long.Add(-time.Minute))
	f.ended(t, "SENT", 1, long)
	f.ended(t, "FAILED", 3, long)
	f.ended(t, "EXPIRED", 4, long)
	f.ended(t, "FAILED", 2, just)
	if n, err := f.ForgetMessages(t.Context()); n != 2*forgetBatch+7+3+4 || err != nil {
		t.Errorf("%d forgotten, %v", n, err)
	}
	if got := f.states(t); got["QUEUED"] != 1 || got["SENT"] != 1 || got["FAILED"] != 2 || got["EXPIRED"] != 0 {
		t.Errorf("%v", got)
	}
	figures, err := f.Figures(t.Context(), f.tenant, []string{f.lane.Connection})
	if last := figures[f.lane.Connection].LastReply; err != nil || !last.Equal(long) {
		t.Errorf("the last answer: %v, %v", last, err)
	}
	if n, err := f.ForgetMessages(t.Context()); n != 0 || err != nil {
		t.Errorf("%d forgotten again, %v", n, err)
	}
}

// A clean-up that is ended has forgotten whole batches; the next one goes on. One
// that meets another's batch leaves it to that one.
func TestForgettingIsEndedAnywhere(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	long := f.clock.now().Add(-outbound.Memory - time.Hour)
	f.ended(t, "FAILED", 3*forgetBatch, long)
	ctx, cancel := context.WithCancel(t.Context())
	stopped := New(f.db, f.keys, f.clock.now)
	err := stopped.across(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, forget, f.clock.now().Add(-outbound.Memory), forgetBatch); err != nil {
			return err
		}
		beside, err := f.ForgetMessages(context.WithoutCancel(ctx))
		if beside != 2*forgetBatch || err != nil {
			t.Errorf("beside another: %d, %v", beside, err)
		}
		cancel() // killed before its commit
		return ctx.Err()
	})
	if err == nil || f.states(t)["FAILED"] != forgetBatch {
		t.Fatalf("%v, %v", err, f.states(t))
	}
	if n, err := f.ForgetMessages(t.Context()); n != forgetBatch || err != nil {
		t.Errorf("%d, %v", n, err)
	}
}

// Not even the role that forgets can remove what waits.
func TestWhatWaitsCannotBeForgotten(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.accept(t, f.draft("waits", outbound.Problem))
	f.ended(t, "FAILED", 1, f.clock.now())
	err := f.db.InTx(t.Context(), postgres.Worker(Migrations().WorkerRole()), func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `delete from integration.outbound_message`)
		return err
	})
	if got := f.states(t); err != nil || got["QUEUED"] != 1 || got["FAILED"] != 0 {
		t.Errorf("%v, %v", got, err)
	}
}
