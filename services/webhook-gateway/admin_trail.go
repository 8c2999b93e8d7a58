package gateway

import (
	"context"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/dakoku/dakoku/platform/rpc"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	auditv1 "github.com/dakoku/dakoku/proto/gen/dakoku/audit/v1"
	gatewayv1 "github.com/dakoku/dakoku/proto/gen/dakoku/gateway/v1"
	identityv1 "github.com/dakoku/dakoku/proto/gen/dakoku/identity/v1"
	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/trail"
)

// trails are the audits of all contexts. The services check the caller's permission
// themselves.
func (a *Admin) trails() []trail.Source {
	attendance := attendancev1.NewAttendanceAuditServiceClient(a.backends.Attendance)
	events := gatewayv1.NewGatewayAuditServiceClient(a.backends.Events)
	integration := integrationv1.NewIntegrationAuditServiceClient(a.backends.Integration)
	return []trail.Source{
		{Context: identityv1.AuditEvent_IDENTITY, List: func(ctx context.Context, c rpc.Caller, q *auditv1.TrailQuery) ([]*auditv1.TrailEntry, error) {
			return a.store.AuditTrail(ctx, c.Tenant, q)
		}},
		{Context: identityv1.AuditEvent_ATTENDANCE, List: func(ctx context.Context, c rpc.Caller, q *auditv1.TrailQuery) ([]*auditv1.TrailEntry, error) {
			res, err := attendance.ListAuditTrail(rpc.OutgoingCaller(ctx, c, rpc.Language(ctx)), &attendancev1.ListAuditTrailRequest{Query: q})
			return res.GetEntries(), err
		}},
		{Context: identityv1.AuditEvent_INTEGRATION, List: func(ctx context.Context, c rpc.Caller, q *auditv1.TrailQuery) ([]*auditv1.TrailEntry, error) {
			res, err := integration.ListAuditTrail(rpc.OutgoingCaller(ctx, c, rpc.Language(ctx)), &integrationv1.ListAuditTrailRequest{Query: q})
			return res.GetEntries(), err
		}},
		{Context: identityv1.AuditEvent_GATEWAY, List: func(ctx context.Context, c rpc.Caller, q *auditv1.TrailQuery) ([]*auditv1.TrailEntry, error) {
			res, err := events.ListAuditTrail(rpc.OutgoingCaller(ctx, c, rpc.Language(ctx)), &gatewayv1.ListAuditTrailRequest{Query: q})
			if status.Code(err) == codes.Unimplemented { // by a door of the version before, through which nobody changes anything
				return nil, nil
			}
			return res.GetEntries(), err
		}},
	}
}
