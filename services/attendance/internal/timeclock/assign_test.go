package timeclock

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// punches reads "CLOCK_IN 23T22:00" lines: kinds at Tokyo wall-clock times in November 2026.
func punches(t testing.TB, rules Rules, lines ...string) []Punch {
	t.Helper()
	var set []Punch
	for i, line := range lines {
		kind, at, _ := strings.Cut(line, " ")
		kind, voided := strings.CutPrefix(kind, "!")
		set = append(set, Punch{
			Key: fmt.Sprintf("k%02d", i), Kind: Kind(kind), Rules: rules, Voided: voided,
			Issued: tokyoTime(t, at),
		})
	}
	return set
}

// tokyoTime reads "23T22:00" or "23T22:00:30.5" in November 2026.
func tokyoTime(t testing.TB, at string) time.Time {
	t.Helper()
	if strings.Count(at, ":") == 1 {
		at += ":00"
	}
	return instant(t, "2026-11-"+at+"+09:00")
}

func TestAssignNightShifts(t *testing.T) {
	for _, tt := range []struct {
		name  string
		lines []string
		days  []int // day of November of each punch
	}{
		{"night shift over the cutoff", []string{"CLOCK_IN 23T22:00", "CLOCK_OUT 24T06:30"}, []int{23, 23}},
		{"breaks before and after the cutoff", []string{"CLOCK_IN 23T22:00", "BREAK_START 24T04:50", "BREAK_END 24T05:10", "CLOCK_OUT 24T07:00"}, []int{23, 23, 23, 23}},
		{"退勤 replaced after the cutoff", []string{"CLOCK_IN 23T22:00", "CLOCK_OUT 24T05:30", "CLOCK_OUT 24T05:45"}, []int{23, 23, 23}},
		{"forgotten 退勤 swallows nothing", []string{"CLOCK_IN 23T18:00", "CLOCK_IN 24T08:30", "CLOCK_OUT 24T09:00"}, []int{23, 24, 24}},
		{"as old as the longest shift", []string{"CLOCK_IN 23T14:00", "CLOCK_OUT 24T06:00"}, []int{23, 24}},
		{"one minute younger", []string{"CLOCK_IN 23T14:01", "CLOCK_OUT 24T06:00"}, []int{23, 23}},
		{"a closed session claims nothing", []string{"CLOCK_IN 23T17:00", "CLOCK_OUT 23T22:00", "CLOCK_OUT 24T08:30"}, []int{23, 23, 24}},
		{"退勤 before the cutoff, and again after it", []string{"CLOCK_IN 23T20:00", "CLOCK_OUT 24T04:50", "CLOCK_OUT 24T05:30"}, []int{23, 23, 23}},
		{"again and again", []string{"CLOCK_IN 23T20:00", "CLOCK_OUT 24T04:50", "CLOCK_OUT 24T05:30", "CLOCK_OUT 24T09:29"}, []int{23, 23, 23, 23}},
		{"the last moment that is soon", []string{"CLOCK_IN 23T17:00", "CLOCK_OUT 24T04:00", "CLOCK_OUT 24T07:59:59.999"}, []int{23, 23, 23}},
		{"the first that is not", []string{"CLOCK_IN 23T17:00", "CLOCK_OUT 24T04:00", "CLOCK_OUT 24T08:00"}, []int{23, 23, 24}},
		{"soon, but as old as the longest shift", []string{"CLOCK_IN 23T14:00", "CLOCK_OUT 24T04:50", "CLOCK_OUT 24T06:00"}, []int{23, 23, 24}},
		{"soon is counted from the latest 退勤", []string{"CLOCK_IN 23T17:00", "CLOCK_OUT 23T22:00", "CLOCK_OUT 24T02:00", "CLOCK_OUT 24T05:30"}, []int{23, 23, 23, 23}},
		{"an 出勤 between ends it", []string{"CLOCK_IN 23T20:00", "CLOCK_OUT 24T04:50", "CLOCK_IN 24T05:10", "CLOCK_OUT 24T05:30"}, []int{23, 23, 24, 24}},
		{"left by mistake, gone on after the cutoff", []string{"CLOCK_IN 23T20:00", "CLOCK_OUT 24T04:50", "BREAK_START 24T05:10", "BREAK_END 24T06:00", "CLOCK_OUT 24T11:00"}, []int{23, 23, 23, 23, 23}},
		{"left after the cutoff, and soon again", []string{"CLOCK_IN 23T22:00", "CLOCK_OUT 24T06:00", "CLOCK_OUT 24T09:59"}, []int{23, 23, 23}},
		{"left after the cutoff, and much later", []string{"CLOCK_IN 23T22:00", "CLOCK_OUT 24T06:00", "CLOCK_OUT 24T10:00"}, []int{23, 23, 24}},
		{"a voided 退勤 closes nothing", []string{"CLOCK_IN 23T17:00", "!CLOCK_OUT 23T22:00", "CLOCK_OUT 24T08:30"}, []int{23, 23, 23}},
		{"closed by mistake, gone on", []string{"CLOCK_IN 23T20:00", "CLOCK_OUT 23T23:00", "BREAK_END 24T00:30", "CLOCK_OUT 24T05:30"}, []int{23, 23, 23, 23}},
		{"出勤 before the cutoff is the day before", []string{"CLOCK_IN 24T04:59", "CLOCK_OUT 24T12:00"}, []int{23, 23}},
		{"出勤 at the cutoff is the new day", []string{"CLOCK_IN 24T05:00", "CLOCK_OUT 24T12:00"}, []int{24, 24}},
		{"退勤 without 出勤", []string{"CLOCK_OUT 24T06:30"}, []int{24}},
		{"second 出勤 in the evening", []string{"CLOCK_IN 23T09:00", "CLOCK_IN 23T20:00", "CLOCK_OUT 24T05:30"}, []int{23, 23, 23}},
		{"voided 出勤 opens nothing", []string{"!CLOCK_IN 23T22:00", "CLOCK_OUT 24T06:30"}, []int{23, 24}},
		{"outing in the night", []string{"CLOCK_IN 23T22:00", "GO_OUT 24T05:05", "COME_BACK 24T05:30"}, []int{23, 23, 23}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []int
			for _, p := range Assign(punches(t, tokyo(t).Rules, tt.lines...)) {
				got = append(got, p.Day.Day)
			}
			if diff := cmp.Diff(tt.days, got); diff != "" {
				t.Errorf("days (-want +got):\n%s", diff)
			}
		})
	}
}

// A later change of the cutoff moves no punch that was recorded under the earlier one.
func TestAssignKeepsTheRulesOfThePunch(t *testing.T) {
	old := punches(t, tokyo(t).Rules, "CLOCK_IN 23T03:00")
	later := punches(t, calendar(t, DefaultZone, 2*time.Hour, MonthEnd).Rules, "CLOCK_OUT 23T03:30")
	later[0].Key = "later"
	dated := Assign(append(later, old...))
	if dated[0].Day.Day != 22 || dated[1].Day.Day != 22 {
		t.Errorf("days %s and %s", dated[0].Day, dated[1].Day)
	}
}

func TestAssignIgnoresOrderAndRepetition(t *testing.T) {
	rules := tokyo(t).Rules
	start := instant(t, "2026-11-20T00:00:00Z")
	rapid.Check(t, func(t *rapid.T) {
		set := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Punch {
			return Punch{
				Key:    rapid.StringMatching("[a-d]{1,2}").Draw(t, "key"),
				Kind:   rapid.SampledFrom(Kinds()).Draw(t, "kind"),
				Issued: start.Add(time.Duration(rapid.IntRange(0, 96).Draw(t, "half hours")) * 30 * time.Minute),
				Rules:  rules, Voided: rapid.Bool().Draw(t, "voided"),
			}
		}), 0, 20).Draw(t, "set")
		set = distinct(set)
		want := Assign(set)
		again := rapid.Permutation(slices.Concat(set, set)).Draw(t, "arrival")
		if diff := cmp.Diff(want, Assign(again), cmp.Comparer(sameRules)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func sameRules(a, b Rules) bool { return a == b }

func distinct(set []Punch) []Punch {
	seen := map[string]bool{}
	return slices.DeleteFunc(set, func(p Punch) bool {
		double := seen[p.Key]
		seen[p.Key] = true
		return double
	})
}

// A zone or cutoff that changes while somebody is at work can date the 退勤 before its 出勤: the session keeps it.
func TestAChangeOfRulesKeepsAnOpenSession(t *testing.T) {
	zone := func(name string) *time.Location {
		location, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		return location
	}
	start := time.Date(2026, 11, 27, 8, 0, 0, 0, zone("Asia/Tokyo"))
	before := Rules{Zone: zone("Asia/Tokyo"), Cutoff: 5 * time.Hour, LongestShift: 16 * time.Hour}
	for name, after := range map[string]Rules{
		"zone":   {Zone: zone("America/New_York"), Cutoff: 5 * time.Hour, LongestShift: 16 * time.Hour},
		"cutoff": {Zone: zone("Asia/Tokyo"), Cutoff: 10 * time.Hour, LongestShift: 16 * time.Hour},
	} {
		punches := []Punch{{Key: "in", Kind: ClockIn, Issued: start, Rules: before}}
		for i, kind := range []Kind{BreakStart, ClockOut, ClockOut} {
			punches = append(punches, Punch{Key: string(rune('a' + i)), Kind: kind, Issued: start.Add(time.Duration(i+1) * 10 * time.Minute), Rules: after})
		}
		for _, p := range Assign(punches) {
			if p.Day != (Date{2026, 11, 27}) {
				t.Errorf("%s: %s is on %s", name, p.Key, p.Day)
			}
		}
	}
}
