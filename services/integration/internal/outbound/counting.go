package outbound

import (
	"context"
	"sync/atomic"

	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
)

type callsKey struct{}

// countCalls counts the calls that are made under the context: one attempt makes
// several calls when an access token is refused or the first way does not lead there,
// and the platform counts each of them.
func countCalls(ctx context.Context) (context.Context, *atomic.Int32) {
	calls := new(atomic.Int32)
	return context.WithValue(ctx, callsKey{}, calls), calls
}

// counting is a platform whose calls are counted.
type counting struct{ Platform }

// Send counts the call, whatever becomes of it.
func (c counting) Send(ctx context.Context, set credential.Set, token credential.Secret, m lineworks.Message) (lineworks.Rate, error) {
	count(ctx)
	return c.Platform.Send(ctx, set, token, m)
}

// Ask counts the call, whatever becomes of it.
func (c counting) Ask(ctx context.Context, set credential.Set, token credential.Secret, m lineworks.Message) (lineworks.Rate, error) {
	count(ctx)
	return c.Platform.Ask(ctx, set, token, m)
}

func count(ctx context.Context) {
	if calls, ok := ctx.Value(callsKey{}).(*atomic.Int32); ok {
		calls.Add(1)
	}
}
