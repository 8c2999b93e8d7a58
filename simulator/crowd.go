package simulator

import "sync"

// crowd counts the API 2.0 calls that are under way with each access token. The
// platform answers 429 without any header when there are too many at once; the
// number is not published.
type crowd struct {
	mu    sync.Mutex
	limit int // 0: none
	calls map[string]int
}

// enter counts the call in until leave is called. False: the limit is reached.
func (c *crowd) enter(call *call, class Class) (leave func(), admitted bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	token := bearer(call.r)
	if call.family != apiV2 || class == ClassToken || token == "" {
		return func() {}, true
	}
	if c.calls == nil {
		c.calls = map[string]int{}
	}
	c.calls[token]++
	return func() { c.leave(token) }, c.limit == 0 || c.calls[token] <= c.limit
}

func (c *crowd) leave(token string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.calls[token]--; c.calls[token] == 0 {
		delete(c.calls, token)
	}
}

// SetConcurrency limits the API 2.0 calls that may be under way at once with
// one access token. 0: no limit.
func (s *Simulator) SetConcurrency(calls int) {
	s.crowd.mu.Lock()
	defer s.crowd.mu.Unlock()
	s.crowd.limit = calls
}
