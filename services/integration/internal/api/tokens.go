package api

import (
	"cmp"
	"context"
	"slices"
	"strings"

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
	created, id, err := list.ReadByTime(req.GetPageToken())
	if err != nil {
		return nil, err
	}
	live, err := a.store.ShowTokens(ctx, org, canonical(req.GetConnection()))
	if err != nil {
		return nil, err
	}
	live = slices.DeleteFunc(live, func(t store.IssuedToken) bool { // the last one of the page before may be revoked by now
		return cmp.Or(t.Created.Compare(created), strings.Compare(t.ID, id)) <= 0
	})
	return a.tokensOut(list, live, page.Size(req.GetPageSize()))
}

// tokensOut is the page of so many.
func (a *Admin) tokensOut(list page.List, live []store.IssuedToken, size int) (out *integrationv1.ListTokensResponse, err error) {
	out = &integrationv1.ListTokensResponse{}
	if len(live) > size {
		live = live[:size]
		last := live[size-1]
		out.NextPageToken, err = list.TokenByTime(last.Created, last.ID)
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
