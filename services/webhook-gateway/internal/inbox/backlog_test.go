package inbox_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/google/uuid"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/postgres/pgtest"
	"github.com/dakoku/dakoku/platform/seal"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/dispatch"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/event"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/inbox"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/journey"
)

// counter is an inbox that counts what is claimed of it.
type counter struct {
	*inbox.Inbox
	claimed *atomic.Int64
}

func (c counter) Claim(ctx context.Context) ([]inbox.Row, error) {
	rows, err := c.Inbox.Claim(ctx)
	c.claimed.Add(int64(len(rows)))
	return rows, err
}

// backlog is what became of it.
type backlog struct {
	claimed atomic.Int64
	judged  atomic.Int64
	all     chan struct{} // closed when all are judged
	total   int64

	mu    sync.Mutex
	last  map[string]time.Time // of each person
	wrong int                  // events before an earlier one of their person
	most  int                  // attempts
}

// Handle is a journey that judges everything.
func (b *backlog) Handle(_ context.Context, rows []inbox.Row) []journey.Result {
	b.mu.Lock()
	defer b.mu.Unlock()
	results := make([]journey.Result, len(rows))
	for i, r := range rows {
		if r.Event.Issued.Before(b.last[r.Event.User]) {
			b.wrong++
		}
		b.last[r.Event.User], b.most = r.Event.Issued, max(b.most, r.Attempts)
		results[i].Verdict = inbox.Verdict{Outcome: inbox.Ignored, Reason: "NO_PHRASE"}
	}
	return results
}

// Judged counts.
func (b *backlog) Judged(inbox.Row, inbox.Verdict) {
	if b.judged.Add(1) == b.total {
		close(b.all)
	}
}

func open(t *testing.T, data *pgtest.Database, dir string) *inbox.Inbox {
	t.Helper()
	db := data.Open(t, inbox.Migrations().Role())
	keys, err := seal.LoadOrCreate(t.Context(), filepath.Join(dir, "gateway.json"), postgres.NewSealCheck(db, inbox.Migrations()))
	if err != nil {
		t.Fatal(err)
	}
	box, err := inbox.New(inbox.Config{DB: db, Keys: keys})
	if err != nil {
		t.Fatal(err)
	}
	return box
}

// fill stores events of a few people in turn, as a spool brings them in; order tells
// when each of them was issued.
func fill(t *testing.T, box *inbox.Inbox, total, people int, order []int) {
	t.Helper()
	tenant, start := uuid.NewString(), time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	var batch []inbox.Delivery
	for n := range total {
		at := start.Add(time.Duration(order[n]) * time.Millisecond)
		body := fmt.Sprintf(`{"type":"message","source":{"userId":"u%d"},"issuedTime":%q,"content":{"type":"text","text":"出勤"}}`, n%people, at.Format("2006-01-02T15:04:05.000Z"))
		e, err := event.Read(event.V2, []byte(body))
		if err != nil {
			t.Fatal(err)
		}
		batch = append(batch, inbox.Delivery{
			Tenant: tenant, Connection: tenant, Version: event.V2, Key: event.KeyOf(tenant, "1", e), Body: []byte(body), Event: e, Received: at,
		})
		if len(batch) < 256 && n < total-1 {
			continue
		}
		if err := box.Restore(t.Context(), batch); err != nil {
			t.Fatal(err)
		}
		batch = nil
	}
}

// After a long wait a few people have very many events. Two doors bring them to their
// end without taking from each other what neither may begin: each event is claimed
// about once, begun in its turn and far from looking as if it ended its worker. So it
// is when they came in no order, as many events of each as no claim can look at.
func TestTwoDoorsDrainABacklog(t *testing.T) {
	inOrder := make([]int, 800)
	for n := range inOrder {
		inOrder[n] = n
	}
	t.Run("in order", func(t *testing.T) { drain(t, 20, inOrder) })
	t.Run("in no order", func(t *testing.T) { drain(t, 4, rand.Perm(3200)) })
}

func drain(t *testing.T, people int, order []int) {
	total := int64(len(order))
	data, dir := pgtest.New(t, inbox.Migrations()), t.TempDir()
	b := &backlog{all: make(chan struct{}), total: total, last: map[string]time.Time{}}
	ctx, cancel := context.WithCancel(t.Context())
	var doors sync.WaitGroup
	defer doors.Wait()
	defer cancel()
	for n := range 2 {
		box := open(t, data, dir)
		if n == 0 {
			fill(t, box, len(order), people, order)
		}
		d := dispatch.New(counter{box, &b.claimed}, b, b, zap.NewNop(), dispatch.Backoff{})
		doors.Go(func() { _ = d.Run(ctx) })
	}
	select {
	case <-b.all:
	case <-time.After(5 * time.Minute):
		t.Error("not all are judged")
	}
	cancel()
	doors.Wait()
	if n := b.claimed.Load(); n > 2*total || b.wrong > 0 || b.most > 2 {
		t.Errorf("%d events: %d claimed, %d judged, %d out of order, begun up to %d times", total, n, b.judged.Load(), b.wrong, b.most)
	}
	t.Logf("%d claimed", b.claimed.Load())
}
