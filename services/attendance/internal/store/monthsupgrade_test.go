package store

import (
	"io/fs"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/uuid"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/postgres/pgtest"
)

// schemaBefore is the schema before a migration.
func schemaBefore(t *testing.T, before string) postgres.Migrations {
	t.Helper()
	m, files := Migrations(), fstest.MapFS{}
	err := fs.WalkDir(m.Files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || entry.Name() >= before {
			return err
		}
		text, err := fs.ReadFile(m.Files, path)
		files[path] = &fstest.MapFile{Data: text}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	m.Files = files
	return m
}

// What the statements of today need of employees beside the schema of then, for as long as people are added.
const (
	withVersions = `alter table attendance.event_outcomes add column link_receipt text;
		alter table attendance.employees add column salt bytea;
		alter table attendance.punches add column undo_seconds smallint; alter table attendance.held_punches add column undo_seconds smallint;
		alter table attendance.work_rules add column undo_seconds smallint;
		create table attendance.employee_versions (tenant_id uuid, employee_id uuid, revision bigint, digest bytea, changed_at timestamptz(3));
		create function attendance.employee_digest(attendance.employees) returns bytea language sql as 'select null::bytea';
		create table attendance.correction_requests (tenant_id uuid, id uuid, employee_id uuid, event_key bytea, kind text, wanted_at timestamptz, business_day date,
			period text, time_zone text, corrects uuid, reason text, actor text, requested_at timestamptz, stored_at timestamptz);
		create table attendance.correction_decisions (tenant_id uuid, request_id uuid, verb text, corrects uuid, actor text, comment text, decided_at timestamptz);
		grant all on attendance.employee_versions to dakoku_attendance`
	withoutVersions = `drop table attendance.correction_requests, attendance.correction_decisions; alter table attendance.event_outcomes drop column link_receipt;
		drop function attendance.employee_digest; drop table attendance.employee_versions; alter table attendance.employees drop column salt;
		alter table attendance.punches drop column undo_seconds; alter table attendance.held_punches drop column undo_seconds;
		alter table attendance.work_rules drop column undo_seconds`
)

// Punches from before there were months are all kept, byte by byte, with what refers to them.
func TestPunchesFromBeforeTheMonthsAreKept(t *testing.T) {
	database := pgtest.New(t, schemaBefore(t, "0016"))
	c := &court{Store: New(database.Open(t, Migrations().Role()), time.Now), database: database, owner: database.Owner(t)}
	c.exec(t, withVersions)
	c.facts(t, 3)
	c.exec(t, withoutVersions)
	const more = `insert into attendance.event_outcomes select tenant_id, sha256((n::text)::bytea), $1, id, now(), clock_timestamp(), 'DIRECT', 'RECORDED', '', 'CLOCK_IN', null, '', gen_random_uuid(), '', 'DIRECT', '', '', now()
		from generate_series(1, 40) n, (select * from attendance.employees limit 1) e`
	const punches = `insert into attendance.punches select tenant_id, punch_id, employee_id, event_key, connection_id, 'CLOCK_IN', issued_at, received_at, judged_at, '2020-01-31'::date + 31 * (row_number() over ())::int,
		'Asia/Tokyo', 300, 960, 'CHAT', '', '', 0, null, 'FIRST_IN_LAST_OUT', 60, '', '', null from attendance.event_outcomes where connection_id = $1`
	connection := uuid.NewString()
	c.exec(t, more, connection)
	c.exec(t, punches, connection)
	const all = `select count(*)::int, md5(string_agg((to_jsonb(p) - 'undo_seconds')::text, ',' order by id)) from attendance.punches p`
	var before, after int
	var was, is string
	if err := c.owner.QueryRow(t.Context(), all).Scan(&before, &was); err != nil {
		t.Fatal(err)
	}
	if err := postgres.Migrate(t.Context(), database.URL, Migrations()); err != nil {
		t.Fatal(err)
	}
	for made := -1; made != 0; {
		var err error
		if made, err = c.KeepMonths(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.owner.QueryRow(t.Context(), all).Scan(&after, &is); err != nil {
		t.Fatal(err)
	}
	if before != 43 || after != before || is != was || c.months(t)["punches_default"] != 0 || len(c.months(t)) < 40 {
		t.Errorf("%d punches became %d, the same: %v, in %d months", before, after, is == was, len(c.months(t)))
	}
	if n := c.count(t, `select count(*) from attendance.punch_keys k join attendance.punches p using (tenant_id, id, business_day)`); n != after {
		t.Errorf("%d keys of %d punches", n, after)
	}
	if n := c.count(t, `select count(*) from attendance.evidence_todo where fact = 'punches'`); n != after {
		t.Errorf("%d of %d punches wait for their seal", n, after)
	}
}
