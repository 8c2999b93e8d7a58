package expand

import (
	"bufio"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/services/attendance"
	"github.com/dakoku/dakoku/services/integration"
	gateway "github.com/dakoku/dakoku/services/webhook-gateway"
)

// What the version before cannot live with is refused, and what it can is not. The
// files before and now are a history of two.
func TestWhatIsRefused(t *testing.T) {
	before := "create table a (x int); create unique index a_x on a (x); create index a_y on a (y); alter table a add constraint old_check check (x > 0) not valid;"
	for now, want := range map[string]string{
		"alter table a drop column x": takesAway,
		"alter table a\n  add column z int, -- a remark; with a semicolon\n  DROP COLUMN x": takesAway,
		"drop table a":                                      takesAway,
		"drop function f()":                                 takesAway,
		"drop index a_x":                                    takesAway,
		"drop index a_y":                                    "",
		"truncate a":                                        takesAway,
		"delete from a where x = 1":                         takesAway,
		"revoke insert on a from r":                         takesAway,
		"revoke execute on function f() from r":             "",
		"alter table a rename to b":                         renames,
		"alter table a rename column x to y":                renames,
		"alter index a_x rename to b_x":                     renames,
		"alter table a alter column x type bigint":          "the version before writes and reads the type of before",
		"alter table a alter column x set not null":         demands,
		"alter table a alter column x drop not null":        "",
		"alter table a add column z int not null":           demands,
		"alter table a add column z int not null default 0": "",
		"alter table a add column z int not null default 0, alter column z drop default":         demands,
		"alter table a add column z int":                                                         "",
		"alter table a add constraint c check (x < 9) not valid":                                 demands,
		"alter table a add column z int; alter table a add constraint c check (z < 9)":           locks,
		"alter table a add column z int, add constraint c check (z < 9) not valid":               "",
		"alter table a drop constraint x_check, add constraint x_check check (x < 99) not valid": "",
		"alter table a drop constraint x_check, add constraint x_check check (x < 99)":           locks,
		"alter table a drop constraint a_x_key":                                                  takesAway,
		"alter table a add constraint c unique (x)":                                              demands,
		"alter table a add column z int, add constraint c unique (x, z)":                         "",
		"alter table a add column z int default 1, add constraint c unique (x, z)":               demands,
		"create unique index c on a (x)":                                                         demands,
		"create table b (x int primary key); create unique index c on b (x)":                     "",
		"create table b (x int); alter table b add constraint c unique (x), drop column y":       "",
		"alter table a add constraint c foreign key (x) references b (x) not valid":              demands,
		"alter table a add column z int, add constraint c foreign key (z) references b (z)":      locks,
		"alter table a add constraint c exclude using gist (x with =)":                           demands,
		"alter table a validate constraint old_check":                                            "",
		"alter table a validate constraint new_check":                                            locks,
		"create policy p on a as restrictive using (true)":                                       demands,
		"create policy p on a using (true)":                                                      "",
		"create function f() returns void language sql as $$ drop table a; $$":                   "",
		"do $$ begin execute 'alter table a drop column x'; end $$":                              takesAway,
		"do $$ begin execute format('create trigger %I', 'drop table'); end $$":                  takesAway,
		"do $$ begin perform 1; end $$":                                                          "",
		"insert into a values ('drop table a; --')":                                              "",
		"vacuum a":                     "nobody has said yet what this is to the version before: add a rule",
		"alter table a cluster on a_x": "nobody has said yet what this is to the version before: add a rule",
	} {
		var whys []string
		for _, f := range Read([]File{{"1", before}, {"2", now}}, 1) {
			whys = append(whys, f.Why)
		}
		if got := strings.Join(whys, "; "); got != want {
			t.Errorf("%s\n  got  %q\n  want %q", now, got, want)
		}
	}
}

// TestMigrationsOnlyExpand holds every migration behind the version before to the
// rules; what breaks one has to stand in exceptions.txt with a reason.
func TestMigrationsOnlyExpand(t *testing.T) {
	released, allowed := numbers(t, "../../previous.txt"), exceptions(t)
	for _, m := range []postgres.Migrations{attendance.Migrations(), integration.Migrations(), gateway.InboxMigrations(), gateway.IdentityMigrations()} {
		files, of := all(t, m), released[m.Context]
		if of == 0 || of > len(files) {
			t.Errorf("previous.txt knows %d migrations of %s, which has %d", of, m.Context, len(files))
			continue
		}
		for _, f := range Read(files, of) {
			line := fmt.Sprintf("%s/%s: %s", m.Context, f.File, f.Statement)
			if !allowed[line] {
				t.Errorf("%s\n  %s", line, f.Why)
			}
			delete(allowed, line)
		}
	}
	for _, line := range slices.Sorted(maps.Keys(allowed)) {
		t.Errorf("an exception that nothing needs: %s", line)
	}
}

// The rules know what was done before there were rules.
func TestTheRulesKnowOurOwnHistory(t *testing.T) {
	for _, want := range []string{
		"0016_punch_months.sql: " + renames + ": punches rename to punches_before",
		"0009_work_rules.sql: " + takesAway + ": companies drop column cutoff_minutes",
		"0011_punch_changes.sql: " + demands + ": punches alter column actor drop default",
	} {
		if !slices.ContainsFunc(Read(all(t, attendance.Migrations()), 0), func(f Finding) bool { return f.String() == want }) {
			t.Errorf("not found: %s", want)
		}
	}
}

func all(t *testing.T, m postgres.Migrations) (out []File) {
	t.Helper()
	err := fs.WalkDir(m.Files, ".", func(name string, _ fs.DirEntry, err error) error {
		if err != nil || path.Ext(name) != ".sql" {
			return err
		}
		body, err := fs.ReadFile(m.Files, name)
		out = append(out, File{Name: path.Base(name), SQL: string(body)})
		return err
	})
	if err != nil || len(out) == 0 {
		t.Fatal(m.Context, err)
	}
	return out
}

// numbers reads lines of a context and a number.
func numbers(t *testing.T, file string) map[string]int {
	t.Helper()
	out := map[string]int{}
	for _, line := range lines(t, file) {
		context, number, _ := strings.Cut(line, " ")
		if n, err := strconv.Atoi(number); err == nil {
			out[context] = n
		}
	}
	return out
}

func exceptions(t *testing.T) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	for _, line := range lines(t, "testdata/exceptions.txt") {
		statement, why, _ := strings.Cut(line, " | ")
		if why == "" {
			t.Errorf("an exception without a reason: %s", line)
		}
		out[statement] = true
	}
	return out
}

func lines(t *testing.T, file string) (out []string) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if line := strings.TrimSpace(s.Text()); line != "" && !strings.HasPrefix(line, "#") {
			out = append(out, line)
		}
	}
	return out
}
