package run

import (
	"context"
	"time"
)

// Pause waits for d, or until ctx ends, whose error it answers then. A d that is not
// positive is over at once.
func Pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
