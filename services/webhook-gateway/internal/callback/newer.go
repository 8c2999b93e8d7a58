package callback

import (
	"context"
	"time"
)

// maxWaiting bounds the callbacks that wait for a newer table, so that somebody
// who guesses cannot gather them.
const maxWaiting = 64

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
// itself; the next turn of the watch is soon enough.
func (t *Table) newer(ctx context.Context, version int64, than time.Time, patience time.Duration) bool {
	defer t.waiting.Add(-1)
	if t.waiting.Add(1) > maxWaiting || patience <= 0 {
		return false
	}
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
