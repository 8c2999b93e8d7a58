package dispatch

import (
	"testing"
	"time"
)

// Events that were deferred together must not come back together: their waits are spread
// over the whole of what is allowed.
func TestBackoffIsSpread(t *testing.T) {
	b := Backoff{First: time.Second, Last: time.Minute}
	for deferrals, bound := range map[int]time.Duration{0: 2 * time.Second, 3: 16 * time.Second, 50: time.Minute} {
		quarter := (bound - b.First) / 4
		var early, late int
		for range 400 { // that none of them is in a quarter is less likely than one in 10^49
			switch wait := b.wait(deferrals); {
			case wait < b.First+quarter:
				early++
			case wait > bound-quarter:
				late++
			}
		}
		if early == 0 || late == 0 {
			t.Errorf("after %d deferrals %d of 400 waits are in the first quarter and %d in the last", deferrals, early, late)
		}
	}
}
