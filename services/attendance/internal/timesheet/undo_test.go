package timesheet

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

func TestFoldUndo(t *testing.T) {
	for _, tt := range []struct {
		name  string
		lines []string
		want  []string
	}{
		{"what was taken back counts nowhere and stays", []string{"CLOCK_IN 23T09:00", "CLOCK_OUT 23T12:00", "UNDO 23T12:00:10", "CLOCK_OUT 23T18:00"},
			[]string{"2026-11-23 09:00-18:00 9h0m0s -k01 -k02"}},
		{"the 出勤", []string{"CLOCK_IN 23T08:00", "UNDO 23T08:00:10", "CLOCK_IN 23T09:00", "CLOCK_OUT 23T18:00"},
			[]string{"2026-11-23 09:00-18:00 9h0m0s -k00 -k01"}},
		{"a day of which nothing is left", []string{"CLOCK_IN 23T08:00", "UNDO 23T08:00:10"},
			[]string{"2026-11-23 ?-? 0s -k00 -k01"}},
		{"one that took nothing back", []string{"CLOCK_IN 23T09:00", "UNDO 23T12:00", "CLOCK_OUT 23T18:00"},
			[]string{"2026-11-23 09:00-18:00 9h0m0s -k01"}},
		{"a 出勤 whose night goes back to the morning", []string{"CLOCK_IN 23T22:00", "UNDO 23T22:00:10", "CLOCK_OUT 24T06:30"},
			[]string{"2026-11-23 ?-? 0s -k00 -k01", "2026-11-24 ?-06:30 0s MISSING_CLOCK_IN"}},
		{"one over the cutoff is of the day of the punch", []string{"CLOCK_IN 24T04:59:50", "UNDO 24T05:00:10"},
			[]string{"2026-11-23 ?-? 0s -k00 -k01"}},
		{"a 取消 makes no day", []string{"UNDO 23T09:00"}, nil},
		{"nor closes a session", []string{"CLOCK_IN 23T22:00", "CLOCK_OUT 23T23:00", "UNDO 23T23:30", "BREAK_START 24T02:00", "CLOCK_OUT 24T06:00"},
			[]string{"2026-11-23 22:00-30:00 4h0m0s 26:00-? OPEN_BREAK REPLACED_CLOCK_OUT -k01 -k02"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, d := range Fold(set(t, tt.lines...)) {
				got = append(got, brief(t, d))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// What was received late is told and counts like anything else; what does not count at all is not told.
func TestFoldReceivedLate(t *testing.T) {
	late := func(lines ...string) string {
		punches := set(t, lines...)
		punches[0].Late = true
		return brief(t, Fold(punches)[0])
	}
	if got := late("CLOCK_IN 23T09:00", "CLOCK_OUT 23T18:00"); got != "2026-11-23 09:00-18:00 9h0m0s RECEIVED_LATE" {
		t.Error(got)
	}
	if got := late("!CLOCK_IN 23T08:00", "CLOCK_IN 23T09:00", "CLOCK_OUT 23T18:00"); got != "2026-11-23 09:00-18:00 9h0m0s -k00" {
		t.Error(got)
	}
	if got := late("UNDO 23T08:00", "CLOCK_IN 23T09:00", "CLOCK_OUT 23T18:00"); got != "2026-11-23 09:00-18:00 9h0m0s -k00" {
		t.Error(got)
	}
	if sum := Sum(Fold([]timeclock.Punch{{Key: "a", Kind: timeclock.ClockIn, Late: true, Rules: rules(t)}})); sum.Flagged != 1 {
		t.Errorf("%+v", sum)
	}
}
