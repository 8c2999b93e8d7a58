package dispatch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"go.uber.org/goleak"
	"go.uber.org/zap"

	"github.com/dakoku/dakoku/services/webhook-gateway/internal/event"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/inbox"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/journey"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// box is an inbox that remembers what was settled.
type box struct {
	mu       sync.Mutex
	due      []inbox.Row
	suspects []inbox.Row
	verdicts map[string]inbox.Verdict
	waits    map[string]time.Duration
	claims   int
	settled  chan struct{} // one token per settlement
	broken   error

	counted   []string
	lost      []string // another worker has them
	early     []string // rows whose turn it is not
	unordered error    // nobody can tell whose turn it is
}

func newBox(due ...inbox.Row) *box {
	return &box{due: due, verdicts: map[string]inbox.Verdict{}, waits: map[string]time.Duration{}, settled: make(chan struct{}, 100_000)}
}

func (b *box) Claim(context.Context) ([]inbox.Row, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.claims++
	due := b.due
	b.due = nil
	return due, b.broken
}

func (b *box) Suspect(context.Context) ([]inbox.Row, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.suspects) == 0 {
		return nil, b.broken
	}
	first := b.suspects[:1]
	b.suspects = b.suspects[1:]
	return first, b.broken
}

func (b *box) Complete(_ context.Context, rows []inbox.Row, verdicts []inbox.Verdict) ([]string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i, row := range rows {
		b.verdicts[row.ID] = verdicts[i]
		b.settled <- struct{}{}
	}
	return b.lost, b.broken
}

func (b *box) InTurn(_ context.Context, rows []inbox.Row) ([]inbox.Row, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(rows), func(r inbox.Row) bool { return slices.Contains(b.early, r.ID) }), b.unordered
}

func (b *box) Defer(_ context.Context, rows []inbox.Row, delays []inbox.Delay) ([]string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i, row := range rows {
		b.waits[row.ID] = delays[i].Wait
		b.settled <- struct{}{}
	}
	return nil, b.broken
}

// Judged remembers what is counted.
func (b *box) Judged(row inbox.Row, _ inbox.Verdict) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.counted = append(b.counted, row.ID)
}

func (b *box) told() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Sorted(slices.Values(b.counted))
}

func (b *box) Oldest(context.Context) (time.Duration, error) { return 0, nil }

func (b *box) await(t *testing.T, n int) {
	t.Helper()
	for range n {
		select {
		case <-b.settled:
		case <-time.After(time.Minute):
			t.Fatal("not settled")
		}
	}
}

// handler is a journey.
type handler func(context.Context, []inbox.Row) []journey.Result

func (h handler) Handle(ctx context.Context, rows []inbox.Row) []journey.Result { return h(ctx, rows) }

func fine(_ context.Context, rows []inbox.Row) []journey.Result {
	results := make([]journey.Result, len(rows))
	for i := range rows {
		results[i].Verdict.Outcome = inbox.Ignored
	}
	return results
}

func row(id, user string) inbox.Row {
	return inbox.Row{ID: id, Tenant: "t", Event: event.Event{User: user}, Attempts: 1, Leased: time.Now()}
}

// start runs a dispatcher until the returned function is called or the test ends.
func start(t *testing.T, d *Dispatcher) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	return stop
}

func TestFreshAndClaimedRowsAreSettled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBox(row("claimed", "u"))
		d := New(b, handler(fine), b, zap.NewNop(), Backoff{})
		start(t, d)
		d.Offer([]inbox.Row{row("fresh", "u")})
		b.await(t, 2)
		if b.verdicts["fresh"].Outcome != inbox.Ignored || b.verdicts["claimed"].Outcome != inbox.Ignored {
			t.Errorf("%v", b.verdicts)
		}
	})
}

func TestOnePersonsEventsStayInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBox()
		var mu sync.Mutex
		seen := map[string][]string{}
		d := New(b, handler(func(ctx context.Context, rows []inbox.Row) []journey.Result {
			mu.Lock()
			defer mu.Unlock()
			for _, r := range rows {
				seen[r.Event.User] = append(seen[r.Event.User], r.ID)
			}
			return fine(ctx, rows)
		}), b, zap.NewNop(), Backoff{})
		want := map[string][]string{}
		for i := range 100 {
			r := row(fmt.Sprint(i), fmt.Sprint("u", i%5))
			want[r.Event.User] = append(want[r.Event.User], r.ID)
			d.Offer([]inbox.Row{r})
		}
		start(t, d)
		b.await(t, 100)
		mu.Lock()
		defer mu.Unlock()
		for user := range want {
			if !slices.Equal(seen[user], want[user]) {
				t.Errorf("%s: %v", user, seen[user])
			}
		}
	})
}

func TestRowsThatStayOffTheJourney(t *testing.T) {
	poison, damaged, old := row("poison", "u"), row("damaged", "u"), row("old", "u")
	poison.Attempts = maxAttempts + 1
	damaged.Damaged = true
	old.Leased = time.Now().Add(-stale - time.Second)
	last := row("last try", "u")
	last.Attempts = maxAttempts
	blind := row("not judged by this process", "u")
	blind.Attempts, blind.Blind = maxAttempts+1, true
	var travelled []string
	b := newBox()
	d := New(b, handler(func(ctx context.Context, rows []inbox.Row) []journey.Result {
		for _, r := range rows {
			travelled = append(travelled, r.ID)
		}
		return fine(ctx, rows)
	}), b, zap.NewNop(), Backoff{})
	d.handle(t.Context(), []inbox.Row{poison, damaged, old, last, blind})
	if !slices.Equal(travelled, []string{"last try", "not judged by this process"}) {
		t.Errorf("%v", travelled)
	}
	if b.verdicts["poison"] != (inbox.Verdict{Outcome: inbox.Quarantined, Reason: inbox.ReasonPoison}) ||
		b.verdicts["damaged"] != (inbox.Verdict{Outcome: inbox.Quarantined, Reason: inbox.ReasonDamaged}) {
		t.Errorf("%v", b.verdicts)
	}
	if wait, deferred := b.waits["old"]; !deferred || wait != 0 {
		t.Errorf("%v", b.waits)
	}
}

// Whose turn it is not stays off the journey and has been given back already;
// when nobody can tell, all of them are put off.
func TestOnlyThoseInTurnTravel(t *testing.T) {
	b := newBox()
	b.early = []string{"early"}
	d := New(b, handler(fine), b, zap.NewNop(), Backoff{})
	d.handle(t.Context(), []inbox.Row{row("early", "u"), row("now", "u")})
	if len(b.verdicts) != 1 || b.verdicts["now"].Outcome != inbox.Ignored || len(b.waits) != 0 {
		t.Errorf("%v, %v", b.verdicts, b.waits)
	}
	b.unordered = errors.New("away")
	d.handle(t.Context(), []inbox.Row{row("c", "u"), row("d", "u")})
	if len(b.verdicts) != 1 || b.waits["c"] < time.Second || b.waits["d"] < time.Second {
		t.Errorf("%v, %v", b.verdicts, b.waits)
	}
}

// Only what is written is counted.
func TestWhatIsJudgedIsCountedOnce(t *testing.T) {
	b := newBox()
	b.lost = []string{"lost"}
	d := New(b, handler(fine), b, zap.NewNop(), Backoff{})
	d.handle(t.Context(), []inbox.Row{row("lost", "u"), row("ours", "u")})
	b.broken = errors.New("away")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	d.handle(ended, []inbox.Row{row("unwritten", "u")})
	if !slices.Equal(b.counted, []string{"ours"}) {
		t.Errorf("%v", b.counted)
	}
}

func TestLaterWaitsAsAskedOrLonger(t *testing.T) {
	b := newBox()
	results := []journey.Result{{Later: true, Wait: 7 * time.Second}, {Later: true}, {Later: true}}
	d := New(b, handler(func(context.Context, []inbox.Row) []journey.Result { return results }), b, zap.NewNop(), Backoff{})
	often := row("often", "u")
	often.Deferrals = 1000
	d.handle(t.Context(), []inbox.Row{row("asked", "u"), row("first", "u"), often})
	if b.waits["asked"] != 7*time.Second || b.waits["first"] < time.Second || b.waits["first"] > 2*time.Second ||
		b.waits["often"] < time.Second || b.waits["often"] > time.Minute {
		t.Errorf("%v", b.waits)
	}
}

func TestBackoffStaysInBounds(t *testing.T) {
	b := Backoff{}.orDefault()
	for deferrals := range 100 {
		for range 20 {
			if wait := b.wait(deferrals); wait < time.Second || wait > time.Minute {
				t.Fatalf("%d: %s", deferrals, wait)
			}
		}
	}
}

func TestAJourneyHasADeadlineBelowTheLease(t *testing.T) {
	if stale+journeyBudget+settleBudget >= inbox.Lease {
		t.Error("a row could outlive its lease on the way")
	}
	b := newBox()
	d := New(b, handler(func(ctx context.Context, rows []inbox.Row) []journey.Result {
		if at, limited := ctx.Deadline(); !limited || time.Until(at) > journeyBudget {
			t.Error("no deadline")
		}
		return fine(ctx, rows)
	}), b, zap.NewNop(), Backoff{})
	d.handle(t.Context(), []inbox.Row{row("a", "u")})
}

func TestStoppingFinishesWhatIsThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBox()
		d := New(b, handler(fine), b, zap.NewNop(), Backoff{})
		for i := range 50 {
			d.Offer([]inbox.Row{row(fmt.Sprint(i), fmt.Sprint(i))})
		}
		start(t, d)()
		if len(b.verdicts) != 50 {
			t.Errorf("%d settled", len(b.verdicts))
		}
	})
}

// Rows that were claimed and cannot be begun any more go back at once.
func TestStoppingGivesBackWhatWasNotBegun(t *testing.T) {
	b := newBox()
	d := New(b, handler(fine), b, zap.NewNop(), Backoff{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	rows := make([]inbox.Row, cap(d.shards[0].rows)+1) // one more than there is room for
	for i := range rows {
		rows[i] = row(fmt.Sprint(i), "u")
	}
	d.hand(ctx, rows)
	taken := len(d.shard(rows[0].Tenant, rows[0].Event.User).rows)
	if len(b.waits) == 0 || taken+len(b.waits) != len(rows) {
		t.Errorf("%d of %d taken, %d given back", taken, len(rows), len(b.waits))
	}
}

// What is stored while a worker leaves, and comes to its shard after it has left, goes back as well.
func TestStoppingGivesBackWhatCameAfterAWorkerHadLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBox()
		var d *Dispatcher
		var user, other string
		const several = 2*batchLimit + 1
		d = New(b, handler(func(ctx context.Context, rows []inbox.Row) []journey.Result {
			time.Sleep(time.Second) // by then the other worker has left
			for i := range several {
				d.Offer([]inbox.Row{row(fmt.Sprint("late ", i), other)})
			}
			return fine(ctx, rows)
		}), b, zap.NewNop(), Backoff{})
		user, other = apart(d)
		d.Offer([]inbox.Row{row("a", user)})
		start(t, d)()
		if len(b.told()) != 1 || len(b.waits) != several {
			t.Errorf("%d judged, %d of %d given back", len(b.told()), len(b.waits), several)
		}
	})
}

func TestTroubleOfTheInboxIsSurvived(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBox(row("a", "u"))
		b.broken = errors.New("away")
		d := New(b, handler(fine), b, zap.NewNop(), Backoff{})
		stop := start(t, d)
		b.await(t, 2) // tried more than once
		b.mu.Lock()
		b.broken = nil
		b.mu.Unlock()
		d.Offer([]inbox.Row{row("b", "u")})
		for give := time.Now().Add(2 * time.Minute); len(b.told()) < 2 && time.Now().Before(give); {
			<-time.After(time.Millisecond)
		}
		stop()
		if told := b.told(); !slices.Equal(told, []string{"a", "b"}) {
			t.Errorf("%v", told)
		}
	})
}

// What the inbox refuses for itself is not tried again, nor anything beyond its lease.
func TestASettlementIsNotRepeatedForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBox()
		d := New(b, handler(fine), b, zap.NewNop(), Backoff{})
		b.broken = &pgconn.PgError{Code: "23514"}
		d.handle(t.Context(), []inbox.Row{row("refused", "u")})
		refused := len(b.settled)
		b.broken = errors.New("away")
		old := row("old", "u")
		old.Leased = time.Now().Add(-stale)
		began := time.Now()
		d.handle(t.Context(), []inbox.Row{old})
		if took := time.Since(began); refused != 1 || len(b.settled) < 10 || took > inbox.Lease-stale+settlePause {
			t.Errorf("%d tries of what is refused, then %d within %s", refused, len(b.settled)-refused, took)
		}
	})
}
