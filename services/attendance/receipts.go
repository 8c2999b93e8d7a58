package attendance

import (
	"context"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/services/attendance/internal/store"
)

// LinkedEvent is an event that was judged as an employee's.
type LinkedEvent = store.LinkedEvent

// LinkedEvents reads every event of one moment that was judged as an employee's. begun is called when the moment is
// fixed: what it reads is newer. url's login must own the tables or be a superuser.
func LinkedEvents(ctx context.Context, url config.Secret, begun func(context.Context) error, each func(LinkedEvent)) error {
	return store.Inspect(ctx, url, func(ctx context.Context, read store.Evidence) error {
		return read.LinkedEvents(ctx, begun, each)
	})
}
