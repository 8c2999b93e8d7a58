package inbox

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/seal"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/event"
)

const (
	// Lease is how long a row belongs to whoever took it, by the database's
	// clock; also how long a dead process holds its rows.
	Lease = 10 * time.Second

	queueLength = 512
	committers  = 2
	batchLimit  = 64
)

// Config is what an inbox needs.
type Config struct {
	// DB is open as the context's role; required.
	DB *postgres.DB
	// Aside is where everything goes that administrators ask for; nil is DB. It may take
	// long, and whoever stores a callback must not wait for a connection until it ends.
	Aside *postgres.DB
	// Keys seal bodies; required.
	Keys *seal.Keyring
	// Log receives ids and reasons; nil means silence.
	Log *zap.Logger
	// Registerer takes the metrics; nil keeps them to itself.
	Registerer prometheus.Registerer
	// Fresh takes rows right after their commit, with the lease that the insert
	// took. It must not block; rows it does not take are claimed later. Nil
	// leaves all of them to be claimed.
	Fresh func([]Row)
	// Busy tells that Fresh had better take no more of this person's now: such rows
	// are stored without a lease, to be claimed as soon as somebody has room for them.
	// Nil is never.
	Busy func(tenant, user string) bool
	// Lease replaces the ordinary lease; zero is Lease.
	Lease time.Duration
}

// Inbox is the table of accepted events. Safe for concurrent use; deliveries are
// committed while Run runs.
type Inbox struct {
	Config
	queue  chan *waiting
	meters *meters
	insert func(context.Context, []*waiting) error // commit; tests replace it
	proven atomic.Bool                             // this process has recorded a punch
}

// waiting is a delivery that waits for its commit.
type waiting struct {
	Delivery
	id     string
	lease  string    // of the row, if this delivery makes it; the same in a repeated commit; empty: it may be claimed at once
	since  time.Time // before the lease begins
	person string    // see Row.Person
	sealed []byte
	fresh  bool // this delivery made the row
	row    Row  // valid when fresh
	done   chan error
}

// New makes an inbox.
func New(cfg Config) (*Inbox, error) {
	if cfg.Log == nil {
		cfg.Log = zap.NewNop()
	}
	if cfg.Aside == nil {
		cfg.Aside = cfg.DB
	}
	if cfg.Lease == 0 {
		cfg.Lease = Lease
	}
	meters, err := newMeters(cfg.Registerer)
	if err != nil {
		return nil, fmt.Errorf("inbox: %w", err)
	}
	b := &Inbox{Config: cfg, queue: make(chan *waiting, queueLength), meters: meters}
	b.insert = b.commit
	return b, nil
}

// Put returns nil once the delivery is durable: as a new row, or counted on the
// row of the same event. Any error means that nothing is certain and that the
// caller may deliver again.
func (b *Inbox) Put(ctx context.Context, d Delivery) error {
	w, err := b.prepare(d)
	if err != nil {
		return err
	}
	select {
	case b.queue <- w:
	default:
		return ErrOverloaded
	}
	select {
	case err := <-w.done:
		return err
	case <-ctx.Done():
		return fmt.Errorf("inbox: %w", ctx.Err())
	}
}

// prepare seals the body under an id of its own, outside of any transaction.
func (b *Inbox) prepare(d Delivery) (*waiting, error) {
	id, err := idOf(d)
	if err != nil {
		return nil, err
	}
	w := &waiting{Delivery: d, id: id, lease: uuid.NewString(), since: time.Now(), person: personOf(d), done: make(chan error, 1)}
	if b.Busy != nil && b.Busy(d.Tenant, d.Event.User) {
		w.lease = ""
	}
	w.sealed, err = b.Keys.Seal(bodyContext(d.Tenant, w.id), d.Body)
	if err != nil {
		return nil, fmt.Errorf("inbox: seal: %w", err)
	}
	return w, nil
}

func idOf(d Delivery) (string, error) {
	if d.ID != "" {
		return d.ID, nil
	}
	id, err := uuid.NewV7()
	if err != nil {
		return "", fmt.Errorf("inbox: make an id: %w", err)
	}
	return id.String(), nil
}

// Restore stores deliveries that waited elsewhere, in their order and in one
// transaction, with the ids and times that they bring. Their rows are claimed like
// any other and not handed over fresh: after a long wait there may be very many.
// After an error the same deliveries may be restored again.
func (b *Inbox) Restore(ctx context.Context, deliveries []Delivery) error {
	batch := make([]*waiting, len(deliveries))
	for i, d := range deliveries {
		w, err := b.prepare(d)
		if err != nil {
			return err
		}
		w.lease, batch[i] = "", w
	}
	err := b.insert(ctx, batch)
	for _, w := range batch {
		b.meters.put(w, err)
	}
	return err
}

func bodyContext(tenant, id string) seal.Context {
	return seal.Context{Tenant: tenant, Object: "inbox/" + id, Purpose: "body", Version: "1"}
}

// Run commits deliveries until ctx ends, then those that still wait.
func (b *Inbox) Run(ctx context.Context) error {
	var all sync.WaitGroup
	for range committers {
		all.Go(func() { b.committer(ctx) })
	}
	all.Wait()
	return nil
}

func (b *Inbox) committer(ctx context.Context) {
	settle := context.WithoutCancel(ctx)
	for {
		select {
		case first := <-b.queue:
			b.flush(settle, b.gather(first))
		case <-ctx.Done():
			b.drain(settle)
			return
		}
	}
}

// gather takes what waits at this moment and never waits for more: under load
// batches grow by themselves while a commit is under way.
func (b *Inbox) gather(first *waiting) []*waiting {
	batch := []*waiting{first}
	for len(batch) < batchLimit {
		select {
		case next := <-b.queue:
			batch = append(batch, next)
		default:
			return batch
		}
	}
	return batch
}

func (b *Inbox) drain(ctx context.Context) {
	for {
		select {
		case first := <-b.queue:
			b.flush(ctx, b.gather(first))
		default:
			return
		}
	}
}

// unpack opens a claimed body and reads it again. It reports false, and keeps the
// body sealed, when that is not possible now.
func (b *Inbox) unpack(row *Row) bool {
	body, err := b.Keys.Open(bodyContext(row.Tenant, row.ID), row.sealed)
	if errors.Is(err, seal.ErrAway) {
		return false
	}
	if err == nil {
		row.Event, err = event.Read(row.Version, body)
	}
	row.Damaged, row.sealed = err != nil, nil
	return true
}
