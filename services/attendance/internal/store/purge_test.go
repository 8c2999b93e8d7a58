package store

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/services/attendance/internal/evidence"
)

// records adds a company of n people whose month is approved and complete, and seals it.
func (c *court) records(t *testing.T, n int) {
	t.Helper()
	c.facts(t, n)
	tenant := c.tenants[len(c.tenants)-1]
	for _, statement := range []string{
		`update attendance.timesheets set state = 'APPROVED', revision = 2 where tenant_id = TENANT`,
		`insert into attendance.timesheet_transitions select tenant_id, employee_id, period, 2, 'approve', state, 'a', '', now() from attendance.timesheets where tenant_id = TENANT`,
		`insert into attendance.held_punch_decisions select tenant_id, id, 'discard', 'a', 'r', now() from attendance.held_punches h
		  where tenant_id = TENANT and not exists (select from attendance.held_punch_decisions d where d.held_id = h.id)`,
	} {
		c.exec(t, strings.ReplaceAll(statement, "TENANT", "'"+tenant+"'::uuid"))
	}
	c.round(t)
}

// left counts what is of records and events.
const left = `select (select count(*) from attendance.punches) + (select count(*) from attendance.held_punches)
 + (select count(*) from attendance.event_outcomes) + (select count(*) from attendance.punch_voids)
 + (select count(*) from attendance.held_punch_decisions) + (select count(*) from attendance.timesheet_transitions)
 + (select count(*) from attendance.correction_requests) + (select count(*) from attendance.correction_decisions)`

// sweep purges everything that is over, as the purger does, and tells how many facts it removed.
func sweep(ctx context.Context, s *Store, limit int) (all int, err error) {
	tenants, err := s.Companies(ctx)
	if err != nil {
		return 0, err
	}
	for _, tenant := range tenants {
		keys, err := s.Candidates(ctx, s.Now(), RecordKey{Tenant: tenant}, 1000)
		if err != nil {
			return all, err
		}
		for _, key := range keys {
			for done := false; !done; {
				var removed int
				if removed, done, err = s.PurgeRecord(ctx, s.Now(), key, limit); err != nil {
					return all, err
				}
				all += removed
			}
		}
		for removed := -1; removed != 0; all += removed {
			if removed, err = s.PurgeLoose(ctx, s.Now(), tenant, limit); err != nil {
				return all, err
			}
		}
	}
	return all, nil
}

// A record past its retention goes with a tombstone for each fact; the chain is whole, a second run finds nothing, and
// what is younger is found to be gone too early.
func TestARecordGoesAfterItsRetention(t *testing.T) {
	c := newCourt(t)
	c.leaps = true
	c.records(t, 4)
	before := c.count(t, left)
	early := c.at(time.Now().AddDate(4, 11, 0))
	if n, err := sweep(t.Context(), early, 7); err != nil || n != 0 || c.count(t, left) != before {
		t.Fatalf("%d of %d removed early, %v", n, before, err)
	}
	late := c.at(time.Now().AddDate(5, 3, 0))
	if n, err := sweep(t.Context(), late, 7); err != nil || n != before || c.count(t, left) != 0 {
		t.Fatalf("%d of %d removed, %d left, %v", n, before, c.count(t, left), err)
	}
	if records, loose := c.count(t, removals, "PURGE_RECORD", "employees/%/timesheets/%"), c.count(t, removals, "PURGE_EVENTS", "events"); records+loose != before || records == 0 {
		t.Errorf("%d and %d of %d are in the audit", records, loose, before)
	}
	if n := c.count(t, `select count(*) from attendance.evidence_seals s join attendance.evidence_erasures e using (tenant_id, position) where s.salt is not null or s.text_salt is not null`); n != 0 {
		t.Errorf("%d salts are left", n)
	}
	if n := c.count(t, `select count(*) from attendance.timesheets where purged_at is null or state <> 'APPROVED'`); n != 0 {
		t.Errorf("%d timesheets do not lock their period any more", n)
	}
	c.clean(t, late.Now())
	c.roundOf(t, late)
	c.clean(t, late.Now())
	if n, err := sweep(t.Context(), late, 7); err != nil || n != 0 {
		t.Errorf("%d removed again, %v", n, err)
	}
	if report, err := c.verify(t.Context(), time.Now()); err != nil || len(report.Findings) == 0 || report.Findings[0].Problem != evidence.ErasedEarly {
		t.Errorf("gone too early: %v, %v", report.Findings, err)
	}
}

// What keeps a record: the company's years, a hold, a state that is not approved, a held punch that waits, an entry
// that came later, and a seal that no checkpoint covers.
func TestWhatKeepsARecord(t *testing.T) {
	for name, change := range map[string]string{
		"years":          `insert into attendance.retention_settings select tenant_id, 9, 10, 'a', now() from attendance.companies`,
		"company's hold": `insert into attendance.legal_holds select tenant_id, gen_random_uuid(), null, 'r', 'a', now() from attendance.companies`,
		"person's hold":  `insert into attendance.legal_holds select tenant_id, gen_random_uuid(), id, 'r', 'a', now() from attendance.employees`,
		"submitted":      `update attendance.timesheets set state = 'SUBMITTED'`,
		"sent back":      `update attendance.timesheets set state = 'SENT_BACK'`,
		"open":           `update attendance.timesheets set state = 'OPEN'`,
		"held punch waits": `insert into attendance.held_punches select tenant_id, gen_random_uuid(), employee_id, sha256(event_key), connection_id, kind, issued_at, received_at, held_at, business_day,
		   period, time_zone, cutoff_minutes, longest_shift_minutes, double_tap_seconds, duplicate_policy, phrase, trigger_word, settings_version, null, undo_seconds from attendance.held_punches`,
		"later entry":   `insert into attendance.timesheet_transitions select tenant_id, employee_id, period, 3, 'approve', 'APPROVED', 'a', '', now() + interval '3 years' from attendance.timesheets`,
		"no checkpoint": `update attendance.evidence_chains set checkpointed = 0`,
	} {
		t.Run(name, func(t *testing.T) {
			c := newCourt(t)
			c.records(t, 2)
			if name == "held punch waits" {
				c.exec(t, `insert into attendance.event_outcomes select tenant_id, sha256(event_key), connection_id, employee_id, issued_at, received_at, room_kind, 'REFUSED', 'submitted', kind, business_day, period, null,
				   answer, answer_place, time_text, previous_time_text, judged_at from attendance.event_outcomes`)
			}
			c.exec(t, change)
			before := c.count(t, left)
			late := c.at(time.Now().AddDate(6, 0, 0))
			if n, err := sweep(t.Context(), late, 100); err != nil || n != 0 || c.count(t, left) != before {
				t.Errorf("%d of %d removed, %v", n, before, err)
			}
		})
	}
}

// Without a tombstone the role of the purge removes nothing, and with one nothing of a company on hold.
func TestAFactGoesWithATombstoneOnly(t *testing.T) {
	c := newCourt(t)
	c.records(t, 2)
	tenant := c.tenants[0]
	purge := func(statements ...string) error {
		for i := range statements {
			statements[i] = strings.ReplaceAll(statements[i], "TENANT", "'"+tenant+"'::uuid")
		}
		return c.tried(t, Migrations().DutyRole(purgeDuty), statements...)
	}
	const young = `insert into attendance.evidence_erasures select TENANT, position, 'x', now() from attendance.evidence_seals where tenant_id = TENANT`
	const stones = `insert into attendance.evidence_erasures select TENANT, position, 'x', now() + interval '4 years' from attendance.evidence_seals where tenant_id = TENANT`
	for _, table := range []string{"punch_voids", "held_punch_decisions", "correction_decisions", "correction_requests", "punches", "held_punches", "event_outcomes", "timesheet_transitions"} {
		remove := "delete from attendance." + table
		if err := purge(remove); postgres.Code(err) != "42501" {
			t.Errorf("%s without a tombstone: %v", table, err)
		}
		if err := purge(young, remove); postgres.Code(err) != "42501" {
			t.Errorf("%s with a tombstone before three years: %v", table, err)
		}
	}
	if err := purge(stones, "delete from attendance.punch_voids"); !errors.Is(err, errDry) {
		t.Error(err)
	}
	for _, table := range []string{"punch_settings", "work_rules", "retention_settings", "legal_holds", "evidence_erasures", "timesheets", "employees", "companies"} {
		if err := purge(stones, "delete from attendance."+table); postgres.Code(err) != "42501" {
			t.Errorf("%s: %v", table, err)
		}
	}
	c.exec(t, `insert into attendance.legal_holds select tenant_id, gen_random_uuid(), null, 'r', 'a', now() from attendance.companies`)
	if err := purge(stones, "delete from attendance.punch_voids"); postgres.Code(err) != "42501" {
		t.Errorf("on hold: %v", err)
	}
}
