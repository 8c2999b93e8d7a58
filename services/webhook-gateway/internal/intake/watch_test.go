package intake

import (
	"context"
	"sync"
	"time"

	"github.com/dakoku/dakoku/platform/postgres"
)

// watch is a clock of a database that runs ahead of ours, or behind. It can tell more of
// itself than a real one would let a test say: that the machine slept, or that somebody
// set its time of day.
type watch struct {
	mu     sync.Mutex
	ahead  time.Duration
	slept  time.Duration // our count of time stood still that long
	set    time.Duration // by so much our time of day was moved
	near   postgres.Reading
	far    time.Time
	known  bool
	learns bool // it is compared as soon as it was asked once
}

var watchMade = time.Now()

// change tells the watch something, as of now.
func (w *watch) change(what func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	what()
}

func (w *watch) read() postgres.Reading {
	return postgres.Reading{Count: time.Since(watchMade) - w.slept, Day: time.Now().Add(w.set).Round(0).UTC()}
}

func (w *watch) at(count time.Duration) time.Time {
	if !w.known {
		return w.read().Day
	}
	return w.far.Add(count - w.near.Count)
}

func (w *watch) measure() { w.near, w.far, w.known = w.read(), time.Now().Add(w.ahead), true }

// runs lets the database's clock be that far ahead and ours be compared with it.
func (w *watch) runs(ahead time.Duration) {
	w.change(func() { w.ahead = ahead; w.measure() })
}

func (w *watch) Read() postgres.Reading {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.read()
}

func (w *watch) At(count time.Duration) time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.at(count)
}

func (w *watch) Now() time.Time { return w.At(w.Read().Count) }

func (w *watch) Latest() (at time.Time, known, sure bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	own := w.read()
	at, known = w.at(own.Count), w.known
	parted := own.Day.Sub(w.near.Day) - (own.Count - w.near.Count)
	if w.learns {
		w.measure()
	}
	return at, known, known && parted.Abs() < time.Second
}

func (w *watch) Ahead() (time.Duration, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	own := w.read()
	return w.at(own.Count).Sub(own.Day), w.known
}

func (w *watch) Measure(context.Context) error {
	w.change(w.measure)
	return nil
}
