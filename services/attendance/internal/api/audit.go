package api

import (
	"context"

	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
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
	entries, err := a.store.AuditTrail(ctx, c.Tenant, req.GetQuery())
	if err != nil {
		return nil, err
	}
	return &attendancev1.ListAuditTrailResponse{Entries: entries}, nil
}
