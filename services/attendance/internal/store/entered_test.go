package store

import (
	"strings"
	"testing"
	"time"

	"github.com/dakoku/dakoku/services/attendance/internal/evidence"
)

// A superuser who writes a punch or a void through the triggers, so that it is sealed like any other, is found where
// the month was closed for everybody else, and where the row says that it was made long before.
func TestWhatIsEnteredPastTheLockIsFound(t *testing.T) {
	const first = `date_trunc('month', now() at time zone 'utc') - interval '1 month'`
	const punch = `insert into attendance.punches (tenant_id, id, employee_id, kind, issued_at, received_at, recorded_at, business_day, time_zone,
	   cutoff_minutes, longest_shift_minutes, double_tap_seconds, duplicate_policy, source, phrase, trigger_word, settings_version, actor, reason)
	   select tenant_id, gen_random_uuid(), id, 'CLOCK_OUT', at, d.at, now() - interval 'AGE', at::date, 'Asia/Tokyo', 300, 960, 60, 'FIRST_IN_LAST_OUT', 'MANUAL', '', '', 0, 'a', 'r'
	     from attendance.employees cross join (select ` + first + ` + interval 'DAY days' + interval '12 hours' as at) d where tenant_id = TENANT order by number limit 1`
	const void = `insert into attendance.punch_voids select tenant_id, id, 'a', 'r', now() - interval 'AGE' from attendance.punches p
	   where tenant_id = TENANT and business_day = (` + first + ` + interval 'DAY days')::date limit 1`
	for name, entry := range map[string]struct {
		state, statement, day, age string
		want                       evidence.Problem
	}{
		"a punch into an approved month":                                      {"APPROVED", punch, "14", "0", evidence.EnteredLocked},
		"on its first day":                                                    {"APPROVED", punch, "0", "0", evidence.EnteredLocked},
		"a punch into a submitted month":                                      {"SUBMITTED", punch, "14", "0", evidence.EnteredLocked},
		"a punch into one that was returned":                                  {"SENT_BACK", punch, "14", "0", ""},
		"a void in an approved month":                                         {"APPROVED", void, "15", "0", evidence.EnteredLocked},
		"a void in one that was returned":                                     {"SENT_BACK", void, "15", "0", ""},
		"a void on the first day, whose punch may count for the month before": {"APPROVED", void, "0", "0", ""},
		"a punch of weeks ago":                                                {"SENT_BACK", punch, "14", "15 days", evidence.Backdated},
		"a void of weeks ago":                                                 {"SENT_BACK", void, "15", "15 days", evidence.Backdated},
		"a punch of days ago, behind what came since":                         {"SENT_BACK", punch, "14", "13 days", evidence.Backdated},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCourt(t)
			c.facts(t, 1)
			c.nights(t)
			c.each(t, strings.ReplaceAll(`with t as (update attendance.timesheets set state = 'STATE' where tenant_id = TENANT and period < `+thisPeriod+` returning *)
			   insert into attendance.timesheet_transitions select tenant_id, employee_id, period, 1, 'approve', state, 'a', '', now() from t`, "STATE", entry.state))
			c.round(t)
			c.clean(t, time.Now())
			c.each(t, strings.NewReplacer("DAY", entry.day, "AGE", entry.age).Replace(entry.statement))
			c.round(t)
			report, err := c.verify(t.Context(), time.Now())
			if err != nil || len(report.Findings) > 1 || (len(report.Findings) == 1) != (entry.want != "") {
				t.Fatalf("%v, %v", report.Findings, err)
			}
			if entry.want != "" && report.Findings[0].Problem != entry.want {
				t.Error(report.Findings)
			}
		})
	}
}
