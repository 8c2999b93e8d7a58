package timesheet

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

func lines(t *testing.T, days []Day) (got []string) {
	t.Helper()
	for _, d := range days {
		line := brief(t, d)
		for _, s := range d.Shifts {
			line += " |"
			if s.ClockIn != nil {
				line += rules(t).TimeText(*s.ClockIn, d.Date)
			}
			line += "-"
			if s.ClockOut != nil {
				line += rules(t).TimeText(*s.ClockOut, d.Date)
			}
			line += " " + s.Worked.String()
		}
		got = append(got, line)
	}
	return got
}

func TestFoldShifts(t *testing.T) {
	for _, tt := range []struct {
		name  string
		lines []string
		want  string
	}{
		{"two shifts", []string{"CLOCK_IN 23T09:00", "CLOCK_OUT 23T12:00", "CLOCK_IN 23T17:00", "CLOCK_OUT 23T20:30"},
			"2026-11-23 09:00-20:30 6h30m0s |09:00-12:00 3h0m0s |17:00-20:30 3h30m0s"},
		{"the second goes over the cutoff", []string{"CLOCK_IN 23T09:00", "CLOCK_OUT 23T12:00", "CLOCK_IN 23T22:00", "CLOCK_OUT 24T06:00"},
			"2026-11-23 09:00-30:00 11h0m0s |09:00-12:00 3h0m0s |22:00-30:00 8h0m0s"},
		{"the second is open", []string{"CLOCK_IN 23T09:00", "CLOCK_OUT 23T12:00", "CLOCK_IN 23T17:00"},
			"2026-11-23 09:00-12:00 3h0m0s MISSING_CLOCK_OUT |09:00-12:00 3h0m0s |17:00- 0s"},
		{"repeated within the second", []string{"CLOCK_IN 23T09:00", "CLOCK_OUT 23T12:00", "CLOCK_OUT 23T12:10", "CLOCK_IN 23T17:00", "CLOCK_IN 23T17:30", "CLOCK_OUT 23T20:00"},
			"2026-11-23 09:00-20:00 6h10m0s REPEATED_CLOCK_IN REPLACED_CLOCK_OUT -k01 -k04 |09:00-12:10 3h10m0s |17:00-20:00 3h0m0s"},
		{"a break of each, the first left open", []string{"CLOCK_IN 23T09:00", "BREAK_START 23T11:00", "CLOCK_OUT 23T12:00", "CLOCK_IN 23T17:00", "BREAK_START 23T18:00", "BREAK_END 23T18:15", "CLOCK_OUT 23T20:00"},
			"2026-11-23 09:00-20:00 4h45m0s 11:00-? 18:00-18:15 OPEN_BREAK |09:00-12:00 2h0m0s |17:00-20:00 2h45m0s"},
		{"each within the longest shift", []string{"CLOCK_IN 23T05:00", "CLOCK_OUT 23T12:00", "CLOCK_IN 23T13:00", "CLOCK_OUT 24T04:59"},
			"2026-11-23 05:00-28:59 22h59m0s |05:00-12:00 7h0m0s |13:00-28:59 15h59m0s"},
		{"a break that was a mistake is voided", []string{"CLOCK_IN 23T09:00", "!BREAK_START 23T12:00", "!BREAK_END 23T13:00", "CLOCK_OUT 23T18:00"},
			"2026-11-23 09:00-18:00 9h0m0s -k01 -k02 |09:00-18:00 9h0m0s"},
		{"only ends", []string{"CLOCK_OUT 23T12:00"}, "2026-11-23 ?-12:00 0s MISSING_CLOCK_IN |-12:00 0s"},
		{"a 退勤 that was a mistake is voided", []string{"CLOCK_IN 23T09:00", "!CLOCK_OUT 23T12:00", "CLOCK_IN 23T12:30", "CLOCK_OUT 23T18:00"},
			"2026-11-23 09:00-18:00 9h0m0s REPEATED_CLOCK_IN -k01 -k02 |09:00-18:00 9h0m0s"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff([]string{tt.want}, lines(t, Fold(set(t, tt.lines...)))); diff != "" {
				t.Errorf("days (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFoldDoubleTaps(t *testing.T) {
	for _, tt := range []struct {
		name  string
		lines []string
		want  []string
	}{
		{"出勤 and 退勤", []string{"CLOCK_IN 23T09:00:00.000", "CLOCK_IN 23T09:00:59.999", "CLOCK_OUT 23T18:00:00.000", "CLOCK_OUT 23T18:00:30.000"},
			[]string{"2026-11-23 09:00-18:00 9h0m0s DOUBLE_TAP -k01 -k03"}},
		{"exactly the window is no tap", []string{"CLOCK_IN 23T09:00", "CLOCK_OUT 23T18:00", "CLOCK_OUT 23T18:01"},
			[]string{"2026-11-23 09:00-18:01 9h1m0s REPLACED_CLOCK_OUT -k01"}},
		{"the window is counted from the earliest", []string{"CLOCK_IN 23T09:00", "CLOCK_OUT 23T18:00:00.000", "CLOCK_OUT 23T18:00:40.000", "CLOCK_OUT 23T18:01:20.000"},
			[]string{"2026-11-23 09:00-18:01 9h1m20s DOUBLE_TAP REPLACED_CLOCK_OUT -k01 -k02"}},
		{"another kind between", []string{"CLOCK_IN 23T09:00:00.000", "CLOCK_OUT 23T09:00:10.000", "CLOCK_IN 23T09:00:20.000", "CLOCK_OUT 23T18:00:20.000"},
			[]string{"2026-11-23 09:00-18:00 9h0m10s"}},
		{"a voided one between", []string{"CLOCK_IN 23T09:00:00.000", "!CLOCK_OUT 23T09:00:10.000", "CLOCK_IN 23T09:00:20.000", "CLOCK_OUT 23T18:00:00.000"},
			[]string{"2026-11-23 09:00-18:00 9h0m0s DOUBLE_TAP -k01 -k02"}},
		{"a tap on a voided punch is none", []string{"!CLOCK_IN 23T09:00:00.000", "CLOCK_IN 23T09:00:20.000", "CLOCK_OUT 23T18:00:20.000"},
			[]string{"2026-11-23 09:00-18:00 9h0m0s -k00"}},
		{"退勤 over the cutoff", []string{"CLOCK_IN 23T22:00", "CLOCK_OUT 24T04:59:59.999", "CLOCK_OUT 24T05:00:00.500"},
			[]string{"2026-11-23 22:00-28:59 6h59m59.999s DOUBLE_TAP -k02"}},
		{"出勤 over the cutoff", []string{"CLOCK_IN 24T04:59:59.999", "CLOCK_IN 24T05:00:00.500", "CLOCK_OUT 24T12:59:59.999"},
			[]string{"2026-11-23 28:59-36:59 8h0m0s DOUBLE_TAP -k01"}},
		{"breaks", []string{"CLOCK_IN 23T09:00", "BREAK_START 23T12:00:00.000", "BREAK_START 23T12:00:01.000", "BREAK_END 23T13:00:00.000", "BREAK_END 23T13:00:01.000", "CLOCK_OUT 23T18:00"},
			[]string{"2026-11-23 09:00-18:00 8h0m0s 12:00-13:00 DOUBLE_TAP -k02 -k04"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, d := range Fold(set(t, tt.lines...)) {
				got = append(got, brief(t, d))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("days (-want +got):\n%s", diff)
			}
		})
	}
	off := set(t, "CLOCK_IN 23T09:00", "CLOCK_OUT 23T18:00:00.000", "CLOCK_OUT 23T18:00:00.001")
	for i := range off {
		off[i].Rules.DoubleTap = 0
	}
	if got := brief(t, Fold(off)[0]); got != "2026-11-23 09:00-18:00 9h0m0.001s REPLACED_CLOCK_OUT -k01" {
		t.Errorf("switched off: %s", got)
	}
}

// Where repeating is an error the first of each counts, in whatever order they came.
func TestFoldErrorOnRepeat(t *testing.T) {
	punches := set(t, "CLOCK_IN 23T09:00", "CLOCK_IN 23T09:05", "CLOCK_OUT 23T18:00", "CLOCK_OUT 23T18:30")
	for i := range punches {
		punches[i].Rules.Repeats = timeclock.ErrorOnRepeat
	}
	if got := brief(t, Fold(punches)[0]); got != "2026-11-23 09:00-18:00 9h0m0s REPEATED_CLOCK_IN REPEATED_CLOCK_OUT -k01 -k03" {
		t.Error(got)
	}
	punches[3].Rules.Repeats = timeclock.FirstInLastOut // the policy changed in between
	if got := Fold(punches)[0]; got.Worked != 9*time.Hour+30*time.Minute {
		t.Error(brief(t, got))
	}
}
