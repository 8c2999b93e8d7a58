package dispatch

import (
	"context"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/dakoku/dakoku/services/webhook-gateway/internal/inbox"
)

// repayBudget is for one settlement over a slow way to the database, which needs
// several rounds.
const repayBudget = 30 * time.Second

// debts are ends that could not be written while their leases held. They are written
// before anything is claimed again: each claim counts as an attempt, and a row that
// is claimed and not ended a few times looks as if it had ended its workers. So a
// database that is slow for long costs a row one attempt in each process, and not
// one in each lease.
type debts struct {
	mu   sync.Mutex
	list []*settlement
	rows int
}

// add notes a settlement, unless there are as many rows as may wait at all: the
// others are claimed again when their leases have run out.
func (o *debts) add(s *settlement) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.rows += s.size(); o.rows > capacity {
		o.rows -= s.size()
		return false
	}
	o.list = append(o.list, s)
	return true
}

// first is the oldest; nil when there is none.
func (o *debts) first() *settlement {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.list) == 0 {
		return nil
	}
	return o.list[0]
}

// paid forgets the oldest.
func (o *debts) paid() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.rows -= o.list[0].size()
	o.list = o.list[1:]
}

func (s *settlement) size() int { return len(s.done) + len(s.later) }

// unwritten tells that an end may yet be written: the inbox did not answer, and has
// not refused it.
func unwritten(err error) bool { return err != nil && !inbox.Hopeless(err) }

// owe remembers the part of a settlement that is not written.
func (d *Dispatcher) owe(s *settlement, complete, later error) {
	if unwritten(complete) {
		d.remember(&settlement{done: s.done, verdicts: s.verdicts})
	}
	if unwritten(later) {
		d.remember(&settlement{later: s.later, delays: s.delays})
	}
}

func (d *Dispatcher) remember(s *settlement) {
	if s.size() > 0 && !d.debts.add(s) {
		d.log.Warn("no room for ends that cannot be written; the events are begun again", zap.Int("events", s.size()))
	}
}

// stranded tells that ctx has ended while ends are owed. Nobody waits for the inbox any
// more, and trying it for one batch after the other takes longer than a process has
// that is told to stop.
func (d *Dispatcher) stranded(ctx context.Context) bool {
	return ctx.Err() != nil && d.debts.first() != nil
}

// repay writes what is owed. It reports false when the inbox does not take it yet.
// Whatever another process has begun meanwhile is fenced off by its lease.
func (d *Dispatcher) repay(ctx context.Context) bool {
	for s := d.debts.first(); s != nil; s = d.debts.first() {
		if !d.repaid(ctx, s) {
			return false
		}
		d.debts.paid()
	}
	return true
}

func (d *Dispatcher) repaid(ctx context.Context, s *settlement) bool {
	ctx, cancel := context.WithTimeout(ctx, repayBudget)
	defer cancel()
	lost, complete := d.inbox.Complete(ctx, s.done, s.verdicts)
	d.report("complete", lost, complete)
	if unwritten(complete) {
		return false
	}
	d.count(s, lost, complete)
	lost, later := d.inbox.Defer(ctx, s.later, s.delays)
	d.report("defer", lost, later)
	return !unwritten(later)
}
