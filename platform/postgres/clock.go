package postgres

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"go.uber.org/zap"
)

const (
	// clockSamples are taken for one measurement; the quickest counts.
	clockSamples = 3
	// clockEvery is how often the clock is measured again, and clockLimit how
	// long that may take.
	clockEvery = time.Minute
	clockLimit = 5 * time.Second
)

// Clock tells the database's time. Processes that share a database share its
// time, whatever their own clocks say: between measurements only the distance
// counts that the own clock has moved, which setting the time of day does not
// change. Make it with NewClock. Safe for concurrent use.
type Clock struct {
	db    *DB
	local func() time.Time
	known atomic.Pointer[moment]
}

// moment is one instant on both clocks.
type moment struct{ far, near time.Time }

// NewClock measures the database's time once. local is the process's clock; nil
// is time.Now.
func NewClock(ctx context.Context, db *DB, local func() time.Time) (*Clock, error) {
	c := NewUnsetClock(db, local)
	return c, c.Measure(ctx)
}

// NewUnsetClock is NewClock for a database that may be away: until it is measured
// the clock shows the process's own time.
func NewUnsetClock(db *DB, local func() time.Time) *Clock {
	if local == nil {
		local = time.Now
	}
	return &Clock{db: db, local: local}
}

// Now is the database's time, in UTC; our own as long as it was never measured.
func (c *Clock) Now() time.Time {
	known := c.known.Load()
	if known == nil {
		return c.local().UTC()
	}
	return known.far.Add(c.local().Sub(known.near))
}

// Ahead is how far the database's time is ahead of our own; false as long as it was
// never measured.
func (c *Clock) Ahead() (time.Duration, bool) {
	return c.Now().Round(0).Sub(c.local().Round(0)), c.known.Load() != nil
}

// Run measures again each minute until ctx ends, which is no error. While the
// database is away the clock goes on by the last measurement.
func (c *Clock) Run(ctx context.Context) error {
	tick := time.NewTicker(clockEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if err := c.Measure(ctx); err != nil && ctx.Err() == nil {
			c.db.log.Warn("the database's time is not known anew", zap.Error(err))
		}
	}
}

// Measure asks a few times and believes the answer that took the least time: it
// lies half that time from the truth at most. After an error the clock goes on by
// the measurement before.
func (c *Clock) Measure(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, clockLimit)
	defer cancel()
	var best *moment
	var least time.Duration
	for range clockSamples {
		m, took, err := c.ask(ctx)
		if err != nil {
			return err
		}
		if best == nil || took < least {
			best, least = m, took
		}
	}
	c.known.Store(best)
	return nil
}

func (c *Clock) ask(ctx context.Context) (*moment, time.Duration, error) {
	var far, asked, answered time.Time
	err := c.db.InTx(ctx, NoTenant(), func(ctx context.Context, tx pgx.Tx) error {
		asked = c.local()
		err := tx.QueryRow(ctx, `select clock_timestamp()`).Scan(&far)
		answered = c.local()
		return err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("ask for the database's time: %w", err)
	}
	took := answered.Sub(asked)
	return &moment{far: far.UTC(), near: asked.Add(took / 2)}, took, nil
}
