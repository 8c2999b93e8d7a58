package postgres_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/postgres"
)

// promoted copies the data directory of a stopped server, starts the copy as a standby and
// promotes it: what took the first one's place in a failover.
func promoted(t *testing.T, from string) (socket string) {
	t.Helper()
	dir := serverDir(t)
	if out, err := exec.CommandContext(t.Context(), "cp", "-a", from+"/.", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	signals, err := filepath.Glob(filepath.Join(dir, "*", "PG_VERSION"))
	if err != nil || len(signals) != 1 {
		t.Fatal(signals, err)
	}
	signal := filepath.Join(filepath.Dir(signals[0]), "standby.signal")
	if err := os.WriteFile(signal, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	server := startServer(t, dir, nil)
	conn, err := pgx.Connect(t.Context(), server.URL().Reveal())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	var done bool
	if err := conn.QueryRow(t.Context(), `select pg_promote()`).Scan(&done); err != nil || !done {
		t.Fatal(done, err)
	}
	return socketOf(t, server.URL())
}

// A primary that comes back after a failover is written to by nobody who has met the one
// that took its place; it is as if the database were away, until the right one is back.
func TestAnOldPrimaryIsRefused(t *testing.T) {
	dir, m := serverDir(t), ledger(t)
	first := startServer(t, dir, nil)
	if err := postgres.Migrate(t.Context(), first.URL(), m); err != nil {
		t.Fatal(err)
	}
	wire := newProxy(t, first.URL())
	url := wire.url(first.URL())
	write := func() error {
		db, err := postgres.Open(t.Context(), postgres.Config{URL: url, Role: m.Role(), MayBeAway: true})
		if err != nil {
			return err
		}
		defer db.Close()
		return db.InTx(t.Context(), postgres.NoTenant(), func(context.Context, pgx.Tx) error { return nil })
	}
	if err := write(); err != nil {
		t.Fatal(err)
	}
	first.Stop()
	second := promoted(t, dir)
	wire.turnTo(second)
	if err := write(); err != nil {
		t.Fatalf("the server that was promoted: %v", err)
	}
	back := startServer(t, dir, nil)
	wire.turnTo(socketOf(t, back.URL()))
	for range 2 {
		if err := write(); err == nil || !strings.Contains(err.Error(), "timeline 1") || !strings.Contains(err.Error(), "timeline 2") || !postgres.Unavailable(err) || strings.Contains(err.Error(), "\n") {
			t.Errorf("the old primary: %v", err)
		}
	}
	if got := refusal(t, url, m.Role()); !strings.Contains(got, "pg_rewind") {
		t.Errorf("opened on the old primary: %q", got)
	}
	wire.turnTo(second)
	if err := write(); err != nil {
		t.Errorf("the right one again: %v", err)
	}
}
