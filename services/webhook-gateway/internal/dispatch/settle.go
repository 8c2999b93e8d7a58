package dispatch

import (
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"go.uber.org/zap"

	"github.com/dakoku/dakoku/platform/failpoint"
	"github.com/dakoku/dakoku/platform/run"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/inbox"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/journey"
)

const (
	// Together these stay below the lease.
	stale         = 2 * time.Second
	journeyBudget = 5 * time.Second
	settleBudget  = 2 * time.Second

	// settlePause is how long to wait before a settlement is tried again.
	settlePause = 100 * time.Millisecond

	// maxAttempts is how often a row may be begun without an orderly end.
	maxAttempts = 8
)

// Backoff is how long a deferred event waits: at least First, at most a bound
// that doubles with every deferral from First up to Last.
type Backoff struct{ First, Last time.Duration }

func (b Backoff) orDefault() Backoff {
	if b.First <= 0 {
		return Backoff{time.Second, time.Minute}
	}
	return b
}

// wait is spread evenly, so that events that were deferred together do not come
// back together.
func (b Backoff) wait(deferrals int) time.Duration {
	bound := b.Last
	if deferrals < 16 {
		bound = min(b.Last, b.First<<(deferrals+1))
	}
	return b.First + rand.N(max(bound-b.First, 1))
}

// handle takes a batch on its journey and settles it, also when ctx ends. It tells
// whether anything travelled.
func (d *Dispatcher) handle(ctx context.Context, batch []inbox.Row) (travelled bool) {
	s := &settlement{backoff: d.backoff}
	healthy := s.sort(batch)
	if len(healthy) > 0 {
		d.travel(context.WithoutCancel(ctx), s, healthy)
	}
	d.settle(ctx, s)
	return len(healthy) > 0
}

// travel takes those on their journey whose turn it is. Nobody can tell when the
// inbox does not answer: then they all wait.
func (d *Dispatcher) travel(ctx context.Context, s *settlement, healthy []inbox.Row) {
	ctx, cancel := context.WithTimeout(ctx, journeyBudget)
	defer cancel()
	turn, err := d.inbox.InTurn(ctx, healthy)
	if err != nil {
		d.log.Warn("cannot tell whose turn it is", zap.Error(err))
		s.take(healthy, slices.Repeat([]journey.Result{{Later: true}}, len(healthy)))
		return
	}
	if len(turn) > 0 && failpoint.Hit("gw.dispatched") == nil {
		s.take(turn, d.handler.Handle(ctx, turn))
	}
}

// settlement is what to write back.
type settlement struct {
	backoff  Backoff
	done     []inbox.Row
	verdicts []inbox.Verdict
	later    []inbox.Row
	delays   []inbox.Delay
}

// sort keeps rows off the journey: those that killed their worker too often,
// those that cannot be read back, and those whose lease would run out on the way.
func (s *settlement) sort(batch []inbox.Row) (healthy []inbox.Row) {
	for _, row := range batch {
		switch {
		case row.Attempts > maxAttempts && !row.Blind:
			s.complete(row, inbox.Verdict{Outcome: inbox.Quarantined, Reason: inbox.ReasonPoison})
		case row.Damaged:
			s.complete(row, inbox.Verdict{Outcome: inbox.Quarantined, Reason: inbox.ReasonDamaged})
		case time.Since(row.Leased) > stale:
			s.postpone(row, inbox.Delay{})
		default:
			healthy = append(healthy, row)
		}
	}
	return healthy
}

func (s *settlement) take(rows []inbox.Row, results []journey.Result) {
	for i, r := range results {
		switch {
		case !r.Later:
			s.complete(rows[i], r.Verdict)
		case r.Wait > 0:
			s.postpone(rows[i], inbox.Delay{Wait: r.Wait, Own: r.Own})
		default:
			s.postpone(rows[i], inbox.Delay{Wait: s.backoff.wait(rows[i].Deferrals), Own: r.Own})
		}
	}
}

func (s *settlement) complete(row inbox.Row, v inbox.Verdict) {
	s.done, s.verdicts = append(s.done, row), append(s.verdicts, v)
}

func (s *settlement) postpone(row inbox.Row, d inbox.Delay) {
	s.later, s.delays = append(s.later, row), append(s.delays, d)
}

// settle writes back. What cannot be written as long as its lease holds, or once ctx
// has ended at the first try, is owed.
func (d *Dispatcher) settle(ctx context.Context, s *settlement) {
	ctx, cancel := context.WithTimeout(ctx, s.left())
	defer cancel()
	lost, err := d.written(ctx, "complete", func(ctx context.Context) ([]string, error) { return d.inbox.Complete(ctx, s.done, s.verdicts) })
	d.count(s, lost, err)
	_, late := d.written(ctx, "defer", func(ctx context.Context) ([]string, error) { return d.inbox.Defer(ctx, s.later, s.delays) })
	d.owe(s, err, late)
	for i, v := range s.verdicts {
		if v.Outcome == inbox.Quarantined {
			d.log.Error("event quarantined", zap.String("event", s.done[i].ID), zap.String("tenant", s.done[i].Tenant), zap.String("reason", v.Reason))
		}
	}
}

// left is how long the lease of the oldest row still holds, and at least one try.
func (s *settlement) left() time.Duration {
	left := inbox.Lease
	for _, rows := range [][]inbox.Row{s.done, s.later} {
		for _, row := range rows {
			left = min(left, inbox.Lease-time.Since(row.Leased))
		}
	}
	return max(left, settleBudget)
}

// written repeats what the inbox does not take. A row whose end is not written looks
// as if it had ended its worker, and after a few times it would be kept apart, so a
// database that is away for a moment is worth some patience; without it nobody here
// has anything else to do.
func (d *Dispatcher) written(ctx context.Context, verb string, write func(context.Context) ([]string, error)) (lost []string, err error) {
	for {
		try, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleBudget)
		lost, err = write(try)
		cancel()
		d.report(verb, lost, err)
		if err == nil || inbox.Hopeless(err) {
			return lost, err
		}
		if run.Pause(ctx, settlePause) != nil {
			return lost, err
		}
	}
}

// count tells of the rows whose verdict is written, so that none is told twice.
func (d *Dispatcher) count(s *settlement, lost []string, err error) {
	if err != nil {
		return
	}
	for i, row := range s.done {
		if !slices.Contains(lost, row.ID) {
			d.tally.Judged(row, s.verdicts[i])
		}
	}
}

func (d *Dispatcher) report(verb string, lost []string, err error) {
	if err != nil {
		d.log.Warn("cannot settle events", zap.String("verb", verb), zap.Error(err))
	}
	if len(lost) > 0 {
		d.log.Warn("another worker has taken events over", zap.String("verb", verb), zap.Strings("events", lost))
	}
}
