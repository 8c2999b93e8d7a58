package store

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dakoku/dakoku/services/attendance/internal/evidence"
)

// passOff removes everything of every record past the triggers, or what is in one table, as a purge would have done at a
// time, and makes the timesheets what a purge leaves.
func (c *court) passOff(t *testing.T, only string, at time.Time) {
	t.Helper()
	for _, of := range ofRecord() {
		if only == "" || only == of.table {
			c.forge(t, of.table, at)
		}
	}
	c.exec(t, `set session_replication_role = replica`)
	c.exec(t, `delete from attendance.punch_keys`)
	c.exec(t, `update attendance.timesheets t set state = 'APPROVED', purged_at = $1, revision = (select count(*) from attendance.evidence_seals s
	   where s.fact = 'timesheet_transitions' and s.subject::jsonb ->> 0 = t.employee_id::text)`, at)
	c.exec(t, `set session_replication_role = origin`)
}

// Who removes records as if their time were over is found unless it was: when the month was never approved or not in
// the end, when a held punch of it waited, when somebody entered something later, or when the employee was on hold.
func TestWhatIsPassedOffAsPurgedIsFound(t *testing.T) {
	const back = `insert into attendance.timesheet_transitions select tenant_id, employee_id, period, 3, 'sendBack', 'SENT_BACK', 'a', '', now() from attendance.timesheets`
	const hold = `insert into attendance.legal_holds select TENANT, gen_random_uuid(), id, 'r', 'a', now() from attendance.employees where tenant_id = TENANT limit 1`
	const waits = `with o as (insert into attendance.event_outcomes select tenant_id, sha256(event_key), connection_id, employee_id, issued_at, received_at, room_kind, 'REFUSED', 'submitted', kind, business_day,
	   period, null, answer, answer_place, time_text, previous_time_text, judged_at from attendance.event_outcomes) insert into attendance.held_punches select tenant_id, gen_random_uuid(), employee_id, sha256(event_key), connection_id, kind, issued_at, received_at, held_at, business_day,
	   period, time_zone, cutoff_minutes, longest_shift_minutes, double_tap_seconds, duplicate_policy, phrase, trigger_word, settings_version, null, undo_seconds from attendance.held_punches limit 1`
	for name, attack := range map[string]struct {
		records bool   // that are approved and complete
		before  string // what happened before, in the open
		later   int    // how many years later it was sealed
		behind  string // what was done behind the back, too
		only    string // the table
		want    evidence.Problem
	}{
		"over":                        {records: true},
		"never approved":              {want: evidence.ErasedUnfinished},
		"sent back after it was":      {records: true, before: back, want: evidence.ErasedUnfinished},
		"a held punch waits":          {records: true, before: waits, want: evidence.ErasedUnfinished},
		"the employee is on hold":     {records: true, before: hold, want: evidence.ErasedEarly},
		"an entry of two years later": {records: true, before: strings.ReplaceAll(back, "SENT_BACK", "APPROVED"), later: 2, only: "punches", want: evidence.ErasedEarly},
		"the timesheet is gone, too":  {records: true, behind: `delete from attendance.timesheets`, want: evidence.ErasedUnfinished},
		"with its history only":       {records: true, only: "timesheet_transitions", behind: `delete from attendance.timesheets`, want: evidence.ErasedUnfinished},
		"moved into another period":   {records: true, behind: `update attendance.timesheets set period = '2020-01'`, want: evidence.ErasedUnfinished},
	} {
		c := newCourt(t)
		if attack.records {
			c.records(t, 2)
		} else {
			c.facts(t, 2)
			c.round(t)
		}
		if attack.before != "" {
			c.each(t, attack.before)
			c.roundOf(t, c.at(time.Now().AddDate(attack.later, 0, 0)))
		}
		gone := time.Now().AddDate(6, 0, 0)
		c.passOff(t, attack.only, gone)
		if attack.behind != "" {
			c.exec(t, `set session_replication_role = replica`)
			c.exec(t, attack.behind)
			c.exec(t, `set session_replication_role = origin`)
		}
		c.roundOf(t, c.at(gone.Add(time.Minute)))
		report, err := c.verify(t.Context(), gone.Add(time.Hour))
		found := slices.ContainsFunc(report.Findings, func(f evidence.Finding) bool { return f.Problem == attack.want })
		if err != nil || found != (attack.want != "") || attack.want == "" && len(report.Findings) != 0 {
			t.Errorf("%s: %v, %v", name, report.Findings, err)
		}
	}
}

// A record goes when the years since everything of it was sealed are over, and not while something of it has no seal:
// afterwards nobody could tell that it was over.
func TestARecordWaitsForItsSeals(t *testing.T) {
	const late = `insert into attendance.punch_voids select tenant_id, id, 'a', 'r', now() from attendance.punches p
	   where not exists (select from attendance.punch_voids v where v.punch_id = p.id)`
	for sealed, left := range map[int]int{-1: 1, 0: 0, 3: 1} { // by the years until the last entry is sealed; -1 is never
		c := newCourt(t)
		c.leaps = true
		c.records(t, 4)
		c.exec(t, late)
		if sealed >= 0 {
			c.roundOf(t, c.at(time.Now().AddDate(sealed, 0, 0)))
		}
		s := c.at(time.Now().AddDate(7, 0, 0))
		if _, err := sweep(t.Context(), s, 100); err != nil {
			t.Fatal(err)
		}
		if n := c.count(t, `select count(*) from attendance.punches`); n != left {
			t.Errorf("sealed after %d years: %d punches are left, not %d", sealed, n, left)
		}
		c.roundOf(t, s)
		report, err := c.verify(t.Context(), s.Now())
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range report.Findings { // the late voids are what nobody could enter
			if f.Table != "punch_voids" || f.Problem != evidence.EnteredLocked && f.Problem != evidence.Backdated {
				t.Error(f)
			}
		}
	}
}

// What the product itself changes is no finding, one by one and many at once.
func TestChangesInTheOpenAreSound(t *testing.T) {
	c := newCourt(t)
	c.facts(t, 3)
	tenant := c.tenants[0]
	people, err := c.ListEmployees(t.Context(), tenant, "", 10)
	if err != nil {
		t.Fatal(err)
	}
	change := func(e *Employee) error { e.DisplayName, e.Active = "y", false; return nil }
	if _, err := c.UpdateEmployee(t.Context(), tenant, people[0].ID, false, change); err != nil {
		t.Error(err)
	}
	if _, err := c.UpdateEmployee(t.Context(), tenant, people[1].ID, true, change); err != nil {
		t.Error(err)
	}
	put := func(byNumber map[string]Employee, _ map[string]bool) []Employee {
		e := byNumber["2"]
		e.Email = "z@example.jp"
		return []Employee{e, {Number: "77", DisplayName: "new"}}
	}
	if err := c.PutEmployees(t.Context(), tenant, []string{"2", "77"}, false, put); err != nil {
		t.Error(err)
	}
	for i, company := range []Company{{Zone: "Europe/Paris", ClosingDay: 31}, {Zone: "Europe/Paris", ClosingDay: 20}, {Zone: "Asia/Tokyo", ClosingDay: 20}} {
		company.Tenant, company.Revision = tenant, int64(i+2)
		if err := c.PutCompany(t.Context(), company); err != nil {
			t.Error(err)
		}
		c.round(t)
		c.clean(t, time.Now())
	}
	if n := c.count(t, `select count(*) from attendance.employee_versions`); n != 3+3 {
		t.Errorf("%d versions of employees", n)
	}
}
