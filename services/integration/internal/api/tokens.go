package api

import (
	"context"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
)

// IssueToken issues a callback token.
func (a *Admin) IssueToken(ctx context.Context, req *integrationv1.IssueTokenRequest) (*integrationv1.IssueTokenResponse, error) {
	org, err := tenant(ctx)
	if err != nil {
		return nil, err
	}
	issued, err := a.store.IssueToken(ctx, org, canonical(req.GetConnection()))
	if err != nil {
		return nil, err
	}
	return &integrationv1.IssueTokenResponse{Token: a.tokenOut(issued)}, nil
}

// ListTokens shows the live callback tokens again.
func (a *Admin) ListTokens(ctx context.Context, req *integrationv1.ListTokensRequest) (*integrationv1.ListTokensResponse, error) {
	org, err := tenant(ctx)
	if err != nil {
		return nil, err
	}
	live, err := a.store.LiveTokens(ctx, org, canonical(req.GetConnection()))
	if err != nil {
		return nil, err
	}
	out := &integrationv1.ListTokensResponse{}
	for _, t := range live {
		out.Tokens = append(out.Tokens, a.tokenOut(t))
	}
	return out, nil
}

// RevokeToken ends a callback token.
func (a *Admin) RevokeToken(ctx context.Context, req *integrationv1.RevokeTokenRequest) (*integrationv1.RevokeTokenResponse, error) {
	org, err := tenant(ctx)
	if err != nil {
		return nil, err
	}
	if err := a.store.RevokeToken(ctx, org, canonical(req.GetConnection()), canonical(req.GetToken())); err != nil {
		return nil, err
	}
	return &integrationv1.RevokeTokenResponse{}, nil
}
