package intake

import (
	"context"
	"math/rand/v2"
	"time"

	"go.uber.org/zap"

	"github.com/dakoku/dakoku/platform/failpoint"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/inbox"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/spool"
)

// Run brings what lies in the spool to the inbox until ctx ends.
func (i *Intake) Run(ctx context.Context) error {
	if i.Spool == nil {
		<-ctx.Done()
		return nil
	}
	adopt := time.NewTicker(adoptEvery)
	defer adopt.Stop()
	wait := firstPause
	for {
		wait = i.turn(ctx, wait)
		timer := time.NewTimer(wait/2 + rand.N(wait))
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-adopt.C:
			i.adopt()
		case <-timer.C:
		}
		timer.Stop()
	}
}

// turn drains if there is something, and tells how long to wait then.
func (i *Intake) turn(ctx context.Context, waited time.Duration) time.Duration {
	if !i.detour.Load() {
		return firstPause
	}
	if !i.emptied(ctx) {
		return min(2*waited, lastPause)
	}
	i.failing = false
	i.Log.Info("the spool is empty; callbacks go to the inbox")
	return firstPause
}

// fail says once what keeps the spool from being drained.
func (i *Intake) fail(what string, err error) bool {
	if !i.failing {
		i.Log.Warn(what, zap.Error(err))
	}
	i.failing = true
	return false
}

// adopt takes over the records of processes that are gone. They make a detour of
// new deliveries, too, which come after them.
func (i *Intake) adopt() {
	i.Spool.Adopt()
	i.gate.RLock()
	defer i.gate.RUnlock()
	if records, _ := i.Spool.Usage(); records > 0 {
		i.detour.Store(true)
	}
}

// admit proves once that the database is the right one.
func (i *Intake) admit(ctx context.Context) bool {
	if i.isAdmitted() {
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, drainBudget)
	defer cancel()
	if err := i.Admit(ctx); err != nil {
		return i.fail("the database is not there yet; callbacks wait in the spool", err)
	}
	i.Log.Info("the database is there")
	close(i.admitted)
	return true
}

// emptied brings in everything and reopens the direct way. It reports false when
// the database did not take something.
func (i *Intake) emptied(ctx context.Context) bool {
	if !i.admit(ctx) {
		return false
	}
	for ctx.Err() == nil {
		records, _ := i.Spool.Usage()
		if records == 0 {
			return i.reopen(ctx)
		}
		began := time.Now()
		if !i.batch(ctx, drainBudget) {
			return false
		}
		if records <= drainBatch && time.Since(began) < quick {
			return i.reopen(ctx)
		}
	}
	return false
}

// reopen brings in the last records while nobody adds one, and ends the detour.
func (i *Intake) reopen(ctx context.Context) bool {
	i.gate.Lock()
	defer i.gate.Unlock()
	until := time.Now().Add(gateBudget)
	for {
		if records, _ := i.Spool.Usage(); records == 0 {
			i.detour.Store(false)
			i.oldest.Store(0)
			return true
		}
		left := time.Until(until)
		if left <= 0 || !i.batch(ctx, left) {
			return false
		}
	}
}

// batch brings in the oldest records. It reports false when it did not.
func (i *Intake) batch(ctx context.Context, budget time.Duration) bool {
	ctx, cancel := context.WithTimeout(ctx, budget)
	defer cancel()
	if err := i.compared(ctx); err != nil {
		return i.fail("the database does not tell its time; callbacks wait in the spool", err)
	}
	b, err := i.Spool.Next(drainBatch)
	if err != nil {
		return i.fail("the spool cannot be read", err)
	}
	deliveries, bad := i.unpack(b)
	if len(deliveries) > 0 {
		i.oldest.Store(deliveries[0].Received.UnixMilli())
	}
	refused, err := i.restore(ctx, deliveries)
	if err != nil {
		return i.fail("the database does not take what lies in the spool", err)
	}
	if err := failpoint.Hit("gw.spool.drained"); err != nil {
		return i.fail("told not to release", err)
	}
	i.Spool.Release(b, bad || refused)
	i.Meters.drained.Add(float64(len(b.Records)))
	return true
}

// compared makes sure of the database's time, which some records are dated by.
func (i *Intake) compared(ctx context.Context) error {
	if _, _, sure := i.Clock.Latest(); sure {
		return nil
	}
	return i.Clock.Measure(ctx)
}

func (i *Intake) unpack(b spool.Batch) (deliveries []inbox.Delivery, bad bool) {
	for _, record := range b.Records {
		d, err := unpack(record, i.Clock, i.life)
		if err != nil {
			i.Log.Error("a record of the spool cannot be read", zap.Error(err))
			bad = true
			continue
		}
		deliveries = append(deliveries, d)
	}
	return deliveries, bad
}

// restore stores a batch; if the database refuses what is in it, one by one, so
// that one bad event does not hold up the others. What is refused stays in a file.
func (i *Intake) restore(ctx context.Context, deliveries []inbox.Delivery) (refused bool, err error) {
	if len(deliveries) == 0 {
		return false, nil
	}
	err = i.Inbox.Restore(ctx, deliveries)
	switch {
	case err == nil || !inbox.Hopeless(err):
		return false, err
	case len(deliveries) == 1:
		i.Log.Error("the database refuses an event of the spool; it stays in a file", zap.String("event", deliveries[0].ID), zap.Error(err))
		return true, nil
	}
	for n := range deliveries {
		one, err := i.restore(ctx, deliveries[n:n+1])
		if err != nil {
			return refused, err
		}
		refused = refused || one
	}
	return refused, nil
}
