package outbound

import (
	"context"
	"sync"
	"time"
)

// buckets keep every connection below its rate.
type buckets struct {
	mu     sync.Mutex
	rate   float64 // a second
	burst  float64
	byLane map[Lane]*bucket
}

type bucket struct {
	level float64
	at    time.Time
}

// newBuckets allows at most perMinute calls in any minute, of which a few may
// follow each other at once.
func newBuckets(perMinute int) *buckets {
	const share = 30 // one in so many may be part of a burst
	burst := float64(perMinute) / share
	return &buckets{rate: (float64(perMinute) - burst) / 60, burst: max(burst, 1), byLane: map[Lane]*bucket{}}
}

// take waits until the lane may make one more call.
func (b *buckets) take(ctx context.Context, lane Lane) error {
	wait := b.reserve(lane, time.Now())
	if wait <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// reserve takes one call out of the bucket and says how long to wait for it.
func (b *buckets) reserve(lane Lane, now time.Time) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	own := b.byLane[lane]
	if own == nil {
		own = &bucket{level: b.burst, at: now}
		b.byLane[lane] = own
	}
	own.level = min(b.burst, own.level+now.Sub(own.at).Seconds()*b.rate)
	own.at = now
	own.level--
	if own.level >= 0 {
		return 0
	}
	return time.Duration(-own.level / b.rate * float64(time.Second))
}

// give returns a call that was not made.
func (b *buckets) give(lane Lane) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if own := b.byLane[lane]; own != nil {
		own.level++
	}
}
