// Package nemesis breaks an installation while it works: on purpose, at random, and
// the same way for the same seed.
//
// It knows faults and when they are due. It refuses to know whether anything was
// lost by them: every fault ends by itself or is taken back here.
package nemesis

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"sort"
	"sync"
	"time"

	"github.com/dakoku/dakoku/simulator"
	"github.com/dakoku/dakoku/system/faultlab/recorder"
	"github.com/dakoku/dakoku/system/faultlab/supervisor"
)

// Kinds of faults, as they are counted.
const (
	Kill     = "kills"
	Crash    = "databaseCrashes"
	Failover = "failovers"
	Freeze   = "freezes"
	Stop     = "stops"
	Session  = "sessions"
	Way      = "ways"
	Platform = "platform"
	Disk     = "diskFull"
)

// Plan says how often each fault happens. Several lanes of faults run side by side.
type Plan struct {
	Seed  uint64
	Count map[string]int // by kind
	Pause time.Duration  // between two faults of a lane, on average
}

// Nemesis breaks one installation.
type Nemesis struct {
	Plan
	On        *supervisor.Installation
	Simulator *simulator.Simulator
	Log       io.Writer // what was done and when

	mu     sync.Mutex
	done   map[string]int
	gone   []recorder.Gone
	missed sync.WaitGroup // doors that are to be there again
}

// fault is one thing that can be done; it returns when it is over.
type fault struct {
	kind string
	name string
	do   func(ctx context.Context, n *Nemesis, dice *rand.Rand) error
}

// lanes are the faults that exclude each other in time.
var lanes = [][]fault{programs, databases, ways}

// Run does everything that is planned. An error is a fault that could not be done.
func (n *Nemesis) Run(ctx context.Context) error {
	n.done = map[string]int{}
	var all sync.WaitGroup
	failed := make([]error, len(lanes))
	for k, lane := range lanes {
		dice := rand.New(rand.NewPCG(n.Seed, uint64(k)+100))
		all.Go(func() { failed[k] = n.lane(ctx, n.deck(lane, dice), dice) })
	}
	all.Wait()
	n.missed.Wait()
	return errors.Join(failed...)
}

// Gone is when which door was not there, once Run has ended.
func (n *Nemesis) Gone() []recorder.Gone { return n.gone }

// deck is the planned faults of a lane in the order of the dice. Faults of one kind
// take turns, so that each happens.
func (n *Nemesis) deck(lane []fault, dice *rand.Rand) (deck []fault) {
	byKind := map[string][]fault{}
	for _, f := range lane {
		byKind[f.kind] = append(byKind[f.kind], f)
	}
	var kinds []string
	for kind := range byKind {
		kinds = append(kinds, kind)
	}
	sort.Strings(kinds)
	for _, kind := range kinds {
		for k := range n.Count[kind] {
			deck = append(deck, byKind[kind][k%len(byKind[kind])])
		}
	}
	dice.Shuffle(len(deck), func(a, b int) { deck[a], deck[b] = deck[b], deck[a] })
	return deck
}

func (n *Nemesis) lane(ctx context.Context, deck []fault, dice *rand.Rand) error {
	for _, f := range deck {
		if err := wait(ctx, n.Pause/2+time.Duration(dice.Int64N(int64(n.Pause)+1))); err != nil {
			return err
		}
		began := time.Now()
		if err := f.do(ctx, n, dice); err != nil {
			return fmt.Errorf("fault %s: %w", f.name, err)
		}
		n.mu.Lock()
		n.done[f.kind]++
		fmt.Fprintf(n.Log, "%s %s %s %s\n", began.UTC().Format(time.RFC3339Nano), f.kind, f.name, time.Since(began).Round(time.Millisecond))
		n.mu.Unlock()
	}
	return nil
}

// Done is how often each kind has happened so far.
func (n *Nemesis) Done(kind string) int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.done[kind]
}

// Total is how many faults have happened so far.
func (n *Nemesis) Total() (total int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, count := range n.done {
		total += count
	}
	return total
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// between is a duration from one to the other.
func between(dice *rand.Rand, least, most time.Duration) time.Duration {
	return least + time.Duration(dice.Int64N(int64(most-least)+1))
}
