package identity

import (
	"testing"
	"time"
)

// A day of guessing without a rest: waits grow, stay bounded, and end.
func TestGuessingSlowsDown(t *testing.T) {
	start := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	a, now, made := Attempts{}, start, 0
	for now.Before(start.Add(24 * time.Hour)) {
		next, wait := perAccount.take(a, now)
		if wait > perAccount.longest {
			t.Fatalf("waits %s", wait)
		}
		if wait == 0 {
			made++
		}
		a, now = next, now.Add(max(wait, time.Millisecond))
	}
	if made > 310 || made < perAccount.free {
		t.Errorf("%d attempts in a day", made)
	}
	if _, wait := perAccount.take(a, now.Add(perAccount.longest)); wait != 0 {
		t.Errorf("locked out: %s", wait)
	}
	if rested, _ := perAccount.take(a, now.Add(perAccount.forget+perAccount.longest)); rested.Failures != 1 {
		t.Errorf("never forgets: %d", rested.Failures)
	}
}

func TestARefusedAttemptChangesNothing(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	a := Attempts{Failures: 20, Until: now.Add(time.Minute), Last: now}
	if next, wait := perAccount.take(a, now); next != a || wait != time.Minute {
		t.Errorf("%v %s", next, wait)
	}
}
