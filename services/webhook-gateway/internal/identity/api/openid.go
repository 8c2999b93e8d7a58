package api

import (
	"context"

	identityv1 "github.com/dakoku/dakoku/proto/gen/dakoku/identity/v1"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
)

// BeginOpenIdLogin begins a log-in, or a proof of identity, at the provider.
func (s *Server) BeginOpenIdLogin(ctx context.Context, r *identityv1.BeginOpenIdLoginRequest) (*identityv1.BeginOpenIdLoginResponse, error) {
	secret, address, err := s.desk.BeginOpenID(ctx, identity.Departure{
		Invitation: r.GetInvitation(), Prove: r.GetProve(), Session: replaced(ctx), Place: place(ctx),
	})
	if err != nil {
		return nil, err
	}
	return &identityv1.BeginOpenIdLoginResponse{AuthorizationUri: address}, grpc.SetHeader(ctx, metadata.Pairs(IssuedErrand, secret))
}

// FinishOpenIdLogin logs in whom the provider vouches for.
func (s *Server) FinishOpenIdLogin(ctx context.Context, r *identityv1.FinishOpenIdLoginRequest) (*identityv1.FinishOpenIdLoginResponse, error) {
	login, err := s.desk.FinishOpenID(ctx, identity.Return{
		Secret: one(ctx, Errand), State: r.GetState(), Code: r.GetCode(), Issuer: r.GetIssuer(), Replaces: replaced(ctx), Place: place(ctx),
		Second: identity.Second{Code: r.GetTotpCode(), Recovery: r.GetRecoveryCode()},
	})
	if err != nil {
		return nil, err
	}
	return &identityv1.FinishOpenIdLoginResponse{
		Account: account(login.Account), Organization: organization(login.Organization),
		Permissions: login.Account.Role.Permissions(),
	}, handOver(ctx, login)
}
