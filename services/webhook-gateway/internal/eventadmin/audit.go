package eventadmin

import (
	"context"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/dakoku/dakoku/platform/audit"
	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/rpc"
	auditv1 "github.com/dakoku/dakoku/proto/gen/dakoku/audit/v1"
	gatewayv1 "github.com/dakoku/dakoku/proto/gen/dakoku/gateway/v1"
)

// Audit is GatewayAuditService: who gave which events back.
type Audit struct {
	gatewayv1.UnimplementedGatewayAuditServiceServer

	// Trail reads what was noted; required.
	Trail func(ctx context.Context, tenant string, q audit.Query) ([]audit.Entry, error)
}

// ListAuditTrail lists entries of the caller's organization, newest first.
func (a *Audit) ListAuditTrail(ctx context.Context, in *gatewayv1.ListAuditTrailRequest) (*gatewayv1.ListAuditTrailResponse, error) {
	caller, ok := rpc.CallerFrom(ctx)
	if !ok {
		return nil, fault.New(fault.Internal, "CALLER_MISSING", fault.Text{})
	}
	entries, err := a.Trail(ctx, caller.Tenant, in.GetQuery())
	if err != nil {
		return nil, readable(err)
	}
	out := &gatewayv1.ListAuditTrailResponse{}
	for _, e := range entries {
		entry := &auditv1.TrailEntry{
			Id: e.ID, Time: timestamppb.New(e.Time), ActorKind: e.ActorKind, Actor: e.Actor, Address: e.Address, Request: e.RequestID,
			Action: e.Action, ChangeCount: e.ChangeCount,
		}
		for _, c := range e.Changes {
			entry.Changes = append(entry.Changes, &auditv1.TrailEntry_Change{Resource: c.Resource, Before: c.Before, After: c.After})
		}
		out.Entries = append(out.Entries, entry)
	}
	return out, nil
}
