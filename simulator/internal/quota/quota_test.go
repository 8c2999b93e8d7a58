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

// Half of the limit is granted after more than half was used for half an hour,
// and the whole again after a rest.
func TestUseForHalfAnHourTires(t *testing.T) {
	var counter quota.Counter
	now := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	for minute := range 30 {
		for range 3 {
			counter.Take("send", 4, now)
		}
		if used := 3 * (minute + 1); counter.Tired("send", 4, now) != (used > 60) {
			t.Fatalf("minute %d: %d calls of 60", minute, used)
		}
		now = now.Add(quota.Window)
	}
	if counter.Tired("other", 4, now) {
		t.Error("another key is tired, too")
	}
	if now = now.Add(12 * quota.Window); counter.Tired("send", 4, now) {
		t.Error("still tired after a rest")
	}
}

func TestDaysBeginAtMidnightInJapan(t *testing.T) {
	var counter quota.Counter
	late := time.Date(2026, 11, 23, 14, 59, 59, 0, time.UTC)
	for call, want := range []bool{true, true, false} {
		if got := counter.TakeOfDay("push", 2, late); got != want {
			t.Errorf("call %d: %t", call+1, got)
		}
	}
	if !counter.TakeOfDay("push", 2, late.Add(time.Second)) || !counter.TakeOfDay("other", 2, late) {
		t.Error("the next day, or another key, has no quota of its own")
	}
}
