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
	// more than one for each processor would divide them, and have the callbacks that
	// wait for their 200 share the processors with more of what can wait.
	fewestShards, mostShards = 2, 8
	batchLimit               = 64
	pollEvery                = 250 * time.Millisecond
	turnEvery                = 100 * time.Millisecond // of what is claimed in a rush
	measureEach              = 20                     // polls
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
	shards  []*shard
	taken   chan struct{} // has something after rows were taken from a shard
	debts   debts
}

// New makes a dispatcher; a zero Backoff is the ordinary one.
func New(box Inbox, handler Handler, tally Tally, log *zap.Logger, backoff Backoff) *Dispatcher {
	d := &Dispatcher{inbox: box, handler: handler, tally: tally, log: log, backoff: backoff.orDefault(), taken: make(chan struct{}, 1)}
	d.shards = make([]*shard, min(max(runtime.GOMAXPROCS(0), fewestShards), mostShards))
	for i := range d.shards {
		d.shards[i] = newShard(len(d.shards))
	}
	return d
}

// Offer takes fresh rows as far as there is room. The others are claimed when
// their lease has run out.
func (d *Dispatcher) Offer(rows []inbox.Row) {
	for _, row := range rows {
		select {
		case d.shard(row.Tenant, row.Event.User).rows <- row:
		default:
			d.log.Warn("no room for a fresh event; it is claimed later", zap.String("event", row.ID))
		}
	}
}

// Busy tells that an event of this person would not be begun soon: it had better wait
// in the inbox without a lease, to be claimed by whoever has room first.
func (d *Dispatcher) Busy(tenant, user string) bool { return d.shard(tenant, user).busy() }

func (d *Dispatcher) waiting() (n int) {
	for _, s := range d.shards {
		n += len(s.rows)
	}
	return n
}

func (d *Dispatcher) shard(tenant, user string) *shard {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(tenant))
	_, _ = hash.Write([]byte(user))
	return d.shards[hash.Sum32()%uint32(len(d.shards))]
}

// Run works until ctx ends, then finishes what it has.
func (d *Dispatcher) Run(ctx context.Context) error {
	var shards sync.WaitGroup
	for _, s := range d.shards {
		shards.Go(func() { d.work(ctx, s) })
	}
	d.poll(ctx)
	shards.Wait()
	d.giveAllBack(ctx)
	return nil
}

// giveAllBack returns what was handed over while the workers were leaving.
func (d *Dispatcher) giveAllBack(ctx context.Context) {
	for _, s := range d.shards {
		for rest := gather(s.rows, nil); len(rest) > 0 && !d.stranded(ctx); rest = gather(s.rows, nil) {
			d.giveBack(ctx, rest)
		}
	}
}

// work takes what waits on its journey, batch by batch, until ctx has ended and nothing
// waits, or what waits is better left to its lease.
func (d *Dispatcher) work(ctx context.Context, s *shard) {
	for !d.stranded(ctx) {
		select {
		case first := <-s.rows:
			s.begin()
			batch := gather(s.rows, []inbox.Row{first})
			select {
			case d.taken <- struct{}{}:
			default:
			}
			s.end(d.handle(ctx, batch))
		case <-ctx.Done():
			if len(s.rows) == 0 {
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
// old in vain, and another process could begin it at once. But in a rush fresh rows
// leave no such moment until it ends, and what was left in the inbox before them has
// waited longer: so it has a turn now and then, as long as batches are begun in time.
func (d *Dispatcher) room(ctx context.Context) {
	for since := time.Now(); d.waiting() >= batchLimit; {
		select {
		case <-d.taken:
			if time.Since(since) >= turnEvery && d.wait() < late {
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

// wait is how long it takes until the last row that waits here is begun.
func (d *Dispatcher) wait() (longest time.Duration) {
	for _, s := range d.shards {
		longest = max(longest, s.wait())
	}
	return longest
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
		case d.shard(row.Tenant, row.Event.User).rows <- row:
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
