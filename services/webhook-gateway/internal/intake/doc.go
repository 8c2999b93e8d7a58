// Package intake decides where a verified callback becomes durable: in the inbox,
// or, while the database is away, slow, full or failing over, in the spool on this
// machine's disk, from where it goes to the inbox in the order in which it came.
//
// It knows the way around the database and when it ends. It refuses to know HTTP,
// SQL and files.
package intake

import (
	"context"
	"errors"
	"time"

	"go.uber.org/zap"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/inbox"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/spool"
)

const (
	// directBudget is how long the inbox has before a callback takes the way
	// around it. It is far above what a healthy database needs and leaves the
	// disk its time before the caller must be answered.
	directBudget = 700 * time.Millisecond
	// quick is how long a batch may take for the direct way to be worth a try.
	quick = 200 * time.Millisecond
	// gateBudget bounds how long callbacks wait for the last records to be brought in.
	gateBudget = 400 * time.Millisecond
	// drainBudget bounds the transaction of one batch.
	drainBudget = 5 * time.Second
	// drainBatch is how many events one transaction brings in at most.
	drainBatch = 256
	// firstPause and lastPause bound the wait after a batch that did not go in.
	firstPause, lastPause = 50 * time.Millisecond, time.Second
	// adoptEvery is how often the spools of processes that are gone are looked for.
	adoptEvery = 10 * time.Second
)

// ErrClosed means that a callback may take the way around the database no more:
// what the door knows of the callback URLs is too old.
var ErrClosed = errors.New("intake: the callback URLs known here are too old to spool")

// Inbox is the table of accepted events.
type Inbox interface {
	Put(ctx context.Context, d inbox.Delivery) error
	Restore(ctx context.Context, deliveries []inbox.Delivery) error
}

// Log is the spool.
type Log interface {
	Append(ctx context.Context, record []byte) error
	Next(limit int) (spool.Batch, error)
	Release(b spool.Batch, keep bool)
	Adopt()
	Room() error
	Usage() (records int, bytes int64)
	Broken() error
	Kept() int
}

// Clock tells the database's time, also while it is away.
type Clock interface {
	// Now is our own time as long as the database's is not known.
	Now() time.Time
	// Latest is the time that the database's clock has not passed yet. Our own time, as
	// long as the two were not compared and its time is not known; not sure then, nor when
	// either may have been set since.
	Latest() (at time.Time, known, sure bool)
	// Ahead is how far the database's time is ahead of our own, if it is known.
	Ahead() (time.Duration, bool)
	// Read reads our own clocks.
	Read() postgres.Reading
	// At is Latest of a moment of this process, by our count of time.
	At(count time.Duration) time.Time
	// Measure compares the clocks.
	Measure(ctx context.Context) error
}

// Config is what an intake needs. Every field is required, but Spool and Admit.
type Config struct {
	Inbox Inbox
	// Spool takes callbacks while the database is away; nil: they are refused then.
	Spool Log
	Clock Clock
	// Current tells that the callback URLs are known well enough to accept what
	// will be judged later.
	Current func() bool
	// Admit proves that the database is the right one, after a start without it;
	// nil: that was proven. Until then nothing goes to the inbox.
	Admit func(ctx context.Context) error
	Log   *zap.Logger
	// Meters count; see NewMeters.
	Meters *Meters
}
