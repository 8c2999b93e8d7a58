package callback

import (
	"context"
	"time"
)

// How many callbacks wait for a newer table at most, so that nobody can gather
// them. Whoever guesses tokens takes no place from those who know one, and one
// URL that leaked takes none from the other connections.
const (
	maxGuesses = 64  // with a token that nobody knows
	maxOfOne   = 16  // of one connection, whose signature does not fit
	maxKnown   = 256 // of all connections
)

// waiters counts who waits. The zero value is nobody.
type waiters struct {
	known int
	of    map[string]int // by connection; "" is a token that nobody knows
}

// enter takes a place if there is one.
func (w *waiters) enter(connection string) bool {
	switch {
	case connection == "" && w.of[""] >= maxGuesses:
		return false
	case connection != "" && (w.of[connection] >= maxOfOne || w.known >= maxKnown):
		return false
	case connection != "":
		w.known++
	}
	if w.of == nil {
		w.of = map[string]int{}
	}
	w.of[connection]++
	return true
}

// leave gives the place back.
func (w *waiters) leave(connection string) {
	if connection != "" {
		w.known--
	}
	if w.of[connection]--; w.of[connection] == 0 {
		delete(w.of, connection)
	}
}

func (t *Table) enter(connection string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.waiting.enter(connection)
}

func (t *Table) leave(connection string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.waiting.leave(connection)
}

// put takes a snapshot and wakes who waits for one.
func (t *Table) put(s *snapshot) {
	t.current.Store(s)
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.next != nil {
		close(t.next)
		t.next = nil
	}
}

func (t *Table) following() <-chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.next == nil {
		t.next = make(chan struct{})
	}
	return t.next
}

// newer waits until the table is known to be as young as the given time, and
// tells whether it has changed since the version. LINE WORKS never sends a
// callback again: one on a URL or with a key that was entered a moment ago must
// not be refused because this door has not heard of it yet. It asks nothing
// itself; the next turn of the watch is soon enough. The connection is empty for
// a token that nobody knows.
func (t *Table) newer(ctx context.Context, connection string, version int64, than time.Time, patience time.Duration) bool {
	if patience <= 0 || !t.enter(connection) {
		return false
	}
	defer t.leave(connection)
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		following := t.following()
		if t.Version() != version {
			return true
		}
		if checked, _ := t.Checked(); checked.After(than) {
			return false
		}
		select {
		case <-following:
		case <-ctx.Done():
			return false
		}
	}
}
