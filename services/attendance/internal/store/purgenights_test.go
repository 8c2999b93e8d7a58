package store

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
	"github.com/dakoku/dakoku/services/attendance/internal/timesheet"
)

// nights gives everybody the two months before this one, a punch in the middle of each, and nights over each closing
// day whose 退勤 came in before its 出勤, so that they were stored with the days of two records.
func (c *court) nights(t *testing.T) {
	t.Helper()
	const punches = `insert into attendance.punches (tenant_id, id, employee_id, kind, issued_at, received_at, recorded_at, business_day, time_zone,
	   cutoff_minutes, longest_shift_minutes, double_tap_seconds, duplicate_policy, source, phrase, trigger_word, settings_version, actor, reason)
	select e.tenant_id, gen_random_uuid(), e.id, k.kind, (m.first + k.at) at time zone 'Asia/Tokyo', now(), current_timestamp, (m.first + k.at)::date, 'Asia/Tokyo',
	       300, 960, 60, 'FIRST_IN_LAST_OUT', 'MANUAL', '', '', 0, 'a', 'r'
	  from attendance.employees e
	  cross join (select date_trunc('month', now() at time zone 'utc') - n * interval '1 month' as first from generate_series(0, 2) n) m
	  cross join (values ('CLOCK_OUT', interval '6.5 hours'), ('CLOCK_IN', interval '-4 hours'), ('CLOCK_IN', interval '15 days')) k (kind, at)
	 where e.tenant_id = TENANT and (m.first + k.at)::date between date_trunc('month', now() at time zone 'utc') - interval '2 months' and now() at time zone 'utc'
	 order by k.kind desc`
	const sheets = `insert into attendance.timesheets select tenant_id, id, to_char(m.first, 'YYYY-MM'), 'APPROVED', m.first, m.first + interval '1 month - 1 day', 1, now()
	  from attendance.employees cross join (select date_trunc('month', now() at time zone 'utc') - n * interval '1 month' as first from generate_series(1, 2) n) m where tenant_id = TENANT`
	c.each(t, sheets)
	c.move(t, "SENT_BACK")
	c.each(t, punches)
	c.move(t, "SUBMITTED")
}

// move brings everybody's timesheet of this month to a state.
func (c *court) move(t *testing.T, state string) {
	t.Helper()
	const move = `with t as (update attendance.timesheets set state = 'STATE', revision = revision + 1 where tenant_id = TENANT and period = ` + thisPeriod + ` returning *)
	   insert into attendance.timesheet_transitions select tenant_id, employee_id, period, revision, 'approve', state, 'a', '', now() from t`
	c.each(t, strings.ReplaceAll(move, "STATE", state))
}

// kept tells whether the record must be kept at an instant.
func (w whose) kept(t *testing.T, now time.Time) bool {
	return w.State != "APPROVED" || w.Held || w.due(t, now)
}

// neighbourKept tells whether another month of the same person, next to that one, must be kept.
func neighbourKept(t *testing.T, all map[string]whose, of whose, now time.Time) bool {
	for _, w := range all {
		if w.Employee == of.Employee && w.kept(t, now) && (w.Last.AddDate(0, 0, 1).Equal(of.First) || of.Last.AddDate(0, 0, 1).Equal(w.First)) {
			return true
		}
	}
	return false
}

// sheetsKept are the folded days of every record that must be kept.
func (c *court) sheetsKept(t *testing.T, now time.Time) map[string]string {
	t.Helper()
	all := map[string]string{}
	for record, w := range c.whoseRecords(t) {
		if w.kept(t, now) {
			all[record] = c.sheetOf(t, w)
		}
	}
	return all
}

// sheetOf is the folded days of a record.
func (c *court) sheetOf(t *testing.T, w whose) string {
	t.Helper()
	period, err := timeclock.ParsePeriod(w.Period)
	if err != nil {
		t.Fatal(err)
	}
	sheet, err := c.GetTimesheet(t.Context(), w.Tenant, w.Employee, period)
	if err != nil {
		t.Fatal(err)
	}
	var set []timeclock.Punch
	for _, p := range sheet.Punches {
		set = append(set, p.Punch)
	}
	days, err := json.Marshal(timesheet.Between(timesheet.Fold(set), sheet.First, sheet.Last))
	if err != nil {
		t.Fatal(err)
	}
	return string(days)
}
