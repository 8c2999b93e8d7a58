package timeclock

import (
	"testing"
	"time"
)

// A business day is less than four days from its instant in UTC, whatever the rules: queries of punches rely on it to
// read a few months alone.
func TestABusinessDayIsNearItsInstant(t *testing.T) {
	for _, name := range []string{"Pacific/Kiritimati", "Pacific/Niue", "Asia/Tokyo", "America/New_York", "UTC"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, cutoff := range []time.Duration{0, 5 * time.Hour, 24*time.Hour - time.Minute} {
			rules := Rules{Zone: zone, Cutoff: cutoff, LongestShift: 24 * time.Hour}
			for at := time.Date(2026, 2, 25, 0, 0, 0, 0, time.UTC); at.Before(time.Date(2026, 3, 20, 0, 0, 0, 0, time.UTC)); at = at.Add(17 * time.Minute) {
				first, last := rules.Day(at.Add(-rules.LongestShift)), rules.Day(at)
				if first.DaysSince(DateOf(at)) <= -4 || last.DaysSince(DateOf(at)) >= 4 {
					t.Fatalf("%s, cutoff %s: %s has the days %s to %s", name, cutoff, at, first, last)
				}
			}
		}
	}
}
