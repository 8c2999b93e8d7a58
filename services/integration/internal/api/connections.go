package api

import (
	"context"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/page"
	"github.com/dakoku/dakoku/platform/rpc"
	"github.com/dakoku/dakoku/services/integration/internal/connection"
)

// CreateConnection adds a connection in state DRAFT.
func (a *Admin) CreateConnection(ctx context.Context, req *integrationv1.CreateConnectionRequest) (*integrationv1.CreateConnectionResponse, error) {
	org, err := tenant(ctx)
	if err != nil {
		return nil, err
	}
	name, err := newConnection(req.GetConnection())
	if err != nil {
		return nil, err
	}
	c, err := a.store.CreateConnection(ctx, org, name, req.GetValidateOnly())
	if err != nil {
		return nil, err
	}
	answer := &integrationv1.CreateConnectionResponse{Connection: connectionOut(c, rpc.Language(ctx))}
	if req.GetValidateOnly() { // there is none
		answer.Connection.Name = ""
	}
	return answer, nil
}

// newConnection checks both fields and reports all violations at once.
func newConnection(c *integrationv1.Connection) (string, error) {
	var fields []fault.Field
	if c.GetService() != integrationv1.Connection_LINE_WORKS {
		fields = append(fields, fault.Field{Path: "service", Reason: "REQUIRED", Text: fault.Text{
			JA: "サービスには LINE_WORKS を指定してください。",
			EN: "The service must be LINE_WORKS.",
		}})
	}
	name, err := connection.Name(c.GetDisplayName())
	if f, ok := fault.From(err); ok {
		fields = append(fields, f.Fields()...)
	}
	if len(fields) > 0 {
		return "", fault.Invalid(fields...)
	}
	return name, err
}

// ListConnections lists connections, oldest first.
func (a *Admin) ListConnections(ctx context.Context, req *integrationv1.ListConnectionsRequest) (*integrationv1.ListConnectionsResponse, error) {
	org, err := tenant(ctx)
	if err != nil {
		return nil, err
	}
	list, size := page.Of("connections"), page.Size(req.GetPageSize())
	after, id, err := list.ReadByTime(req.GetPageToken())
	if err != nil {
		return nil, err
	}
	found, err := a.store.ConnectionsAfter(ctx, org, after, id, size+1)
	if err != nil {
		return nil, err
	}
	out := &integrationv1.ListConnectionsResponse{}
	if out.Connections, err = a.withFigures(ctx, org, found[:min(size, len(found))]...); err != nil {
		return nil, err
	}
	if len(found) > size {
		last := found[size-1]
		out.NextPageToken, err = list.TokenByTime(last.Created, last.ID)
	}
	return out, err
}

// GetConnection reads one connection.
func (a *Admin) GetConnection(ctx context.Context, req *integrationv1.GetConnectionRequest) (*integrationv1.GetConnectionResponse, error) {
	org, err := tenant(ctx)
	if err != nil {
		return nil, err
	}
	c, err := a.store.Connection(ctx, org, canonical(req.GetConnection()))
	if err != nil {
		return nil, err
	}
	shown, err := a.withFigures(ctx, org, c)
	if err != nil {
		return nil, err
	}
	return &integrationv1.GetConnectionResponse{Connection: shown[0]}, nil
}

// ActivateConnection lets punches flow.
func (a *Admin) ActivateConnection(ctx context.Context, req *integrationv1.ActivateConnectionRequest) (*integrationv1.ActivateConnectionResponse, error) {
	org, err := tenant(ctx)
	if err != nil {
		return nil, err
	}
	c, err := a.store.ActivateConnection(ctx, org, canonical(req.GetConnection()))
	if err != nil {
		return nil, err
	}
	return &integrationv1.ActivateConnectionResponse{Connection: connectionOut(c, rpc.Language(ctx))}, nil
}

// DisableConnection stops recording.
func (a *Admin) DisableConnection(ctx context.Context, req *integrationv1.DisableConnectionRequest) (*integrationv1.DisableConnectionResponse, error) {
	org, err := tenant(ctx)
	if err != nil {
		return nil, err
	}
	c, err := a.store.ChangeConnection(ctx, org, canonical(req.GetConnection()),
		func(c connection.Connection, _ connection.Readiness) (connection.Connection, error) {
			return c.Disable(), nil
		})
	if err != nil {
		return nil, err
	}
	return &integrationv1.DisableConnectionResponse{Connection: connectionOut(c, rpc.Language(ctx))}, nil
}
