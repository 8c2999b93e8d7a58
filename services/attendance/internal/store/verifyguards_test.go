package store

import (
	"context"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/services/attendance/internal/evidence"
)

var update = flag.Bool("update", false, "write guards.txt anew")

// The guards that are kept with the program are those that the migrations make.
func TestGuards(t *testing.T) {
	c := newStrictCourt(t)
	err := postgres.Inspect(t.Context(), c.database.URL, func(ctx context.Context, tx pgx.Tx) error {
		have, err := Evidence{tx}.guardsNow(ctx)
		text := strings.Join(have, "\n") + "\n"
		if *update {
			return os.WriteFile("guards.txt", []byte(text), 0o644)
		}
		if text != guards {
			t.Errorf("guards.txt is of other migrations: run this test with -update and look at the difference")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Whoever hides rows from the service, or has the database change what is written, is found without any row that changed.
func TestAChangedGuardIsFound(t *testing.T) {
	c := newStrictCourt(t)
	c.facts(t, 2)
	c.round(t)
	c.exec(t, `create function attendance.forge() returns trigger language plpgsql as $$ begin return new; end $$`)
	for statement, want := range map[string]evidence.Problem{
		`create policy hide on attendance.punches as restrictive for select to dakoku_attendance using (false)`:                             evidence.OtherGuard,
		`create policy hide on attendance.held_punches as restrictive for select to public using (false)`:                                   evidence.OtherGuard,
		`alter policy tenant on attendance.punches using (tenant_id = any (current_setting('app.tenant')::uuid[]) and kind <> 'CLOCK_OUT')`: evidence.OtherGuard,
		`alter table attendance.timesheets disable row level security`:                                                                      evidence.OtherGuard,
		`alter table attendance.punches disable trigger user`:                                                                               evidence.OtherGuard,
		`alter table attendance.punch_voids disable trigger all`:                                                                            evidence.OtherGuard,
		`drop trigger punches_are_noted on attendance.punches`:                                                                              evidence.MissingGuard,
		`create rule hide as on insert to attendance.punch_voids do instead nothing`:                                                        evidence.OtherGuard,
		`create trigger forge before insert on attendance.punches for each row execute function attendance.forge()`:                         evidence.OtherGuard,
		`do $$ begin execute format('create trigger forge before insert on attendance.%I for each row execute function attendance.forge()', (select relname from pg_class where relispartition and relkind = 'r' and relname like 'punches%' limit 1)); end $$`: evidence.OtherGuard,
		`do $$ begin execute format('drop trigger month_is_of_facts on attendance.%I', (select relname from pg_class where relispartition and relkind = 'r' and relname like 'punches_2%' limit 1)); end $$`:                                                    evidence.OtherGuard,
		`create or replace function attendance.note_facts() returns trigger language plpgsql as $$ begin return null; end $$`:                                                                                                                                   evidence.OtherGuard,
		`create or replace function attendance.refuse_change() returns trigger language plpgsql as $$ begin return null; end $$`:                                                                                                                                evidence.OtherGuard,
	} {
		tx, err := c.owner.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tx.Exec(t.Context(), statement); err != nil {
			t.Fatal(statement, err)
		}
		report, err := c.check(t.Context(), tx, time.Now())
		if err != nil || !slices.ContainsFunc(report.Findings, func(f evidence.Finding) bool { return f.Problem == want }) {
			t.Errorf("%s: %v, %v", statement, report.Findings, err)
		}
		if err := tx.Rollback(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	c.clean(t, time.Now())
}
