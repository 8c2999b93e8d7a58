package store

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/services/integration/internal/link"
)

// endedSync stores a run that ended some time ago, with one result and one person.
func (f *fixture) endedSync(t *testing.T, ago time.Duration, ended bool) string {
	t.Helper()
	run, err := f.StartSync(t.Context(), f.tenant, f.lane.Connection, "accounts/a", false, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{
		`insert into integration.link_sync_result values ($1::uuid, $2::uuid, gen_random_uuid(), '1', 'a', 'NO_MATCH', '')`,
		`insert into integration.link_sync_person values ($1::uuid, $2::uuid, 'u', 'a')`,
	} {
		if _, err := f.owner.Exec(t.Context(), statement, f.tenant, run.ID); err != nil {
			t.Fatal(err)
		}
	}
	if ended {
		if _, err := f.owner.Exec(t.Context(), `update integration.link_sync set state = 'DONE', ended_at = $2 where id = $1`, run.ID, f.now().Add(-ago)); err != nil {
			t.Fatal(err)
		}
	}
	return run.ID
}

// Runs are removed 30 days after their end with all that hangs on them, some at a
// time; what runs and what is young stays.
func TestOldSyncsAreForgotten(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	var old []string
	for range 3 {
		old = append(old, f.endedSync(t, link.SyncLife+time.Second, true))
	}
	kept := []string{f.endedSync(t, link.SyncLife-time.Second, true), f.endedSync(t, 0, false)}
	for i, want := range []int{2, 1, 0} {
		if n, err := f.ForgetSyncs(t.Context(), 2); err != nil || n != want {
			t.Errorf("look %d: %d removed, %v", i, n, err)
		}
	}
	for _, id := range old {
		if _, err := f.SyncOf(t.Context(), f.tenant, id); !fault.HasReason(err, "SYNC_NOT_FOUND") {
			t.Errorf("an old run is kept: %v", err)
		}
	}
	for _, id := range kept {
		if _, err := f.SyncOf(t.Context(), f.tenant, id); err != nil {
			t.Errorf("a run that is not old is gone: %v", err)
		}
	}
	var results, people int
	err := f.owner.QueryRow(t.Context(), `select (select count(*) from integration.link_sync_result), (select count(*) from integration.link_sync_person)`).Scan(&results, &people)
	if err != nil || results != len(kept) || people != len(kept) {
		t.Errorf("%d results and %d people are left, %v", results, people, err)
	}
	if link.SyncLife != 30*24*time.Hour {
		t.Error("not as long as it is documented")
	}
}

// Not even by mistake does the role that removes take away what runs.
func TestARunningSyncCannotBeRemoved(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	id := f.endedSync(t, 0, false)
	err := f.db.InTx(t.Context(), postgres.Worker(Migrations().WorkerRole()), func(ctx context.Context, tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `delete from integration.link_sync where id = $1`, uuid.MustParse(id))
		if tag.RowsAffected() != 0 {
			t.Error("a running sync was removed")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
