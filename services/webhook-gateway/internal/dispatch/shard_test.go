package dispatch

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"

	"github.com/dakoku/dakoku/services/webhook-gateway/internal/inbox"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/journey"
)

// pace is a journey that takes a batch so long.
func pace(batch time.Duration) handler {
	return func(ctx context.Context, rows []inbox.Row) []journey.Result {
		<-time.After(batch)
		return fine(ctx, rows)
	}
}

// apart are two people of different shards.
func apart(d *Dispatcher) (user, other string) {
	for n := 0; ; n++ {
		if other = fmt.Sprint("v", n); d.shard("t", other) != d.shard("t", "u") {
			return "u", other
		}
	}
}

var ids atomic.Int64

// offered stores rows of a person as the inbox does, one after the other, as long as there is room.
func offered(d *Dispatcher, user string, most int) (n int) {
	for n < most && !d.Busy("t", user) {
		n++
		d.Offer([]inbox.Row{row(fmt.Sprint(user, " ", ids.Add(1)), user)})
	}
	return n
}

// What is taken fresh is begun before it is stale, however long a batch takes: nothing is
// given back unbegun. One that is quick takes much more than one that is slow.
func TestFreshRowsAreTakenAsFastAsTheyAreBegun(t *testing.T) {
	took := map[time.Duration]int{}
	for _, batch := range []time.Duration{10 * time.Millisecond, 150 * time.Millisecond, 600 * time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			b := newBox()
			d := New(b, pace(batch), b, zap.NewNop(), Backoff{})
			stop := start(t, d)
			took[batch] = offered(d, "u", 1) // what a batch takes is known when one has ended
			time.Sleep(time.Second)
			for range 2000 { // ten seconds of a flood
				took[batch] += offered(d, "u", 20)
				time.Sleep(5 * time.Millisecond)
			}
			time.Sleep(10 * time.Second)
			stop()
			if len(b.waits) > 0 || len(b.told()) != took[batch] {
				t.Errorf("batches of %s: %d taken, %d given back, %d judged", batch, took[batch], len(b.waits), len(b.told()))
			}
		})
	}
	if quick, middle, slow := took[10*time.Millisecond], took[150*time.Millisecond], took[600*time.Millisecond]; quick < 30_000 || middle < 4000 || slow < 1000 || slow > 2000 {
		t.Errorf("%d, %d and %d taken", quick, middle, slow)
	}
}

// That batches take long is known with the first one, that they are quick again later, and
// only from one that did something.
func TestWhatABatchTakesIsLearnt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShard(1)
		for range batchLimit {
			s.rows <- row("a", "u")
		}
		for _, batch := range []struct {
			takes, wait time.Duration
			travelled   bool
		}{{0, 0, true}, {800, 800, true}, {0, 400, true}, {200, 300, true}, {0, 300, false}, {900, 900, false}} {
			s.begin()
			time.Sleep(batch.takes * time.Millisecond)
			s.end(batch.travelled)
			if got := s.wait(); got != batch.wait*time.Millisecond {
				t.Errorf("after a batch of %d ms: %s", batch.takes, got)
			}
		}
	})
}

// When batches become slow, what waits then grows old and goes back at once. That is not quick
// work: whatever was taken on the strength of it would grow old in its turn, and so on.
func TestGivingBackIsNotQuick(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBox()
		var takes atomic.Int64
		takes.Store(int64(20 * time.Millisecond))
		d := New(b, handler(func(ctx context.Context, rows []inbox.Row) []journey.Result {
			<-time.After(time.Duration(takes.Load()))
			return fine(ctx, rows)
		}), b, zap.NewNop(), Backoff{})
		stop := start(t, d)
		for step := range 3000 {
			if step == 300 {
				takes.Store(int64(600 * time.Millisecond))
			}
			offered(d, "u", 20)
			time.Sleep(10 * time.Millisecond)
		}
		stop()
		if n := len(b.waits); n > 4*batchLimit { // of those that came while batches were quick
			t.Errorf("%d were given back unbegun", n)
		}
	})
}

// While a batch takes longer than any before it nobody knows when the next one begins.
func TestNothingIsTakenBehindABatchThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBox()
		d := New(b, pace(journeyBudget), b, zap.NewNop(), Backoff{})
		stop := start(t, d)
		d.Offer([]inbox.Row{row("first", "u")})
		if time.Sleep(soon - time.Millisecond); d.Busy("t", "u") {
			t.Error("busy at once")
		}
		if time.Sleep(2 * time.Millisecond); !d.Busy("t", "u") {
			t.Error("not busy behind a batch that hangs")
		}
		if time.Sleep(journeyBudget); d.Busy("t", "u") {
			t.Error("busy with nothing to do")
		}
		stop()
	})
}

// Whoever sends very much fills one shard of many: others are taken as ever.
func TestAFloodOfOnePersonLeavesRoomForOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBox()
		d := New(b, handler(fine), b, zap.NewNop(), Backoff{})
		user, other := apart(d)
		if n := offered(d, user, capacity); n != capacity/len(d.shards) {
			t.Errorf("%d taken", n)
		}
		if d.Busy("t", other) {
			t.Error("no room for others")
		}
		for i := range underway { // was on its way when the shard became full
			d.Offer([]inbox.Row{row(fmt.Sprint("late ", i), user)})
		}
		start(t, d)
		b.await(t, capacity/len(d.shards)+underway)
	})
}

// fifo is an inbox in which claimed rows wait, a batch at a time.
type fifo struct {
	*box
	taken atomic.Int32
}

func (f *fifo) Claim(context.Context) (rows []inbox.Row, err error) {
	for range batchLimit {
		rows = append(rows, row(fmt.Sprint("waited ", f.taken.Add(1)), fmt.Sprint("w", f.taken.Load())))
	}
	return rows, nil
}

// In a rush that does not end, what was left in the inbox has turns beside what is fresh.
func TestARushDoesNotStarveWhatIsLeftInTheInbox(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &fifo{box: newBox()}
		d := New(b, pace(100*time.Millisecond), b, zap.NewNop(), Backoff{})
		user, other := apart(d)
		for range 4 { // more than a batch waits at any time
			offered(d, user, batchLimit)
			offered(d, other, batchLimit)
		}
		stop := start(t, d)
		for range 500 {
			offered(d, user, 20)
			offered(d, other, 20)
			time.Sleep(10 * time.Millisecond)
		}
		if n := b.taken.Load(); n < 10*batchLimit || n > 52*batchLimit {
			t.Errorf("%d of those that waited were claimed in five seconds", n)
		}
		for id := range b.waits {
			t.Errorf("%s was given back", id)
		}
		stop()
	})
}

// Behind batches that are begun late, or not at all, nothing is claimed for itself to grow old.
func TestNothingIsClaimedBehindALateShard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &fifo{box: newBox()}
		d := New(b, handler(fine), b, zap.NewNop(), Backoff{})
		d.shards[0].took.Store(int64(late))
		for i := range batchLimit {
			d.shards[0].rows <- row(fmt.Sprint(i), "u")
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { defer close(ended); d.room(ctx) }()
		for range 10 {
			time.Sleep(turnEvery)
			d.taken <- struct{}{}
		}
		synctest.Wait()
		select {
		case <-ended:
			t.Error("claims beside what is begun too late")
		default:
		}
		d.shards[0].took.Store(int64(late) / 2)
		d.taken <- struct{}{}
		<-ended
		cancel()
	})
}

// A process that stops gives back all that it has not begun, however much that is.
func TestStoppingGivesBackMoreThanABatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBox()
		d := New(b, handler(fine), b, zap.NewNop(), Backoff{})
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := d.Run(ctx); err != nil {
			t.Fatal(err)
		}
		const rows = 3*batchLimit + 1
		for i := range rows { // handed over while the workers were leaving
			d.Offer([]inbox.Row{row(fmt.Sprint(i), "u")})
		}
		d.giveAllBack(ctx)
		if len(b.waits) != rows {
			t.Errorf("%d of %d given back", len(b.waits), rows)
		}
	})
}
