// Package api serves identity.Desk as the gRPC IdentityService.
//
// It knows the contract's messages and the metadata keys in which secrets
// travel between this service and the HTTP edge of the same process. It refuses
// to know cookies and to decide anything.
package api

import (
	"context"

	"github.com/dakoku/dakoku/platform/rpc"
	identityv1 "github.com/dakoku/dakoku/proto/gen/dakoku/identity/v1"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
)

const (
	// IssuedSession is the response metadata in which the secret of a new session
	// goes to the edge, which makes it a cookie.
	IssuedSession = "dakoku-session-issued"
	// SessionID is the request metadata in which the edge names the caller's
	// session, for ending it.
	SessionID = "dakoku-session-id"
)

// Server is the gRPC IdentityService.
type Server struct {
	identityv1.UnimplementedIdentityServiceServer
	desk    *identity.Desk
	settled func(ctx context.Context, o identity.Organization)
}

// New makes a Server; settled is told of the organization that set-up made.
func New(desk *identity.Desk, settled func(ctx context.Context, o identity.Organization)) *Server {
	return &Server{desk: desk, settled: settled}
}

// SetUp makes the organization and its first administrator.
func (s *Server) SetUp(ctx context.Context, r *identityv1.SetUpRequest) (*identityv1.SetUpResponse, error) {
	login, err := s.desk.SetUp(ctx, installation(r))
	if err != nil {
		return nil, err
	}
	s.settled(ctx, login.Organization)
	made := account(login.Account)
	return &identityv1.SetUpResponse{
		Account: made, Administrator: made, Organization: organization(login.Organization),
		Permissions: login.Account.Role.Permissions(),
	}, handOver(ctx, login)
}

// CreateSession logs in.
func (s *Server) CreateSession(ctx context.Context, r *identityv1.CreateSessionRequest) (*identityv1.CreateSessionResponse, error) {
	login, err := s.desk.LogIn(ctx, r.GetEmail(), r.GetPassword(), sessionID(ctx))
	if err != nil {
		return nil, err
	}
	return &identityv1.CreateSessionResponse{
		Account: account(login.Account), Organization: organization(login.Organization),
		Permissions: login.Account.Role.Permissions(),
	}, handOver(ctx, login)
}

// GetSession answers who the caller is.
func (s *Server) GetSession(ctx context.Context, _ *identityv1.GetSessionRequest) (*identityv1.GetSessionResponse, error) {
	caller, _ := rpc.CallerFrom(ctx)
	o, err := s.desk.Organization(ctx, caller.Tenant)
	if err != nil {
		return nil, err
	}
	answer := &identityv1.GetSessionResponse{Organization: organization(o), Permissions: caller.Permissions}
	if caller.Kind != rpc.KindAccount {
		return answer, nil
	}
	a, err := s.desk.Account(ctx, caller.Tenant, caller.Account)
	answer.Account = account(a)
	return answer, err
}

// DeleteSession logs out.
func (s *Server) DeleteSession(ctx context.Context, _ *identityv1.DeleteSessionRequest) (*identityv1.DeleteSessionResponse, error) {
	caller, _ := rpc.CallerFrom(ctx)
	return &identityv1.DeleteSessionResponse{}, s.desk.LogOut(ctx, caller.Tenant, sessionID(ctx))
}

// GetOrganization reads the caller's organization.
func (s *Server) GetOrganization(ctx context.Context, _ *identityv1.GetOrganizationRequest) (*identityv1.GetOrganizationResponse, error) {
	caller, _ := rpc.CallerFrom(ctx)
	o, err := s.desk.Organization(ctx, caller.Tenant)
	return &identityv1.GetOrganizationResponse{Organization: organization(o)}, err
}

// handOver gives the session's secret to the edge.
func handOver(ctx context.Context, login identity.Login) error {
	return grpc.SetHeader(ctx, metadata.Pairs(IssuedSession, login.Secret))
}

func sessionID(ctx context.Context) string {
	if ids := metadata.ValueFromIncomingContext(ctx, SessionID); len(ids) == 1 {
		return ids[0]
	}
	return ""
}
