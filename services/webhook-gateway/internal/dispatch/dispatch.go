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
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/dakoku/dakoku/services/webhook-gateway/internal/inbox"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/journey"
)

const (
	shardCount  = 8
	shardLength = 256
	batchLimit  = 64
	pollEvery   = 250 * time.Millisecond
	measureEach = 20 // polls
)

// Inbox holds the rows.
type Inbox interface {
	Claim(ctx context.Context) ([]inbox.Row, error)
	Complete(ctx context.Context, rows []inbox.Row, verdicts []inbox.Verdict) (lost []string, err error)
	Defer(ctx context.Context, rows []inbox.Row, waits []time.Duration) (lost []string, err error)
	Oldest(ctx context.Context) (time.Duration, error)
}

// Handler is the journey.
type Handler interface {
	Handle(ctx context.Context, rows []inbox.Row) []journey.Result
}

// Dispatcher works on rows until its context ends. The events of one person are
// in one shard and so in order.
type Dispatcher struct {
	inbox   Inbox
	handler Handler
	log     *zap.Logger
	backoff Backoff
	shards  [shardCount]chan inbox.Row
}

// New makes a dispatcher; a zero Backoff is the ordinary one.
func New(box Inbox, handler Handler, log *zap.Logger, backoff Backoff) *Dispatcher {
	d := &Dispatcher{inbox: box, handler: handler, log: log, backoff: backoff.orDefault()}
	for i := range d.shards {
		d.shards[i] = make(chan inbox.Row, shardLength)
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

func (d *Dispatcher) shard(row inbox.Row) chan inbox.Row {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(row.Tenant))
	_, _ = hash.Write([]byte(row.Event.User))
	return d.shards[hash.Sum32()%shardCount]
}

// Run works until ctx ends, then finishes what it has.
func (d *Dispatcher) Run(ctx context.Context) error {
	var shards sync.WaitGroup
	for _, shard := range d.shards {
		shards.Go(func() { d.work(ctx, shard) })
	}
	d.poll(ctx)
	shards.Wait()
	return nil
}

func (d *Dispatcher) work(ctx context.Context, shard chan inbox.Row) {
	settle := context.WithoutCancel(ctx)
	for {
		select {
		case first := <-shard:
			d.handle(settle, gather(shard, first))
		case <-ctx.Done():
			if len(shard) == 0 {
				return
			}
		}
	}
}

func gather(shard chan inbox.Row, first inbox.Row) []inbox.Row {
	batch := []inbox.Row{first}
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

// poll claims what is due and waits for room before it claims more.
func (d *Dispatcher) poll(ctx context.Context) {
	for turn := 0; ctx.Err() == nil; turn++ {
		rows, err := d.inbox.Claim(ctx)
		if err != nil && ctx.Err() == nil {
			d.log.Warn("cannot claim events", zap.Error(err))
		}
		for _, row := range rows {
			select {
			case d.shard(row) <- row:
			case <-ctx.Done():
				return
			}
		}
		if turn%measureEach == 0 {
			_, _ = d.inbox.Oldest(ctx) // a metric; Claim reports the same trouble
		}
		if len(rows) == 0 {
			pause(ctx, pollEvery/2+rand.N(pollEvery))
		}
	}
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
