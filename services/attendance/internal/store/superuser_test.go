package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/attendance/internal/evidence"
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
	c.hunt(t, time.Now())
}

// After a purge, too: what is left, and what the purge has left of the rest.
func TestEveryEditAfterAPurgeIsFound(t *testing.T) {
	c := newCourt(t)
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
	c.hunt(t, late.Now())
}

// hunt edits what is covered by the last checkpoint, past triggers and constraints, a thousand times.
func (c *court) hunt(t *testing.T, now time.Time) {
	t.Helper()
	c.clean(t, now)
	c.exec(t, withoutChecks)
	c.exec(t, `set session_replication_role = replica`)
	seed := rand.Uint64()
	t.Log("seed", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	done := map[string]int{}
	for n := 0; n < edits; {
		tx, err := c.owner.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		kind, what, err := edit(t.Context(), tx, random)
		if err == nil {
			report, err := c.check(t.Context(), tx, now)
			if err != nil || len(report.Findings) == 0 {
				t.Fatalf("edit %d is not found: %s, %v", n, what, err)
			}
			done[kind]++
			n++
		}
		if err := tx.Rollback(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	t.Log(done)
	for _, kind := range []string{"update", "delete", "insert", "swap", "truncate"} {
		if done[kind] == 0 {
			t.Errorf("no %s", kind)
		}
	}
	c.clean(t, now)
}

const withoutChecks = `do $$
declare c record;
begin
    for c in select conrelid::regclass as rel, conname from pg_constraint where contype = 'c' and coninhcount = 0 and connamespace = 'attendance'::regnamespace loop
        execute format('alter table %s drop constraint %I', c.rel, c.conname);
    end loop;
end $$`

// errNoEdit means that the dice came to nothing that changes something.
var errNoEdit = fmt.Errorf("nothing to edit")

// edit does one random edit and says what it was. An error means that the database did not take it.
func edit(ctx context.Context, tx pgx.Tx, random *rand.Rand) (kind, what string, err error) {
	tables := []string{"evidence_seals", "evidence_seals", "evidence_checkpoints", "evidence_chains"}
	for _, f := range evidence.Facts() {
		tables = append(tables, f.Table)
	}
	table := tables[random.IntN(len(tables))]
	kind = []string{"update", "update", "update", "delete", "insert", "swap", "truncate"}[random.IntN(7)]
	column, kindOf, err := anyColumn(ctx, tx, table, random)
	if err != nil {
		return kind, table, err
	}
	one := fmt.Sprintf("(select ctid from attendance.%s order by md5(ctid::text || '%d') limit 1)", table, random.Int64())
	other := fmt.Sprintf("(select ctid from attendance.%s order by md5(ctid::text || '%d') limit 1)", table, random.Int64())
	switch kind {
	case "update":
		what = fmt.Sprintf("update attendance.%[1]s set %[2]s = %[3]s where ctid = %[4]s and %[2]s is distinct from %[3]s", table, column, another(column, kindOf, random), one)
	case "delete":
		what = fmt.Sprintf("delete from attendance.%s where ctid = %s", table, one)
	case "insert":
		what = fmt.Sprintf(`insert into attendance.%[1]s select (jsonb_populate_record(r, jsonb_build_object('%[2]s', %[3]s))).* from attendance.%[1]s r where ctid = %[4]s`,
			table, column, another("r."+column, kindOf, random), one)
	case "swap":
		what = fmt.Sprintf(`with a as (select ctid as id, %[2]s as v from attendance.%[1]s where ctid = %[3]s), b as (select ctid as id, %[2]s as v from attendance.%[1]s where ctid = %[4]s)
			update attendance.%[1]s t set %[2]s = case when t.ctid = a.id then b.v else a.v end from a, b where t.ctid in (a.id, b.id) and a.v is distinct from b.v`, table, column, one, other)
	case "truncate":
		what = "truncate attendance." + table + " cascade"
		var rows bool
		if err := tx.QueryRow(ctx, "select exists (select from attendance."+table+")").Scan(&rows); err != nil || !rows {
			return kind, what, errNoEdit
		}
	}
	tag, err := tx.Exec(ctx, what)
	if err == nil && kind != "truncate" && tag.RowsAffected() == 0 {
		err = errNoEdit
	}
	return kind, what, err
}

func anyColumn(ctx context.Context, tx pgx.Tx, table string, random *rand.Rand) (name, kind string, err error) {
	rows, err := tx.Query(ctx, `select column_name::text, udt_name::text from information_schema.columns
		where table_schema = 'attendance' and table_name = $1 and column_name not in ('fence', 'lease_until', 'checked_at') order by 1`, table)
	if err != nil {
		return "", "", err
	}
	type column struct{ Name, Kind string }
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[column])
	if err != nil {
		return "", "", err
	}
	one := all[random.IntN(len(all))]
	return one.Name, one.Kind, nil
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
		return fmt.Sprintf("%s || '%d'", column, random.IntN(10))
	case "int2", "int8":
		return column + " + 1"
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
