package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dakoku/dakoku/services/integration/internal/outbound"
)

// traffic is this process at work, which is not told that a key is replaced.
type traffic struct {
	ctx    context.Context
	cancel context.CancelFunc
	all    sync.WaitGroup
	done   atomic.Int64 // values sealed or opened
	began  time.Time

	mu    sync.Mutex
	turns []time.Time // when each worker began the turn that it is at; zero: it has ended
	next  chan struct{}
}

// traffic seals messages and opens messages and tokens until it is ended.
func (f *fixture) traffic(t *testing.T) *traffic {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	workers := 2
	if full() {
		workers = 8
	}
	busy := &traffic{ctx: ctx, cancel: cancel, began: time.Now(), turns: make([]time.Time, workers), next: make(chan struct{})}
	t.Cleanup(func() { busy.end() })
	for worker := range workers {
		lane := f.lane // the messages of the test itself stay where they are
		conn, err := f.CreateConnection(t.Context(), f.tenant, fmt.Sprint("支社 ", worker), false)
		if err != nil {
			t.Fatal(err)
		}
		lane.Connection = conn.ID
		busy.begins(worker, time.Now())
		busy.all.Go(func() {
			defer busy.begins(worker, time.Time{})
			for turn := 0; ctx.Err() == nil; turn++ {
				busy.begins(worker, time.Now())
				values, err := f.oneTurn(ctx, lane, fmt.Sprint(worker, "-", turn))
				if err != nil && ctx.Err() == nil {
					t.Errorf("while a key is replaced: %v: %v", err, errors.Unwrap(err))
					return
				}
				busy.done.Add(values)
			}
		})
	}
	return busy
}

func (b *traffic) end() (int64, time.Duration) {
	b.cancel()
	b.all.Wait()
	return b.done.Load(), time.Since(b.began)
}

// begins notes that a worker begins a turn, and wakes who waits for that.
func (b *traffic) begins(worker int, at time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.turns[worker] = at
	close(b.next)
	b.next = make(chan struct{})
}

// caughtUp waits until every worker is at a turn that began later than a process
// may go on sealing with a key that was replaced by now: what it sealed with that
// one is stored then.
func (b *traffic) caughtUp(ctx context.Context) {
	learned := time.Now().Add(rotationGrace)
	for {
		b.mu.Lock()
		behind, next := false, b.next
		for _, turn := range b.turns {
			behind = behind || !turn.IsZero() && turn.Before(learned)
		}
		b.mu.Unlock()
		if !behind {
			return
		}
		select {
		case <-next:
		case <-ctx.Done():
			return
		}
	}
}

// serve lets the rotating process ask whether others have caught up. What it
// answers is to be called when that process has ended.
func (b *traffic) serve(t *testing.T, child *exec.Cmd) func() {
	t.Helper()
	asked, ask, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	answered, answer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	child.ExtraFiles = []*os.File{ask, answered}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for one := make([]byte, 1); ; {
			if _, err := asked.Read(one); err != nil {
				return // the process has ended
			}
			b.caughtUp(t.Context())
			_, _ = answer.Write(one) // a process that has ended needs none
		}
	}()
	return func() {
		_ = errors.Join(ask.Close(), answered.Close())
		<-ended
		_ = errors.Join(asked.Close(), answer.Close())
	}
}

// waitForOthers is how the rotating process asks the one that started it.
func waitForOthers(t *testing.T) func() {
	t.Helper()
	ask, answer := os.NewFile(3, "ask"), os.NewFile(4, "answer")
	return func() {
		one := []byte{0}
		if _, err := ask.Write(one); err != nil {
			t.Fatal(err)
		}
		if _, err := answer.Read(one); err != nil {
			t.Fatal(err)
		}
	}
}

// oneTurn answers how many values it sealed or opened.
func (f *fixture) oneTurn(ctx context.Context, lane outbound.Lane, key string) (int64, error) {
	drafts := make([]outbound.Draft, 16)
	for i := range drafts {
		drafts[i] = f.draft(fmt.Sprint(key, "-", i), outbound.Problem)
		drafts[i].Connection = lane.Connection
	}
	f.clock.pass(time.Second)
	if _, err := f.Accept(ctx, drafts); err != nil {
		return 0, err
	}
	n := int64(len(drafts))
	for range drafts {
		claim, err := f.Claim(ctx, lane, 1_000_000, f.clock.now(), f.clock.now().Add(time.Hour))
		if err != nil {
			return n, err
		}
		if claim.Letter == nil {
			break
		}
		if _, err := f.Settle(ctx, *claim.Letter, outbound.Verdict{State: outbound.Sent}, f.clock.now()); err != nil {
			return n, err
		}
		n++
	}
	tokens, err := f.LiveTokens(ctx, f.tenant, f.lane.Connection)
	return n + int64(len(tokens)), err
}
