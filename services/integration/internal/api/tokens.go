package api

import (
	"context"
	"slices"

	"github.com/dakoku/dakoku/platform/page"
	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/services/integration/internal/store"
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
	list := page.Of("tokens", canonical(req.GetConnection()))
	at, err := list.Read(req.GetPageToken(), 1)
	if err != nil {
		return nil, err
	}
	if at != nil {
		if _, err := page.ID(at[0]); err != nil {
			return nil, err
		}
	}
	live, err := a.store.LiveTokens(ctx, org, canonical(req.GetConnection()))
	if err != nil {
		return nil, err
	}
	if at != nil { // behind one that was revoked meanwhile there is nothing: two live at most
		here := slices.IndexFunc(live, func(t store.IssuedToken) bool { return t.ID == at[0] })
		live = live[max(here, 0)+1:]
	}
	return a.tokensOut(list, live, page.Size(req.GetPageSize()))
}

// tokensOut is the page of so many.
func (a *Admin) tokensOut(list page.List, live []store.IssuedToken, size int) (out *integrationv1.ListTokensResponse, err error) {
	out = &integrationv1.ListTokensResponse{}
	if len(live) > size {
		live = live[:size]
		out.NextPageToken, err = list.Token(live[size-1].ID)
	}
	for _, t := range live {
		out.Tokens = append(out.Tokens, a.tokenOut(t))
	}
	return out, err
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
