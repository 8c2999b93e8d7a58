package store

import (
	"slices"
	"testing"

	"github.com/dakoku/dakoku/services/attendance/internal/evidence"
)

// An event that was recorded has exactly one punch, and no other event has any (I3). What breaks that is found even if
// it came the way of every fact, was sealed and signed: the chain is whole.
func TestAnEventHasOnePunchOrNone(t *testing.T) {
	const copied = `employee_id, event_key, connection_id, kind, issued_at, received_at, recorded_at, business_day, time_zone, cutoff_minutes,
		longest_shift_minutes, source, phrase, trigger_word, settings_version, sealed_text, duplicate_policy, double_tap_seconds, actor, reason, corrects
		from attendance.punches`
	for name, breach := range map[evidence.Problem][]string{
		evidence.NoPunch: {`insert into attendance.event_outcomes select tenant_id, sha256(event_key), connection_id, employee_id, issued_at, received_at, room_kind,
			verdict, reason, kind, business_day, period, gen_random_uuid(), answer, answer_place, time_text, previous_time_text, judged_at from attendance.event_outcomes limit 1`},
		evidence.NoOutcome: {
			`alter table attendance.punch_keys drop constraint punch_keys_event_key`,
			`insert into attendance.event_outcomes select tenant_id, sha256(event_key), connection_id, employee_id, issued_at, received_at, room_kind,
			'IGNORED', 'NO_PHRASE', kind, business_day, period, null, answer, answer_place, time_text, previous_time_text, judged_at from attendance.event_outcomes limit 1`,
			`insert into attendance.punches select p.tenant_id, gen_random_uuid(), p.employee_id, o.event_key, p.connection_id, p.kind, p.issued_at, p.received_at, p.recorded_at,
			p.business_day, p.time_zone, p.cutoff_minutes, p.longest_shift_minutes, 'CHAT', p.phrase, p.trigger_word, p.settings_version, null, p.duplicate_policy, p.double_tap_seconds,
			'', '', null from attendance.punches p, attendance.event_outcomes o where o.verdict = 'IGNORED' limit 1`,
		},
		evidence.TwoPunches: {
			`alter table attendance.punch_keys drop constraint punch_keys_event_key`,
			`insert into attendance.punches select tenant_id, gen_random_uuid(), ` + copied + ` limit 1`,
		},
	} {
		c := newCourt(t)
		c.facts(t, 3)
		c.round(t)
		if found := c.problems(t); len(found) != 0 {
			t.Fatal(found)
		}
		for _, statement := range breach {
			c.exec(t, statement)
		}
		c.round(t)
		if found := c.problems(t); !slices.Contains(found, name) || slices.Contains(found, evidence.Inserted) || slices.Contains(found, evidence.Changed) {
			t.Errorf("%s: %v", name, found)
		}
	}
}
