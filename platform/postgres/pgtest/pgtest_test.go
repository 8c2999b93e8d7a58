package pgtest_test

import (
	"testing"
	"testing/fstest"
	"time"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/postgres/pgtest"
)

// notes is a context with one table.
func notes() postgres.Migrations {
	return postgres.Migrations{Context: "notes", Files: fstest.MapFS{
		"0001_note.sql": {Data: []byte(`create table note (id int constraint note_pkey primary key);
grant select, insert on note to dakoku_notes;`)},
	}}
}

func TestEachTestHasItsOwnDatabase(t *testing.T) {
	began := time.Now()
	first, second := pgtest.New(t, notes()).Open(t, "dakoku_notes"), pgtest.New(t, notes()).Open(t, "dakoku_notes")
	if _, err := first.Pool().Exec(t.Context(), "insert into notes.note values (1)"); err != nil {
		t.Fatal(err)
	}
	var rows int
	if err := second.Pool().QueryRow(t.Context(), "select count(*) from notes.note").Scan(&rows); err != nil || rows != 0 {
		t.Fatalf("second database has %d rows (%v), want 0", rows, err)
	}
	t.Logf("took %s", time.Since(began))
}

func TestFurtherDatabasesAreQuick(t *testing.T) {
	pgtest.New(t, notes())
	began := time.Now()
	const databases = 10
	for range databases {
		pgtest.New(t, notes()).Open(t, "dakoku_notes")
	}
	t.Logf("%s each", time.Since(began)/databases)
}
