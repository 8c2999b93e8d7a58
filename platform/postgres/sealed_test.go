package postgres_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/postgres/pgtest"
)

const letters = `
create table letter (tenant_id uuid not null, id integer not null, sealed bytea, note text not null, constraint letter_pkey primary key (tenant_id, id));
alter table letter enable row level security;
alter table letter force row level security;
create policy tenant on letter to dakoku_letters using (tenant_id = any ((select current_setting('app.tenant')::uuid[])::uuid[]));
create policy worker on letter to dakoku_letters_worker using (true);
grant select on letter to dakoku_letters;
grant select (tenant_id, id, sealed), update (sealed) on letter to dakoku_letters_worker;
create table one (id smallint not null constraint one_pkey primary key, value bytea not null);
grant select, update (value) on one to dakoku_letters_worker;
create table keyless (value bytea);
grant select on keyless to dakoku_letters_worker;
insert into one values (1, 'len_OLD!x');
insert into letter select ('0195f000-0000-7000-8000-' || lpad((g % 3)::text, 12, '0'))::uuid, g,
  case when g % 4 = 0 then null when g % 4 = 1 then 'len_NEW!done'::bytea else ('len_OLD!' || g)::bytea end, 'note' from generate_series(1, 1300) g;`

func letterBox(t *testing.T) (*postgres.DB, *pgx.Conn, postgres.Migrations) {
	t.Helper()
	m := postgres.Migrations{Context: "letters", Files: fstest.MapFS{"0001_letters.sql": {Data: []byte(letters)}}}
	d := pgtest.New(t, m)
	return d.Open(t, m.Role()), d.Owner(t), m
}

func renew(_ string, sealed []byte) ([]byte, error) {
	return bytes.Replace(sealed, []byte("OLD!"), []byte("NEW!"), 1), nil
}

func silence(string) {}

func tally(t *testing.T, conn *pgx.Conn, query string) (n int) {
	t.Helper()
	if err := conn.QueryRow(t.Context(), query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestEverySealedValueIsWrappedAnew(t *testing.T) {
	db, owner, m := letterBox(t)
	var said []string
	s := postgres.NewSealed(db, m, postgres.SealedColumn{Table: "one", Column: "value"}, postgres.SealedColumn{Table: "letter", Column: "sealed"})
	met, err := s.Rewrap(t.Context(), []byte("NEW!"), renew, func(line string) { said = append(said, line) })
	if err != nil || met != 651 {
		t.Fatalf("met %d, %v", met, err)
	}
	if n := tally(t, owner, `select count(*) from letters.letter where position('OLD!'::bytea in sealed) > 0`); n != 0 {
		t.Errorf("%d are left", n)
	}
	if n := tally(t, owner, `select count(*) from letters.letter where sealed = ('len_NEW!' || id)::bytea`); n != 650 {
		t.Errorf("%d have their own value", n)
	}
	if want := "letters.letter.sealed: 1300 rows, 650 under another key, 650 wrapped anew"; !strings.Contains(strings.Join(said, "\n"), want) {
		t.Errorf("said %q", said)
	}
	if met, err := s.Rewrap(t.Context(), []byte("NEW!"), renew, silence); err != nil || met != 0 {
		t.Errorf("again: met %d, %v", met, err)
	}
}

// A value that was replaced after it had been read is not overwritten with what
// was wrapped from the old one.
func TestWhatWasReplacedMeanwhileStays(t *testing.T) {
	db, owner, m := letterBox(t)
	s := postgres.NewSealed(db, m, postgres.SealedColumn{Table: "letter", Column: "sealed"})
	replaced := false
	_, err := s.Rewrap(t.Context(), []byte("NEW!"), func(place string, sealed []byte) ([]byte, error) {
		if strings.HasSuffix(place, " 3") && !replaced {
			replaced = true
			if _, err := owner.Exec(t.Context(), `update letters.letter set sealed = 'len_NEW!meanwhile' where id = 3`); err != nil {
				return nil, err
			}
		}
		return renew(place, sealed)
	}, silence)
	if n := tally(t, owner, `select count(*) from letters.letter where id = 3 and sealed = 'len_NEW!meanwhile'`); err != nil || !replaced || n != 1 {
		t.Errorf("overwritten: %d, %v, %v", n, replaced, err)
	}
}

// What somebody else changes or holds at the same time is left to the next time,
// and nobody waits for anybody.
func TestWhatIsBeingChangedIsLeft(t *testing.T) {
	db, owner, m := letterBox(t)
	s := postgres.NewSealed(db, m, postgres.SealedColumn{Table: "letter", Column: "sealed"})
	tx, err := owner.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), `update letters.letter set note = 'held' where id = 2`); err != nil {
		t.Fatal(err)
	}
	changed := false
	met, err := s.Rewrap(t.Context(), []byte("NEW!"), func(place string, sealed []byte) ([]byte, error) {
		if strings.HasSuffix(place, " 3") && !changed {
			changed = true
			if _, err := tx.Exec(t.Context(), `update letters.letter set sealed = 'len_OLD!meanwhile' where id = 3`); err != nil {
				return nil, err
			}
		}
		return renew(place, sealed)
	}, silence)
	if err != nil || met != 650 || !changed {
		t.Fatal(met, err, changed)
	}
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := tally(t, owner, `select count(*) from letters.letter where position('OLD!'::bytea in sealed) > 0`); n != 2 {
		t.Errorf("%d are left, want the one held and the one changed", n)
	}
	if met, err := s.Rewrap(t.Context(), []byte("NEW!"), renew, silence); err != nil || met != 2 {
		t.Errorf("again: met %d, %v", met, err)
	}
	if n := tally(t, owner, `select count(*) from letters.letter where sealed = 'len_NEW!meanwhile'`); n != 1 {
		t.Error("the newer value was overwritten")
	}
}

// A value that changes between the look and the swap is not overwritten.
func TestANewerValueIsNotOverwritten(t *testing.T) {
	db, owner, m := letterBox(t)
	s := postgres.NewSealed(db, m, postgres.SealedColumn{Table: "one", Column: "value"})
	met, err := s.Rewrap(t.Context(), []byte("NEW!"), func(place string, sealed []byte) ([]byte, error) {
		if _, err := owner.Exec(t.Context(), `update letters.one set value = 'len_OLD!newer'`); err != nil {
			return nil, err
		}
		return renew(place, sealed)
	}, silence)
	if n := tally(t, owner, `select count(*) from letters.one where value = 'len_OLD!newer'`); err != nil || met != 1 || n != 1 {
		t.Error(met, err, "or the newer value is gone")
	}
}

func TestTheWalkStops(t *testing.T) {
	db, owner, m := letterBox(t)
	column := postgres.SealedColumn{Table: "letter", Column: "sealed"}
	broken := errors.New("key service away")
	_, err := postgres.NewSealed(db, m, column).Rewrap(t.Context(), []byte("NEW!"), func(string, []byte) ([]byte, error) { return nil, broken }, silence)
	if !errors.Is(err, broken) {
		t.Error(err)
	}
	met, err := postgres.NewSealed(db, m, column).Rewrap(t.Context(), []byte("NEW!"), func(string, []byte) ([]byte, error) { return nil, nil }, silence)
	if err != nil || met != 650 || tally(t, owner, `select count(*) from letters.letter where sealed is null`) != 325 {
		t.Error("a value that was to be left:", met, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := postgres.NewSealed(db, m, column).Rewrap(ctx, []byte("NEW!"), renew, silence); err == nil {
		t.Error("went on after the end")
	}
	for _, wrong := range []postgres.SealedColumn{{Table: "keyless", Column: "value"}, {Table: "letter", Column: "note"}, {Table: "no", Column: "x"}} {
		if _, err := postgres.NewSealed(db, m, wrong).Rewrap(t.Context(), []byte("NEW!"), renew, silence); err == nil || !strings.Contains(err.Error(), fmt.Sprint(wrong.Table, ".", wrong.Column)) {
			t.Errorf("%v: %v", wrong, err)
		}
	}
}
