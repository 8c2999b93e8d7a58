package timesheet

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the tests do not depend on the machine's zones

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

func rules(t testing.TB) timeclock.Rules {
	t.Helper()
	c, err := timeclock.DefaultCalendar()
	if err != nil {
		t.Fatal(err)
	}
	return c.Rules
}

// set reads "CLOCK_IN 23T22:00:00.000" lines at Tokyo times in November 2026; ! marks the voided.
func set(t testing.TB, lines ...string) []timeclock.Punch {
	t.Helper()
	var punches []timeclock.Punch
	for i, line := range lines {
		kind, at, _ := strings.Cut(line, " ")
		kind, voided := strings.CutPrefix(kind, "!")
		if strings.Count(at, ":") == 1 {
			at += ":00"
		}
		issued, err := time.Parse(time.RFC3339Nano, "2026-11-"+at+"+09:00")
		if err != nil {
			t.Fatal(err)
		}
		punches = append(punches, timeclock.Punch{
			Key: fmt.Sprintf("k%02d", i), Kind: timeclock.Kind(kind), Issued: issued.UTC(), Rules: rules(t), Voided: voided,
		})
	}
	return punches
}

// brief is a day in one line: date in-out breaks worked flags losers.
func brief(t testing.TB, d Day) string {
	t.Helper()
	text := func(at *time.Time) string {
		if at == nil {
			return "?"
		}
		return rules(t).TimeText(*at, d.Date)
	}
	line := fmt.Sprintf("%s %s-%s %s", d.Date, text(d.ClockIn), text(d.ClockOut), d.Worked)
	for _, s := range d.Spans {
		line += fmt.Sprintf(" %s-%s", text(s.Start), text(s.End))
	}
	for _, flag := range d.Flags {
		line += " " + string(flag)
	}
	for _, e := range d.Entries {
		if !e.Counts {
			line += " -" + e.Key
		}
	}
	return line
}

func TestFold(t *testing.T) {
	for _, tt := range []struct {
		name  string
		lines []string
		want  []string
	}{
		{"plain day", []string{"CLOCK_IN 23T09:00", "BREAK_START 23T12:00", "BREAK_END 23T13:00", "CLOCK_OUT 23T18:00"},
			[]string{"2026-11-23 09:00-18:00 8h0m0s 12:00-13:00"}},
		{"milliseconds are kept", []string{"CLOCK_IN 23T09:00:00.500", "CLOCK_OUT 23T17:59:59.400"},
			[]string{"2026-11-23 09:00-17:59 8h59m58.9s"}},
		{"first in, last out, losers stay", []string{"CLOCK_IN 23T09:00", "CLOCK_IN 23T09:05", "CLOCK_OUT 23T18:00", "CLOCK_OUT 23T18:30"},
			[]string{"2026-11-23 09:00-18:30 9h30m0s REPEATED_CLOCK_IN REPLACED_CLOCK_OUT -k01 -k02"}},
		{"night shift", []string{"CLOCK_IN 23T22:00", "BREAK_START 24T02:00", "BREAK_END 24T03:00", "CLOCK_OUT 24T06:30"},
			[]string{"2026-11-23 22:00-30:30 7h30m0s 26:00-27:00"}},
		{"退勤 again past the cutoff", []string{"CLOCK_IN 23T20:40", "CLOCK_OUT 24T04:50", "CLOCK_OUT 24T05:30", "CLOCK_IN 24T20:40", "CLOCK_OUT 25T05:10"},
			[]string{"2026-11-23 20:40-29:30 8h50m0s REPLACED_CLOCK_OUT -k01", "2026-11-24 20:40-29:10 8h30m0s"}},
		{"退勤 the next morning, its 出勤 forgotten", []string{"CLOCK_IN 23T17:00", "CLOCK_OUT 23T22:00", "CLOCK_OUT 24T08:30"},
			[]string{"2026-11-23 17:00-22:00 5h0m0s", "2026-11-24 ?-08:30 0s MISSING_CLOCK_IN"}},
		{"no 退勤", []string{"CLOCK_IN 23T09:00", "CLOCK_IN 24T09:00", "CLOCK_OUT 24T18:00"},
			[]string{"2026-11-23 09:00-? 0s MISSING_CLOCK_OUT", "2026-11-24 09:00-18:00 9h0m0s"}},
		{"no 出勤", []string{"CLOCK_OUT 23T17:00", "CLOCK_OUT 23T18:00"},
			[]string{"2026-11-23 ?-18:00 0s MISSING_CLOCK_IN REPLACED_CLOCK_OUT -k00"}},
		{"stray 退勤 before 出勤", []string{"CLOCK_OUT 23T08:00", "CLOCK_IN 23T09:00"},
			[]string{"2026-11-23 09:00-? 0s EARLY_CLOCK_OUT MISSING_CLOCK_OUT -k00"}},
		{"open break lasts until 退勤", []string{"CLOCK_IN 23T09:00", "BREAK_START 23T17:00", "CLOCK_OUT 23T18:00"},
			[]string{"2026-11-23 09:00-18:00 8h0m0s 17:00-? OPEN_BREAK"}},
		{"break's end without start", []string{"CLOCK_IN 23T09:00", "BREAK_END 23T13:00", "CLOCK_OUT 23T18:00"},
			[]string{"2026-11-23 09:00-18:00 9h0m0s ?-13:00 UNSTARTED_BREAK"}},
		{"break started twice", []string{"CLOCK_IN 23T09:00", "BREAK_START 23T12:00", "BREAK_START 23T12:10", "BREAK_END 23T13:00", "CLOCK_OUT 23T18:00"},
			[]string{"2026-11-23 09:00-18:00 8h0m0s 12:00-13:00 REPEATED_BREAK -k02"}},
		{"break and outing overlap", []string{"CLOCK_IN 23T09:00", "BREAK_START 23T12:00", "GO_OUT 23T12:30", "BREAK_END 23T13:00", "COME_BACK 23T14:00", "CLOCK_OUT 23T18:00"},
			[]string{"2026-11-23 09:00-18:00 7h0m0s 12:00-13:00 12:30-14:00"}},
		{"outing inside a break", []string{"CLOCK_IN 23T09:00", "BREAK_START 23T12:00", "GO_OUT 23T12:10", "COME_BACK 23T12:20", "BREAK_END 23T13:00", "CLOCK_OUT 23T18:00"},
			[]string{"2026-11-23 09:00-18:00 8h0m0s 12:00-13:00 12:10-12:20"}},
		{"break outside of work", []string{"BREAK_START 23T07:00", "BREAK_END 23T08:00", "CLOCK_IN 23T09:00", "CLOCK_OUT 23T18:00"},
			[]string{"2026-11-23 09:00-18:00 9h0m0s 07:00-08:00"}},
		{"a break that ends after 退勤 lasts until 退勤", []string{"CLOCK_IN 23T09:00", "BREAK_START 23T17:00", "CLOCK_OUT 23T18:00", "BREAK_END 23T18:10"},
			[]string{"2026-11-23 09:00-18:00 8h0m0s 17:00-18:10"}},
		{"a break that begins before 出勤", []string{"BREAK_START 23T08:50", "CLOCK_IN 23T09:00", "BREAK_END 23T09:30", "CLOCK_OUT 23T18:00"},
			[]string{"2026-11-23 09:00-18:00 8h30m0s 08:50-09:30"}},
		{"long shift", []string{"CLOCK_IN 23T06:00", "CLOCK_IN 23T20:00", "CLOCK_OUT 24T05:30"},
			[]string{"2026-11-23 06:00-29:30 23h30m0s LONG_SHIFT REPEATED_CLOCK_IN -k01"}},
		{"yesterday's 退勤 forgotten, and today begun before the cutoff", []string{"CLOCK_IN 23T09:00", "CLOCK_IN 24T04:30", "CLOCK_OUT 24T14:00"},
			[]string{"2026-11-23 09:00-38:00 9h30m0s MISSING_CLOCK_OUT"}},
		{"出勤 as late as the longest shift begins another", []string{"CLOCK_IN 23T07:00", "CLOCK_IN 23T23:00", "CLOCK_OUT 24T06:00"},
			[]string{"2026-11-23 07:00-30:00 7h0m0s MISSING_CLOCK_OUT"}},
		{"出勤 a millisecond earlier repeats", []string{"CLOCK_IN 23T07:00", "CLOCK_IN 23T22:59:59.999", "CLOCK_OUT 24T06:00"},
			[]string{"2026-11-23 07:00-30:00 23h0m0s LONG_SHIFT REPEATED_CLOCK_IN -k01"}},
		{"exactly the longest shift", []string{"CLOCK_IN 23T06:00", "CLOCK_OUT 23T22:00"},
			[]string{"2026-11-23 06:00-22:00 16h0m0s"}},
		{"voided are listed and count nowhere", []string{"!CLOCK_IN 23T08:00", "CLOCK_IN 23T09:00", "CLOCK_OUT 23T18:00", "!CLOCK_OUT 23T20:00"},
			[]string{"2026-11-23 09:00-18:00 9h0m0s -k00 -k03"}},
		{"a day of voided punches", []string{"!CLOCK_IN 23T08:00"}, []string{"2026-11-23 ?-? 0s -k00"}},
		{"nothing", nil, nil},
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
}

func TestTotals(t *testing.T) {
	days := Fold(set(t, "CLOCK_IN 23T09:00:00.000", "CLOCK_OUT 23T09:00:40.000", "CLOCK_IN 24T09:00:00.000", "CLOCK_OUT 24T09:00:40.000", "CLOCK_OUT 25T18:00"))
	got := Sum(days)
	if got.Days != 2 || got.Worked != 80*time.Second || got.WorkedMinutes() != 1 || days[0].WorkedMinutes() != 0 {
		t.Errorf("totals %+v, first day %d minutes", got, days[0].WorkedMinutes())
	}
	first, last := timeclock.Date{Year: 2026, Month: 11, Day: 24}, timeclock.Date{Year: 2026, Month: 11, Day: 24}
	if kept := Between(days, first, last); len(kept) != 1 || kept[0].Date != first || len(days) != 3 {
		t.Errorf("kept %v of %d days", kept, len(days))
	}
}

// The same set of punches in any order and with any repetition folds to the same days.
func TestFoldIgnoresOrderAndRepetition(t *testing.T) {
	company, start := rules(t), set(t, "CLOCK_IN 20T00:00")[0].Issued
	rapid.Check(t, func(t *rapid.T) {
		punches := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) timeclock.Punch {
			return timeclock.Punch{
				Key:    rapid.StringMatching("[a-f]{1,3}").Draw(t, "key"),
				Kind:   rapid.SampledFrom(timeclock.Kinds()).Draw(t, "kind"),
				Issued: start.Add(time.Duration(rapid.IntRange(0, 240).Draw(t, "quarters")) * 15 * time.Minute),
				Rules:  company, Voided: rapid.Bool().Draw(t, "voided"),
			}
		}), 0, 25, func(p timeclock.Punch) string { return p.Key }).Draw(t, "punches")
		want := Fold(punches)
		again := Fold(rapid.Permutation(slices.Concat(punches, punches)).Draw(t, "arrival"))
		same := cmp.Comparer(func(a, b timeclock.Rules) bool { return a == b })
		if diff := cmp.Diff(want, again, same); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		sound(t, punches, want)
	})
}

// sound checks what holds for every fold: no punch lost, no time invented.
func sound(t *rapid.T, punches []timeclock.Punch, days []Day) {
	count := 0
	for _, d := range days {
		count += len(d.Entries)
		if d.Worked < 0 || (d.ClockIn == nil || d.ClockOut == nil) && d.Worked != 0 {
			t.Errorf("%s worked %s", d.Date, d.Worked)
		}
		if d.ClockIn != nil && d.ClockOut != nil && d.Worked > d.ClockOut.Sub(*d.ClockIn) {
			t.Errorf("%s worked %s", d.Date, d.Worked)
		}
	}
	if count != len(punches) {
		t.Errorf("%d of %d punches shown", count, len(punches))
	}
}
