package api

import (
	"context"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"

	"github.com/dakoku/dakoku/services/integration/internal/store"
)

// Audit serves IntegrationAuditService.
type Audit struct {
	integrationv1.UnimplementedIntegrationAuditServiceServer
	store *store.Store
}

// NewAudit makes the side that shows what was noted.
func NewAudit(s *store.Store) *Audit { return &Audit{store: s} }

// ListAuditTrail lists events, newest first.
func (a *Audit) ListAuditTrail(ctx context.Context, req *integrationv1.ListAuditTrailRequest) (*integrationv1.ListAuditTrailResponse, error) {
	org, err := tenant(ctx)
	if err != nil {
		return nil, err
	}
	entries, err := a.store.AuditTrail(ctx, org, req.GetQuery())
	if err != nil {
		return nil, err
	}
	return &integrationv1.ListAuditTrailResponse{Entries: entries}, nil
}
