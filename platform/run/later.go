package run

import (
	"context"
	"time"
)

// Later is a context with the values of ctx that ends the delay after ctx does: a
// program that is told to end goes on serving meanwhile, so that whoever sends it
// work can turn to another one first. A delay of zero or less is none. The function
// that is returned ends it at once and gives back what it holds.
func Later(ctx context.Context, delay time.Duration) (context.Context, context.CancelFunc) {
	if delay <= 0 {
		return context.WithCancel(ctx)
	}
	later, end := context.WithCancel(context.WithoutCancel(ctx))
	release := context.AfterFunc(ctx, func() {
		timer := time.AfterFunc(delay, end)
		context.AfterFunc(later, func() { timer.Stop() })
	})
	return later, func() { release(); end() }
}
