package outbound

import (
	"testing"

	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
)

// Companies whose calls failed together must not try again together: LINE WORKS would be
// asked by all of them in the same moment.
func TestTriesAreSpread(t *testing.T) {
	var early, late int
	for range 400 { // that none of them is in a quarter is less likely than one in 10^49
		switch s := spread(); {
		case s < 0 || s >= 1:
			t.Fatalf("%f", s)
		case s < 0.25:
			early++
		case s > 0.75:
			late++
		}
	}
	if early == 0 || late == 0 {
		t.Errorf("%d of 400 are in the first quarter and %d in the last", early, late)
	}
}

// The longer nothing gets through, the more lies between the first try and the last one of
// those that failed together.
func TestWaitsFollowTheirSpread(t *testing.T) {
	for failures := range 12 {
		for _, class := range []lineworks.Class{lineworks.Temporary, lineworks.Ambiguous, lineworks.RateLimited} {
			l := Letter{Messages: []Message{{}}, Failures: failures}
			soon := weigh(l, lineworks.Rate{}, &lineworks.Failure{Class: class}, noon, 0)
			late := weigh(l, lineworks.Rate{}, &lineworks.Failure{Class: class}, noon, 1)
			if late.Close < soon.Close*3/2 {
				t.Errorf("class %v after %d failures: from %s to %s", class, failures, soon.Close, late.Close)
			}
		}
	}
}
