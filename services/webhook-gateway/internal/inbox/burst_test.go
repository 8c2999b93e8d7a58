package inbox_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"go.uber.org/zap"

	"github.com/dakoku/dakoku/platform/postgres/pgtest"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/dispatch"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/event"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/inbox"
)

const (
	burstPeople, burstEach = 64, 10
	burst                  = burstPeople * burstEach // more than a few batches
)

// door is an inbox and its dispatcher as a process has them.
type door struct {
	*inbox.Inbox
	*dispatch.Dispatcher
}

func newDoor(t *testing.T, data *pgtest.Database, dir string, lease time.Duration, told *backlog) *door {
	t.Helper()
	box := open(t, data, dir)
	work := dispatch.New(box, told, told, zap.NewNop(), dispatch.Backoff{})
	box.Fresh, box.Busy, box.Lease = work.Offer, work.Busy, lease
	return &door{box, work}
}

// fills delivers a burst to the door, each person's events one after the other, before
// any of them is begun.
func (d *door) fills(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var committers, people sync.WaitGroup
	committers.Go(func() { _ = d.Inbox.Run(ctx) })
	tenant := uuid.NewString()
	for n := range burstPeople {
		people.Go(func() {
			for i := range burstEach {
				if err := d.Put(ctx, punchOf(t, tenant, n, i)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	people.Wait()
	cancel()
	committers.Wait()
}

func punchOf(t *testing.T, tenant string, person, second int) inbox.Delivery {
	body := fmt.Sprintf(`{"type":"message","source":{"userId":"u%d"},"issuedTime":"2026-11-20T00:00:%02d.000Z","content":{"type":"text","text":"出勤"}}`, person, second)
	e, err := event.Read(event.V2, []byte(body))
	if err != nil {
		t.Error(err)
	}
	return inbox.Delivery{Tenant: tenant, Connection: tenant, Version: event.V2, Key: event.KeyOf(tenant, "1", e), Body: []byte(body), Event: e}
}

// works runs the door's dispatcher until the returned function is called.
func (d *door) works(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var all sync.WaitGroup
	all.Go(func() { _ = d.Dispatcher.Run(ctx) })
	return func() {
		cancel()
		all.Wait()
	}
}

func rows(t *testing.T, data *pgtest.Database, where string) (n int) {
	t.Helper()
	if err := data.Owner(t).QueryRow(t.Context(), `select count(*) from gateway.inbox where `+where).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func (b *backlog) await(t *testing.T) {
	t.Helper()
	select {
	case <-b.all:
	case <-time.After(time.Minute):
		t.Fatalf("%d of %d are judged", b.judged.Load(), b.total)
	}
}

// A burst is the door's own from the beginning: none of it has to be claimed. What such a
// door holds when it ends is finished or free for others at once.
func TestABurstIsKept(t *testing.T) {
	data, told := pgtest.New(t, inbox.Migrations()), &backlog{all: make(chan struct{}), total: burst, last: map[string]time.Time{}}
	d := newDoor(t, data, t.TempDir(), inbox.Lease, told)
	d.fills(t)
	if kept := rows(t, data, `lease is not null and attempts = 1`); kept != burst {
		t.Errorf("%d of %d are kept", kept, burst)
	}
	stop := d.works(t.Context())
	stop()
	if held, free := rows(t, data, `lease is not null`), rows(t, data, `outcome = 'PENDING' and due_at <= now() and attempts = 0`); held != 0 || int(told.judged.Load())+free != burst {
		t.Errorf("stopped: %d are held, %d free, %d judged", held, free, told.judged.Load())
	}
	if told.wrong > 0 {
		t.Errorf("%d out of order", told.wrong)
	}
}

// A door that dies with a burst leaves it for the length of a lease. Another one then brings
// all of it to its end once and in order, and what the first one does when it was only
// frozen changes nothing.
func TestABurstOfADeadDoorIsTakenOver(t *testing.T) {
	const lease = 4 * time.Second
	data, dir, told := pgtest.New(t, inbox.Migrations()), t.TempDir(), &backlog{all: make(chan struct{}), total: burst, last: map[string]time.Time{}}
	frozen, other := newDoor(t, data, dir, lease, told), newDoor(t, data, dir, lease, told)
	began := time.Now()
	frozen.fills(t)
	if kept := rows(t, data, `lease is not null`); kept != burst {
		t.Fatalf("%d of %d are kept", kept, burst)
	}
	stop := other.works(t.Context())
	defer stop()
	time.Sleep(time.Until(began.Add(lease / 2)))
	if n := told.judged.Load(); n != 0 {
		t.Errorf("%d were taken from a door that holds them", n)
	}
	told.await(t)
	frozen.works(t.Context())()
	if told.judged.Load() != burst || told.wrong > 0 || told.most > 2 || rows(t, data, `done_at is null`) > 0 {
		t.Errorf("%d judged, %d out of order, begun up to %d times, %d pending", told.judged.Load(), told.wrong, told.most, rows(t, data, `done_at is null`))
	}
}
