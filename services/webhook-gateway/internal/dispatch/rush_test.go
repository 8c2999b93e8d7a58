package dispatch

import (
	"context"
	"fmt"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/dakoku/dakoku/services/webhook-gateway/internal/inbox"
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

// Without a rush they do not wait for so many turns.
func TestQuietSuspectsComeAtOnce(t *testing.T) {
	b := newBox()
	b.suspects = []inbox.Row{row("1", "u"), row("2", "u"), row("3", "u")}
	began := time.Now()
	start(t, New(b, handler(fine), b, zap.NewNop(), Backoff{}))
	b.await(t, 3)
	if took := time.Since(began); took > pollEvery {
		t.Errorf("%d suspects took %s, as if each had waited for a poll", 3, took)
	}
}
