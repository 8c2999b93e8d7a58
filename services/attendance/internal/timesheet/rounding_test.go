package timesheet

import (
	"testing"
	"time"
)

func TestRoundingOfATotal(t *testing.T) {
	const hour, half = time.Hour, 30 * time.Minute
	for _, tt := range []struct {
		total                time.Duration
		none, nearest, downs time.Duration
	}{
		{0, 0, 0, 0},
		{160*hour + half - time.Millisecond, 160*hour + half - time.Millisecond, 160 * hour, 160 * hour},
		{160*hour + half, 160*hour + half, 161 * hour, 160 * hour},
		{161*hour - time.Millisecond, 161*hour - time.Millisecond, 161 * hour, 160 * hour},
		{161 * hour, 161 * hour, 161 * hour, 161 * hour},
	} {
		if a, b, c := NoRounding.Of(tt.total), NearestHour.Of(tt.total), DownToHour.Of(tt.total); a != tt.none || b != tt.nearest || c != tt.downs {
			t.Errorf("%s: %s, %s, %s", tt.total, a, b, c)
		}
	}
	if NoRounding.OnlyDown() || NearestHour.OnlyDown() || !DownToHour.OnlyDown() {
		t.Error("the warning is for rounding that only goes down")
	}
}
