package postgres_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/postgres/embedded"
	"github.com/dakoku/dakoku/platform/postgres/pgtest"
)

// serverDir is a directory that any user may enter, in memory if possible.
func serverDir(t *testing.T) string {
	t.Helper()
	base := "/dev/shm"
	if _, err := os.Stat(base); err != nil {
		base = ""
	}
	dir, err := os.MkdirTemp(base, "dakoku-open-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// startServer starts a server of its own, stopped when the test ends.
func startServer(t *testing.T, dir string, settings map[string]string) *embedded.Server {
	t.Helper()
	server, err := embedded.Start(t.Context(), embedded.Config{Dir: dir, Settings: settings})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Stop)
	return server
}

// refusal opens and returns the error's text, which must be one line.
func refusal(t *testing.T, url config.Secret, role string) string {
	t.Helper()
	db, err := postgres.Open(t.Context(), postgres.Config{URL: url, Role: role})
	if err == nil {
		db.Close()
		return ""
	}
	if strings.ContainsAny(err.Error(), "\n\r") {
		t.Errorf("error has several lines: %q", err)
	}
	return err.Error()
}

func TestUnsafeServersAreRefused(t *testing.T) {
	dir, m := serverDir(t), ledger(t)
	sound := startServer(t, dir, nil)
	if err := postgres.Migrate(t.Context(), sound.URL(), m); err != nil {
		t.Fatal(err)
	}
	if got := refusal(t, sound.URL(), m.Role()); got != "" {
		t.Fatalf("a sound server is refused: %s", got)
	}
	sound.Stop()
	for _, setting := range []string{"fsync", "full_page_writes", "synchronous_commit"} {
		server := startServer(t, dir, map[string]string{setting: "off"})
		if got := refusal(t, server.URL(), m.Role()); !strings.Contains(got, setting+" is off") || !strings.Contains(got, "set "+setting+" = on") {
			t.Errorf("%s off: %q, want the setting and the way out", setting, got)
		}
		if err := postgres.Migrate(t.Context(), server.URL(), m); err == nil {
			t.Errorf("%s off: migrated", setting)
		}
		server.Stop()
	}
}

func TestDemotedServerIsRefusedOnNewConnections(t *testing.T) {
	dir, m := serverDir(t), ledger(t)
	primary := startServer(t, dir, nil)
	if err := postgres.Migrate(t.Context(), primary.URL(), m); err != nil {
		t.Fatal(err)
	}
	wire := newProxy(t, primary.URL())
	db := open(t, wire.url(primary.URL()), m.Role())
	primary.Stop()
	if err := os.WriteFile(filepath.Join(primary.Dir(), "standby.signal"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	standby := startServer(t, dir, nil)
	wire.turnTo(socketOf(t, standby.URL()))
	err := db.InTx(t.Context(), postgres.NoTenant(), func(context.Context, pgx.Tx) error {
		t.Error("a transaction ran on a standby")
		return nil
	})
	if err == nil || !strings.Contains(err.Error(), "standby") || !postgres.Unavailable(err) {
		t.Errorf("transaction on a standby: %v", err)
	}
	if got := refusal(t, standby.URL(), m.Role()); !strings.Contains(got, "pg_is_in_recovery") {
		t.Errorf("open on a standby: %q", got)
	}
}

func TestRolesPastRowLevelSecurityAreRefused(t *testing.T) {
	db := pgtest.New(t, ledger(t))
	owner := db.Owner(t)
	for role, sql := range map[string]string{
		"open_mighty": "alter role open_mighty bypassrls",
		"open_owner":  "create table public.owned (id int); alter table public.owned owner to open_owner",
		"open_member": "do $$ begin create role open_member_worker; exception when duplicate_object then end $$; grant open_member_worker to open_member",
	} {
		create := "do $$ begin create role " + role + "; exception when duplicate_object then end $$; "
		if _, err := owner.Exec(t.Context(), create+sql); err != nil {
			t.Fatal(err)
		}
		if got := refusal(t, db.URL, role); !strings.Contains(got, "row-level security") && !strings.Contains(got, "every tenant") {
			t.Errorf("%s: %q, want a refusal", role, got)
		}
	}
	if got := refusal(t, db.URL, "dakoku"); !strings.Contains(got, "row-level security") {
		t.Errorf("superuser: %q, want a refusal", got)
	}
}

func TestUnusableConfigIsExplained(t *testing.T) {
	db := pgtest.New(t, ledger(t))
	for name, c := range map[string]struct {
		url  config.Secret
		role string
		want string
	}{
		"no role":         {db.URL, "", "role"},
		"missing role":    {db.URL, "dakoku_nothing_yet", "run the migrations first"},
		"simple protocol": {db.URL + "&default_query_exec_mode=simple_protocol", "dakoku_ledger", "simple_protocol"},
		"unreadable URL":  {"postgres://login:hunter2@host:port/x", "dakoku_ledger", "database URL"},
	} {
		got := refusal(t, c.url, c.role)
		if !strings.Contains(got, c.want) || strings.Contains(got, "hunter2") {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestLoginOutsideTheRoleIsExplained(t *testing.T) {
	db := pgtest.New(t, ledger(t))
	owner := db.Owner(t)
	const create = "do $$ begin create role open_stranger login; exception when duplicate_object then end $$"
	if _, err := owner.Exec(t.Context(), create); err != nil {
		t.Fatal(err)
	}
	stranger := config.Secret(strings.Replace(db.URL.Reveal(), "user=dakoku", "user=open_stranger", 1))
	if got := refusal(t, stranger, "dakoku_ledger"); !strings.Contains(got, "grant dakoku_ledger") {
		t.Errorf("stranger: %q, want the grant named", got)
	}
}

func TestOpenWaitsForAServerThatStarts(t *testing.T) {
	m := ledger(t)
	url := pgtest.New(t, m).URL
	wire := newProxy(t, url)
	wire.turnTo("/nowhere")
	opened := make(chan error, 1)
	go func() {
		db, err := postgres.Open(t.Context(), postgres.Config{URL: wire.url(url), Role: m.Role()})
		if err == nil {
			db.Close()
		}
		opened <- err
	}()
	wire.awaitCaller(t)
	wire.turnTo(socketOf(t, url))
	if err := <-opened; err != nil {
		t.Fatalf("open: %v, want patience", err)
	}
}
