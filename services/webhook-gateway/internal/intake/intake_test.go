package intake

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"go.uber.org/zap"

	"github.com/dakoku/dakoku/platform/seal"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/event"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/inbox"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/spool"
)

const tenant = "0195f000-0000-7000-8000-00000000000a"

// table is an inbox that may be away.
type table struct {
	mu    sync.Mutex
	fault error
	kept  []inbox.Delivery
	puts  int
	hold  chan struct{} // Restore waits for it, when it is not nil
}

func (b *table) Put(_ context.Context, d inbox.Delivery) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.puts++
	if b.fault == nil {
		b.kept = append(b.kept, d)
	}
	return b.fault
}

func (b *table) Restore(_ context.Context, all []inbox.Delivery) error {
	b.mu.Lock()
	hold := b.hold
	b.mu.Unlock()
	if hold != nil {
		<-hold
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, d := range all {
		if string(d.Body) == "refuse" {
			return &pgconn.PgError{Code: "23514"}
		}
	}
	if b.fault == nil {
		b.kept = append(b.kept, all...)
	}
	return b.fault
}

func (b *table) set(fault error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.fault = fault
}

func (b *table) bodies() (all []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, d := range b.kept {
		all = append(all, string(d.Body))
	}
	return all
}

type proof struct{ value []byte }

func (p *proof) LoadCheck(context.Context) ([]byte, error)       { return p.value, nil }
func (p *proof) SaveCheck(_ context.Context, value []byte) error { p.value = value; return nil }

// bench is an intake on a real spool.
type bench struct {
	*Intake
	table   *table
	watch   *watch
	current atomic.Bool
	spoolAt spool.Config
}

func newBench(t *testing.T, change func(*Config)) *bench {
	t.Helper()
	dir := t.TempDir()
	keys, err := seal.LoadOrCreate(t.Context(), filepath.Join(dir, "key.json"), &proof{})
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{table: &table{}, watch: &watch{}, spoolAt: spool.Config{Dir: filepath.Join(dir, "spool"), MaxBytes: 1 << 20, Keys: keys}}
	b.watch.runs(0)
	b.current.Store(true)
	log, err := spool.Open(b.spoolAt)
	if err != nil {
		t.Fatal(err)
	}
	meters, err := NewMeters(nil)
	if err != nil {
		t.Fatal(err)
	}
	cfg := Config{Inbox: b.table, Spool: log, Clock: b.watch, Current: b.current.Load, Log: zap.NewNop(), Meters: meters}
	if change != nil {
		change(&cfg)
	}
	b.Intake = New(cfg)
	background(t, log.Run, log.Close)
	return b
}

// background runs until the test ends.
func background(t *testing.T, run func(context.Context) error, then func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		then()
	})
}

func (b *bench) run(t *testing.T) { background(t, b.Run, func() {}) }

func delivery(body string) inbox.Delivery {
	return inbox.Delivery{Tenant: tenant, Connection: tenant, Version: event.V2, Body: []byte(body), Key: event.RawKey(tenant, "1", []byte(body)), Quarantine: "UNREADABLE_JSON"}
}

func (b *bench) put(t *testing.T, bodies ...string) {
	t.Helper()
	for _, body := range bodies {
		if err := b.Put(t.Context(), delivery(body)); err != nil {
			t.Fatal(err)
		}
	}
}

func until(t *testing.T, happened func() bool) {
	t.Helper()
	deadline := time.NewTimer(2 * time.Minute)
	defer deadline.Stop()
	for !happened() {
		select {
		case <-deadline.C:
			t.Fatal("did not happen")
		case <-time.After(5 * time.Millisecond):
		}
	}
}

var errAway = errors.New("away")

func TestTheOrderIsThatOfTheAnswers(t *testing.T) {
	b := newBench(t, nil)
	b.put(t, "1")
	b.table.set(errAway)
	b.put(t, "2", "3")
	b.table.set(nil) // back, but what waits goes first
	b.put(t, "4")
	if got := b.table.bodies(); !slices.Equal(got, []string{"1"}) {
		t.Fatal("overtaken:", got)
	}
	b.run(t)
	until(t, func() bool { return len(b.table.bodies()) == 4 })
	until(t, func() bool { return !b.detour.Load() })
	b.put(t, "5")
	if got := b.table.bodies(); !slices.Equal(got, []string{"1", "2", "3", "4", "5"}) {
		t.Error(got)
	}
}

// While the last ones are brought in nobody may pass them.
func TestNobodyOvertakesWhileTheWayReopens(t *testing.T) {
	b := newBench(t, nil)
	b.table.set(errAway)
	b.put(t, "1")
	b.table.set(nil)
	hold := make(chan struct{})
	b.table.hold = hold
	b.run(t)
	var all sync.WaitGroup
	for n := range 20 {
		all.Go(func() { b.put(t, fmt.Sprint("later ", n)) })
	}
	close(hold)
	all.Wait()
	until(t, func() bool { return len(b.table.bodies()) == 21 })
	if got := b.table.bodies(); got[0] != "1" {
		t.Error(got)
	}
}

func TestWhatWaitsKeepsItsTimeKeyAndReason(t *testing.T) {
	b := newBench(t, nil)
	b.watch.runs(3 * time.Hour)
	b.table.set(errAway)
	before := b.watch.Now()
	d := inbox.Delivery{Tenant: tenant, Connection: tenant, Token: tenant, Version: event.V2, Quarantine: "FUTURE_TIME", Key: event.RawKey(tenant, "1", []byte("x")),
		Body: []byte(`{"type":"message","source":{"userId":"u"},"issuedTime":"2026-11-23T00:00:00.123Z","content":{"type":"text","text":"出勤"}}`)}
	if err := b.Put(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	after := b.watch.Now()
	b.table.set(nil)
	b.run(t)
	until(t, func() bool { return len(b.table.bodies()) == 1 })
	got := b.table.kept[0]
	if got.ID == "" || got.Token != tenant || got.Key != d.Key || got.Quarantine != d.Quarantine || got.Event.User != "u" {
		t.Errorf("%+v", got)
	}
	if got.Received.Before(before.Truncate(time.Millisecond)) || got.Received.After(after) {
		t.Errorf("received %s, between %s and %s", got.Received, before, after)
	}
}

// A door that stands still between taking a callback and storing it, or a database that
// does, must not date what it took by when that was over.
func TestTheDirectWayKeepsTheTimeToo(t *testing.T) {
	b := newBench(t, nil)
	b.watch.runs(3 * time.Hour)
	before := b.watch.Now()
	b.put(t, "1")
	after := b.watch.Now()
	b.watch.change(func() { b.watch.known = false })
	b.put(t, "2")
	if got := b.table.kept[0].Received; got.Before(before) || got.After(after) {
		t.Errorf("received %s, between %s and %s", got, before, after)
	}
	if got := b.table.kept[1].Received; !got.IsZero() {
		t.Errorf("received %s by a clock that nobody has compared", got)
	}
}

func TestARefusedEventHoldsUpNobodyAndIsKept(t *testing.T) {
	b := newBench(t, nil)
	b.table.set(errAway)
	b.put(t, "1", "refuse", "2")
	b.table.set(nil)
	b.run(t)
	until(t, func() bool { return len(b.table.bodies()) == 2 })
	until(t, func() bool { return !b.detour.Load() })
	if kept, _ := filepath.Glob(filepath.Join(b.spoolAt.Dir, "0", "*.kept")); len(kept) != 1 {
		t.Error(kept)
	}
	b.table.set(&pgconn.PgError{Code: "22021"})
	if err := b.Put(t.Context(), delivery("3")); err == nil {
		t.Error("promised what the database refuses")
	}
}

func TestOldEndpointsMayNotSpool(t *testing.T) {
	b := newBench(t, nil)
	b.current.Store(false)
	b.put(t, "1") // the database is there
	b.table.set(errAway)
	if err := b.Put(t.Context(), delivery("2")); !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
	if !errors.Is(b.Room(), ErrClosed) {
		t.Error(b.Room())
	}
	b.current.Store(true)
	b.put(t, "3")
	b.current.Store(false)
	b.table.set(nil)
	b.put(t, "4") // the spool may not be used, the database can be
	if got := b.table.bodies(); !slices.Equal(got, []string{"1", "4"}) {
		t.Error(got)
	}
}

// After a start without the database nothing touches it before it is proven.
func TestNothingGoesToADatabaseThatIsNotProven(t *testing.T) {
	var proven atomic.Bool
	b := newBench(t, func(c *Config) {
		c.Admit = func(context.Context) error {
			if proven.Load() {
				return nil
			}
			return errAway
		}
	})
	b.run(t)
	b.put(t, "1")
	b.current.Store(false)
	if err := b.Put(t.Context(), delivery("2")); !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
	if got := b.table.bodies(); len(got) != 0 || b.table.puts != 0 {
		t.Error(got)
	}
	select {
	case <-b.Admitted():
		t.Error("admitted")
	default:
	}
	proven.Store(true)
	<-b.Admitted()
	until(t, func() bool { return len(b.table.bodies()) == 1 })
}

func TestWithoutASpoolTheInboxDecides(t *testing.T) {
	b := newBench(t, func(c *Config) { c.Spool = nil })
	b.put(t, "1")
	b.table.set(errAway)
	if err := b.Put(t.Context(), delivery("2")); !errors.Is(err, errAway) || b.Room() == nil {
		t.Error(err)
	}
}

// slow is a spool whose disk takes its time.
type slow struct {
	Log
	entered, leave chan struct{}
}

func (s *slow) Append(ctx context.Context, record []byte) error {
	close(s.entered)
	<-s.leave
	return s.Log.Append(ctx, record)
}

// Whoever is on the way to the spool when it is found empty must not be left there.
func TestTheWayReopensWhenNobodyIsOnTheOtherOne(t *testing.T) {
	disk := &slow{entered: make(chan struct{}), leave: make(chan struct{})}
	b := newBench(t, func(c *Config) { disk.Log, c.Spool = c.Spool, disk })
	b.table.set(errAway)
	var put sync.WaitGroup
	put.Go(func() { b.put(t, "1") })
	<-disk.entered
	reopened := make(chan struct{})
	go func() { b.reopen(context.Background()); close(reopened) }()
	select {
	case <-reopened: // it should have waited; what follows shows why
	case <-time.After(100 * time.Millisecond):
	}
	close(disk.leave)
	put.Wait()
	<-reopened
	if records, _ := b.Spool.Usage(); records > 0 && !b.detour.Load() {
		t.Error("a callback lies in the spool, and nobody will look there")
	}
}
