package evidence

import (
	"testing"
	"time"
)

// A purge on 1 March removes what was sealed on 29 February three years before, at any time of the day; the check
// counts the years the same way.
func TestALeapDayIsNotEarly(t *testing.T) {
	terms := Terms{Years: []Years{{Tenant: "t", Order: 1, Version: 1, Years: 3}}}
	c := &check{now: time.Date(2040, 1, 1, 0, 0, 0, 0, time.UTC), terms: terms}
	at := time.Date(2028, 2, 29, 3, 0, 0, 0, time.UTC)
	for erased, early := range map[time.Time]bool{
		time.Date(2031, 3, 1, 0, 0, 0, 0, time.UTC):    false,
		time.Date(2031, 2, 28, 23, 59, 0, 0, time.UTC): true,
	} {
		if c.early(Remain{Tenant: "t", Fact: "punches", Key: `["p"]`, At: at, Stone: &Stone{Erased: erased, Order: 2}}, &tale{}) != early {
			t.Errorf("%s: early is not %v", erased, early)
		}
	}
}
