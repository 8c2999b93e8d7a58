package intake

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/google/uuid"
	"go.uber.org/zap"

	"github.com/dakoku/dakoku/services/webhook-gateway/internal/inbox"
)

// Intake makes deliveries durable. Safe for concurrent use; it drains the spool
// while Run runs.
type Intake struct {
	Config
	// detour tells that deliveries go to the spool, because others lie there that
	// came before them. Only whoever holds gate may change it: for reading to set
	// it, for writing, when nobody is on the way to the spool, to end it.
	detour   atomic.Bool
	gate     sync.RWMutex
	failing  bool          // the last try to drain failed; of Run alone
	oldest   atomic.Int64  // when the oldest delivery in the spool was received, in ms; 0: there is none
	admitted chan struct{} // closed once the database is proven to be the right one
	life     string        // of this process: its count of time is nobody else's
}

// New makes an intake. What lies in the spool from before goes first.
func New(cfg Config) *Intake {
	i := &Intake{Config: cfg, admitted: make(chan struct{}), life: uuid.NewString()}
	if cfg.Admit == nil {
		close(i.admitted)
	}
	if cfg.Spool != nil {
		records, _ := cfg.Spool.Usage()
		i.detour.Store(records > 0 || cfg.Admit != nil)
	}
	return i
}

// Admitted is closed once the database is proven to be the right one. Nobody may
// work on it before.
func (i *Intake) Admitted() <-chan struct{} { return i.admitted }

func (i *Intake) isAdmitted() bool {
	select {
	case <-i.admitted:
		return true
	default:
		return false
	}
}

// Put returns nil once the delivery is durable. Any error means that nothing is
// certain and that the caller may deliver again.
func (i *Intake) Put(ctx context.Context, d inbox.Delivery) error {
	err := i.put(ctx, d)
	if err != nil {
		i.Meters.refused.Inc()
	}
	return err
}

func (i *Intake) put(ctx context.Context, d inbox.Delivery) error {
	id, err := uuid.NewV7()
	if err != nil {
		return fmt.Errorf("intake: make an id: %w", err)
	}
	d.ID = id.String() // one row, whatever way and however often it gets there
	came := i.arrive()
	if came.sure {
		d.Received = came.at // also if it is stored long after, by a batch that stood still
	}
	if i.Spool == nil {
		return i.Inbox.Put(ctx, d)
	}
	way := errDirect
	if i.detour.Load() {
		if way = i.around(ctx, d, came, false); way == nil || !i.isAdmitted() {
			return way
		}
	}
	direct, cancel := context.WithTimeout(ctx, directBudget)
	defer cancel()
	err = i.Inbox.Put(direct, d)
	switch {
	case err == nil || inbox.Hopeless(err):
		return err
	case !errors.Is(way, errDirect): // neither way
		return errors.Join(way, err)
	}
	i.Log.Warn("the inbox did not take a callback; it goes to the spool", zap.String("event", d.ID), zap.Error(err))
	return i.around(ctx, d, came, true)
}

// errDirect means that nothing lies in the spool.
var errDirect = errors.New("intake: the direct way is open")

// around puts a delivery into the spool, unless the spool was emptied meanwhile
// and the direct way was not tried.
func (i *Intake) around(ctx context.Context, d inbox.Delivery, came arrival, tried bool) error {
	i.gate.RLock()
	defer i.gate.RUnlock()
	if !tried && !i.detour.Load() {
		return errDirect
	}
	err := ErrClosed
	if i.Current() {
		i.detour.Store(true) // before anybody is answered: whoever comes next must not overtake
		err = i.spool(ctx, d, came)
	}
	if err != nil {
		return err
	}
	i.oldest.CompareAndSwap(0, came.at.UnixMilli())
	i.Meters.stored.Inc()
	return nil
}

func (i *Intake) spool(ctx context.Context, d inbox.Delivery, came arrival) error {
	record, err := pack(d, came, i.life)
	if err != nil {
		return err
	}
	return i.Spool.Append(ctx, record)
}

var errNone = errors.New("intake: there is no spool")

// Room tells whether a callback could be made durable without the database.
func (i *Intake) Room() error {
	switch {
	case i.Spool == nil:
		return errNone
	case !i.Current():
		return ErrClosed
	}
	return i.Spool.Room()
}
