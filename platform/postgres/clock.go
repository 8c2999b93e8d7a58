package postgres

import (
	"context"
	"fmt"
	"math"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"github.com/dakoku/dakoku/platform/failpoint"
)

const (
	// clockSamples are taken for one measurement.
	clockSamples = 3
	// clockEvery is how often the clock is measured again, clockSoon how soon when
	// it is known worse than clockInexact, and clockLimit how long that may take.
	clockEvery   = time.Minute
	clockSoon    = 2 * time.Second
	clockInexact = 50 * time.Millisecond
	clockLimit   = 5 * time.Second
	// clockDrift is how much two clocks that run by themselves may part, in parts
	// of the time that passes: a bad quartz is 1e-4 wrong.
	clockDrift = 10_000
	// clockOff is how far our time of day may be from the database's before it is said.
	clockOff = 5 * time.Second
	// clockSlept is how much more of the time of day may have passed than of our own
	// count of time, which stands still while a machine sleeps.
	clockSlept = time.Second
)

// Clock tells the database's time. Processes that share a database share its
// time, whatever their own clocks say: between measurements only the distance
// counts that the own clock has moved, which setting the time of day does not
// change. Make it with NewClock. Safe for concurrent use.
type Clock struct {
	db    *DB
	local func() time.Time
	made  time.Time // by local
	known atomic.Pointer[moment]
}

// Reading is what our own clocks showed at one moment.
type Reading struct {
	// Count is our count of time since the Clock was made. It stands still while the
	// machine sleeps, and setting the time of day does not change it.
	Count time.Duration
	// Day is our time of day, in UTC.
	Day time.Time
}

// moment tells between which times the database's clock stood when our own count of
// time stood at near, and our time of day at day.
type moment struct{ early, late, near, day time.Time }

// at is the same moment later, by our own clock: the longer it is ago, the less is
// known.
func (m *moment) at(near time.Time) moment {
	passed := near.Sub(m.near)
	drift := passed.Abs() / clockDrift
	return moment{early: m.early.Add(passed - drift), late: m.late.Add(passed + drift), near: near, day: near.Round(0)}
}

func (m *moment) width() time.Duration { return m.late.Sub(m.early) }

// narrow adds what one answer told. An answer that was long in coming tells little
// and so changes little; one that contradicts what was known means that a clock
// was set, and is believed.
func (m *moment) narrow(answer moment) *moment {
	if m == nil {
		return &answer
	}
	both := m.at(answer.near)
	if answer.early.After(both.early) {
		both.early = answer.early
	}
	if answer.late.Before(both.late) {
		both.late = answer.late
	}
	if both.late.Before(both.early) {
		return &answer
	}
	return &both
}

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
		local = failpoint.Now
	}
	return &Clock{db: db, local: local, made: local()}
}

// Read reads our own clocks.
func (c *Clock) Read() Reading {
	now := c.local()
	return Reading{Count: now.Sub(c.made), Day: now.Round(0).UTC()}
}

// At is Latest of a moment of this process, by our count of time. It is never too early
// when the clock was measured since; too late by as much as the machine slept between.
func (c *Clock) At(count time.Duration) time.Time {
	then, m := c.made.Add(count), c.known.Load()
	if m == nil {
		return then.Round(0).UTC()
	}
	return m.at(then).late.UTC()
}

// Now is the database's time, in UTC; our own as long as it was never measured.
func (c *Clock) Now() time.Time {
	known := c.known.Load()
	if known == nil {
		return c.local().UTC()
	}
	now := known.at(c.local())
	return now.early.Add(now.width() / 2)
}

// Latest is the time that the database's clock has not passed yet, in UTC: what happened
// here and is dated by it was, if anything, dated too late. It is our own time, and
// not sure, as long as the clock was never measured; nor is it sure when the machine slept
// or its time of day was set since. A database whose clock is set forward, or that another
// host takes over whose clock is ahead, is known a minute later.
func (c *Clock) Latest() (at time.Time, known, sure bool) {
	now, m := c.local(), c.known.Load()
	if m == nil {
		return now.UTC(), false, false
	}
	slept := now.Round(0).Sub(m.day) - now.Sub(m.near)
	return m.at(now).late, true, slept.Abs() < clockSlept
}

// Ahead is how far the database's time is ahead of our own; false as long as it was
// never measured.
func (c *Clock) Ahead() (time.Duration, bool) {
	return c.Now().Round(0).Sub(c.local().Round(0)), c.known.Load() != nil
}

// Run measures again each minute, and at once when nothing is sure any more or the
// answers were too slow to say much, until ctx ends, which is no error. While the
// database is away the clock goes on by the last measurement.
func (c *Clock) Run(ctx context.Context) error {
	tick := time.NewTicker(clockSoon)
	defer tick.Stop()
	tried, failed, off := time.Now(), false, false
	for {
		off = c.tellOff(off)
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if time.Since(tried) < clockEvery && (failed || c.exact()) {
			continue
		}
		err := c.Measure(ctx)
		tried, failed = time.Now(), err != nil
		if failed && ctx.Err() == nil {
			c.db.log.Warn("the database's time is not known anew", zap.Error(err))
		}
	}
}

// tellOff says once that our time of day is far from the database's, and once that it is
// so no more. Nothing here goes by it, but certificates do, and whoever reads logs. While
// nothing is sure it says nothing.
func (c *Clock) tellOff(was bool) (off bool) {
	ahead, _ := c.Ahead()
	if _, _, sure := c.Latest(); !sure {
		return was
	}
	off = ahead.Abs() > clockOff
	switch {
	case off && !was:
		c.db.log.Error("the clock of this machine is wrong, or the database's is; set both by NTP", zap.Duration("databaseAhead", ahead))
	case was && !off:
		c.db.log.Info("the clock of this machine is right again", zap.Duration("databaseAhead", ahead))
	}
	return off
}

// Report registers how far our time of day is from the database's; a nil registerer
// registers nothing.
func (c *Clock) Report(registerer prometheus.Registerer) error {
	if registerer == nil {
		return nil
	}
	return registerer.Register(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "dakoku_clock_database_ahead_seconds",
		Help: "How far the database's clock is ahead of this machine's; not a number until they were compared.",
	}, func() float64 {
		ahead, known := c.Ahead()
		if !known {
			return math.NaN()
		}
		return ahead.Seconds()
	}))
}

// exact tells that there is no need to measure before the minute is over.
func (c *Clock) exact() bool {
	_, _, sure := c.Latest()
	return sure && c.known.Load().width() <= clockInexact
}

// Measure asks a few times; the time lies between what all answers allow. After an
// error the clock goes on by what was known before.
func (c *Clock) Measure(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, clockLimit)
	defer cancel()
	known := c.known.Load()
	for range clockSamples {
		answer, err := c.ask(ctx)
		if err != nil {
			return err
		}
		known = known.narrow(answer)
	}
	c.known.Store(known)
	return nil
}

// ask tells that the database's clock stood at its answer when it was asked, or when
// the answer had come, or at some time between.
func (c *Clock) ask(ctx context.Context) (moment, error) {
	var far, asked, answered time.Time
	err := c.db.InTx(ctx, NoTenant(), func(ctx context.Context, tx pgx.Tx) error {
		asked = c.local()
		err := tx.QueryRow(ctx, `select clock_timestamp()`).Scan(&far)
		answered = c.local()
		return err
	})
	if err != nil {
		return moment{}, fmt.Errorf("ask for the database's time: %w", err)
	}
	far = far.UTC()
	return moment{early: far, late: far.Add(answered.Sub(asked)), near: answered, day: answered.Round(0)}, nil
}
