package simulator

import "sync"

// notice is one thing that an open chat page is told.
type notice struct {
	Kind string `json:"kind"` // message, world, faults
	Data any    `json:"data,omitempty"`
}

// watchers are the open chat pages. A page that does not keep up misses notices
// and is told to read everything again.
type watchers struct {
	mu   sync.Mutex
	open map[chan notice]struct{}
}

const watchBuffer = 256

func (w *watchers) add() chan notice {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.open == nil {
		w.open = map[chan notice]struct{}{}
	}
	channel := make(chan notice, watchBuffer)
	w.open[channel] = struct{}{}
	return channel
}

func (w *watchers) remove(channel chan notice) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.open, channel)
}

// tell never waits. A full page is closed: it connects again and reads afresh.
func (w *watchers) tell(kind string, data any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for channel := range w.open {
		select {
		case channel <- notice{Kind: kind, Data: data}:
		default:
			delete(w.open, channel)
			close(channel)
		}
	}
}
