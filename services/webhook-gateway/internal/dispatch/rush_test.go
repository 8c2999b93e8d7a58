package dispatch

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"

	"github.com/dakoku/dakoku/services/webhook-gateway/internal/inbox"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/journey"
)

// rush is an inbox in which something is due whenever it is asked.
type rush struct{ *box }

func (r rush) Claim(context.Context) ([]inbox.Row, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.claims++
	return []inbox.Row{row(fmt.Sprint("rush ", r.claims), "u")}, nil
}

func (r rush) Complete(_ context.Context, rows []inbox.Row, verdicts []inbox.Verdict) ([]string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, row := range rows {
		if row.Event.User == "suspect" {
			r.verdicts[row.ID] = verdicts[i]
			r.settled <- struct{}{}
		}
	}
	return nil, nil
}

// In a rush that never ends suspects get their turn, and the rush goes on beside
// them: no more than one of so many turns is theirs.
func TestARushDoesNotStarveSuspects(t *testing.T) {
	const suspects = 5
	b := rush{newBox()}
	for i := range suspects {
		b.suspects = append(b.suspects, row(fmt.Sprint("suspect ", i), "suspect"))
	}
	stop := start(t, New(b, handler(fine), b, zap.NewNop(), Backoff{}))
	b.await(t, suspects)
	stop()
	if len(b.verdicts) != suspects || b.claims < suspects*suspectEach {
		t.Errorf("%d suspects after %d claims", len(b.verdicts), b.claims)
	}
}

// Two suspects are never under way together: if one of them ends the process, the
// other one must not look guilty.
func TestSuspectsAreHandledOneAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBox()
		b.suspects = []inbox.Row{row("1", "u"), row("2", "v"), row("3", "w")}
		var under, most atomic.Int32
		d := New(b, handler(func(ctx context.Context, rows []inbox.Row) []journey.Result {
			most.Store(max(most.Load(), under.Add(int32(len(rows)))))
			defer under.Add(-int32(len(rows)))
			<-time.After(50 * time.Millisecond) // long enough for another one to come beside it
			return fine(ctx, rows)
		}), b, zap.NewNop(), Backoff{})
		start(t, d)
		b.await(t, 3)
		if most.Load() != 1 {
			t.Errorf("%d at once", most.Load())
		}
	})
}

// Without a rush they do not wait for so many turns.
func TestQuietSuspectsComeAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBox()
		b.suspects = []inbox.Row{row("1", "u"), row("2", "u"), row("3", "u")}
		began := time.Now()
		start(t, New(b, handler(fine), b, zap.NewNop(), Backoff{}))
		b.await(t, 3)
		if took := time.Since(began); took > 0 {
			t.Errorf("%d suspects took %s, as if each had waited for a poll", 3, took)
		}
	})
}

// What waits here longer than it may grows old and is given back unbegun: while
// batches take their time, one batch waits behind them and the others in the inbox.
func TestNoMoreIsClaimedThanABatchBeyondWhatIsBegun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, begun := rush{newBox()}, make(chan struct{})
		d := New(b, handler(func(ctx context.Context, rows []inbox.Row) []journey.Result {
			<-begun
			return fine(ctx, rows)
		}), b, zap.NewNop(), Backoff{})
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- d.Run(ctx) }()
		synctest.Wait()
		b.mu.Lock()
		if b.claims < batchLimit || b.claims > 2*batchLimit {
			t.Errorf("%d claimed", b.claims)
		}
		b.mu.Unlock()
		cancel()
		close(begun)
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}
