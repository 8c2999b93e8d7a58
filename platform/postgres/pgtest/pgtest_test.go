package pgtest_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/postgres/pgtest"
)

// notes is a context with one table.
func notes() postgres.Migrations { return table("notes") }

// table is a context with a table of the same name.
func table(name string) postgres.Migrations {
	sql := fmt.Sprintf("create table %[1]s (id int constraint %[1]s_pkey primary key); grant select, insert on %[1]s to dakoku_%[1]s", name)
	return postgres.Migrations{Context: name, Files: fstest.MapFS{"0001_table.sql": {Data: []byte(sql)}}}
}

func TestEachTestHasItsOwnDatabase(t *testing.T) {
	began := time.Now()
	first, second := pgtest.New(t, notes()).Open(t, "dakoku_notes"), pgtest.New(t, notes()).Open(t, "dakoku_notes")
	t.Logf("first two databases in %s", time.Since(began))
	if _, err := first.Pool().Exec(t.Context(), "insert into notes.notes values (1)"); err != nil {
		t.Fatal(err)
	}
	var rows int
	if err := second.Pool().QueryRow(t.Context(), "select count(*) from notes.notes").Scan(&rows); err != nil || rows != 0 {
		t.Fatalf("second database has %d rows (%v), want 0", rows, err)
	}
}

func TestSeveralContextsShareADatabase(t *testing.T) {
	db := pgtest.New(t, notes(), table("letters"))
	for _, sql := range []string{"insert into notes.notes values (1)", "insert into letters.letters values (1)"} {
		if _, err := db.Owner(t).Exec(t.Context(), sql); err != nil {
			t.Error(err)
		}
	}
	if _, err := db.Open(t, "dakoku_notes").Pool().Exec(t.Context(), "select * from letters.letters"); postgres.Code(err) != "42501" {
		t.Errorf("one context reads another's table: %v", err)
	}
}

func TestManyAtOnce(t *testing.T) {
	began := time.Now()
	const databases = 12
	var all sync.WaitGroup
	for i := range databases {
		all.Go(func() {
			var one int
			db := pgtest.New(t, table(fmt.Sprintf("many%d", i%2)))
			conn, err := pgx.Connect(t.Context(), db.URL.Reveal())
			if err == nil {
				err = conn.QueryRow(t.Context(), "select 1").Scan(&one)
				_ = conn.Close(t.Context())
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	t.Logf("%s each", time.Since(began)/databases)
}

// failed is a test that has failed and whose end the real test decides.
type failed struct {
	testing.TB
	cleanups []func()
	log      strings.Builder
}

// Failed says so.
func (f *failed) Failed() bool { return true }

// Cleanup keeps for later.
func (f *failed) Cleanup(end func()) { f.cleanups = append(f.cleanups, end) }

// Logf notes.
func (f *failed) Logf(format string, args ...any) { _, _ = fmt.Fprintf(&f.log, format, args...) }

func TestDatabaseOfAFailedTestIsKept(t *testing.T) {
	fake := &failed{TB: t}
	db := pgtest.New(fake, notes())
	for _, end := range fake.cleanups {
		end()
	}
	if !strings.Contains(fake.log.String(), db.URL.Reveal()) {
		t.Errorf("logged %q, want the URL", fake.log.String())
	}
	db.Owner(t)
}

func TestDatabaseOfAPassedTestIsDropped(t *testing.T) {
	var db *pgtest.Database
	t.Run("passes", func(t *testing.T) { db = pgtest.New(t, notes()) })
	conn, err := pgx.Connect(t.Context(), db.URL.Reveal())
	if postgres.Code(err) != "3D000" {
		t.Errorf("connected: %v (%v), want no such database", conn, err)
	}
}

// holdEnv makes TestServerEndsWithTheProcess hold a database until killed.
const holdEnv = "PGTEST_TEST_HOLD"

func TestServerEndsWithTheProcess(t *testing.T) {
	if os.Getenv(holdEnv) != "" {
		fmt.Println("held", pgtest.New(t, notes()).URL.Reveal())
		<-t.Context().Done()
	}
	child := exec.Command(os.Args[0], "-test.run=^TestServerEndsWithTheProcess$")
	child.Env = append(os.Environ(), holdEnv+"=1")
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	url, held := strings.CutPrefix(strings.TrimSpace(line), "held ")
	if err != nil || !held {
		t.Fatalf("child said %q (%v)", line, err)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait() // killed
	for deadline := time.Now().Add(2 * time.Minute); ; {
		conn, err := pgx.Connect(t.Context(), url)
		if err != nil && postgres.Code(err) == "" {
			return // nobody listens
		}
		if err == nil {
			_ = conn.Close(t.Context())
		}
		if time.Now().After(deadline) {
			t.Fatal("the server outlives its process")
		}
	}
}
