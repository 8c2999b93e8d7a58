package api

import (
	"context"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/dakoku/dakoku/platform/audit"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	auditv1 "github.com/dakoku/dakoku/proto/gen/dakoku/audit/v1"
	"github.com/dakoku/dakoku/services/attendance/internal/store"
)

// Audit serves AttendanceAuditService for the caller's organization.
type Audit struct {
	attendancev1.UnimplementedAttendanceAuditServiceServer
	store *store.Store
}

// NewAudit makes the side that shows what was noted.
func NewAudit(s *store.Store) *Audit { return &Audit{store: s} }

// ListAuditTrail lists events, newest first.
func (a *Audit) ListAuditTrail(ctx context.Context, req *attendancev1.ListAuditTrailRequest) (*attendancev1.ListAuditTrailResponse, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	entries, whose, err := a.store.AuditTrail(ctx, c.Tenant, req.GetQuery())
	if err != nil {
		return nil, err
	}
	res := &attendancev1.ListAuditTrailResponse{}
	for _, e := range entries {
		res.Entries = append(res.Entries, trailEntry(e, whose))
	}
	return res, nil
}

func trailEntry(e audit.Entry, whose map[string]string) *auditv1.TrailEntry {
	out := &auditv1.TrailEntry{
		Id: e.ID, Time: timestamppb.New(e.Time), ActorKind: e.ActorKind, Actor: e.Actor, Address: e.Address, Request: e.RequestID,
		Action: e.Action, ChangeCount: e.ChangeCount,
	}
	for _, c := range e.Changes {
		out.Changes = append(out.Changes, &auditv1.TrailEntry_Change{
			Resource: c.Resource, Before: c.Before, After: c.After, Withheld: c.Withheld, Employee: whose[c.Resource],
		})
	}
	return out
}
