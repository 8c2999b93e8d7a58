package store

import (
	"strings"
	"testing"
	"time"

	"github.com/dakoku/dakoku/services/attendance/internal/evidence"
)

// Whoever removes punches of a month that is over is found where the sheet of the next one is folded from them and was
// not over: it was never approved, or its last entry came later.
func TestWhatAnotherRecordNeedsIsMissed(t *testing.T) {
	const last = `(date_trunc('month', now() at time zone 'utc') - interval '1 day')::date`
	for name, attack := range map[string]struct {
		approved int // years until the next month is approved and sealed; -1 is never
		days     string
		want     evidence.Problem
	}{
		"in the middle of the month":        {-1, last + ` - 20 and ` + last + ` - 8`, ""},
		"both are over":                     {0, last + ` - 6 and ` + last, ""},
		"the next was never approved":       {-1, last + ` - 6 and ` + last, evidence.ErasedUnfinished},
		"the next was approved years after": {2, last + ` - 6 and ` + last, evidence.ErasedEarly},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCourt(t)
			c.leaps = true
			c.facts(t, 2)
			c.each(t, `insert into attendance.held_punch_decisions select tenant_id, id, 'discard', 'a', 'r', now() from attendance.held_punches h
			   where tenant_id = TENANT and not exists (select from attendance.held_punch_decisions d where d.held_id = h.id)`)
			c.nights(t)
			c.each(t, `insert into attendance.timesheet_transitions select tenant_id, employee_id, period, 1, 'approve', 'APPROVED', 'a', '', now() from attendance.timesheets where tenant_id = TENANT and period < `+thisPeriod)
			c.round(t)
			if attack.approved >= 0 {
				c.move(t, "APPROVED")
				c.roundOf(t, c.at(time.Now().AddDate(attack.approved, 0, 0)))
			}
			gone := time.Now().AddDate(6, 0, 0)
			const chosen = `select s.position, p.id from attendance.punches p join attendance.evidence_seals s on s.tenant_id = p.tenant_id and s.fact = 'punches' and s.key = jsonb_build_array(p.id)::text
			   where p.business_day between DAYS`
			of := strings.ReplaceAll(chosen, "DAYS", attack.days)
			if c.count(t, `select count(*) from (`+of+`) c`) == 0 {
				t.Fatal("no punch is there")
			}
			c.exec(t, `insert into attendance.evidence_erasures select p.tenant_id, c.position, 'RETENTION', $1 from (`+of+`) c join attendance.punches p using (id)`, gone)
			c.exec(t, `set session_replication_role = replica`)
			c.exec(t, `update attendance.evidence_seals set salt = null, text_salt = null where (tenant_id, position) in (select tenant_id, position from attendance.evidence_erasures)`)
			for _, table := range []string{"punch_keys", "punches"} {
				c.exec(t, `delete from attendance.`+table+` k where jsonb_build_array(k.id)::text in (select key from attendance.evidence_seals join attendance.evidence_erasures using (tenant_id, position))`)
			}
			c.exec(t, `set session_replication_role = origin`)
			c.roundOf(t, c.at(gone.Add(time.Minute)))
			report, err := c.verify(t.Context(), gone.Add(time.Hour))
			for _, f := range report.Findings {
				if f.Problem != attack.want {
					t.Error(f)
				}
			}
			if err != nil || (len(report.Findings) > 0) != (attack.want != "") {
				t.Errorf("%d findings, %v", len(report.Findings), err)
			}
		})
	}
}
