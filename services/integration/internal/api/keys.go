package api

import (
	"context"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/services/integration/internal/connection"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
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

// UpdateCredentials checks and stores the keys of a connection.
func (a *Admin) UpdateCredentials(ctx context.Context, req *integrationv1.UpdateCredentialsRequest) (*integrationv1.UpdateCredentialsResponse, error) {
	org, err := tenant(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := a.store.Connection(ctx, org, canonical(req.GetConnection())); err != nil {
		return nil, err
	}
	set, err := credential.Check(credentialsIn(req.GetCredentials()))
	if err != nil {
		return nil, err
	}
	unchanged := matches(req.GetCredentials().GetEtag(), "credentials", canonical(req.GetConnection()))
	stored, err := a.store.PutCredentials(ctx, org, canonical(req.GetConnection()), set, unchanged, req.GetValidateOnly())
	if err != nil {
		return nil, err
	}
	return &integrationv1.UpdateCredentialsResponse{Credentials: credentialsOut(canonical(req.GetConnection()), stored)}, nil
}

// GetCredentials shows what is stored, with fingerprints for secrets.
func (a *Admin) GetCredentials(ctx context.Context, req *integrationv1.GetCredentialsRequest) (*integrationv1.GetCredentialsResponse, error) {
	org, err := tenant(ctx)
	if err != nil {
		return nil, err
	}
	stored, err := a.store.CredentialsOf(ctx, org, canonical(req.GetConnection()))
	if fault.HasReason(err, "CREDENTIALS_MISSING") {
		return nil, connection.NoCredentials()
	}
	if err != nil {
		return nil, err
	}
	return &integrationv1.GetCredentialsResponse{Credentials: credentialsOut(canonical(req.GetConnection()), stored)}, nil
}
