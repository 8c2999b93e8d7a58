package api

import (
	"fmt"
	"slices"
	"testing"
)

// A timesheet has the zones that counted on one of its days and the closing day that gave it its days, and no others.
func TestTheCalendarsOfATimesheet(t *testing.T) {
	m := move(t, "2026-11-20T12:00:00+09:00")
	e := m.employee(t, "001")
	m.becomes(t, "Asia/Seoul", 20)
	m.set(t, "2027-03-05T12:00:00+09:00")
	m.becomes(t, "Asia/Tokyo", 10)
	for period, want := range map[string][]string{
		"2026-10": {"Asia/Tokyo 31  false"},
		"2026-11": {"Asia/Tokyo 31  false", "Asia/Seoul 20 2026-12 true"},
		"2027-01": {"Asia/Seoul 20 2026-12 true"},
		"2027-03": {"Asia/Seoul 20 2026-12 true", "Asia/Tokyo 10 2027-04 true"},
		"2027-05": {"Asia/Tokyo 10 2027-04 true"},
	} {
		var got []string
		for _, c := range m.sheet(t, e, period).GetCalendars() {
			got = append(got, fmt.Sprint(c.GetTimeZone(), " ", c.GetClosingDay(), " ", c.GetClosingFrom(), " ", c.GetEffectiveTime() != nil))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", period, got, want)
		}
	}
}
