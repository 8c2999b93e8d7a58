package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

const edits = 1000

// A superuser edits what the last checkpoint covers, past triggers and constraints, a thousand times at random. Each
// edit alone is found.
func TestEveryEditOfASuperuserIsFound(t *testing.T) {
	c := newCourt(t)
	c.facts(t, 6)
	c.facts(t, 5)
	c.round(t)
	if len(c.clean(t, time.Now()).Companies) != 2 {
		t.Fatal("not two companies")
	}
	c.hunt(t, time.Now(), edits, "evidence_erasures")
}

// After a purge, too: what is left, and what the purge has left of the rest.
func TestEveryEditAfterAPurgeIsFound(t *testing.T) {
	c := newCourt(t)
	c.leaps = true
	c.records(t, 4)
	c.records(t, 3)
	if _, err := c.PlaceHold(t.Context(), c.tenants[1], LegalHold{Reason: "r", Actor: "a"}, false); err != nil {
		t.Fatal(err)
	}
	late := c.at(time.Now().AddDate(6, 0, 0))
	if n, err := late.EraseTexts(t.Context(), late.Now(), 1000); err != nil || n != 8 {
		t.Fatalf("%d texts erased, %v", n, err)
	}
	if n, err := sweep(t.Context(), late, 10); err != nil || n == 0 {
		t.Fatalf("%d removed, %v", n, err)
	}
	c.roundOf(t, late)
	c.hunt(t, late.Now(), edits/2)
}

// hunt edits what is covered by the last checkpoint, past triggers and constraints, so many times: each column of each
// table once, but for tables that are empty, and the rest at random.
func (c *court) hunt(t *testing.T, now time.Time, edits int, empty ...string) {
	t.Helper()
	c.clean(t, now)
	c.exec(t, withoutChecks)
	c.exec(t, `set session_replication_role = replica`)
	seed := rand.Uint64()
	t.Log("seed", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	places, done := c.places(t), map[string]int{}
	places = slices.DeleteFunc(places, func(p place) bool { return slices.Contains(empty, p.table) })
	for _, p := range places { // each column once
		tries := 0
		for !c.found(t, now, &edit{kind: "update", place: p}, random) {
			if tries++; tries == 100 {
				t.Fatalf("%s of %s is never edited", p.column, p.table)
			}
		}
		done["update"]++
	}
	for n := len(places); n < edits; {
		e := edit{kind: editKinds[random.IntN(len(editKinds))], place: places[random.IntN(len(places))]}
		if c.found(t, now, &e, random) {
			done[e.kind]++
			n++
		}
	}
	t.Log(len(places), "columns", done)
	for _, kind := range editKinds {
		if done[kind] == 0 {
			t.Errorf("no %s", kind)
		}
	}
	c.clean(t, now)
}

// found does an edit that changes something, sees it found, and takes it back. It is false where there was none.
func (c *court) found(t *testing.T, now time.Time, e *edit, random *rand.Rand) bool {
	t.Helper()
	tx, err := c.owner.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	refused := e.do(t.Context(), tx, random)
	if refused == nil {
		report, err := c.check(t.Context(), tx, now)
		if err != nil || len(report.Findings) == 0 {
			t.Fatalf("an edit is not found: %s, %v", e.what, err)
		}
	}
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	return refused == nil
}

const withoutChecks = `do $$
declare c record;
begin
    for c in select conrelid::regclass as rel, conname from pg_constraint where contype = 'c' and coninhcount = 0 and connamespace = 'attendance'::regnamespace loop
        execute format('alter table %s drop constraint %I', c.rel, c.conname);
    end loop;
end $$`

// place is a column of a table.
type place struct{ table, column, kind string }

// unproven are the tables and columns of which a check claims nothing, and why. Whatever else is in the schema is
// covered: a table or column that a migration adds has to be proven, or named here and in ADR 0022.
var unproven = map[string]string{
	"schema_migrations":           "of the migrations; no record",
	"seal_check":                  "tells the sealing keys; no record",
	"evidence_todo":               "what waits for its seal: empty where a checkpoint covers all",
	"evidence_chains.fence":       "of the sealers among themselves",
	"evidence_chains.lease_until": "of the sealers among themselves",
	"evidence_chains.checked_at":  "of the sealers among themselves",
	"companies.revision":          "a newer one that changed neither zone nor closing day makes no calendar",
	"companies.updated_at":        "times of last changes are compared with nothing",
	"employees.created_at":        "times of last changes are compared with nothing",
	"employees.updated_at":        "times of last changes are compared with nothing",
	"timesheets.purged_at":        "when the purge looked last; that it is set at all is proven, see TestWhatFollowsFromFactsFits",
	"timesheets.updated_at":       "times of last changes are compared with nothing",
}

// places are the columns of every table of the schema, but for the unproven.
func (c *court) places(t *testing.T) (list []place) {
	t.Helper()
	rows, _ := c.owner.Query(t.Context(), `
		select r.relname::text, a.attname::text, y.typname::text
		  from pg_class r join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped join pg_type y on y.oid = a.atttypid
		 where r.relnamespace = 'attendance'::regnamespace and r.relkind in ('r', 'p') and not r.relispartition order by 1, 2`)
	var p place
	left := maps.Clone(unproven)
	_, err := pgx.ForEachRow(rows, []any{&p.table, &p.column, &p.kind}, func() error {
		_, whole := unproven[p.table]
		_, part := unproven[p.table+"."+p.column]
		delete(left, p.table)
		delete(left, p.table+"."+p.column)
		if !whole && !part {
			list = append(list, p)
		}
		return nil
	})
	if err != nil || len(left) > 0 {
		t.Fatal("there is nothing of", left, err)
	}
	return list
}

var editKinds = []string{"update", "delete", "insert", "swap", "truncate"}

// errNoEdit means that the dice came to nothing that changes something.
var errNoEdit = errors.New("nothing to edit")

// edit is one edit of a superuser.
type edit struct {
	kind string
	place
	what string // the statement, once it was done
}

// do does the edit at random. An error means that it changes nothing, or that the database did not take it.
func (e *edit) do(ctx context.Context, tx pgx.Tx, random *rand.Rand) error {
	one := fmt.Sprintf("(select ctid from attendance.%s order by %s is null, md5(ctid::text || '%d') limit 1)", e.table, e.column, random.Int64())
	other := fmt.Sprintf("(select ctid from attendance.%s order by md5(ctid::text || '%d') limit 1)", e.table, random.Int64())
	switch e.kind {
	case "update":
		e.what = fmt.Sprintf("update attendance.%[1]s set %[2]s = %[3]s where ctid = %[4]s and %[2]s is distinct from %[3]s", e.table, e.column, another(e.column, e.place.kind, random), one)
	case "delete":
		e.what = fmt.Sprintf("delete from attendance.%s where ctid = %s", e.table, one)
	case "insert":
		e.what = fmt.Sprintf(`insert into attendance.%[1]s select (jsonb_populate_record(r, jsonb_build_object('%[2]s', %[3]s))).* from attendance.%[1]s r where ctid = %[4]s`,
			e.table, e.column, another("r."+e.column, e.place.kind, random), one)
	case "swap":
		e.what = fmt.Sprintf(`with a as (select ctid as id, %[2]s as v from attendance.%[1]s where ctid = %[3]s), b as (select ctid as id, %[2]s as v from attendance.%[1]s where ctid = %[4]s)
			update attendance.%[1]s t set %[2]s = case when t.ctid = a.id then b.v else a.v end from a, b where t.ctid in (a.id, b.id) and a.v is distinct from b.v`, e.table, e.column, one, other)
	case "truncate":
		e.what = "truncate attendance." + e.table + " cascade"
		var rows bool
		if err := tx.QueryRow(ctx, "select exists (select from attendance."+e.table+")").Scan(&rows); err != nil || !rows {
			return errNoEdit
		}
	}
	tag, err := tx.Exec(ctx, e.what)
	if err == nil && e.kind != "truncate" && tag.RowsAffected() == 0 {
		err = errNoEdit
	}
	return err
}

// another is an expression of another value of the column.
func another(column, kind string, random *rand.Rand) string {
	switch kind {
	case "uuid":
		return "gen_random_uuid()"
	case "text":
		if random.IntN(8) == 0 {
			return "null"
		}
		return fmt.Sprintf("coalesce(%s, '') || '%d'", column, random.IntN(10))
	case "_text":
		return fmt.Sprintf("coalesce(%s, '{}') || '%d'::text", column, random.IntN(10))
	case "int2", "int8":
		return "coalesce(" + column + ", 0)" + []string{" + 1", " + 10000"}[random.IntN(2)] // the next number is often taken
	case "timestamptz":
		return "coalesce(" + column + ", now()) + interval '1 millisecond'"
	case "date":
		return "coalesce(" + column + ", current_date) + 1"
	case "bytea":
		if random.IntN(4) == 0 {
			return "null"
		}
		return "sha256(gen_random_uuid()::text::bytea)"
	case "jsonb":
		return fmt.Sprintf(`'{"x": %d}'::jsonb`, random.IntN(10))
	}
	return column
}
