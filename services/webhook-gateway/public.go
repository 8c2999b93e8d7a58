// Package gateway is the two doors of the product, each a process of its own: the
// public door for LINE WORKS callbacks and the admin door for people.
//
// It knows how their parts are put together and in which order they start and
// stop. It refuses to know what the parts do.
package gateway

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"
	"google.golang.org/grpc"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/platform/failpoint"
	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/process"
	"github.com/dakoku/dakoku/platform/rpc"
	"github.com/dakoku/dakoku/platform/run"
	"github.com/dakoku/dakoku/platform/seal"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	gatewayv1 "github.com/dakoku/dakoku/proto/gen/dakoku/gateway/v1"
	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	optionsv1 "github.com/dakoku/dakoku/proto/gen/dakoku/options/v1"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/callback"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/dispatch"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/door"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/eventadmin"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/inbox"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/intake"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/journey"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/spool"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/traffic"
)

// PublicName is the public door's identity in certificates.
const PublicName = "webhook-gateway"

// patience covers one turn of the watch of callback endpoints.
const patience = 2500 * time.Millisecond

// InboxMigrations is the schema of the public door, context "gateway".
func InboxMigrations() postgres.Migrations { return inbox.Migrations() }

// Sealed is what the public door keeps sealed, with the keys of the data directory
// or of the set if that is not empty.
func Sealed(dataDir string, set config.Secret) process.Sealed {
	return process.Sealed{Source: inboxKeys(dataDir, set, nil), Migrations: InboxMigrations(), Columns: inbox.Sealed()}
}

func inboxKeys(dataDir string, set config.Secret, service seal.KeyService) seal.Source {
	return process.KeySource(dataDir, InboxMigrations().Context, set, service)
}

// PublicConfig is everything the public door needs.
type PublicConfig struct {
	// DatabaseURL is required; the schema must have been migrated.
	DatabaseURL config.Secret
	// DataDir holds the sealing key, keys/gateway.json; required.
	DataDir string
	// SpoolDir is where callbacks wait while the database is away; empty is
	// "spool" in DataDir.
	SpoolDir string
	// SpoolMaxBytes bounds the files there; 0 keeps no spool.
	SpoolMaxBytes int64
	// MasterKeys seal instead of the key in the file; empty uses the file.
	MasterKeys config.Secret
	// KeyService wraps instead of our own keys; nil uses those.
	KeyService seal.KeyService
	// Identity is the certificate of "webhook-gateway"; required.
	Identity *rpc.Identity
	// PublicListener takes callbacks; when nil, PublicAddr is listened on.
	PublicListener net.Listener
	// PublicAddr is "host:port".
	PublicAddr string
	// Listener takes gRPC calls of the admin door; when nil, ListenAddr is listened on.
	Listener net.Listener
	// ListenAddr is "host:port".
	ListenAddr string
	// Integration and Attendance are the peers; required.
	Integration, Attendance *rpc.ClientConfig
	// Log receives ids, reasons and durations; nil means silence.
	Log *zap.Logger
	// Registry takes the metrics; nil keeps them to itself.
	Registry prometheus.Registerer
	// Now is the clock of this machine; nil is time.Now. It tells durations. What is
	// dated goes by the database's.
	Now func() time.Time
	// Leaving is closed when Run will end soon: answers then end their connections,
	// and gRPC says that it does not serve. nil: it is not told.
	Leaving <-chan struct{}
	// MaxConns bounds the database pool; 0 is the platform's default.
	MaxConns int32
}

// Public is the public door, ready to run.
type Public struct {
	cfg        PublicConfig
	db         *postgres.DB
	aside      *postgres.DB
	late       bool // the database was away at the start
	keys       *seal.Keyring
	clock      *postgres.Clock
	spool      *spool.Spool // nil: there is none
	intake     *intake.Intake
	copy       *callback.Copy // nil: there is none
	peers      []*grpc.ClientConn
	table      *callback.Table
	watch      *callback.Watch
	inbox      *inbox.Inbox
	dispatcher *dispatch.Dispatcher
	handler    *callback.Handler
	tally      *traffic.Tally
	members    attendancev1.DepartmentServiceClient
	replies    eventadmin.Replies
	server     *rpc.Server
}

// NewPublic checks everything that can be checked before the first callback:
// settings, addresses, database, schema and sealing key. On an error nothing
// stays open.
func NewPublic(ctx context.Context, cfg PublicConfig) (*Public, error) {
	if err := cfg.complete(); err != nil {
		return nil, err
	}
	p := &Public{cfg: cfg, table: &callback.Table{}}
	for _, step := range []func(context.Context) error{p.listen, p.openDatabase, p.openAside, p.openSpool, p.openInbox, p.connect, p.openDoor} {
		if err := step(ctx); err != nil {
			p.Close()
			return nil, fmt.Errorf("public door: %w", err)
		}
	}
	return p, nil
}

func (c *PublicConfig) complete() error {
	if c.DatabaseURL.Reveal() == "" || c.DataDir == "" || c.Identity == nil || c.Integration == nil || c.Attendance == nil {
		return errors.New("public door: DatabaseURL, DataDir, Identity, Integration and Attendance are required")
	}
	if c.Log == nil {
		c.Log = zap.NewNop()
	}
	if c.Now == nil {
		c.Now = failpoint.Now
	}
	return nil
}

func (p *Public) listen(ctx context.Context) (err error) {
	if p.cfg.PublicListener, err = bind(ctx, p.cfg.PublicListener, "DAKOKU_PUBLIC_ADDR", p.cfg.PublicAddr); err != nil {
		return err
	}
	p.cfg.Listener, err = bind(ctx, p.cfg.Listener, "DAKOKU_LISTEN_ADDR", p.cfg.ListenAddr)
	return err
}

// bind listens on the address of a setting, unless there is a listener already.
func bind(ctx context.Context, lis net.Listener, setting, addr string) (net.Listener, error) {
	if lis != nil {
		return lis, nil
	}
	bound, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("%s=%s: %w", setting, addr, err)
	}
	return bound, nil
}

func (p *Public) openInbox(context.Context) (err error) {
	fresh := func(rows []inbox.Row) { p.dispatcher.Offer(rows) }
	busy := func(tenant, user string) bool { return p.dispatcher.Busy(tenant, user) }
	p.inbox, err = inbox.New(inbox.Config{DB: p.db, Aside: p.aside, Keys: p.keys, Log: p.cfg.Log, Registerer: p.cfg.Registry, Fresh: fresh, Busy: busy})
	if err != nil {
		return err
	}
	return p.openIntake()
}

func (p *Public) connect(context.Context) error {
	integration, err := p.dial(p.cfg.Integration)
	if err != nil {
		return fmt.Errorf("integration: %w", err)
	}
	attendance, err := p.dial(p.cfg.Attendance)
	if err != nil {
		return fmt.Errorf("attendance: %w", err)
	}
	p.members = attendancev1.NewDepartmentServiceClient(attendance)
	peer := integrationv1.NewIntegrationServiceClient(integration)
	p.replies = peer
	p.watch = &callback.Watch{Table: p.table, Integration: peer, Copy: p.copy, Log: p.cfg.Log, Now: p.cfg.Now}
	p.tally = traffic.New(peer, p.cfg.Log, p.clock.Now)
	p.dispatcher = dispatch.New(p.inbox, &journey.Journey{
		Links: peer, Punches: attendancev1.NewAttendanceServiceClient(attendance), Replies: peer, Log: p.cfg.Log, Now: p.clock.Now,
	}, p.tally, p.cfg.Log, dispatch.Backoff{})
	return nil
}

func (p *Public) dial(peer *rpc.ClientConfig) (*grpc.ClientConn, error) {
	conn, err := rpc.Dial(*peer)
	if err == nil {
		p.peers = append(p.peers, conn)
	}
	return conn, err
}

func (p *Public) openDoor(context.Context) error {
	meters, err := callback.NewMeters(p.cfg.Registry)
	if err != nil {
		return err
	}
	if err := callback.MeasureTable(p.cfg.Registry, p.table, p.cfg.Now); err != nil {
		return err
	}
	p.handler = &callback.Handler{Table: p.table, Store: p.intake, Tally: p.tally, Now: p.cfg.Now, Log: p.cfg.Log, Meters: meters, Patience: patience}
	p.server, err = rpc.NewServer(rpc.ServerConfig{
		Domain: eventadmin.Domain, Identity: p.cfg.Identity, Permission: optionsv1.E_Permission, StepUp: optionsv1.E_StepUp,
		Allow: map[string][]string{
			gatewayv1.EventAdminService_ServiceDesc.ServiceName:   {"admin-gateway"},
			gatewayv1.GatewayAuditService_ServiceDesc.ServiceName: {"admin-gateway"},
		},
		Log: p.cfg.Log, Registerer: p.cfg.Registry, Health: p.db.Ping, RetryHint: 2 * time.Second, Leaving: p.cfg.Leaving,
	})
	if err != nil {
		return err
	}
	gatewayv1.RegisterEventAdminServiceServer(p.server, &eventadmin.Service{Inbox: p.inbox, Bots: p.table.Bots, Members: p.members, Replies: p.replies})
	gatewayv1.RegisterGatewayAuditServiceServer(p.server, &eventadmin.Audit{Trail: p.inbox.AuditTrail})
	return nil
}

// Run answers callbacks until ctx ends. The door closes first; what was accepted
// goes on its journey as far as the peers allow and is resumed at the next start.
func (p *Public) Run(ctx context.Context) error {
	defer p.Close()
	group := run.Group{Log: p.cfg.Log}
	group.Add("figures", p.tally.Run)
	group.Add("clock", p.clock.Run)
	group.Add("dispatcher", p.admitted(p.dispatcher.Run))
	group.Add("inbox", p.inbox.Run)
	group.Add("erasure", p.admitted(func(ctx context.Context) error { return p.inbox.RunErasure(ctx, p.cfg.Now) }))
	if p.spool != nil {
		group.Add("spool", p.spool.Run)
	}
	group.Add("drain", p.intake.Run)
	group.Add("events", func(ctx context.Context) error { return p.server.Run(ctx, p.cfg.Listener) })
	group.Add("endpoints", p.watch.Run)
	group.Add("door", func(ctx context.Context) error {
		return door.Door{Handler: p.handler, Log: p.cfg.Log, Leaving: p.cfg.Leaving, Most: door.Room(2)}.Serve(ctx, p.cfg.PublicListener)
	})
	return group.Run(ctx)
}

// PublicAddr is the bound address of the public door.
func (p *Public) PublicAddr() net.Addr { return p.cfg.PublicListener.Addr() }

// Addr is the bound address of gRPC.
func (p *Public) Addr() net.Addr { return p.cfg.Listener.Addr() }

// Checks are the conditions of readiness, by name. A door that can store callbacks
// in one of two places is ready.
func (p *Public) Checks() map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"storage":     p.storage,
		"certificate": p.cfg.Identity.Check,
		"endpoints": func(context.Context) error {
			if _, loaded := p.table.Checked(); !loaded {
				return callback.ErrNotLoaded
			}
			return nil
		},
	}
}

// Ready runs every check.
func (p *Public) Ready(ctx context.Context) error {
	for name, check := range p.Checks() {
		if err := check(ctx); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// Close gives back what NewPublic opened, for a door that never runs; closing
// twice does no harm.
func (p *Public) Close() {
	for _, peer := range p.peers {
		_ = peer.Close()
	}
	if p.spool != nil {
		p.spool.Close()
	}
	for _, db := range []*postgres.DB{p.db, p.aside} {
		if db != nil {
			db.Close()
		}
	}
	for _, lis := range []net.Listener{p.cfg.PublicListener, p.cfg.Listener} {
		if lis != nil {
			_ = lis.Close()
		}
	}
}
