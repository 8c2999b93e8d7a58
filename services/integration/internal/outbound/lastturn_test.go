package outbound

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"
)

// dripping is a queue into which messages come one by one, and how often it was claimed from.
type dripping struct {
	*companies
	waiting map[Lane]int
	claimed map[Lane]time.Time // when the lane was last claimed from with success
	asks    int
	slow    time.Duration // of a claim, between its look at the table and its end
	took    time.Duration // of a call
}

func (d *dripping) put(lane Lane) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.waiting[lane]++
}

// waits is how many of the lane's messages wait.
func (d *dripping) waits(lane Lane) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.waiting[lane]
}

func (d *dripping) DueLanes(_ context.Context, _ time.Time, known []Lane, _ int) (out []Lane, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, lane := range d.list {
		if d.waiting[lane] > 0 && !slices.Contains(known, lane) {
			out = append(out, lane)
		}
	}
	return out, nil
}

func (d *dripping) Claim(_ context.Context, lane Lane, _ int, _, _ time.Time) (Claim, error) {
	d.mu.Lock()
	d.asks++
	if d.waiting[lane] == 0 {
		d.mu.Unlock()
		return Claim{}, nil
	}
	d.waiting[lane]--
	d.claimed[lane] = time.Now()
	out := Claim{Letter: &Letter{Lane: lane, Messages: []Message{{}}}, Last: d.waiting[lane] == 0}
	d.mu.Unlock()
	time.Sleep(d.slow)
	return out, nil
}

func (d *dripping) Settle(context.Context, Letter, Verdict, time.Time) (bool, error) {
	time.Sleep(d.took)
	return true, nil
}

func drips(lanes int) *dripping {
	return &dripping{companies: someCompanies(lanes, 0), waiting: map[Lane]int{}, claimed: map[Lane]time.Time{}, took: 100 * time.Millisecond}
}

// running sends while what is given puts messages in, and waits until all is sent.
func (d *dripping) running(t *testing.T, put func(tell func())) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	q := New(Config{Store: d, Accounts: d, Now: time.Now, Log: zap.NewNop()})
	var ended sync.WaitGroup
	ended.Go(func() {
		if err := q.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	put(func() { _, _ = q.Accept(ctx, nil) }) // tells that something came
	time.Sleep(12 * time.Second)
	cancel()
	ended.Wait()
	if len(q.turns.known) > 0 && d.waiting[d.list[0]] == 0 {
		t.Errorf("%d lanes with nothing left are remembered", len(q.turns.known))
	}
}

// An answer costs one claim: behind the last of a lane nothing is looked for.
func TestBehindTheLastOneNothingIsClaimed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := drips(20)
		d.running(t, func(tell func()) {
			for range 10 {
				for _, lane := range d.list {
					d.put(lane)
				}
				tell()
				time.Sleep(time.Second)
			}
		})
		if d.asks > 220 { // a look of the clock may fall into a claim
			t.Errorf("%d claims for 200 messages", d.asks)
		}
	})
}

// What comes while the last call of a lane is under way, or its claim, goes at once and not with the end of the call, the
// next look of the clock or never.
func TestWhatComesBehindTheLastOneGoesAtOnce(t *testing.T) {
	for name, c := range map[string]struct{ slow, after time.Duration }{
		"during the call":  {0, 20 * time.Millisecond},
		"during the claim": {40 * time.Millisecond, 20 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := drips(1)
				d.slow, d.took = c.slow, 10*time.Second
				lane := d.list[0]
				var came time.Time
				d.running(t, func(tell func()) {
					time.Sleep(300 * time.Millisecond) // what the start looks for is over
					d.put(lane)
					tell()
					time.Sleep(c.after)
					came = time.Now()
					d.put(lane)
					tell()
				})
				if waited := d.claimed[lane].Sub(came); d.waiting[lane] > 0 || waited > c.slow {
					t.Errorf("%d wait; the second waited for %s", d.waiting[lane], waited)
				}
			})
		})
	}
}

// A lane whose calls are all taken is not claimed from until one ends, though the database names it.
func TestALaneNamedAgainHasItsHands(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := drips(1)
		d.took = time.Second
		lane := d.list[0]
		d.running(t, func(tell func()) {
			time.Sleep(300 * time.Millisecond)
			for i := range inFlight + 2 {
				d.put(lane)
				tell()
				time.Sleep(10 * time.Millisecond)
				if want := max(i+1-inFlight, 0); d.waits(lane) != want {
					t.Errorf("message %d: %d wait, want %d", i+1, d.waits(lane), want)
				}
			}
		})
		if fmt.Sprint(d.waiting[lane], d.asks) != fmt.Sprint(0, inFlight+2) {
			t.Errorf("%d wait after %d claims", d.waiting[lane], d.asks)
		}
	})
}

// A lane that is named again has one turn, which the end of its call does not take away.
func TestALaneNamedAgainHasOneTurn(t *testing.T) {
	turns, lane := newTurns(), Lane{Connection: "1"}
	turns.add(lane)
	if _, ok := turns.next(); !ok {
		t.Fatal("no turn")
	}
	turns.called(lane, true, turns.looks())
	turns.add(lane)
	turns.add(lane)
	turns.ended(lane)
	if next, ok := turns.next(); !ok || next != lane {
		t.Fatal("its turn is gone")
	}
	if _, ok := turns.next(); ok {
		t.Error("it has two turns")
	}
	turns.called(lane, true, turns.looks())
	turns.ended(lane)
	if len(turns.known) > 0 {
		t.Error("it is remembered")
	}
}
