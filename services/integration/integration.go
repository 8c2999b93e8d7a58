// Package integration is the service that knows LINE WORKS: connections, their
// callback tokens and sealed keys, who is linked to which account, and the
// messages that go out.
//
// The package assembles the service and runs it; everything else is below
// internal.
package integration

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"
	"google.golang.org/grpc"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	optionsv1 "github.com/dakoku/dakoku/proto/gen/dakoku/options/v1"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/process"
	"github.com/dakoku/dakoku/platform/rpc"
	"github.com/dakoku/dakoku/platform/run"
	"github.com/dakoku/dakoku/platform/seal"
	"github.com/dakoku/dakoku/services/integration/internal/access"
	"github.com/dakoku/dakoku/services/integration/internal/api"
	"github.com/dakoku/dakoku/services/integration/internal/console"
	"github.com/dakoku/dakoku/services/integration/internal/directory"
	"github.com/dakoku/dakoku/services/integration/internal/expiry"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
	"github.com/dakoku/dakoku/services/integration/internal/linksync"
	"github.com/dakoku/dakoku/services/integration/internal/naming"
	"github.com/dakoku/dakoku/services/integration/internal/outbound"
	"github.com/dakoku/dakoku/services/integration/internal/staff"
	"github.com/dakoku/dakoku/services/integration/internal/store"
	"github.com/dakoku/dakoku/services/integration/internal/vault"
)

// Name is the identity of the service towards its peers.
const Name = "integration"

// Config is everything the service needs. DatabaseURL, DataDir, Identity,
// PublicURL, the three LINE WORKS addresses, Attendance and one of Listener and
// ListenAddr are required.
type Config struct {
	DatabaseURL config.Secret         // PostgreSQL 15 or newer, migrated
	DataDir     string                // the sealing key is keys/integration.json in it
	MasterKeys  config.Secret         // sealing keys instead of the file; empty uses the file
	KeyService  seal.KeyService       // wraps instead of our own keys; nil uses those
	Identity    *rpc.Identity         // named "integration"
	Listener    net.Listener          // of gRPC; nil listens on ListenAddr
	ListenAddr  string                // "host:port"
	PublicURL   string                // base of callback URLs, without the path
	AuthURL     string                // LINE WORKS: token endpoints
	APIURL      string                // LINE WORKS: API 2.0
	APIV1URL    string                // LINE WORKS: API 1.0
	Names       *net.Resolver         // finds the hosts of LINE WORKS; nil asks the system
	Attendance  *rpc.ClientConfig     // who works here; called when many people are linked at once
	PerMinute   int                   // messages a minute for one connection; 0 is 240
	Log         *zap.Logger           // nil logs nothing
	Registry    prometheus.Registerer // nil keeps the metrics to itself
	Now         func() time.Time      // nil is the database's time, the same for all processes
	Leaving     <-chan struct{}       // closed when Run will end soon; nil: it is not told
	// NamePoll is how often to look for links whose people LINE WORKS was not asked
	// about; 0 is five seconds, less is never.
	NamePoll time.Duration
	// Wait waits on the clock of Now; nil is a timer.
	Wait func(context.Context, time.Duration) error
}

// Service is the assembled service. Make it with New, then call Run once.
type Service struct {
	db       *postgres.DB
	clock    *postgres.Clock // nil when the configuration brings a clock
	client   *lineworks.Client
	peer     *grpc.ClientConn // attendance
	server   *rpc.Server
	queue    *outbound.Queue
	syncs    *linksync.Worker
	naming   *naming.Worker
	expiry   *expiry.Expiry
	listener net.Listener
	log      *zap.Logger
}

// Migrations is the schema of the integration context.
func Migrations() postgres.Migrations { return store.Migrations() }

// Sealed is what the context keeps sealed, with the keys of the data directory or
// of the set if that is not empty.
func Sealed(dataDir string, set config.Secret) process.Sealed {
	return process.Sealed{Source: process.KeySource(dataDir, Name, set, nil), Migrations: Migrations(), Columns: store.Sealed()}
}

// New opens the database, the sealing key and the listener, and fails at the
// first that is not as it must be. Nothing runs yet; Run or Close releases all.
func New(ctx context.Context, cfg Config) (*Service, error) {
	cfg, err := cfg.checked()
	if err != nil {
		return nil, err
	}
	db, err := postgres.Open(ctx, postgres.Config{URL: cfg.DatabaseURL, Role: Migrations().Role(), ByIndex: true, Log: cfg.Log})
	if err != nil {
		return nil, fmt.Errorf("DAKOKU_DATABASE_URL: %w", err)
	}
	s := &Service{db: db, log: cfg.Log}
	if err := s.open(ctx, cfg); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (s *Service) open(ctx context.Context, cfg Config) error {
	if err := s.tellTime(ctx, &cfg); err != nil {
		return err
	}
	if err := s.reachPlatform(cfg); err != nil {
		return err
	}
	return s.assemble(ctx, cfg)
}

// tellTime gives the service the database's time, unless it was given another.
func (s *Service) tellTime(ctx context.Context, cfg *Config) (err error) {
	if cfg.Now != nil {
		return nil
	}
	if s.clock, err = postgres.NewClock(ctx, s.db, nil); err != nil {
		return fmt.Errorf("database: %w", err)
	}
	cfg.Now = s.clock.Now
	return s.clock.Report(cfg.Registry)
}

func (s *Service) reachPlatform(cfg Config) (err error) {
	s.client, err = lineworks.New(lineworks.Config{AuthURL: cfg.AuthURL, APIURL: cfg.APIURL, APIV1URL: cfg.APIV1URL, Now: cfg.Now, Names: cfg.Names})
	return err
}

func (c Config) checked() (Config, error) {
	if c.Log == nil {
		c.Log = zap.NewNop()
	}
	base, err := url.Parse(c.PublicURL)
	switch {
	case c.DatabaseURL == "":
		return c, errors.New("DAKOKU_DATABASE_URL: the address of the database is missing")
	case c.DataDir == "":
		return c, errors.New("DAKOKU_DATA_DIR: the data directory is missing")
	case c.Identity == nil:
		return c, errors.New("DAKOKU_TLS_DIR: the certificate is missing")
	case c.Attendance == nil:
		return c, errors.New("DAKOKU_ATTENDANCE_ADDR: the address of the attendance service is missing")
	case err != nil || (base.Scheme != "https" && base.Scheme != "http") || base.Host == "" || base.RawQuery != "" || base.Fragment != "" || base.User != nil:
		return c, errors.New("DAKOKU_PUBLIC_URL: give the address that LINE WORKS can reach, such as https://dakoku.example.jp")
	}
	return c, nil
}

func (s *Service) assemble(ctx context.Context, cfg Config) error {
	if err := s.db.MigrationsCurrent(ctx, Migrations()); err != nil {
		return fmt.Errorf("database: %w", err)
	}
	keys, err := seal.Load(ctx, process.KeySource(cfg.DataDir, Name, cfg.MasterKeys, cfg.KeyService), postgres.NewSealCheck(s.db, Migrations()))
	if err != nil {
		return err
	}
	if s.peer, err = rpc.Dial(*cfg.Attendance); err != nil {
		return fmt.Errorf("DAKOKU_ATTENDANCE_ADDR: %w", err)
	}
	data := store.New(s.db, keys, cfg.Now)
	safe := vault.New(keys, data, Name, cfg.Now)
	tokens := &access.Manager{Store: data, Keys: safe, Fetch: s.client, Now: cfg.Now}
	s.expiry = expiry.New(data, cfg.Log)
	meters, err := outbound.NewMeters(cfg.Registry)
	if err != nil {
		return err
	}
	desk := console.New(s.client, data)
	s.queue = outbound.New(outbound.Config{
		Store: data, Accounts: data, Keys: safe, Tokens: tokens, Platform: s.client, Now: cfg.Now, Wait: cfg.Wait,
		Log: cfg.Log, Bots: desk, Meters: meters, PerMinute: cfg.PerMinute,
	})
	people := staff.New(s.peer)
	s.syncs = linksync.New(linksync.Config{Store: data, Keys: safe, Staff: people, Platform: s.client, Now: cfg.Now, Log: cfg.Log})
	resolver := directory.New(data, tokens, s.client, cfg.Now, cfg.Log)
	s.naming = naming.New(data, resolver, cfg.Now, cfg.Log, cfg.NamePoll)
	if s.server, err = s.newServer(cfg); err != nil {
		return err
	}
	s.server.RegisterService(&integrationv1.IntegrationService_ServiceDesc,
		api.NewMachine(data, safe, resolver, s.queue, cfg.Log))
	s.server.RegisterService(&integrationv1.IntegrationAdminService_ServiceDesc, api.NewAdmin(data, safe, desk, people, cfg.PublicURL, cfg.PerMinute))
	s.server.RegisterService(&integrationv1.LinkAdminService_ServiceDesc, api.NewLinks(data, people, s.syncs.Wake))
	s.server.RegisterService(&integrationv1.IntegrationAuditService_ServiceDesc, api.NewAudit(data))
	s.listener, err = listen(ctx, cfg)
	return err
}

func (s *Service) newServer(cfg Config) (*rpc.Server, error) {
	return rpc.NewServer(rpc.ServerConfig{
		Domain:   "integration.dakoku",
		Identity: cfg.Identity,
		Allow: map[string][]string{
			integrationv1.IntegrationService_ServiceDesc.ServiceName:      {"webhook-gateway"},
			integrationv1.IntegrationAdminService_ServiceDesc.ServiceName: {"admin-gateway"},
			integrationv1.LinkAdminService_ServiceDesc.ServiceName:        {"admin-gateway"},
			integrationv1.IntegrationAuditService_ServiceDesc.ServiceName: {"admin-gateway"},
		},
		Permission: optionsv1.E_Permission, StepUp: optionsv1.E_StepUp,
		Log:        cfg.Log,
		Registerer: cfg.Registry,
		Health:     s.Ready,
		RetryHint:  time.Second,
		Leaving:    cfg.Leaving,
	})
}

func listen(ctx context.Context, cfg Config) (net.Listener, error) {
	if cfg.Listener != nil {
		return cfg.Listener, nil
	}
	var how net.ListenConfig
	listener, err := how.Listen(ctx, "tcp", cfg.ListenAddr)
	if err != nil {
		return nil, fmt.Errorf("DAKOKU_LISTEN_ADDR %s: %w", cfg.ListenAddr, err)
	}
	return listener, nil
}

// Addr is where the service listens.
func (s *Service) Addr() net.Addr { return s.listener.Addr() }

// Ready is nil while the service can do its work: the database answers.
func (s *Service) Ready(ctx context.Context) error { return s.db.Ping(ctx) }

// Run serves and sends until ctx ends, then finishes what is under way and
// releases everything.
func (s *Service) Run(ctx context.Context) error {
	defer s.Close()
	group := run.Group{Log: s.log}
	if s.clock != nil {
		group.Add("database's time", s.clock.Run)
	}
	group.Add("outbound queue", s.queue.Run)
	group.Add("directory syncs", s.syncs.Run)
	group.Add("names of linked people", s.naming.Run)
	group.Add("expiry of keys", s.expiry.Run)
	group.Add("grpc", func(ctx context.Context) error { return s.server.Run(ctx, s.listener) })
	return group.Run(ctx)
}

// Close releases a service that will not run.
func (s *Service) Close() {
	if s.listener != nil {
		_ = s.listener.Close() // the server has closed it already when it ran
	}
	if s.peer != nil {
		_ = s.peer.Close() // nobody is calling any more
	}
	if s.client != nil {
		s.client.Close()
	}
	s.db.Close()
}
