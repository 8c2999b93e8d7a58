package store

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dakoku/dakoku/services/attendance/internal/evidence"
)

// forge marks every sealed row of a table as removed at a time and removes it, past the triggers. The tombstones go the
// way of every fact.
func (c *court) forge(t *testing.T, table string, at time.Time) {
	t.Helper()
	c.exec(t, `insert into attendance.evidence_erasures select tenant_id, position, 'RETENTION', $2 from attendance.evidence_seals where fact = $1`, table, at)
	c.exec(t, `set session_replication_role = replica`)
	c.exec(t, `delete from attendance.`+table)
	c.exec(t, `update attendance.evidence_seals set salt = null, text_salt = null where fact = $1`, table)
	c.exec(t, `set session_replication_role = origin`)
}

func (c *court) each(t *testing.T, statement string) {
	t.Helper()
	for _, tenant := range c.tenants {
		c.exec(t, strings.ReplaceAll(statement, "TENANT", "'"+tenant+"'::uuid"))
	}
}

// A tombstone hides nothing that was not over when it was set: by the years and holds in force then, by the time at
// which it was sealed itself, and only of what ever ends.
func TestAForgedTombstoneIsFound(t *testing.T) {
	const hold = `insert into attendance.legal_holds select TENANT, gen_random_uuid(), null, 'r', 'a', now()`
	const years = `insert into attendance.retention_settings values (TENANT, 9, 3, 'a', now())`
	after := func(y int) time.Time { return time.Now().AddDate(y, 0, 1) }
	for name, forged := range map[string]struct {
		table          string
		before, behind string // statements, before and after the tombstones
		erased, sealed time.Time
		found          bool
	}{
		"in time":                      {"punch_voids", "", "", after(5), after(5), false},
		"before the company's years":   {"punch_voids", "", "", after(4), after(4), true},
		"by shorter years":             {"punch_voids", years, "", after(3), after(3), false},
		"before the shorter years":     {"punch_voids", years, "", after(2), after(2), true},
		"by years that came later":     {"punch_voids", "", years, after(3), after(3), true},
		"on hold":                      {"punch_voids", hold, "", after(6), after(6), true},
		"before the hold":              {"punch_voids", "", hold, after(6), after(6), false},
		"at a time that had not come":  {"punch_voids", "", "", after(6), after(1), true},
		"a setting, which never ends":  {"work_rules", "", "", after(6), after(6), true},
		"a hold, which never ends":     {"legal_hold_releases", "", "", after(6), after(6), true},
		"a calendar, which never ends": {"company_calendars", "", "", after(6), after(6), true},
	} {
		for _, at := range []time.Time{{}, forged.sealed} { // unsealed, and sealed
			c := newCourt(t)
			c.leaps = true
			c.records(t, 3)
			c.each(t, `insert into attendance.company_calendars values (TENANT, 77, now(), 'Asia/Tokyo', 31, '2026-01', now())`)
			c.each(t, `update attendance.companies set revision = 77 where tenant_id = TENANT`)
			c.round(t)
			if forged.before != "" {
				c.each(t, forged.before)
			}
			c.forge(t, forged.table, forged.erased)
			if forged.behind != "" {
				c.each(t, forged.behind)
			}
			now := forged.sealed.Add(time.Minute)
			if !at.IsZero() {
				c.roundOf(t, c.at(at))
				now = time.Now().AddDate(20, 0, 0)
			}
			report, err := c.verify(t.Context(), now)
			early := slices.ContainsFunc(report.Findings, func(f evidence.Finding) bool { return f.Problem == evidence.ErasedEarly })
			if err != nil || early != forged.found || !forged.found && len(report.Findings) != 0 {
				t.Errorf("%s, sealed: %v: %v, %v", name, !at.IsZero(), report.Findings, err)
			}
		}
	}
}

// A tombstone of a row that is there, and a row that is there twice in every column, are found.
func TestTombstonesOfTheLivingAndTwinsAreFound(t *testing.T) {
	c := newCourt(t)
	c.facts(t, 3)
	c.round(t)
	c.exec(t, `insert into attendance.evidence_erasures select tenant_id, position, 'x', sealed_at from attendance.evidence_seals where fact = 'punches' limit 1`)
	if found := c.problems(t); !slices.Equal(found, []evidence.Problem{evidence.NotErased}) {
		t.Error(found)
	}
	for _, f := range evidence.Facts() {
		if f.Table == "evidence_erasures" {
			continue
		}
		c := newCourt(t)
		c.facts(t, 3)
		c.each(t, `insert into attendance.company_calendars values (TENANT, 77, now(), 'Asia/Tokyo', 31, '2026-01', now())`)
		c.round(t)
		c.exec(t, `set session_replication_role = replica`)
		c.exec(t, strings.ReplaceAll(`do $$
			declare c text;
			begin
			    for c in select conname from pg_constraint where conrelid = 'attendance.TABLE'::regclass and contype in ('p', 'u') loop
			        execute format('alter table attendance.TABLE drop constraint %I cascade', c);
			    end loop;
			end $$`, "TABLE", f.Table))
		c.exec(t, `insert into attendance.`+f.Table+` select * from attendance.`+f.Table+` limit 1`)
		if found := c.problems(t); !slices.Contains(found, evidence.Inserted) {
			t.Errorf("%s: %v", f.Table, found)
		}
	}
}

// A text that a hold keeps is found to be gone even when its ninety days are over.
func TestATextOnHoldIsMissed(t *testing.T) {
	for name, want := range map[string]struct {
		placed time.Time
		found  bool
	}{"before its end": {time.Now().AddDate(0, 0, 10), true}, "after its end": {time.Now().AddDate(0, 0, 100), false}} {
		c := newCourt(t)
		c.facts(t, 2)
		c.round(t)
		late := c.at(want.placed)
		if _, err := late.PlaceHold(t.Context(), c.tenants[0], LegalHold{Reason: "r", Actor: "a"}, false); err != nil {
			t.Fatal(err)
		}
		c.exec(t, `set session_replication_role = replica`)
		c.exec(t, `update attendance.punches set sealed_text = null`)
		c.exec(t, `update attendance.held_punches set sealed_text = null`)
		c.exec(t, `update attendance.evidence_seals set text_salt = null`)
		report, err := c.verify(t.Context(), time.Now().AddDate(0, 0, 120))
		if err != nil || (len(report.Findings) == 4) != want.found || (len(report.Findings) == 0) == want.found {
			t.Errorf("%s: %v, %v", name, report.Findings, err)
		}
	}
}

// What is no fact, yet leads to facts or locks them, is compared with them.
func TestWhatFollowsFromFactsFits(t *testing.T) {
	c := newCourt(t)
	c.records(t, 2)
	c.exec(t, `insert into attendance.timesheets select tenant_id, employee_id, '2020-01', 'OPEN', '2020-01-01', '2020-01-31', 0, now() from attendance.timesheets`)
	c.clean(t, time.Now())
	c.exec(t, `set session_replication_role = replica`)
	for statement, want := range map[string]evidence.Problem{
		`update attendance.timesheets set state = 'SENT_BACK'`:     evidence.WrongState,
		`update attendance.timesheets set revision = revision + 1`: evidence.WrongState,
		`delete from attendance.timesheets`:                        evidence.WrongState,
		`insert into attendance.timesheets select tenant_id, employee_id, '2020-02', 'APPROVED', '2020-02-01', '2020-02-29', 1, now() from attendance.timesheets where period <> '2020-01'`: evidence.WrongState,
		`update attendance.timesheets set first_day = first_day + 1`:                    evidence.WrongDays,
		`update attendance.timesheets set last_day = last_day - 1 where state = 'OPEN'`: evidence.WrongDays,
		`update attendance.companies set time_zone = 'Europe/Paris'`:                    evidence.WrongCompany,
		`update attendance.companies set closing_day = 20`:                              evidence.WrongCompany,
		`update attendance.companies set revision = 0`:                                  evidence.WrongCompany,
		`update attendance.timesheets set purged_at = now()`:                            evidence.WrongState,
		`delete from attendance.companies`:                                              evidence.WrongCompany,
		`insert into attendance.companies (tenant_id, revision, time_zone, closing_day, updated_at) values (gen_random_uuid(), 1, 'Asia/Tokyo', 31, now())`: evidence.WrongCompany,
		`update attendance.employees set display_name = 'y'`:      evidence.WrongEmployee,
		`update attendance.employees set number = number || '0'`:  evidence.WrongEmployee,
		`update attendance.employees set email = 'y@example.jp'`:  evidence.WrongEmployee,
		`update attendance.employees set department = 'y'`:        evidence.WrongEmployee,
		`update attendance.employees set state = 'INACTIVE'`:      evidence.WrongEmployee,
		`update attendance.employees set revision = revision + 1`: evidence.WrongEmployee,
		`update attendance.employees set salt = sha256(salt)`:     evidence.WrongEmployee,
		`delete from attendance.employees`:                        evidence.WrongEmployee,
		`insert into attendance.employees (tenant_id, id, number, display_name, email, created_at, department, updated_at, state) select tenant_id, gen_random_uuid(), 'n' || number, 'x', '', now(), '', now(), 'ACTIVE' from attendance.employees`: evidence.WrongEmployee,
		`create or replace function attendance.employee_digest(e attendance.employees) returns bytea language sql as 'select digest from attendance.employee_versions where employee_id = e.id';
		 update attendance.employees set display_name = 'y'`: evidence.WrongEmployee,
		`delete from attendance.punch_keys`:                                evidence.WrongKey,
		`update attendance.punch_keys set business_day = business_day + 1`: evidence.WrongKey,
		`update attendance.punch_keys set event_key = null`:                evidence.WrongKey,
		`insert into attendance.punch_keys select tenant_id, gen_random_uuid(), sha256(event_key), business_day from attendance.punch_keys`: evidence.WrongKey,
	} {
		if found := c.undone(t, statement); !slices.Equal(found, []evidence.Problem{want}) {
			t.Errorf("%s: %v", statement, found)
		}
	}
}

// undone tells what a check finds after a statement, which is undone.
func (c *court) undone(t *testing.T, statement string) []evidence.Problem {
	t.Helper()
	tx, err := c.owner.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(t.Context()) }()
	if _, err := tx.Exec(t.Context(), statement); err != nil {
		t.Fatal(statement, err)
	}
	report, err := c.check(t.Context(), tx, time.Now())
	if err != nil {
		t.Fatal(statement, err)
	}
	return kinds(report)
}

// What the purge may remove is declared to end, and nothing else.
func TestWhatEndsIsDeclared(t *testing.T) {
	var declared, removed []string
	for _, f := range evidence.Facts() {
		if f.Expires {
			declared = append(declared, f.Table)
		}
	}
	for _, of := range ofRecord() {
		removed = append(removed, of.table)
	}
	slices.Sort(declared)
	slices.Sort(removed)
	if !slices.Equal(declared, removed) {
		t.Errorf("%v end, %v are removed", declared, removed)
	}
}
