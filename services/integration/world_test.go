package integration_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"net"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"go.uber.org/zap"
	"google.golang.org/grpc"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/simulator"

	"github.com/dakoku/dakoku/platform/postgres/pgtest"
	"github.com/dakoku/dakoku/platform/rpc"
	"github.com/dakoku/dakoku/platform/rpc/devca"
	"github.com/dakoku/dakoku/platform/zaplog"
	"github.com/dakoku/dakoku/services/integration"
)

// world is a running service between a database and a stand-in for LINE WORKS.
type world struct {
	sim     *simulator.Simulator
	domain  int64
	db      *pgtest.Database
	cfg     integration.Config
	tls     string
	logs    *sink
	staff   *staff
	tap     *tap
	admin   integrationv1.IntegrationAdminServiceClient
	links   integrationv1.LinkAdminServiceClient
	machine integrationv1.IntegrationServiceClient
	stop    func()

	adminConn, publicConn *grpc.ClientConn
}

// sink collects log lines.
type sink struct {
	mu   sync.Mutex
	text strings.Builder
}

func (s *sink) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *sink) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

func newWorld(t *testing.T) *world {
	t.Helper()
	return newWorldAt(t, simulator.Config{}, func(*integration.Config) {})
}

// newWorldAt makes a world whose platform and service are set up otherwise.
func newWorldAt(t *testing.T, sim simulator.Config, change func(*integration.Config)) *world {
	t.Helper()
	w := &world{staff: &staff{}, sim: simulator.New(sim), db: pgtest.New(t, integration.Migrations()), tls: t.TempDir(), logs: &sink{}}
	w.domain = w.sim.NewTenant("Example")
	w.tap = &tap{next: w.sim.Handler()}
	far := httptest.NewServer(w.tap)
	t.Cleanup(far.Close)
	if err := devca.Ensure(w.tls, "integration", "admin-gateway", "webhook-gateway", "attendance"); err != nil {
		t.Fatal(err)
	}
	log, err := zaplog.New(zaplog.Config{Level: "debug", Output: w.logs})
	if err != nil {
		t.Fatal(err)
	}
	w.cfg = integration.Config{
		DatabaseURL: w.db.URL, DataDir: t.TempDir(), Identity: w.identity(t, "integration"), ListenAddr: "127.0.0.1:0",
		PublicURL: "https://dakoku.example.jp/", AuthURL: far.URL, APIURL: far.URL, APIV1URL: far.URL, Log: log, PerMinute: 6000, NamePoll: -1,
		Attendance: w.staff.serve(t, w.tls),
	}
	change(&w.cfg)
	w.start(t)
	return w
}

func (w *world) identity(t *testing.T, name string) *rpc.Identity {
	t.Helper()
	id, err := rpc.LoadIdentity(w.tls, name)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// start runs the service and connects both gateways to it.
func (w *world) start(t *testing.T) {
	t.Helper()
	service, err := integration.New(t.Context(), w.cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- service.Run(ctx) }()
	w.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("the service ended: %v", err)
		}
	})
	t.Cleanup(func() { w.stop() })
	w.adminConn, w.publicConn = w.dial(t, service.Addr(), "admin-gateway"), w.dial(t, service.Addr(), "webhook-gateway")
	w.admin = integrationv1.NewIntegrationAdminServiceClient(w.adminConn)
	w.links = integrationv1.NewLinkAdminServiceClient(w.adminConn)
	w.machine = integrationv1.NewIntegrationServiceClient(w.publicConn)
}

func (w *world) dial(t *testing.T, addr net.Addr, as string) *grpc.ClientConn {
	t.Helper()
	return w.dialAddress(t, addr.String(), as)
}

func (w *world) dialAddress(t *testing.T, addr, as string) *grpc.ClientConn {
	t.Helper()
	conn, err := rpc.Dial(rpc.ClientConfig{Target: addr, ServerName: integration.Name, Identity: w.identity(t, as), Log: zap.NewNop()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// as makes calls for an administrator of the organization.
func as(t *testing.T, tenant string) context.Context {
	t.Helper()
	return inLanguage(t, tenant, "ja")
}

// inLanguage makes calls for an administrator who reads the language.
func inLanguage(t *testing.T, tenant, language string) context.Context {
	t.Helper()
	return rpc.OutgoingCaller(t.Context(), rpc.Caller{
		Tenant: tenant, Account: uuid.NewString(), Role: "ADMINISTRATOR", Kind: rpc.KindAccount, Proved: true,
		Permissions: []string{"integration.read", "integration.write", "links.read", "links.write"},
	}, language)
}

// reason is the reason of a failed call; "" when it succeeded.
func reason(err error) string {
	f := rpc.FaultFrom(err)
	if f == nil {
		return ""
	}
	return f.Reason()
}

func fields(err error) map[string]string {
	out := map[string]string{}
	f := rpc.FaultFrom(err)
	if f == nil {
		return out
	}
	for _, v := range f.Fields() {
		out[v.Path] = v.Reason
	}
	return out
}

// eventually waits until the condition holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline := time.After(3 * time.Minute) // for what never happens; a busy machine is slow
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-deadline:
			t.Fatalf("never happened: %s", what)
		case <-tick.C:
		}
	}
}

func (w *world) connection(ctx context.Context, t *testing.T) string {
	t.Helper()
	made, err := w.admin.CreateConnection(ctx, &integrationv1.CreateConnectionRequest{
		Connection: &integrationv1.Connection{Service: integrationv1.Connection_LINE_WORKS, DisplayName: "本社"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimPrefix(made.GetConnection().GetName(), "connections/")
}

// pair is made once: a key pair costs more than most of what is tested with it.
var pair = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

// activeV2 makes an active API 2.0 connection with a bot of the stand-in.
func (w *world) activeV2(ctx context.Context, t *testing.T) (string, simulator.CredentialsV2) {
	t.Helper()
	id := w.connection(ctx, t)
	key, err := pair()
	if err != nil {
		t.Fatal(err)
	}
	keys, err := w.sim.NewBotV2(simulator.BotSpec{Domain: w.domain, Key: key})
	if err != nil {
		t.Fatal(err)
	}
	w.activate(ctx, t, id, inV2(keys))
	return id, keys
}

func (w *world) activate(ctx context.Context, t *testing.T, id string, keys *integrationv1.Credentials) {
	t.Helper()
	if _, err := w.admin.UpdateCredentials(ctx, &integrationv1.UpdateCredentialsRequest{Connection: id, Credentials: keys}); err != nil {
		t.Fatal(err)
	}
	w.opened(ctx, t, id)
}

// opened issues a token for a connection with keys and activates it.
func (w *world) opened(ctx context.Context, t *testing.T, id string) {
	t.Helper()
	if _, err := w.admin.IssueToken(ctx, &integrationv1.IssueTokenRequest{Connection: id}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.admin.ActivateConnection(ctx, &integrationv1.ActivateConnectionRequest{Connection: id}); err != nil {
		t.Fatal(err)
	}
}

func inV2(k simulator.CredentialsV2) *integrationv1.Credentials {
	return &integrationv1.Credentials{
		ApiVersion: integrationv1.Credentials_V2, BotId: k.BotID, BotSecret: k.BotSecret, ClientId: k.ClientID,
		ClientSecret: k.ClientSecret, ServiceAccount: k.ServiceAccount, PrivateKey: k.PrivateKey,
	}
}

func inV1(k simulator.CredentialsV1) *integrationv1.Credentials {
	return &integrationv1.Credentials{
		ApiVersion: integrationv1.Credentials_V1, BotNo: k.BotNo, ApiId: k.APIID, ServerApiConsumerKey: k.ConsumerKey,
		ServerId: k.ServerID, AuthKey: k.AuthKey,
	}
}

func (w *world) user(t *testing.T, email string) simulator.User {
	t.Helper()
	u, err := w.sim.NewUser(simulator.User{Domain: w.domain, Email: email, FamilyName: "山田", GivenName: "太郎"})
	if err != nil {
		t.Fatal(err)
	}
	return u
}
