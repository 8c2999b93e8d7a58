// Package dispatch brings events from the inbox to the journey and their outcome
// back.
//
// It knows shards, leases, polling and when to try again. It refuses to know what
// happens on the journey.
package dispatch

import (
	"context"
	"hash/fnv"
	"math/rand/v2"
	"runtime"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/dakoku/dakoku/platform/run"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/inbox"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/journey"
)

const (
	// Few shards make full batches, each of which costs the same few transactions;
	// more than one for each processor would only divide them.
	fewestShards, mostShards = 2, 8
	// capacity is how many rows may wait in all shards together: no more than are begun
	// before they are stale.
	capacity    = 512
	batchLimit  = 64
	pollEvery   = 250 * time.Millisecond
	measureEach = 20 // polls
	// suspectEach is after how many full polls a suspect comes before the others.
	suspectEach = 16
)

// Inbox holds the rows.
type Inbox interface {
	Claim(ctx context.Context) ([]inbox.Row, error)
	Suspect(ctx context.Context) ([]inbox.Row, error)
	Complete(ctx context.Context, rows []inbox.Row, verdicts []inbox.Verdict) (lost []string, err error)
	Defer(ctx context.Context, rows []inbox.Row, delays []inbox.Delay) (lost []string, err error)
	InTurn(ctx context.Context, rows []inbox.Row) ([]inbox.Row, error)
	Oldest(ctx context.Context) (time.Duration, error)
}

// Handler is the journey.
type Handler interface {
	Handle(ctx context.Context, rows []inbox.Row) []journey.Result
}

// Tally is told of every row that was judged.
type Tally interface {
	Judged(row inbox.Row, v inbox.Verdict)
}

// Dispatcher works on rows until its context ends. The events of one person are
// in one shard, and a batch begins with those whose turn it is: so they are in
// order, also with those that were put off or that another process holds.
type Dispatcher struct {
	inbox   Inbox
	handler Handler
	tally   Tally
	log     *zap.Logger
	backoff Backoff
	shards  []chan inbox.Row
	taken   chan struct{} // has something after rows were taken from a shard
	debts   debts
}

// New makes a dispatcher; a zero Backoff is the ordinary one.
func New(box Inbox, handler Handler, tally Tally, log *zap.Logger, backoff Backoff) *Dispatcher {
	d := &Dispatcher{inbox: box, handler: handler, tally: tally, log: log, backoff: backoff.orDefault(), taken: make(chan struct{}, 1)}
	d.shards = make([]chan inbox.Row, min(max(runtime.GOMAXPROCS(0), fewestShards), mostShards))
	for i := range d.shards {
		d.shards[i] = make(chan inbox.Row, capacity/len(d.shards))
	}
	return d
}

// Offer takes fresh rows as far as there is room. The others are claimed when
// their lease has run out.
func (d *Dispatcher) Offer(rows []inbox.Row) {
	for _, row := range rows {
		select {
		case d.shard(row) <- row:
		default:
			d.log.Warn("no room for a fresh event; it is claimed later", zap.String("event", row.ID))
		}
	}
}

// Busy tells that more than half of the room is taken: whatever comes then had
// better wait in the inbox, to be claimed when there is room.
func (d *Dispatcher) Busy() bool { return d.waiting() > capacity/2 }

func (d *Dispatcher) waiting() (n int) {
	for _, shard := range d.shards {
		n += len(shard)
	}
	return n
}

func (d *Dispatcher) shard(row inbox.Row) chan inbox.Row {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(row.Tenant))
	_, _ = hash.Write([]byte(row.Event.User))
	return d.shards[hash.Sum32()%uint32(len(d.shards))]
}

// Run works until ctx ends, then finishes what it has.
func (d *Dispatcher) Run(ctx context.Context) error {
	var shards sync.WaitGroup
	for _, shard := range d.shards {
		shards.Go(func() { d.work(ctx, shard) })
	}
	d.poll(ctx)
	shards.Wait()
	for _, shard := range d.shards { // handed over while its worker was leaving
		d.giveBack(ctx, gather(shard, nil))
	}
	return nil
}

func (d *Dispatcher) work(ctx context.Context, shard chan inbox.Row) {
	for {
		select {
		case first := <-shard:
			batch := gather(shard, []inbox.Row{first})
			select {
			case d.taken <- struct{}{}:
			default:
			}
			d.handle(ctx, batch)
		case <-ctx.Done():
			if len(shard) == 0 {
				return
			}
		}
	}
}

// gather adds what waits at this moment to a batch.
func gather(shard chan inbox.Row, batch []inbox.Row) []inbox.Row {
	for len(batch) < batchLimit {
		select {
		case next := <-shard:
			batch = append(batch, next)
		default:
			return batch
		}
	}
	return batch
}

// room waits until less than a batch waits here. What is claimed beyond that grows
// old in vain, and another process could begin it at once.
func (d *Dispatcher) room(ctx context.Context) {
	for d.waiting() >= batchLimit {
		select {
		case <-d.taken:
		case <-ctx.Done():
			return
		}
	}
}

// poll claims what is due when there is room for it. Suspects come
// one at a time: when nothing else is due, but in a rush that does not end every
// now and then, because their persons' later events wait for them.
func (d *Dispatcher) poll(ctx context.Context) {
	busy := 0
	for turn := 0; ctx.Err() == nil; turn++ {
		d.room(ctx)
		if !d.repay(ctx) {
			_ = run.Pause(ctx, settlePause) // the loop sees that ctx ended
			continue
		}
		rows := d.claim(ctx, d.inbox.Claim)
		d.hand(ctx, rows)
		if turn%measureEach == 0 {
			_, _ = d.inbox.Oldest(ctx) // a metric; Claim reports the same trouble
		}
		if busy++; len(rows) > 0 && busy < suspectEach {
			continue
		}
		busy = 0
		suspect := d.claim(ctx, d.inbox.Suspect)
		if len(suspect) > 0 {
			d.handle(ctx, suspect)
		}
		if len(suspect) == 0 && len(rows) == 0 {
			_ = run.Pause(ctx, pollEvery/2+rand.N(pollEvery)) // the loop sees that ctx ended
		}
	}
}

func (d *Dispatcher) claim(ctx context.Context, from func(context.Context) ([]inbox.Row, error)) []inbox.Row {
	rows, err := from(ctx)
	if err != nil && ctx.Err() == nil {
		d.log.Warn("cannot claim events", zap.Error(err))
	}
	return rows
}

// hand gives claimed rows to their shards. When the end comes first the rest goes back.
func (d *Dispatcher) hand(ctx context.Context, rows []inbox.Row) {
	for i, row := range rows {
		select {
		case d.shard(row) <- row:
		case <-ctx.Done():
			d.giveBack(ctx, rows[i:])
			return
		}
	}
}

// giveBack returns rows that were not begun: whoever is next need not wait for our
// lease, and they do not look as if they had ended us.
func (d *Dispatcher) giveBack(ctx context.Context, rows []inbox.Row) {
	back := &settlement{}
	for _, row := range rows {
		back.postpone(row, inbox.Delay{})
	}
	d.settle(ctx, back)
}
