// Package quota counts calls in windows of one minute, and in days of Japan.
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

// Sustained is how long use without a rest may be before only half of the limit
// is granted (LINE WORKS documentation, rate-limits).
const Sustained = 30 * time.Minute

// Counter counts calls per key. The zero value is ready for use.
type Counter struct {
	mu      sync.Mutex
	windows map[string]*window
	days    map[string]*window
}

type window struct {
	start time.Time
	used  int
	past  []window // the windows before it that are younger than Sustained
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

// Tired tells that the key took more than half of the limit on average over the
// last half hour.
func (c *Counter) Tired(key string, limit int, now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	w := c.current(key, now)
	used := w.used
	for _, p := range w.past {
		if now.Sub(p.start) < Sustained {
			used += p.used
		}
	}
	return used > limit/2*int(Sustained/Window)
}

// TakeOfDay counts one call under the key and tells whether the day's limit has
// room for it. Days begin at 00:00 in Japan.
func (c *Counter) TakeOfDay(key string, limit int, now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	local := now.In(time.FixedZone("JST", 9*60*60))
	day := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, local.Location())
	w := c.days[key]
	if w == nil || !w.start.Equal(day) {
		if c.days == nil {
			c.days = map[string]*window{}
		}
		w = &window{start: day}
		c.days[key] = w
	}
	if w.used >= limit {
		return false
	}
	w.used++
	return true
}

func (c *Counter) current(key string, now time.Time) *window {
	if c.windows == nil {
		c.windows = map[string]*window{}
	}
	w, ok := c.windows[key]
	if !ok || !now.Before(w.start.Add(Window)) {
		next := &window{start: now}
		if ok {
			next.past = append(w.past, window{start: w.start, used: w.used})
			for now.Sub(next.past[0].start) >= Sustained && len(next.past) > 1 {
				next.past = next.past[1:]
			}
		}
		w = next
		c.windows[key] = w
	}
	return w
}
