package outbound

import (
	"testing"
	"time"

	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
)

// spend makes as many calls as the budget allows for so long and tells when.
func spend(b *Budget, now time.Time, forTime time.Duration) (calls []time.Time) {
	end := now.Add(forTime)
	for {
		*b = b.Refill(now)
		wait := b.Wait(now)
		if wait == 0 {
			*b = b.Take(false, now)
			calls = append(calls, now)
			continue
		}
		if now = now.Add(wait); now.After(end) {
			return calls
		}
	}
}

func most(calls []time.Time, window time.Duration) (most int) {
	first := 0
	for i := range calls {
		for calls[i].Sub(calls[first]) >= window {
			first++
		}
		most = max(most, i-first+1)
	}
	return most
}

// No minute sees more calls than the limit, half an hour at full speed is
// followed by half the speed, and a rest saves nothing up.
func TestTheBudgetIsNeverExceeded(t *testing.T) {
	for _, limit := range []int{240, 60, 10} {
		b := NewBudget(limit, noon)
		calls := spend(&b, noon, 25*time.Minute)
		if n := most(calls, time.Minute); n > limit || n < limit*8/10 {
			t.Errorf("limit %d: %d calls in a minute", limit, n)
		}
		calls = spend(&b, noon.Add(25*time.Minute), 4*time.Hour)
		last := calls[len(calls)-limit*60:]
		if took := last[len(last)-1].Sub(last[0]); took < 119*time.Minute || took > 125*time.Minute {
			t.Errorf("limit %d: an hour's worth took %v when sustained", limit, took)
		}
		if !b.HeadRoom(b.At).Sustained {
			t.Errorf("limit %d: not sustained after four hours", limit)
		}
		after := spend(&b, noon.Add(100*time.Hour), 2*time.Minute)
		if n := most(after, time.Minute); n > limit {
			t.Errorf("limit %d: %d calls in a minute after a rest", limit, n)
		}
		if n := most(after, time.Second); n > max(limit/15, 2) {
			t.Errorf("limit %d: %d calls in a second after a rest", limit, n)
		}
	}
}

// Full speed holds for half an hour on end, and is half from the next minute on.
func TestHalfOfTheLimitAfterHalfAnHour(t *testing.T) {
	for _, limit := range []int{240, 60} {
		b := NewBudget(limit, noon)
		half := spend(&b, noon, 30*time.Minute)
		if n := len(half); n < limit*30*9/10 || n > limit*30 {
			t.Errorf("limit %d: %d calls in the first half hour", limit, n)
		}
		next := spend(&b, noon.Add(31*time.Minute), 29*time.Minute)
		if n := len(next); n > limit/2*30 || n < limit/2*28 {
			t.Errorf("limit %d: %d calls in the 29 minutes after it", limit, n)
		}
	}
}

// Calls for which nobody waits take an eighth of a minute, wait while others call, and
// leave the burst whole.
func TestSpareCallsLeaveTheRest(t *testing.T) {
	for _, limit := range []int{240, 60, 10, 1} {
		b := NewBudget(limit, noon).Learn(lineworks.Rate{Limit: limit, Remaining: limit, Reset: time.Minute}, 0, noon)
		burst := b
		n := 0
		for ; b.Spare(noon) == 0 && n < limit; n++ {
			b = b.TakeSpare(noon)
		}
		if want := max(limit/8, 1); n != want || b.Spare(noon) != time.Minute || b.Level != burst.Level || b.Left != limit-want {
			t.Errorf("limit %d: %d calls, then %v, %+v", limit, n, b.Spare(noon), b)
		}
		if next := noon.Add(time.Minute); b.Refill(next).Spare(next) != 0 {
			t.Errorf("limit %d: none in the next minute", limit)
		}
		if busy := NewBudget(limit, noon).Take(false, noon); busy.Spare(noon) == 0 {
			t.Errorf("limit %d: right behind another call", limit)
		}
	}
	drained := NewBudget(240, noon)
	drained.Long = drained.halfHour() / 2
	if wait := drained.Spare(noon); wait < 5*time.Minute {
		t.Errorf("after half an hour of calls: %v", wait)
	}
}

// Where LINE WORKS says nothing of its limit, or no more, such calls take their share of a
// minute all the same, of the paid plans' until it has said anything, and the next minute
// has as many. Calls for which somebody waits are as free as before.
func TestSpareCallsAreBoundedWithoutAWordOfTheLimit(t *testing.T) {
	heard := NewBudget(Untold, noon).Learn(lineworks.Rate{Limit: 64, Remaining: 64, Reset: time.Minute}, 0, noon)
	for name, c := range map[string]struct {
		b    Budget
		want int
	}{"never": {NewBudget(Untold, noon), 30}, "once": {heard, 8}} {
		b, now := c.b, noon.Add(time.Hour)
		for minute := range 5 {
			b = b.Refill(now)
			n := 0
			for ; b.Spare(now) == 0 && n < 1000; n++ {
				b = b.TakeSpare(now)
			}
			if n != c.want || b.Spare(now) != time.Minute || b.Wait(now) != 0 {
				t.Errorf("%s, minute %d: %d calls, then %v, and others %v", name, minute, n, b.Spare(now), b.Wait(now))
			}
			now = now.Add(time.Minute)
		}
	}
	told := NewBudget(Untold, noon).TakeSpare(noon).Learn(lineworks.Rate{Limit: 240, Remaining: 3, Reset: time.Second}, 0, noon)
	if told.Left != 3 || !told.WindowEnd.Equal(noon.Add(time.Second)) {
		t.Errorf("what is assumed outlives the word of LINE WORKS: %+v", told)
	}
}

// Whatever small limit the platform names, something is sent.
func TestEverySmallLimitLetsCallsThrough(t *testing.T) {
	for limit := 1; limit < 20; limit++ {
		b := NewBudget(limit, noon)
		if n := len(spend(&b, noon, 4*time.Hour)); n < 4*60*limit/4 {
			t.Errorf("limit %d: %d calls in four hours", limit, n)
		}
	}
}

func TestTheBudgetBeginsWithThePaidPlan(t *testing.T) {
	if n := New(Config{}).PerMinute; n != 240 {
		t.Errorf("%d calls a minute", n)
	}
}

// An administrator reads what is left of the limit in this minute: all of it where
// nothing was sent, by the platform's count while its minute runs, and half after
// half an hour on end.
func TestTheHeadRoomIsOfTheLimit(t *testing.T) {
	b := NewBudget(240, noon)
	if head := b.HeadRoom(noon); head != (HeadRoom{Limit: 240, Remaining: 240}) {
		t.Errorf("idle: %+v", head)
	}
	b = b.Learn(lineworks.Rate{Limit: 240, Remaining: 200, Reset: 30 * time.Second}, 0, noon).Take(false, noon)
	if head := b.HeadRoom(noon); head.Remaining != 199 {
		t.Errorf("in the platform's minute: %+v", head)
	}
	if head := b.HeadRoom(noon.Add(30 * time.Second)); head.Remaining != 240 {
		t.Errorf("after it: %+v", head)
	}
	b.Long, b.At = 0, noon.Add(time.Hour)
	if head := b.HeadRoom(b.At); head != (HeadRoom{Limit: 240, Remaining: 120, Sustained: true}) {
		t.Errorf("after half an hour on end: %+v", head)
	}
}

func TestThePlatformsWordCounts(t *testing.T) {
	b := NewBudget(240, noon)
	b = b.Learn(lineworks.Rate{Limit: 60, Remaining: 10, Reset: 30 * time.Second}, 3, noon)
	if head := b.HeadRoom(noon); head != (HeadRoom{Limit: 60, Remaining: 7}) {
		t.Errorf("%+v", head)
	}
	b.Level = 60
	now := noon.Add(time.Second)
	if calls := spend(&b, now, 20*time.Second); len(calls) != 7 {
		t.Errorf("%d calls although 10 were left with 3 under way", len(calls))
	}
	if wait := b.Wait(noon.Add(25 * time.Second)); wait != 5*time.Second {
		t.Errorf("the next call waits %v, not for the reset", wait)
	}
	if wait := b.Refill(noon.Add(30 * time.Second)).Wait(noon.Add(30 * time.Second)); wait != 0 {
		t.Errorf("after the reset it waits %v", wait)
	}
	late := b.Learn(lineworks.Rate{Limit: 60, Remaining: 50, Reset: 40 * time.Second}, 0, noon.Add(25*time.Second))
	if late.Left != b.Left || !late.WindowEnd.Equal(b.WindowEnd) {
		t.Error("an answer that was overtaken loosens the limit")
	}
	tighter := b.Learn(lineworks.Rate{Limit: 60, Remaining: b.Left - 1, Reset: time.Second}, 0, noon.Add(25*time.Second))
	if tighter.Left != b.Left-1 {
		t.Errorf("%d calls left after a tighter word", tighter.Left)
	}
	if same := b.Learn(lineworks.Rate{}, 0, noon); same != b {
		t.Error("silence about the limit changes it")
	}
}

func TestRetriesNeedCredit(t *testing.T) {
	b, now, retries := NewBudget(240, noon), noon, 0
	for b.Retries(now) == 0 && retries < 100 {
		b, retries = b.Take(true, now), retries+1
	}
	if retries != maxCredit+1 {
		t.Errorf("%d retries on end", retries)
	}
	if wait := b.Retries(now.Add(20 * time.Second)); wait != 40*time.Second {
		t.Errorf("the next probe waits %v", wait)
	}
	for range 1000 { // first attempts save up no more than that
		b = b.Take(false, now)
	}
	if b.Credit != maxCredit {
		t.Errorf("credit for %v retries", b.Credit)
	}
	b.Credit = 0
	first := 0
	for ; b.Retries(now) > 0; first++ {
		b = b.Take(false, now)
	}
	if first < 10 || first > 11 {
		t.Errorf("a retry after %d first attempts", first)
	}
}
