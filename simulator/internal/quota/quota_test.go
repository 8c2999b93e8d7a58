package quota_test

import (
	"testing"
	"time"

	"github.com/dakoku/dakoku/simulator/internal/quota"
)

func TestAWindowRefusesWhatIsOverTheLimitAndThenStartsAfresh(t *testing.T) {
	var counter quota.Counter
	start := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	for call := 1; call <= 3; call++ {
		if got := counter.Take("send", 3, start); got.Refused || got.Remaining != 3-call || got.Used != call {
			t.Fatalf("call %d: %+v", call, got)
		}
	}
	if got := counter.Take("send", 3, start.Add(15*time.Second)); !got.Refused || got.Reset != 45 {
		t.Fatalf("fourth call: %+v, want refused with 45 s to go", got)
	}
	if got := counter.Take("other", 3, start); got.Refused {
		t.Fatalf("another key shares the window: %+v", got)
	}
	if got := counter.Take("send", 3, start.Add(quota.Window)); got.Refused {
		t.Fatalf("the next window is still refused: %+v", got)
	}
}
