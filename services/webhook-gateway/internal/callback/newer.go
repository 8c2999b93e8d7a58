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

// news is what a wait for a newer table came to.
type news int

const (
	same    news = iota // the table is young enough and says what it said
	changed             // the table is another one
	silence             // integration did not say in time, or there was no room to wait for it
)

// newer waits until the table is known to be as young as the given time, or is
// another one than the version. LINE WORKS never sends a callback again: one on a
// URL or with a key that was entered a moment ago must not be refused because this
// door has not heard of it yet. The watch is told that somebody waits. The
// connection is empty for a token that nobody knows.
func (t *Table) newer(ctx context.Context, connection string, version int64, than time.Time, patience time.Duration) news {
	if !t.enter(connection) {
		return silence
	}
	defer t.leave(connection)
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		following := t.following()
		if t.Version() != version {
			return changed
		}
		if checked, _ := t.Checked(); checked.After(than) {
			return same
		}
		t.want()
		select {
		case <-following:
		case <-ctx.Done():
			return silence
		}
	}
}

// want tells the watch that somebody waits.
func (t *Table) want() {
	select {
	case t.wanted() <- struct{}{}:
	default: // it has been told
	}
}

// wanted is where the watch hears that somebody waits for a newer table.
func (t *Table) wanted() chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.asked == nil {
		t.asked = make(chan struct{}, 1)
	}
	return t.asked
}
