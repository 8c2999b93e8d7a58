// Package api is the integration context's gRPC face: each handler reads the
// request, calls the domain and the store, and converts the answer. It refuses
// to decide anything itself.
package api

import (
	"cmp"
	"context"
	"strings"

	"go.uber.org/zap"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/rpc"
	"github.com/dakoku/dakoku/services/integration/internal/console"
	"github.com/dakoku/dakoku/services/integration/internal/directory"
	"github.com/dakoku/dakoku/services/integration/internal/link"
	"github.com/dakoku/dakoku/services/integration/internal/outbound"
	"github.com/dakoku/dakoku/services/integration/internal/store"
	"github.com/dakoku/dakoku/services/integration/internal/vault"
)

// Admin serves administrators.
type Admin struct {
	integrationv1.UnimplementedIntegrationAdminServiceServer
	store   *store.Store
	vault   *vault.Vault
	console *console.Console
	staff   Staff
	url     string // of callbacks, up to the token
	limit   int    // messages a minute of a connection that has not sent yet
}

// NewAdmin makes the admin service; publicURL is the base of callback URLs,
// staff tells whom a limited manager reaches, perMinute how many messages a connection may send at first, 0 for the ordinary.
func NewAdmin(s *store.Store, v *vault.Vault, c *console.Console, staff Staff, publicURL string, perMinute int) *Admin {
	return &Admin{store: s, vault: v, console: c, staff: staff, limit: cmp.Or(perMinute, outbound.DefaultPerMinute), url: strings.TrimRight(publicURL, "/") + "/v1/lineworks/attendance/"}
}

// Staff names the employees of an organization, and the ids of those in some departments.
type Staff interface {
	Employees(ctx context.Context, tenant string) ([]link.Employee, error)
	Members(ctx context.Context, tenant string, departments []string) ([]string, error)
}

// Links serves administrators who link many people at once.
type Links struct {
	integrationv1.UnimplementedLinkAdminServiceServer
	store *store.Store
	staff Staff
	wake  func()
}

// NewLinks makes the link service; wake is called when a sync has been started.
func NewLinks(s *store.Store, staff Staff, wake func()) *Links {
	return &Links{store: s, staff: staff, wake: wake}
}

// Machine serves the webhook gateway.
type Machine struct {
	integrationv1.UnimplementedIntegrationServiceServer
	store    *store.Store
	vault    *vault.Vault
	resolver *directory.Resolver
	queue    *outbound.Queue
	log      *zap.Logger
}

// NewMachine makes the machine service.
func NewMachine(s *store.Store, v *vault.Vault, r *directory.Resolver, q *outbound.Queue, log *zap.Logger) *Machine {
	return &Machine{store: s, vault: v, resolver: r, queue: q, log: log}
}

// tenant is the caller's organization. The server lets nobody pass without a
// caller; an error here is our own fault.
func tenant(ctx context.Context) (string, error) {
	caller, ok := rpc.CallerFrom(ctx)
	if !ok || caller.Tenant == "" {
		return "", fault.New(fault.Unauthenticated, "UNAUTHENTICATED", fault.Text{JA: "ログインしてください。", EN: "Log in first."})
	}
	return canonical(caller.Tenant), nil
}

// actor names who does it, for histories: accounts/{account} or apiKeys/{key}.
func actor(ctx context.Context) string {
	caller, _ := rpc.CallerFrom(ctx)
	if caller.Kind == rpc.KindAPIKey {
		return "apiKeys/" + caller.Account
	}
	return "accounts/" + caller.Account
}

// by says who changes links, and which way.
func by(ctx context.Context, source link.Source) store.By {
	return store.By{Actor: actor(ctx), Source: source}
}
