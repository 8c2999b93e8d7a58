package gateway

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/webhook-gateway/internal/inbox"
)

// JudgedEvent is an accepted event that has its outcome.
type JudgedEvent = inbox.Judged

// JudgedEvents reads at most limit accepted events that have their outcome, of
// all organizations, behind one and in the order of organization and id. The
// transaction must be of the table's owner, of postgres.Inspect for one.
func JudgedEvents(ctx context.Context, tx pgx.Tx, after JudgedEvent, limit int) ([]JudgedEvent, error) {
	return inbox.ReadJudged(ctx, tx, after.Tenant, after.ID, limit)
}

// TwiceAccepted reads events that were accepted as two, which must not be.
func TwiceAccepted(ctx context.Context, tx pgx.Tx) ([]JudgedEvent, error) {
	return inbox.ReadTwins(ctx, tx)
}

// HasInbox tells whether the public door's schema is in the database.
func HasInbox(ctx context.Context, tx pgx.Tx) (bool, error) { return inbox.There(ctx, tx) }
