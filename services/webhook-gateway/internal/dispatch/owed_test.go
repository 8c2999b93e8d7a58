package dispatch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"go.uber.org/zap"

	"github.com/dakoku/dakoku/services/webhook-gateway/internal/inbox"
)

// While an end cannot be written nothing is claimed: each claim would count as an
// attempt of a row that has done nothing wrong. Then it is written, by the lease that
// it was begun with.
func TestWhatIsOwedComesBeforeMoreIsClaimed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBox(row("a", "u"))
		b.broken = errors.New("away")
		d := New(b, handler(fine), b, zap.NewNop(), Backoff{})
		stop := start(t, d)
		<-time.After(inbox.Lease + time.Second)
		before := b.claimed()
		<-time.After(20 * time.Second)
		if claimed := b.claimed(); claimed != before {
			t.Errorf("claimed %d times while an end could not be written", claimed-before)
		}
		b.mu.Lock()
		b.broken = nil
		b.mu.Unlock()
		<-time.After(2 * time.Second)
		if told := b.told(); !slices.Equal(told, []string{"a"}) || b.claimed() == before {
			t.Errorf("judged %v, claimed %d times afterwards", told, b.claimed()-before)
		}
		stop()
	})
}

// What is put off is owed like what is judged, and what the inbox refuses is neither.
func TestWhatIsOwed(t *testing.T) {
	away, refused := errors.New("away"), error(&pgconn.PgError{Code: "23514"})
	for name, c := range map[string]struct {
		complete, later error
		want            int
	}{"written": {}, "neither": {away, away, 3}, "judged": {away, nil, 2}, "put off": {nil, away, 1}, "refused": {refused, refused, 0}} {
		d := New(newBox(), handler(fine), newBox(), zap.NewNop(), Backoff{})
		s := &settlement{}
		s.complete(row("a", "u"), inbox.Verdict{})
		s.complete(row("b", "u"), inbox.Verdict{})
		s.postpone(row("c", "u"), inbox.Delay{})
		d.owe(s, c.complete, c.later)
		if d.debts.rows != c.want {
			t.Errorf("%s: %d rows are owed, want %d", name, d.debts.rows, c.want)
		}
		if !d.repay(t.Context()) || d.debts.rows != 0 || d.debts.first() != nil {
			t.Errorf("%s: not repaid: %d", name, d.debts.rows)
		}
	}
}

// Debts do not grow for as long as the database is away.
func TestDebtsAreBounded(t *testing.T) {
	d := New(newBox(), handler(fine), newBox(), zap.NewNop(), Backoff{})
	for n := range capacity + 10 {
		s := &settlement{}
		s.complete(row(fmt.Sprint(n), "u"), inbox.Verdict{})
		d.owe(s, errors.New("away"), nil)
	}
	if d.debts.rows != capacity {
		t.Errorf("%d rows are owed", d.debts.rows)
	}
}

func (b *box) claimed() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.claims
}

// hung is an inbox that answers nothing.
type hung struct{ *box }

func (h hung) InTurn(ctx context.Context, _ []inbox.Row) ([]inbox.Row, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func (h hung) Defer(ctx context.Context, rows []inbox.Row, _ []inbox.Delay) ([]string, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	<-ctx.Done()
	return nil, ctx.Err()
}

// A process that stops while the database hangs tries once what it has begun, and not batch by batch all that waits:
// that would take longer than it may.
func TestStoppingDoesNotWaitForAnInboxThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := hung{newBox()}
		d := New(b, handler(fine), b, zap.NewNop(), Backoff{})
		for i := range 10 * batchLimit {
			d.Offer([]inbox.Row{row(fmt.Sprint(i), "u")})
		}
		stop := start(t, d)
		synctest.Wait()
		stopped := time.Now()
		stop()
		if took := time.Since(stopped); took > journeyBudget+2*settleBudget {
			t.Errorf("stopped after %s", took)
		}
	})
}
