// Package quota counts calls in windows of one minute.
//
// It knows keys, a limit and the time it is told. It knows neither HTTP nor
// which API a key stands for.
package quota

import (
	"math"
	"sync"
	"time"
)

// Window is the length of one counting window.
const Window = time.Minute

// Counter counts calls per key. The zero value is ready for use.
type Counter struct {
	mu      sync.Mutex
	windows map[string]*window
}

type window struct {
	start time.Time
	used  int
}

// State is what a caller may be told about its window.
type State struct {
	Limit     int // calls allowed in a window
	Remaining int // calls left in this one
	Used      int // calls counted in this one, refused calls left out
	Reset     int // whole seconds until the window ends, at least 1
	Refused   bool
}

// Take counts one call under the key. A window starts with its first call.
func (c *Counter) Take(key string, limit int, now time.Time) State {
	c.mu.Lock()
	defer c.mu.Unlock()
	w := c.current(key, now)
	refused := w.used >= limit
	if !refused {
		w.used++
	}
	left := w.start.Add(Window).Sub(now).Seconds()
	return State{
		Limit: limit, Remaining: max(limit-w.used, 0), Used: w.used,
		Reset: max(int(math.Ceil(left)), 1), Refused: refused,
	}
}

// Forget ends every window at once.
func (c *Counter) Forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.windows = nil
}

func (c *Counter) current(key string, now time.Time) *window {
	if c.windows == nil {
		c.windows = map[string]*window{}
	}
	w, ok := c.windows[key]
	if !ok || !now.Before(w.start.Add(Window)) {
		w = &window{start: now}
		c.windows[key] = w
	}
	return w
}
