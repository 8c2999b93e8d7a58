package postgres_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/postgres/embedded"
)

// A primary whose standby is gone says COMMIT when somebody cancels the wait for it, and
// only warns that nobody else has it: a failover would lose what was answered.
func TestACommitThatTheStandbyDoesNotHaveIsUnknown(t *testing.T) {
	server, err := embedded.Start(t.Context(), embedded.Config{Dir: filepath.Join(t.TempDir(), "pg")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Stop)
	m := ledger(t)
	if err := postgres.Migrate(t.Context(), server.URL(), m); err != nil {
		t.Fatal(err)
	}
	db, err := postgres.Open(t.Context(), postgres.Config{URL: server.URL(), Role: m.Role()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	conn, err := pgx.Connect(t.Context(), server.URL().Reveal())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	for _, statement := range []string{"set synchronous_commit = local", "alter system set synchronous_standby_names = 'nobody'", "select pg_reload_conf()"} {
		if _, err := conn.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	for { // until the server has read its settings, so that a commit waits
		tenant := newTenant(t)
		done := make(chan error, 1)
		go func() {
			done <- db.InTx(t.Context(), postgres.Tenants(tenant), func(ctx context.Context, tx pgx.Tx) error { return insert(ctx, tx, tenant, "x") })
		}()
		err, waited := cancelled(t, conn, done)
		if waited {
			if !postgres.OutcomeUnknown(err) || !postgres.Unavailable(err) {
				t.Fatalf("%v, want an unknown outcome", err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// cancelled cancels whoever waits for a standby until the transaction is done, and
// tells whether anybody did.
func cancelled(t *testing.T, conn *pgx.Conn, done <-chan error) (err error, waited bool) {
	for {
		select {
		case err := <-done:
			return err, waited
		case <-time.After(10 * time.Millisecond):
		}
		var n int
		if err := conn.QueryRow(t.Context(), "select count(*) filter (where pg_cancel_backend(pid)) from pg_stat_activity where wait_event = 'SyncRep'").Scan(&n); err != nil {
			t.Fatal(err)
		}
		waited = waited || n > 0
	}
}
