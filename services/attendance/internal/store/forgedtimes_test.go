package store

import (
	"strings"
	"testing"
	"time"

	"github.com/dakoku/dakoku/services/attendance/internal/evidence"
)

// What a superuser enters through the triggers with a time at which it was not made is found, whatever fact it is, and
// so is a rule that is in force from before anybody made it.
func TestAFalseTimeIsFound(t *testing.T) {
	const rules = `insert into attendance.work_rules (tenant_id, version, effective_at, cutoff_minutes, longest_shift_minutes,
	   double_tap_seconds, duplicate_policy, submitted_policy, actor, created_at)
	   values (TENANT, 70, FROM, 540, 960, 60, 'FIRST_IN_LAST_OUT', 'REFUSE', 'a', MADE)`
	const settings = `insert into attendance.punch_settings select tenant_id, connection_id, 70, phrases, triggers, trigger_position, reply_mode, reply_place, 'a', MADE
	   from attendance.punch_settings where tenant_id = TENANT limit 1`
	const approval = `insert into attendance.timesheet_transitions select tenant_id, employee_id, period, revision + 60, 'approve', 'APPROVED', 'a', '', MADE
	   from attendance.timesheets where tenant_id = TENANT limit 1`
	const calendar = `insert into attendance.company_calendars values (TENANT, 70, FROM, 'Asia/Tokyo', 31, '2026-01', MADE)`
	for name, forged := range map[string]struct {
		statement, made, from string
		want                  evidence.Problem
	}{
		"an approval of last year":            {approval, "now() - interval '1 year'", "", evidence.Backdated},
		"an approval of two hours ago":        {approval, "now() - interval '2 hours'", "", evidence.Backdated},
		"an approval of tomorrow":             {approval, "now() + interval '1 day'", "", evidence.Postdated},
		"an approval by a clock that lags":    {approval, "now() - interval '30 minutes'", "", ""},
		"rules of last year":                  {rules, "now() - interval '1 year'", "now() - interval '1 year'", evidence.Backdated},
		"rules in force since last year":      {rules, "now()", "now() - interval '1 year'", evidence.EffectiveEarly},
		"rules from now on":                   {rules, "now()", "now()", ""},
		"settings of last year":               {settings, "now() - interval '1 year'", "", evidence.Backdated},
		"a calendar in force since last year": {calendar, "now()", "now() - interval '1 year'", evidence.EffectiveEarly},
		"a term of last year":                 {`insert into attendance.retention_settings values (TENANT, 70, 3, 'a', MADE)`, "now() - interval '1 year'", "", evidence.Backdated},
		"a hold of last year":                 {`insert into attendance.legal_holds select TENANT, gen_random_uuid(), null, 'r', 'a', MADE`, "now() - interval '1 year'", "", evidence.Backdated},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCourt(t)
			c.facts(t, 1)
			c.round(t)
			c.clean(t, time.Now())
			c.each(t, strings.NewReplacer("MADE", forged.made, "FROM", forged.from).Replace(forged.statement))
			c.round(t)
			report, err := c.verify(t.Context(), time.Now().Add(time.Minute))
			if err != nil {
				t.Fatal(err)
			}
			found := map[evidence.Problem]bool{}
			for _, f := range report.Findings {
				found[f.Problem] = true
			}
			if forged.want != "" && !found[forged.want] || found[evidence.Backdated] != (forged.want == evidence.Backdated) ||
				found[evidence.Postdated] != (forged.want == evidence.Postdated) || found[evidence.EffectiveEarly] != (forged.want == evidence.EffectiveEarly) {
				t.Error(report.Findings)
			}
		})
	}
}

// A punch that is not what its event was answered, or what was held, is found although both rows are sealed as they are:
// somebody had the database change what was inserted.
func TestAPunchOtherThanJudgedIsFound(t *testing.T) {
	for _, forgery := range []string{
		`new.issued_at = new.issued_at - interval '30 minutes'`, `new.received_at = new.received_at - interval '1 minute'`,
		`new.kind = 'CLOCK_OUT'`, `new.connection_id = gen_random_uuid()`, `new.kind = 'UNDO'; new.undo_seconds = 60`,
	} {
		t.Run(forgery, func(t *testing.T) {
			c := newCourt(t)
			c.exec(t, `create function attendance.forge() returns trigger language plpgsql as $$ begin if new.event_key is not null then `+forgery+`; end if; return new; end $$`)
			c.exec(t, `create trigger forge before insert on attendance.punches for each row execute function attendance.forge()`)
			c.facts(t, 2)
			c.exec(t, `drop trigger forge on attendance.punches`)
			c.exec(t, `drop function attendance.forge()`)
			c.round(t)
			report, err := c.verify(t.Context(), time.Now())
			judged := 0
			for _, f := range report.Findings {
				if f.Problem == evidence.OtherThanJudged && f.Table == "punches" {
					judged++
				}
			}
			if err != nil || judged < 2 {
				t.Errorf("%v, %v", report.Findings, err)
			}
		})
	}
}

// Facts that waited long for their seals are told as well: nothing stands before them that would tell it.
func TestSealsThatCameLateAreTold(t *testing.T) {
	for days, told := range map[int]bool{13: false, 15: true} {
		c := newCourt(t)
		c.facts(t, 1)
		late := c.at(time.Now().AddDate(0, 0, days))
		c.roundOf(t, late)
		report, err := c.verify(t.Context(), late.Now().Add(time.Minute))
		if err != nil || (len(report.Findings) > 0) != told {
			t.Errorf("%d days: %v, %v", days, report.Findings, err)
		}
		for _, f := range report.Findings {
			if f.Problem != evidence.Backdated {
				t.Error(f)
			}
		}
	}
}

// A held 取消 that is not what was judged, and one that was applied as it was not held, are found.
func TestAHeldPunchOtherThanJudgedIsFound(t *testing.T) {
	const outcome = `insert into attendance.event_outcomes select (jsonb_populate_record(o, jsonb_build_object('event_key', '\x' || encode(sha256('held'), 'hex'),
	   'verdict', 'REFUSED', 'reason', 'SUBMITTED', 'kind', 'UNDO', 'punch_id', null))).* from attendance.event_outcomes o where tenant_id = TENANT limit 1`
	const held = `insert into attendance.held_punches select (jsonb_populate_record(null::attendance.held_punches, to_jsonb(h) || to_jsonb(o) || jsonb_build_object('id', gen_random_uuid(), 'undo_seconds', 60, 'issued_at', o.issued_at - interval 'SHIFT'))).*
	   from attendance.event_outcomes o cross join (select * from attendance.held_punches where tenant_id = TENANT limit 1) h where o.event_key = sha256('held')`
	const applied = `insert into attendance.punches select (jsonb_populate_record(null::attendance.punches, to_jsonb(p) || to_jsonb(h) || jsonb_build_object('undo_seconds', WINDOW, 'issued_at', h.issued_at - interval 'SHIFT', 'recorded_at', now()))).*
	   from attendance.held_punches h cross join (select * from attendance.punches where tenant_id = TENANT limit 1) p where h.event_key = sha256('held')`
	for name, other := range map[string]struct{ held, applied, window, found string }{
		"held": {"1 minute", "0", "60", "held_punches"}, "applied": {"0", "1 minute", "60", "punches"},
		"applied with another window": {"0", "0", "600", "punches"}, "neither": {"0", "0", "60", ""},
	} {
		c := newCourt(t)
		c.facts(t, 1)
		for _, statement := range []string{outcome, strings.ReplaceAll(held, "SHIFT", other.held), strings.NewReplacer("SHIFT", other.applied, "WINDOW", other.window).Replace(applied)} {
			c.each(t, statement)
		}
		c.round(t)
		report, err := c.verify(t.Context(), time.Now())
		found := map[string]bool{}
		for _, f := range report.Findings {
			found[f.Table] = found[f.Table] || f.Problem == evidence.OtherThanJudged
		}
		if err != nil || found["held_punches"] != (other.found == "held_punches") || found["punches"] != (other.found == "punches") {
			t.Errorf("%s: %v, %v", name, report.Findings, err)
		}
	}
}
