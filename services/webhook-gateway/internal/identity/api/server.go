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
	// IssuedErrand is the response metadata in which the browser's secret of a
	// log-in at the provider goes to the edge, which makes it a cookie.
	IssuedErrand = "dakoku-errand-issued"
	// Errand is the request metadata with that secret.
	Errand = "dakoku-errand"
	// SessionID is the request metadata in which the edge names the caller's
	// session, for ending it.
	SessionID = "dakoku-session-id"
	// SessionTenant is the request metadata with the organization of that session,
	// for a log-in that replaces it: it has no caller.
	SessionTenant = "dakoku-session-tenant"
	// SessionAccount is the request metadata with the account of that session.
	SessionAccount = "dakoku-session-account"
	// Address is the request metadata with the network address of the client.
	Address = "dakoku-address"
	// Agent is the request metadata with what the browser calls itself.
	Agent = "dakoku-agent"
)

// Server is the gRPC IdentityService.
type Server struct {
	identityv1.UnimplementedIdentityServiceServer
	desk    *identity.Desk
	base    string // URL of the door, before the links that people are given
	settled func(ctx context.Context, o identity.Organization)
}

// New makes a Server. base is the URL of the door for links that people are
// given; settled is told of the organization that set-up made.
func New(desk *identity.Desk, base string, settled func(ctx context.Context, o identity.Organization)) *Server {
	return &Server{desk: desk, base: base, settled: settled}
}

// SetUp makes the organization and its first administrator.
func (s *Server) SetUp(ctx context.Context, r *identityv1.SetUpRequest) (*identityv1.SetUpResponse, error) {
	login, err := s.desk.SetUp(ctx, installation(r, place(ctx)))
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
	login, err := s.desk.LogIn(ctx, identity.Credentials{
		Email: r.GetEmail(), Password: r.GetPassword(), Replaces: replaced(ctx), Place: place(ctx),
		Second: identity.Second{Code: r.GetTotpCode(), Recovery: r.GetRecoveryCode()},
	})
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
	return &identityv1.DeleteSessionResponse{}, s.desk.LogOut(ctx, actor(ctx))
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

// actor is the caller with the session and the place of the call.
func actor(ctx context.Context) identity.Actor {
	caller, _ := rpc.CallerFrom(ctx)
	a := identity.Actor{Tenant: caller.Tenant, Kind: identity.ByKey, ID: caller.Account, Place: place(ctx)}
	if caller.Kind == rpc.KindAccount {
		a.Kind, a.Session = identity.ByAccount, one(ctx, SessionID)
	}
	return a
}

// replaced is the live session of the browser that logs in.
func replaced(ctx context.Context) identity.Replaced {
	return identity.Replaced{Tenant: one(ctx, SessionTenant), Account: one(ctx, SessionAccount), Session: one(ctx, SessionID)}
}

func place(ctx context.Context) identity.Place {
	return identity.Place{Address: one(ctx, Address), Agent: one(ctx, Agent), Request: rpc.RequestID(ctx)}
}

// one is the only value of a metadata key; several count as none.
func one(ctx context.Context, key string) string {
	if values := metadata.ValueFromIncomingContext(ctx, key); len(values) == 1 {
		return values[0]
	}
	return ""
}
