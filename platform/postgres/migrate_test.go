package postgres_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/postgres/pgtest"
)

// history makes migrations of the given files' texts by name.
func history(name string, files map[string]string) postgres.Migrations {
	all := fstest.MapFS{}
	for file, text := range files {
		all[file] = &fstest.MapFile{Data: []byte(text)}
	}
	return postgres.Migrations{Context: name, Files: all}
}

// migrate fails the test unless the migrations apply.
func migrate(t *testing.T, url config.Secret, m postgres.Migrations) {
	t.Helper()
	if err := postgres.Migrate(t.Context(), url, m); err != nil {
		t.Fatal(err)
	}
}

// count counts rows as the owner.
func count(t *testing.T, conn *pgx.Conn, from string) (n int) {
	t.Helper()
	if err := conn.QueryRow(t.Context(), "select count(*) from "+from).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestHistoryIsValidated(t *testing.T) {
	url := pgtest.New(t).URL
	for name, m := range map[string]postgres.Migrations{
		"no files":      history("odd", nil),
		"gap":           history("odd", map[string]string{"0001_a.sql": "", "0003_c.sql": ""}),
		"double":        history("odd", map[string]string{"0001_a.sql": "", "0001_b.sql": ""}),
		"start":         history("odd", map[string]string{"0002_a.sql": ""}),
		"name":          history("odd", map[string]string{"0001_a.sql": "", "2_b.sql": ""}),
		"stranger":      history("odd", map[string]string{"0001_a.sql": "", "README": ""}),
		"context":       history("Odd;", map[string]string{"0001_a.sql": ""}),
		"worker's name": history("odd_worker", map[string]string{"0001_a.sql": ""}),
		"nil":           {Context: "odd"},
	} {
		if err := postgres.Migrate(t.Context(), url, m); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestMigrateTwiceAddsOnlyWhatIsNew(t *testing.T) {
	db := pgtest.New(t)
	first := history("twice", map[string]string{"0001_a.sql": "create table a (id int)"})
	both := history("twice", map[string]string{"0001_a.sql": "create table a (id int)", "0002_b.sql": "create table b (id int)"})
	migrate(t, db.URL, first)
	migrate(t, db.URL, first)
	app := db.Open(t, first.Role())
	if err := app.MigrationsCurrent(t.Context(), first); err != nil {
		t.Error(err)
	}
	if err := app.MigrationsCurrent(t.Context(), both); err == nil || !strings.Contains(err.Error(), "0002_b.sql is not applied") {
		t.Errorf("behind: %v", err)
	}
	migrate(t, db.URL, both)
	if err := app.MigrationsCurrent(t.Context(), both); err != nil {
		t.Error(err)
	}
	if err := app.MigrationsCurrent(t.Context(), first); err != nil {
		t.Errorf("an older program beside a newer schema: %v", err)
	}
	migrate(t, db.URL, first)
}

func TestUnmigratedDatabaseIsNotCurrent(t *testing.T) {
	db, m := pgtest.New(t, ledger(t)), history("absent", map[string]string{"0001_a.sql": "select 1"})
	err := db.Open(t, "dakoku_ledger").MigrationsCurrent(t.Context(), m)
	if err == nil || !strings.Contains(err.Error(), "run the migrations") {
		t.Fatalf("got %v", err)
	}
}

func TestChangedFileIsRefused(t *testing.T) {
	db := pgtest.New(t)
	migrate(t, db.URL, history("changed", map[string]string{"0001_a.sql": "select 1"}))
	app := db.Open(t, "dakoku_changed")
	for name, m := range map[string]postgres.Migrations{
		"text": history("changed", map[string]string{"0001_a.sql": "select 2", "0002_b.sql": "create table b (id int)"}),
		"name": history("changed", map[string]string{"0001_b.sql": "select 1"}),
	} {
		for call, err := range map[string]error{
			"Migrate":           postgres.Migrate(t.Context(), db.URL, m),
			"MigrationsCurrent": app.MigrationsCurrent(t.Context(), m),
		} {
			if err == nil || !strings.Contains(err.Error(), "applied files never change") {
				t.Errorf("%s, other %s: %v", call, name, err)
			}
		}
	}
	if n := count(t, db.Owner(t), "pg_tables where schemaname = 'changed' and tablename = 'b'"); n != 0 {
		t.Error("a later file ran although an earlier one had changed")
	}
}

func TestRunsAtTheSameTimeApplyOnce(t *testing.T) {
	db := pgtest.New(t)
	m := history("race", map[string]string{"0001_a.sql": "create table a (id int)", "0002_b.sql": "insert into a values (1)"})
	var runs sync.WaitGroup
	for range 6 {
		runs.Go(func() {
			if err := postgres.Migrate(t.Context(), db.URL, m); err != nil {
				t.Error(err)
			}
		})
	}
	runs.Wait()
	if n := count(t, db.Owner(t), "race.a"); n != 1 {
		t.Errorf("the insert ran %d times", n)
	}
}

func TestRolesAreMadeOnceAcrossDatabases(t *testing.T) {
	admin := pgtest.New(t).Owner(t)
	for round := range 4 {
		m := history(fmt.Sprintf("shared%d", round), map[string]string{"0001_a.sql": "select 1"})
		drop := "drop role if exists " + m.Role() + "; drop role if exists " + m.WorkerRole()
		urls := []config.Secret{pgtest.New(t).URL, pgtest.New(t).URL, pgtest.New(t).URL, pgtest.New(t).URL}
		_, _ = admin.Exec(t.Context(), drop) // kept where an earlier failure still needs them
		var runs sync.WaitGroup
		for _, url := range urls {
			runs.Go(func() {
				if err := postgres.Migrate(t.Context(), url, m); err != nil {
					t.Error(err)
				}
			})
		}
		runs.Wait()
	}
}

func TestKilledMigrationResumes(t *testing.T) {
	db := pgtest.New(t)
	owner := db.Owner(t)
	slow := history("killed", map[string]string{
		"0001_a.sql": "create table a (id int)",
		"0002_b.sql": "insert into a values (1); select pg_sleep(60 * (select count(*) from public.hold)); insert into a values (2)",
	})
	if _, err := owner.Exec(t.Context(), "create table public.hold (id int); insert into public.hold values (1)"); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- postgres.Migrate(t.Context(), db.URL, slow) }()
	killWhenAsleep(t, owner)
	if err := <-ended; err == nil {
		t.Fatal("the killed run succeeded")
	}
	if n := count(t, owner, "killed.a"); n != 0 {
		t.Errorf("half a file left %d rows", n)
	}
	if _, err := owner.Exec(t.Context(), "delete from public.hold"); err != nil {
		t.Fatal(err)
	}
	migrate(t, db.URL, slow)
	if n := count(t, owner, "killed.a"); n != 2 {
		t.Errorf("%d rows after resuming, want 2", n)
	}
}

// killWhenAsleep ends the session of this database that is in pg_sleep.
func killWhenAsleep(t *testing.T, owner *pgx.Conn) {
	t.Helper()
	const kill = `select count(pg_terminate_backend(pid)) from pg_stat_activity
where datname = current_database() and wait_event = 'PgSleep'`
	for killed := 0; killed == 0; {
		if err := owner.QueryRow(t.Context(), kill).Scan(&killed); err != nil {
			t.Fatal(err)
		}
	}
}

func TestMigrationWaitsForABusyTable(t *testing.T) {
	db := pgtest.New(t)
	first := map[string]string{"0001_a.sql": "create table a (id int)"}
	migrate(t, db.URL, history("busy", first))
	holder, err := db.Owner(t).Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := holder.Exec(t.Context(), "lock table busy.a in access share mode"); err != nil {
		t.Fatal(err)
	}
	first["0002_b.sql"] = "alter table a add column b int"
	ended := make(chan error, 1)
	go func() { ended <- postgres.Migrate(t.Context(), db.URL, history("busy", first)) }()
	awaitRetry(t, db)
	if err := holder.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Fatalf("migration beside a long transaction: %v", err)
	}
}

// awaitRetry waits until a migration has given up its place in a lock queue.
func awaitRetry(t *testing.T, db *pgtest.Database) {
	t.Helper()
	watcher := db.Owner(t)
	const waiting = `pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
	for _, want := range []int{1, 0} {
		for count(t, watcher, waiting) != want {
			if err := t.Context().Err(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestMigrationMustNotEndItsTransaction(t *testing.T) {
	m := history("ends", map[string]string{"0001_a.sql": "create table a (id int); commit"})
	err := postgres.Migrate(t.Context(), pgtest.New(t).URL, m)
	if err == nil || !strings.Contains(err.Error(), "own transaction") {
		t.Fatalf("got %v", err)
	}
}

func TestOrdinaryLoginMigratesAndServes(t *testing.T) {
	db := pgtest.New(t)
	owner := db.Owner(t)
	const login = `do $$ begin create role plain_migrator login createrole; exception when duplicate_object then end $$;
do $$ begin execute format('grant create on database %I to plain_migrator', current_database()); end $$;
drop role if exists dakoku_plain; drop role if exists dakoku_plain_worker`
	if _, err := owner.Exec(t.Context(), login); err != nil {
		t.Fatal(err)
	}
	url := config.Secret(strings.Replace(db.URL.Reveal(), "user=dakoku", "user=plain_migrator", 1))
	m := history("plain", map[string]string{"0001_a.sql": `create table a (id int);
grant select on a to dakoku_plain; grant select on a to dakoku_plain_worker`})
	migrate(t, url, m)
	migrate(t, url, m)
	app := open(t, url, m.Role())
	for _, scope := range []postgres.Scope{postgres.NoTenant(), postgres.Worker(m.WorkerRole())} {
		err := app.InTx(t.Context(), scope, func(ctx context.Context, tx pgx.Tx) error {
			var n int
			return tx.QueryRow(ctx, "select count(*) from plain.a").Scan(&n)
		})
		if err != nil {
			t.Error(err)
		}
	}
}
