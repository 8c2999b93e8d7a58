package api

import (
	"context"

	"google.golang.org/protobuf/types/known/timestamppb"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"

	"github.com/dakoku/dakoku/services/integration/internal/outbound"
)

// BatchGetReplies tells what became of the answers to some events.
func (m *Machine) BatchGetReplies(ctx context.Context, req *integrationv1.BatchGetRepliesRequest) (*integrationv1.BatchGetRepliesResponse, error) {
	fates, since, err := m.store.Fates(ctx, canonical(req.GetTenant()), req.GetEventKeys())
	if err != nil {
		return nil, err
	}
	out := &integrationv1.BatchGetRepliesResponse{RememberedSinceTime: timestamppb.New(since)}
	for _, f := range fates {
		out.Replies = append(out.Replies, fateOut(f))
	}
	return out, nil
}

func fateOut(f outbound.Fate) *integrationv1.ReplyStatus {
	out := &integrationv1.ReplyStatus{
		State:  integrationv1.ReplyStatus_State(integrationv1.ReplyStatus_State_value[string(f.Stage)]),
		Reason: f.Reason,
		Form:   integrationv1.ReplyStatus_Form(integrationv1.ReplyStatus_Form_value[string(f.Form)]),
	}
	if !f.Ended.IsZero() {
		out.EndTime = timestamppb.New(f.Ended)
	}
	return out
}
