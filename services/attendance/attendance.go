// Package attendance is the attendance context as one service: employees, punch settings, the outcome of every
// event, punches and timesheets.
//
// It knows how its parts are put together, and who may call which of its gRPC services. It refuses to know chat
// services, tokens and HTTP.
package attendance

import (
	"context"
	"fmt"
	"net"
	"time"
	_ "time/tzdata" // companies' zones work on machines without a zone database

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/platform/failpoint"
	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/process"
	"github.com/dakoku/dakoku/platform/rpc"
	"github.com/dakoku/dakoku/platform/run"
	"github.com/dakoku/dakoku/platform/seal"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	optionsv1 "github.com/dakoku/dakoku/proto/gen/dakoku/options/v1"
	"github.com/dakoku/dakoku/services/attendance/internal/api"
	"github.com/dakoku/dakoku/services/attendance/internal/evidence"
	"github.com/dakoku/dakoku/services/attendance/internal/purge"
	"github.com/dakoku/dakoku/services/attendance/internal/store"
)

// Name is the service's identity in certificates.
const Name = "attendance"

// Domain is the domain of this context's error reasons.
const Domain = "attendance.dakoku"

// Config is everything the service needs. DatabaseURL, DataDir and Identity are required, and one of Listener and
// ListenAddr.
type Config struct {
	DatabaseURL config.Secret         // PostgreSQL with Migrations applied
	DataDir     string                // holds keys/attendance.json, keys/evidence.pem and evidence/checkpoints.jsonl
	MasterKeys  config.Secret         // sealing keys instead of the file; empty uses the file
	KeyService  seal.KeyService       // wraps instead of our own keys; nil uses those
	Identity    *rpc.Identity         // certificate named attendance
	Listener    net.Listener          // already bound; closed by Run. nil listens on ListenAddr
	ListenAddr  string                // "host:port" for gRPC
	Log         *zap.Logger           // nil logs nothing
	Registry    prometheus.Registerer // nil keeps the metrics to itself
	Now         func() time.Time      // of this machine, nil is the system clock; what is dated goes by the database's
	MaxConns    int32                 // of the database pool; 0 is the platform's default
	Leaving     <-chan struct{}       // closed when Run will end soon; nil: it is not told
}

// Service is the built service; Run it once, or Close it.
type Service struct {
	db       *postgres.DB
	clock    *postgres.Clock
	server   *rpc.Server
	sealer   *evidence.Sealer
	purger   *purge.Purger
	listener net.Listener
	log      *zap.Logger
}

// Migrations is the schema the service needs.
func Migrations() postgres.Migrations { return store.Migrations() }

// Sealed is what the context keeps sealed, with the keys of the data directory or of the set if that is not empty.
func Sealed(dataDir string, set config.Secret) process.Sealed {
	return process.Sealed{Source: process.KeySource(dataDir, Name, set, nil), Migrations: Migrations(), Columns: store.Sealed()}
}

// New builds the service and fails fast: database, schema, sealing key and address are all proved before it
// returns. Errors are one line that names the setting.
func New(ctx context.Context, cfg Config) (*Service, error) {
	if cfg.Now == nil {
		cfg.Now = failpoint.Now
	}
	if cfg.Log == nil {
		cfg.Log = zap.NewNop()
	}
	s := &Service{listener: cfg.Listener, log: cfg.Log}
	if err := s.build(ctx, cfg); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (s *Service) build(ctx context.Context, cfg Config) (err error) {
	migrations := Migrations()
	s.db, err = postgres.Open(ctx, postgres.Config{URL: cfg.DatabaseURL, Role: migrations.Role(), MaxConns: cfg.MaxConns, Log: cfg.Log})
	if err != nil {
		return err
	}
	if err := s.db.MigrationsCurrent(ctx, migrations); err != nil {
		return err
	}
	keys, err := seal.Load(ctx, process.KeySource(cfg.DataDir, Name, cfg.MasterKeys, cfg.KeyService), postgres.NewSealCheck(s.db, migrations))
	if err != nil {
		return err
	}
	if s.clock, err = postgres.NewClock(ctx, s.db, cfg.Now); err != nil {
		return err
	}
	facts := store.New(s.db, s.clock.Now).Bounded(cfg.Now)
	if s.sealer, err = newSealer(cfg, facts); err != nil {
		return err
	}
	s.purger = &purge.Purger{Store: facts, Log: cfg.Log.Named("purge")}
	if s.server, err = newServer(cfg, s.Ready, facts, keys); err != nil {
		return err
	}
	if s.listener == nil {
		s.listener, err = new(net.ListenConfig).Listen(ctx, "tcp", cfg.ListenAddr)
		if err != nil {
			return fmt.Errorf("DAKOKU_LISTEN_ADDR=%s: %w", cfg.ListenAddr, err)
		}
	}
	return nil
}

func newServer(cfg Config, ready func(context.Context) error, s *store.Store, keys *seal.Keyring) (*rpc.Server, error) {
	server, err := rpc.NewServer(rpc.ServerConfig{
		Domain: Domain, Identity: cfg.Identity, Allow: allowed(), Permission: optionsv1.E_Permission, StepUp: optionsv1.E_StepUp, Own: optionsv1.E_OwnPermission,
		Log: cfg.Log, Registerer: cfg.Registry, Health: ready, RetryHint: time.Second, Leaving: cfg.Leaving,
	})
	if err != nil {
		return nil, err
	}
	attendancev1.RegisterAttendanceServiceServer(server, api.NewMachine(s, keys))
	attendancev1.RegisterAttendanceProvisioningServiceServer(server, api.NewProvisioning(s))
	attendancev1.RegisterAttendanceAdminServiceServer(server, api.NewAdmin(s))
	attendancev1.RegisterEmployeeDirectoryServiceServer(server, api.NewDirectory(s))
	attendancev1.RegisterDepartmentServiceServer(server, api.NewMembers(s))
	attendancev1.RegisterAttendanceAuditServiceServer(server, api.NewAudit(s))
	return server, nil
}

// allowed says which process may call which service: the internet-facing one records, the other one administers, and
// the integration context learns whom it may link. Who keeps something of employees learns whom a manager reaches.
func allowed() map[string][]string {
	return map[string][]string{
		attendancev1.AttendanceService_ServiceDesc.ServiceName:             {"webhook-gateway"},
		attendancev1.AttendanceProvisioningService_ServiceDesc.ServiceName: {"admin-gateway"},
		attendancev1.AttendanceAdminService_ServiceDesc.ServiceName:        {"admin-gateway"},
		attendancev1.AttendanceAuditService_ServiceDesc.ServiceName:        {"admin-gateway"},
		attendancev1.EmployeeDirectoryService_ServiceDesc.ServiceName:      {"integration"},
		attendancev1.DepartmentService_ServiceDesc.ServiceName:             {"integration", "webhook-gateway"},
	}
}

// Addr is where the service listens.
func (s *Service) Addr() net.Addr { return s.listener.Addr() }

// Ready is nil while the database answers and has the schema this program needs.
func (s *Service) Ready(ctx context.Context) error {
	if err := s.db.Ping(ctx); err != nil {
		return err
	}
	return s.db.MigrationsCurrent(ctx, Migrations())
}

// Run serves until ctx ends, then finishes the calls in flight and closes the database.
func (s *Service) Run(ctx context.Context) error {
	defer s.db.Close()
	group := run.Group{Log: s.log}
	group.Add("clock", s.clock.Run)
	group.Add("evidence", s.sealer.Run)
	group.Add("purge", s.purger.Run)
	group.Add("grpc", func(ctx context.Context) error { return s.server.Run(ctx, s.listener) })
	return group.Run(ctx)
}

// Close releases a service that will not run.
func (s *Service) Close() {
	if s.db != nil {
		s.db.Close()
	}
	if s.listener != nil {
		_ = s.listener.Close() // nothing was served
	}
}
