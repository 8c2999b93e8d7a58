package rpc

import (
	"context"
	"regexp"
	"time"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
)

const (
	hopCost      = 20 * time.Millisecond  // kept back on every hop for the way home
	leastBudget  = 100 * time.Millisecond // work that has less left is refused
	serverBudget = 30 * time.Second       // for a unary call that came without a deadline
)

type requestKey struct{}

var requestForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// RequestID is the id of this call in every log line; empty outside a call.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestKey{}).(string)
	return id
}

// WithRequestID sets the id that calls made with the returned context carry, for
// the first hop.
func WithRequestID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestKey{}, id)
}

// NewRequestID makes a fresh id, a UUIDv7.
func NewRequestID() string { return uuid.Must(uuid.NewV7()).String() }

func withRequestID(ctx context.Context, _ *call, next handler) error {
	id := incoming(ctx, keyRequest)
	if !requestForm.MatchString(id) {
		id = NewRequestID()
	}
	// Without a transport stream there is nobody to tell; the call goes on.
	_ = grpc.SetHeader(ctx, metadata.Pairs(keyRequest, id))
	return next(WithRequestID(ctx, id))
}

// spendDeadline keeps a little of the caller's time for the way back and refuses
// work that could not be finished.
func spendDeadline(ctx context.Context, c *call, next handler) error {
	end, limited := ctx.Deadline()
	switch {
	case !limited && c.request == nil:
		return next(ctx)
	case !limited:
		end = time.Now().Add(serverBudget)
	case time.Until(end) < leastBudget:
		return fault.New(fault.Deadline, "DEADLINE_TOO_SHORT", textDeadline)
	default:
		end = end.Add(-hopCost)
	}
	ctx, cancel := context.WithDeadline(ctx, end)
	defer cancel()
	return next(ctx)
}
