package timeclock

import (
	"testing"
	"time"
)

// A business day starts at the first minute at which the clock shows the cutoff or more, in every zone that changes
// its clocks: found here by looking at each minute.
func TestADayStartsAtTheFirstMinuteOfItsCutoff(t *testing.T) {
	for _, zone := range []string{
		"America/New_York", "America/Santiago", "Europe/Berlin", "Europe/London", "Africa/Casablanca",
		"Asia/Beirut", "Australia/Sydney", "Australia/Lord_Howe", "Pacific/Auckland",
	} {
		rules := calendar(t, zone, 0, MonthEnd).Rules
		for _, change := range changes(t, rules.Zone) {
			for rules.Cutoff = 0; rules.Cutoff <= 4*time.Hour; rules.Cutoff += 15 * time.Minute {
				for day := DateOf(change).AddDays(-1); day != DateOf(change).AddDays(2); day = day.AddDays(1) {
					if got, want := rules.Start(day), byLooking(rules, day); !got.Equal(want) {
						t.Errorf("%s, cutoff %s: %s starts at %s, want %s", zone, rules.Cutoff, day, got, want.In(rules.Zone))
					}
				}
			}
		}
	}
}

// changes are the instants at which a zone changed its clocks in 2026.
func changes(t *testing.T, zone *time.Location) (all []time.Time) {
	t.Helper()
	for at := time.Date(2026, 1, 1, 0, 0, 0, 0, zone); ; {
		_, at = at.ZoneBounds()
		if at.IsZero() || at.Year() != 2026 {
			break
		}
		all = append(all, at)
	}
	if len(all) == 0 {
		t.Fatalf("the clocks of %s did not change", zone)
	}
	return all
}

// byLooking walks through the night minute by minute.
func byLooking(r Rules, day Date) time.Time {
	wanted := time.Date(day.Year, day.Month, day.Day, 0, 0, 0, 0, time.UTC).Add(r.Cutoff)
	at := time.Date(day.Year, day.Month, day.Day, 12, 0, 0, 0, r.Zone).AddDate(0, 0, -1)
	for onTheWall(at).Before(wanted) {
		at = at.Add(time.Minute)
	}
	return at
}
