package api

import (
	"context"

	identityv1 "github.com/dakoku/dakoku/proto/gen/dakoku/identity/v1"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity"
)

// EnrolTotp begins a second factor.
func (s *Server) EnrolTotp(ctx context.Context, r *identityv1.EnrolTotpRequest) (*identityv1.EnrolTotpResponse, error) {
	secret, uri, err := s.desk.EnrolTOTP(ctx, actor(ctx), r.GetPassword())
	if err != nil {
		return nil, err
	}
	return &identityv1.EnrolTotpResponse{Secret: secret, Uri: uri}, nil
}

// ConfirmTotp enables it.
func (s *Server) ConfirmTotp(ctx context.Context, r *identityv1.ConfirmTotpRequest) (*identityv1.ConfirmTotpResponse, error) {
	codes, login, err := s.desk.ConfirmTOTP(ctx, actor(ctx), r.GetTotpCode())
	if err != nil {
		return nil, err
	}
	return &identityv1.ConfirmTotpResponse{RecoveryCodes: codes}, handOver(ctx, login)
}

// RemoveTotp ends it.
func (s *Server) RemoveTotp(ctx context.Context, r *identityv1.RemoveTotpRequest) (*identityv1.RemoveTotpResponse, error) {
	given := identity.Second{Code: r.GetTotpCode(), Recovery: r.GetRecoveryCode()}
	login, err := s.desk.RemoveTOTP(ctx, actor(ctx), r.GetPassword(), given)
	if err != nil {
		return nil, err
	}
	return &identityv1.RemoveTotpResponse{}, handOver(ctx, login)
}

// RenewRecoveryCodes replaces the recovery codes.
func (s *Server) RenewRecoveryCodes(ctx context.Context, r *identityv1.RenewRecoveryCodesRequest) (*identityv1.RenewRecoveryCodesResponse, error) {
	codes, err := s.desk.RenewRecoveryCodes(ctx, actor(ctx), r.GetPassword(), r.GetTotpCode())
	if err != nil {
		return nil, err
	}
	return &identityv1.RenewRecoveryCodesResponse{RecoveryCodes: codes}, nil
}
