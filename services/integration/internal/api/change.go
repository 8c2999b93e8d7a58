package api

import (
	"context"
	"slices"
	"strings"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/page"
	"github.com/dakoku/dakoku/services/integration/internal/connection"
	"github.com/dakoku/dakoku/services/integration/internal/store"
)

// ListIntegrations lists LINE WORKS, connected or not: one page whatever its size.
func (a *Admin) ListIntegrations(ctx context.Context, req *integrationv1.ListIntegrationsRequest) (*integrationv1.ListIntegrationsResponse, error) {
	org, err := tenant(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := page.Of("integrations").Read(req.GetPageToken(), 0); err != nil {
		return nil, err
	}
	states, err := a.store.States(ctx, org)
	if err != nil {
		return nil, err
	}
	return &integrationv1.ListIntegrationsResponse{Integrations: []*integrationv1.IntegrationOffer{{
		Service: integrationv1.Connection_LINE_WORKS, DisplayName: "LINE WORKS",
		State: stateOut(connection.Foremost(states)), Connections: int32(len(states)),
	}}}, nil
}

// UpdateConnection changes the display name.
func (a *Admin) UpdateConnection(ctx context.Context, req *integrationv1.UpdateConnectionRequest) (*integrationv1.UpdateConnectionResponse, error) {
	org, err := tenant(ctx)
	if err != nil {
		return nil, err
	}
	named, err := namesDisplayName(req)
	if err != nil {
		return nil, err
	}
	id := canonical(req.GetConnectionId())
	unchanged := matches(req.GetConnection().GetEtag(), "connection", id)
	c, err := a.store.RenameConnection(ctx, org, id, req.GetValidateOnly(), func(c connection.Connection) (connection.Connection, error) {
		if !unchanged(c.Revision) {
			return c, store.Stale()
		}
		if !named {
			return c, nil
		}
		name, err := connection.Name(req.GetConnection().GetDisplayName())
		return c.Rename(name), err
	})
	if err != nil {
		return nil, err
	}
	shown, err := a.withFigures(ctx, org, c)
	if err != nil {
		return nil, err
	}
	return &integrationv1.UpdateConnectionResponse{Connection: shown[0]}, nil
}

// namesDisplayName reads the update mask; an empty one means the fields that are
// filled. Fields that the server sets are passed over: a client that sends back
// what it read means no change of them.
func namesDisplayName(req *integrationv1.UpdateConnectionRequest) (bool, error) {
	paths := req.GetUpdateMask().GetPaths()
	if len(paths) == 0 {
		return req.GetConnection().GetDisplayName() != "", nil
	}
	for _, path := range paths {
		field, _, _ := strings.Cut(path, ".")
		if !slices.Contains([]string{"display_name", "name", "service", "state", "state_reason", "state_detail", "state_message", "state_remedy", "create_time", "etag", "figures"}, field) {
			return false, fault.Invalid(fault.Field{Path: "updateMask", Reason: "UNKNOWN_FIELD", Text: fault.Text{
				JA: "更新できない項目です: " + path,
				EN: "This field cannot be updated: " + path,
			}})
		}
	}
	return slices.Contains(paths, "display_name"), nil
}

// DeleteConnection removes a connection that records nothing.
func (a *Admin) DeleteConnection(ctx context.Context, req *integrationv1.DeleteConnectionRequest) (*integrationv1.DeleteConnectionResponse, error) {
	org, err := tenant(ctx)
	if err != nil {
		return nil, err
	}
	id := canonical(req.GetConnection())
	if err := a.store.DeleteConnection(ctx, org, id, actor(ctx), matches(req.GetEtag(), "connection", id)); err != nil {
		return nil, err
	}
	return &integrationv1.DeleteConnectionResponse{}, nil
}
