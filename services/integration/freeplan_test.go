package integration_test

import (
	"syscall"
	"testing"
	"time"
)

// A company on the free plan may make 60 calls a minute. Nobody tells us which plan
// it has: two processes that know of 240 learn it from the first answers.
func TestTheFreePlanIsLearned(t *testing.T) {
	t.Parallel()
	const limit, replies = 60, 200
	r := newRush(t, limit, replies, 0)
	one, two := r.spawn(t, r.clock), r.spawn(t, r.clock)
	r.arrive(t, replies, time.Second, one, two)
	r.drained(t, 5*time.Minute)
	one.end(syscall.SIGTERM)
	two.end(syscall.SIGTERM)
	calls, refused := r.calls()
	if refused*100 > len(calls)+refused || busiest(calls) > limit {
		t.Errorf("%d calls, %d in the busiest minute, %d times 429", len(calls), busiest(calls), refused)
	}
	if n := len(r.read()); n != replies {
		t.Errorf("%d of %d answers arrived", n, replies)
	}
}
