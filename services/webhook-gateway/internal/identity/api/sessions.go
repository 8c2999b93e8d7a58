package api

import (
	"context"

	"github.com/dakoku/dakoku/platform/page"
	"github.com/dakoku/dakoku/platform/rpc"
	identityv1 "github.com/dakoku/dakoku/proto/gen/dakoku/identity/v1"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity"
)

// ProveSession takes a proof of identity and replaces the caller's session.
func (s *Server) ProveSession(ctx context.Context, r *identityv1.ProveSessionRequest) (*identityv1.ProveSessionResponse, error) {
	given := identity.Second{Code: r.GetTotpCode(), Recovery: r.GetRecoveryCode()}
	login, err := s.desk.Prove(ctx, actor(ctx), r.GetPassword(), given)
	if err != nil {
		return nil, err
	}
	return &identityv1.ProveSessionResponse{}, handOver(ctx, login)
}

// ListSessions lists the caller's own sessions.
func (s *Server) ListSessions(ctx context.Context, r *identityv1.ListSessionsRequest) (*identityv1.ListSessionsResponse, error) {
	by := actor(ctx)
	if by.Session == "" {
		return nil, identity.Unidentified()
	}
	list, next, err := s.sessions(ctx, by.Tenant, by.ID, r)
	return &identityv1.ListSessionsResponse{Sessions: sessions(list, by.Session), NextPageToken: next}, err
}

// sessions is one page of the sessions of an account, and the token of the next.
func (s *Server) sessions(ctx context.Context, tenant, account string, r interface {
	GetPageSize() int32
	GetPageToken() string
}) (found []identity.Session, next string, err error) {
	list := page.Of("sessions", account)
	before, err := afterID(list, r.GetPageToken())
	if err != nil {
		return nil, "", err
	}
	found, more, err := s.desk.Sessions(ctx, tenant, account, before, page.Size(r.GetPageSize()))
	if err == nil && more {
		next, err = list.Token(found[len(found)-1].ID)
	}
	return found, next, err
}

// EndSession ends one of the caller's own sessions.
func (s *Server) EndSession(ctx context.Context, r *identityv1.EndSessionRequest) (*identityv1.EndSessionResponse, error) {
	by := actor(ctx)
	return &identityv1.EndSessionResponse{}, s.desk.EndSession(ctx, by, by.ID, identity.CanonicalID(r.GetSession()))
}

// ListAccountSessions lists the sessions of an account.
func (s *Server) ListAccountSessions(ctx context.Context, r *identityv1.ListAccountSessionsRequest) (*identityv1.ListAccountSessionsResponse, error) {
	caller, _ := rpc.CallerFrom(ctx)
	list, next, err := s.sessions(ctx, caller.Tenant, identity.CanonicalID(r.GetAccount()), r)
	return &identityv1.ListAccountSessionsResponse{Sessions: sessions(list, actor(ctx).Session), NextPageToken: next}, err
}

// EndAccountSessions ends every session of an account.
func (s *Server) EndAccountSessions(ctx context.Context, r *identityv1.EndAccountSessionsRequest) (*identityv1.EndAccountSessionsResponse, error) {
	return &identityv1.EndAccountSessionsResponse{}, s.desk.EndSessions(ctx, actor(ctx), identity.CanonicalID(r.GetAccount()))
}

// EndAccountSession ends one session of an account.
func (s *Server) EndAccountSession(ctx context.Context, r *identityv1.EndAccountSessionRequest) (*identityv1.EndAccountSessionResponse, error) {
	return &identityv1.EndAccountSessionResponse{}, s.desk.EndSession(ctx, actor(ctx), identity.CanonicalID(r.GetAccount()), identity.CanonicalID(r.GetSession()))
}

// ChangePassword replaces the caller's password and session.
func (s *Server) ChangePassword(ctx context.Context, r *identityv1.ChangePasswordRequest) (*identityv1.ChangePasswordResponse, error) {
	login, err := s.desk.ChangePassword(ctx, actor(ctx), r.GetPassword(), r.GetNewPassword())
	if err != nil {
		return nil, err
	}
	return &identityv1.ChangePasswordResponse{}, handOver(ctx, login)
}
