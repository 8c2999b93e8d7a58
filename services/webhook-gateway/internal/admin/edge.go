// Package admin is the HTTP edge of the admin door.
//
// It knows requests, cookies, headers, languages and the JSON form of answers
// and errors; it finds out who calls and tells the services behind. It refuses
// to decide what a caller may do: every service checks that itself, so a path
// added here opens nothing.
package admin

import (
	"context"
	"net/http"
	"net/netip"
	"time"

	"github.com/dakoku/dakoku/services/webhook-gateway/internal/admin/contract"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity"
	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"
	"google.golang.org/grpc"
)

// Authenticator finds the caller of a secret; the reason UNAUTHENTICATED says
// that there is none. It is asked for every request, so it must not answer from
// memory that is older than 5 seconds.
type Authenticator interface {
	// BySession finds the caller of a session cookie.
	BySession(ctx context.Context, secret string) (identity.Caller, error)
	// ByKey finds the caller of an API key.
	ByKey(ctx context.Context, secret string) (identity.Caller, error)
}

// Names tells what the accounts and API keys of an organization are called, by
// resource name; those that are not there are missing.
type Names interface {
	NamesOf(ctx context.Context, tenant string, actors []string) (map[string]string, error)
}

// Console serves what people see.
type Console interface {
	http.Handler
	// Serves reports whether a path is one of its own.
	Serves(path string) bool
	// IsPage reports whether a path shows a screen, which loads scripts.
	IsPage(path string) bool
	// Lost answers 404 with a page that says so, to whoever follows a wrong address.
	Lost(w http.ResponseWriter, r *http.Request)
}

// Backends are the connections over which every call goes through the full
// interceptor chain of the service that answers it.
type Backends struct {
	Identity, Integration, Attendance, Events *grpc.ClientConn
}

// Config is what the edge stands on; everything is required but Registerer
// and TrustedProxies.
type Config struct {
	Authenticator  Authenticator
	Names          Names
	Backends       Backends
	Contract       *contract.Contract
	OpenAPI        []byte       // served at /openapi.json
	Reference      http.Handler // at /docs
	PageKey        []byte       // authenticates page tokens; the same in every process
	Console        Console      // at / and wherever it says
	Log            *zap.Logger
	Registerer     prometheus.Registerer // nil keeps the metrics to itself
	Now            func() time.Time
	TrustedProxies []netip.Prefix // whose X-Forwarded-For is believed; none by default
}

// Edge is the handler of the admin door. Make it with New.
type Edge struct {
	cfg      Config
	meters   *meters
	compress middleware
	handler  http.Handler
}

// New ties routes to backends.
func New(ctx context.Context, cfg Config) (*Edge, error) {
	meters, err := newMeters(cfg.Registerer)
	if err != nil {
		return nil, err
	}
	compress, err := newCompressor()
	if err != nil {
		return nil, err
	}
	e := &Edge{cfg: cfg, meters: meters, compress: compress}
	rest, err := e.rest(ctx)
	if err != nil {
		return nil, err
	}
	e.handler = through(e.everyRequest(), e.route(through(e.apiRequest(), rest)))
	return e, nil
}

// ServeHTTP answers one request.
func (e *Edge) ServeHTTP(w http.ResponseWriter, r *http.Request) { e.handler.ServeHTTP(w, r) }
