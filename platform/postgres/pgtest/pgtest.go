// Package pgtest gives each test its own PostgreSQL database, migrated and empty,
// on a real server that lives as long as the test process.
//
// It knows servers, templates and databases. It refuses to know any table: what
// is in the database is the migrations' business.
package pgtest

import (
	"context"
	"crypto/rand"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/platform/postgres"
)

// patience bounds one step of preparing or removing a database, and a statement.
const patience = 2 * time.Minute

// Database is one test's own database, migrated and empty.
type Database struct {
	// URL connects as the login that owns the tables.
	URL config.Secret
}

// New makes a database with the migrations of one or more contexts applied. It
// is dropped when the test passes; when it fails, the database stays until the
// server's files are used again, and its URL is logged.
func New(t testing.TB, all ...postgres.Migrations) *Database {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	srv, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	template, err := srv.template(ctx, all)
	if err != nil {
		t.Fatal(err)
	}
	name := databaseName(t)
	if err := srv.exec(ctx, "create database "+quote(name)+" template "+quote(template)); err != nil {
		t.Fatalf("create test database: %v", err)
	}
	db := &Database{URL: srv.url(name)}
	t.Cleanup(func() { srv.finish(t, name) })
	return db
}

// Open opens the database as a role, closed when the test ends. Its statements may
// take long: a test must not fail because the machine is busy.
func (d *Database) Open(t testing.TB, role string) *postgres.DB {
	t.Helper()
	db, err := postgres.Open(t.Context(), postgres.Config{URL: d.URL, Role: role, Patience: patience})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	return db
}

// Owner connects as the login that owns the tables, past row-level security:
// for arranging and inspecting, never for the code under test.
func (d *Database) Owner(t testing.TB) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), d.URL.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

var notPlain = regexp.MustCompile(`[^a-z0-9]+`)

// databaseName is the test's name as a person finds it in a list, and unique.
func databaseName(t testing.TB) string {
	name := strings.Trim(notPlain.ReplaceAllString(strings.ToLower(t.Name()), "_"), "_")
	return testPrefix + name[:min(len(name), 44)] + "_" + strings.ToLower(rand.Text()[:10])
}

// quote makes an identifier of a name.
func quote(name string) string { return pgx.Identifier{name}.Sanitize() }

// Columns lists "table.column" for every column of a schema that has the type,
// in alphabetical order; partitions have those of their table.
func (d *Database) Columns(t testing.TB, schema, kind string) []string {
	t.Helper()
	rows, err := d.Owner(t).Query(t.Context(), `select table_name || '.' || column_name from information_schema.columns
		where table_schema = $1 and data_type = $2
		  and not (select relispartition from pg_class where oid = format('%I.%I', table_schema, table_name)::regclass) order by 1`, schema, kind)
	if err != nil {
		t.Fatal(err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// ReadForEachRow lists the policies of a schema that read the transaction's setting of tenants for every row, instead of
// once for a statement in a sub-select.
func (d *Database) ReadForEachRow(t testing.TB, schema string) []string {
	t.Helper()
	rows, err := d.Owner(t).Query(t.Context(), `select distinct tablename || '.' || policyname from pg_policies, unnest(array[qual, with_check]) as term
		where schemaname = $1 and regexp_replace(term, 'SELECT [(]?current_setting[(]''app.tenant''', '', 'g') like '%app.tenant%' order by 1`, schema)
	if err != nil {
		t.Fatal(err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// BackBeforeOnce makes each policy of a schema read the transaction's setting of tenants for every row, as it did before the
// migration of that number, which is to be applied again.
func (d *Database) BackBeforeOnce(t testing.TB, schema string, migration int) {
	t.Helper()
	each := fmt.Sprintf(`do $$
declare p record;
begin
    for p in select tablename, policyname, with_check from pg_policies where schemaname = '%[1]s' and qual like '%%SELECT (current_setting%%' loop
        execute format('alter policy %%I on %[1]s.%%I using (tenant_id = any (current_setting(''app.tenant'')::uuid[]))', p.policyname, p.tablename)
            || case when p.with_check is null then '' else ' with check (tenant_id = any (current_setting(''app.tenant'')::uuid[]))' end;
    end loop;
end $$;
delete from %[1]s.schema_migrations where version = %[2]d`, schema, migration)
	if _, err := d.Owner(t).Exec(t.Context(), each); err != nil {
		t.Fatal(err)
	}
	if len(d.ReadForEachRow(t, schema)) == 0 {
		t.Fatal("the policies are not as they were")
	}
}

// AnyTime takes its clock from a context whose tables judge times by the function wall_clock of its schema: no time is
// too early or too late for what tests do years before or after now. Only the owner can do that.
func (d *Database) AnyTime(t testing.TB, schema string) {
	t.Helper()
	if _, err := d.Owner(t).Exec(t.Context(), `create or replace function `+pgx.Identifier{schema, "wall_clock"}.Sanitize()+`()
		returns timestamptz language sql stable set search_path = pg_catalog as 'select null::timestamptz'`); err != nil {
		t.Fatal(err)
	}
}

// Ordinary is the URL of a login that is no superuser and may migrate this database:
// it creates roles and schemas, and row-level security binds it as it does an owner
// on a server that somebody else runs.
func (d *Database) Ordinary(t testing.TB) config.Secret {
	t.Helper()
	_, err := d.Owner(t).Exec(t.Context(), `do $$ declare r name; begin
		if not exists (select from pg_roles where rolname = 'ordinary') then create role ordinary login createrole; end if;
		execute format('grant create on database %I to ordinary', current_database());
		for r in select rolname from pg_roles where rolname like 'dakoku\_%' and not rolcanlogin loop
			execute format('grant %I to ordinary with admin option', r);
		end loop;
	end $$`)
	if err != nil {
		t.Fatal(err)
	}
	return config.Secret(strings.Replace(d.URL.Reveal(), "user=dakoku", "user=ordinary", 1))
}
