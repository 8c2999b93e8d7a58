package eventadmin

import (
	"context"
	"time"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/inbox"
)

// patience is how long the list waits for what became of the answers: it is shown
// without them rather than not at all.
const patience = 2 * time.Second

// Why it is not known what became of an answer, spelled as in the contract.
const (
	unavailable = "UNAVAILABLE"
	forgotten   = "FORGOTTEN"
)

// replies tells for each event what became of its answer.
func (s *Service) replies(ctx context.Context, tenant string, found []inbox.Accepted) []*integrationv1.ReplyStatus {
	out := make([]*integrationv1.ReplyStatus, len(found))
	if len(found) == 0 {
		return out
	}
	req := &integrationv1.BatchGetRepliesRequest{Tenant: tenant}
	for _, a := range found {
		req.EventKeys = append(req.EventKeys, a.Key)
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	res, err := s.Replies.BatchGetReplies(ctx, req)
	for i, a := range found {
		if err != nil || len(res.GetReplies()) != len(found) {
			out[i] = unknown(unavailable)
			continue
		}
		out[i] = replyOf(a, res.GetReplies()[i], res.GetRememberedSinceTime().AsTime())
	}
	return out
}

// replyOf is nothing while the event may still be answered. That there is no answer
// means nothing of an event whose answer would be forgotten by now.
func replyOf(a inbox.Accepted, r *integrationv1.ReplyStatus, since time.Time) *integrationv1.ReplyStatus {
	switch {
	case r.GetState() != integrationv1.ReplyStatus_NONE:
		return r
	case a.Outcome == inbox.Pending:
		return nil
	case a.Received.Before(since):
		return unknown(forgotten)
	}
	return r
}

func unknown(reason string) *integrationv1.ReplyStatus {
	return &integrationv1.ReplyStatus{State: integrationv1.ReplyStatus_UNKNOWN, Reason: reason}
}
