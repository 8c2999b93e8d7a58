// Package matrix tries every RPC of the contract as everybody: each role with a
// session and with an API key, and nobody, on what is the caller's own, on what
// belongs to another organization, and on what exists nowhere; over gRPC and
// through the REST door of one running system.
package matrix

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"go.uber.org/zap"
	"google.golang.org/grpc"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/platform/postgres/pgtest"
	"github.com/dakoku/dakoku/services/attendance"
	"github.com/dakoku/dakoku/services/integration"
	gateway "github.com/dakoku/dakoku/services/webhook-gateway"
	"github.com/dakoku/dakoku/simulator"
	"github.com/dakoku/dakoku/system/internal/assembly"
	"github.com/dakoku/dakoku/system/internal/operation"
)

const (
	patience    = 3 * time.Minute // for anything that must happen at all
	setupSecret = "a-setup-secret-for-the-matrix"
	password    = "五月雨を集めて早し最上川 1689"
)

// world is a running system with LINE WORKS beside it and two companies in it.
type world struct {
	t         *testing.T
	all       *assembly.Assembly
	base      string // of the admin door
	database  config.Secret
	owner     *pgx.Conn
	simulator *simulator.Simulator
	ops       map[string]*operation.Operation
	home      *company // of all callers
	away      *company // whose things nobody may reach
	mu        sync.Mutex
	conns     map[string]*grpc.ClientConn
}

// newWorld starts everything in this process.
func newWorld(t *testing.T) *world {
	t.Helper()
	db := pgtest.New(t, gateway.IdentityMigrations(), integration.Migrations(), attendance.Migrations(), gateway.InboxMigrations())
	w := &world{t: t, database: db.URL, simulator: simulator.New(simulator.Config{RatePerMinute: -1}), conns: map[string]*grpc.ClientConn{}}
	far := httptest.NewServer(w.simulator.Handler())
	t.Cleanup(far.Close)
	settings := assembly.Settings{
		DataDir: t.TempDir(), DatabaseURL: db.URL, SetupSecret: setupSecret,
		PublicAddr: "127.0.0.1:0", AdminAddr: "127.0.0.1:0", DebugAddr: "127.0.0.1:0", PublicURL: "http://public.example",
		AuthURL: far.URL, APIURL: far.URL, APIV1URL: far.URL, NamePoll: -1,
	}
	var err error
	if w.all, err = assembly.New(t.Context(), settings, zap.NewNop(), io.Discard); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- w.all.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("the system ended: %v", err)
		}
	})
	w.base = "http://" + w.all.AdminAddr().String()
	w.owner = db.Owner(t)
	if w.ops, err = operation.Load("../../proto/rest.yaml"); err != nil {
		t.Fatal(err)
	}
	w.eventually("the door is open", func() bool {
		r, err := http.Get(w.base + "/v1/session")
		return err == nil && r.Body.Close() == nil && r.StatusCode == http.StatusUnauthorized
	})
	return w
}

func (w *world) eventually(what string, ok func() bool) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	every := time.NewTicker(20 * time.Millisecond)
	defer every.Stop()
	for !ok() {
		select {
		case <-ctx.Done():
			w.t.Fatalf("never: %s", what)
		case <-every.C:
		}
	}
}

// home of each gRPC service, by certificate.
func server(service string) string {
	switch service {
	case "dakoku.integration.v1.IntegrationService", "dakoku.integration.v1.IntegrationAdminService", "dakoku.integration.v1.LinkAdminService",
		"dakoku.integration.v1.IntegrationAuditService":
		return integration.Name
	case "dakoku.identity.v1.IdentityService", "dakoku.identity.v1.AuditService":
		return gateway.AdminName
	case "dakoku.gateway.v1.EventAdminService", "dakoku.gateway.v1.GatewayAuditService":
		return gateway.PublicName
	}
	return attendance.Name
}

// conn is a connection to the server of a service with the certificate of a
// process, made once.
func (w *world) conn(from, service string) *grpc.ClientConn {
	w.mu.Lock()
	defer w.mu.Unlock()
	to := server(service)
	if w.conns[from+to] == nil {
		c, err := w.all.Connect(from, to)
		if err != nil {
			w.t.Fatal(err)
		}
		w.t.Cleanup(func() { _ = c.Close() })
		w.conns[from+to] = c
	}
	return w.conns[from+to]
}

// behind calls the services with a certificate.
func (w *world) behind(from string) *operation.GRPC {
	return &operation.GRPC{Conn: func(service string) grpc.ClientConnInterface { return w.conn(from, service) }}
}

// browser keeps no cookies and no connections that a test did not ask for.
func browser() *http.Client {
	dial := &net.Dialer{Timeout: patience}
	return &http.Client{Timeout: patience, Transport: &http.Transport{DialContext: dial.DialContext, MaxIdleConnsPerHost: 8}}
}

var oneBrowser = browser()

// through calls through the door with a header.
func (w *world) through(header, value string) *operation.REST {
	d := &operation.REST{Base: w.base, HTTP: oneBrowser, Header: http.Header{}}
	if header != "" {
		d.Header.Set(header, value)
	}
	return d
}

func newID() string { return uuid.NewString() }
