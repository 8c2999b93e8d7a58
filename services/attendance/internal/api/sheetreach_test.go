package api

import (
	"testing"
	"time"

	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
)

// A shift that runs over the end of a period is read whole by both of its sheets: the one that has it shows its 退勤,
// and the next does not take that for a day without 出勤. Once at home, once where the day begins latest of all.
func TestAShiftOverThePeriodsEndIsReadWhole(t *testing.T) {
	for _, tt := range []struct {
		zone, cutoff, in, out, text string
	}{
		{"Asia/Tokyo", "05:00", "2027-11-30T16:00:00+09:00", "2027-12-01T06:30:00+09:00", "30:30"},
		{"Pacific/Pago_Pago", "23:00", "2027-12-01T22:00:00-11:00", "2027-12-02T02:00:00-11:00", "50:00"},
	} {
		m := move(t, "2027-11-10T00:00:00Z")
		m.becomes(t, tt.zone, 31)
		m.rule(t, &attendancev1.WorkRules{DayCutoff: tt.cutoff})
		e := m.employee(t, "001")
		for at, text := range map[string]string{tt.in: "出勤", tt.out: "退勤"} {
			when, err := time.Parse(time.RFC3339, at)
			if err != nil {
				t.Fatal(err)
			}
			if m.punchAt(t, e, when, text).GetPunch() == "" {
				t.Fatalf("%s: %s is no punch", tt.zone, text)
			}
		}
		days := m.sheet(t, e, "2027-11").GetDays()
		if len(days) != 1 || days[0].GetDate() != "2027-11-30" || days[0].GetClockOutText() != tt.text || len(days[0].GetPunches()) != 2 {
			t.Errorf("%s: %v", tt.zone, days)
		}
		if next := m.sheet(t, e, "2027-12").GetDays(); len(next) != 0 {
			t.Errorf("%s: the next period has %v", tt.zone, next)
		}
	}
}
