package retention

import (
	"testing"
	"time"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

func day(t *testing.T, text string) timeclock.Date {
	t.Helper()
	d, err := timeclock.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestTheYearsOfTheLaw(t *testing.T) {
	for _, years := range []int{Least, Usual, Most} {
		if err := Check(years); err != nil {
			t.Error(years, err)
		}
	}
	for years, reason := range map[int]string{-1: "BELOW_LEGAL_MINIMUM", 0: "BELOW_LEGAL_MINIMUM", Least - 1: "BELOW_LEGAL_MINIMUM", Most + 1: "OUT_OF_RANGE"} {
		f, ok := fault.From(Check(years))
		if !ok || f.Kind() != fault.InvalidArgument || len(f.Fields()) != 1 || f.Fields()[0].Reason != reason || f.Fields()[0].Path != "retention.years" {
			t.Errorf("%d years: %v", years, f)
		}
	}
}

// The years count from the day after the completion and end with the day before the same date.
func TestTheFirstFreeDay(t *testing.T) {
	for _, c := range []struct{ completed, three, five string }{
		{"2026-12-31", "2030-01-01", "2032-01-01"},
		{"2027-03-31", "2030-04-01", "2032-04-01"},
		{"2027-02-28", "2030-03-01", "2032-03-01"}, // 2032 has a 29th, which the record is kept for
		{"2028-02-27", "2031-02-28", "2033-02-28"},
		{"2028-02-28", "2031-03-01", "2033-03-01"}, // the 29th on which the years begin is not there when they end
		{"2028-02-29", "2031-03-01", "2033-03-01"},
	} {
		for years, want := range map[int]string{3: c.three, 5: c.five} {
			if got := Free(day(t, c.completed), years); got != day(t, want) {
				t.Errorf("%d years after %s: free on %s, not %s", years, c.completed, got, want)
			}
		}
	}
}

// A record is complete with its last entry, but never before the pay day.
func TestTheDayOfCompletion(t *testing.T) {
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ last, entered, completed string }{
		{"2026-11-30", "2026-12-03T10:00:00Z", "2026-12-31"},
		{"2026-11-20", "2026-11-25T10:00:00Z", "2026-12-31"},
		{"2027-12-31", "2028-01-05T10:00:00Z", "2028-01-31"},
		{"2028-01-31", "2028-02-01T10:00:00Z", "2028-02-29"},
		{"2026-11-30", "2026-12-31T14:59:59.999Z", "2026-12-31"}, // the last moment of the day in Tokyo
		{"2026-11-30", "2026-12-31T15:00:00Z", "2027-01-01"},
		{"2026-11-30", "2028-06-01T00:00:00Z", "2028-06-01"},
	} {
		entered, err := time.Parse(time.RFC3339, c.entered)
		if err != nil {
			t.Fatal(err)
		}
		r := Record{Last: day(t, c.last), Entered: entered, Zone: tokyo}
		if got := r.Completed(); got != day(t, c.completed) {
			t.Errorf("%s, entered %s: complete on %s, not %s", c.last, c.entered, got, c.completed)
		}
	}
}

// Nothing is over before midnight in the company's zone, nor while it is held or unfinished.
func TestARecordIsOverAtMidnightOfTheCompany(t *testing.T) {
	for zone, midnight := range map[string]string{"Asia/Tokyo": "2031-12-31T15:00:00Z", "America/New_York": "2032-01-01T05:00:00Z", "UTC": "2032-01-01T00:00:00Z"} {
		location, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		at, err := time.Parse(time.RFC3339, midnight)
		if err != nil {
			t.Fatal(err)
		}
		r := Record{Last: day(t, "2026-11-30"), Entered: at.AddDate(-5, -2, 0), Finished: true, Years: 5, Zone: location}
		if r.Over(at.Add(-time.Millisecond)) || !r.Over(at) {
			t.Errorf("%s: over before midnight, or not at it", zone)
		}
		for name, not := range map[string]Record{"held": {Finished: true, Held: true}, "unfinished": {}} {
			not.Last, not.Entered, not.Years, not.Zone = r.Last, r.Entered, r.Years, r.Zone
			if not.Over(at.AddDate(50, 0, 0)) {
				t.Error(name)
			}
		}
	}
}

// What is of no period is free by the same rule: the day it names is the last one whose years are over.
func TestTheLastDayThatIsFree(t *testing.T) {
	for _, years := range []int{3, 5} {
		for d := day(t, "2030-12-01"); d.Compare(day(t, "2033-04-01")) < 0; d = d.AddDays(1) {
			last := Before(d.Time().Add(time.Hour), time.UTC, years)
			if Free(last, years).Compare(d) > 0 || Free(last.AddDays(1), years).Compare(d) <= 0 {
				t.Fatalf("on %s %s is the last day of %d years", d, last, years)
			}
		}
	}
}
