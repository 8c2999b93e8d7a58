package rpc

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"buf.build/go/protovalidate"
	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// ServerConfig is everything a server needs. Domain, Identity, Permission and
// StepUp are required.
type ServerConfig struct {
	Domain     string                      // of ErrorInfo: "attendance.dakoku"
	Identity   *Identity                   // who we are and which CA we trust
	Allow      map[string][]string         // gRPC service full name -> identities of the clients that may call it
	Permission protoreflect.ExtensionType  // string-valued MethodOptions extension
	StepUp     protoreflect.ExtensionType  // bool-valued MethodOptions extension: whether it asks for a fresh proof of identity
	Own        protoreflect.ExtensionType  // the same, of the permission for the caller's own data; nil: no method takes it
	Log        *zap.Logger                 // nil logs nothing
	Registerer prometheus.Registerer       // nil keeps the metrics to itself
	Health     func(context.Context) error // polled; nil is always healthy
	RetryHint  time.Duration               // RetryInfo of UNAVAILABLE answers that have none; zero sends none
	Grace      time.Duration               // for calls in flight when stopping; zero is 10 s
	Leaving    <-chan struct{}             // closed when the end is near: the health turns NOT_SERVING and calls are still served; nil: it is not told
}

// Server is a gRPC server whose methods can only be reached by allowed peers and
// permitted callers. Register the services, then call Run once.
type Server struct {
	cfg         ServerConfig
	log         *zap.Logger
	grpc        *grpc.Server
	health      *health.Server
	healthEvery time.Duration
	meters      *meters
	validator   protovalidate.Validator
	services    []*grpc.ServiceDesc
	permissions map[string]string // full method -> permission; filled before serving
	own         map[string]string // full method -> permission for the caller's own data
	stepUp      map[string]bool   // full method -> whether a person needs a fresh proof of identity
	stopping    chan struct{}     // closed when watchers of health must go
}

// NewServer builds a server; nothing listens yet.
func NewServer(cfg ServerConfig) (*Server, error) {
	if cfg.Domain == "" || cfg.Identity == nil || cfg.Permission == nil || cfg.StepUp == nil {
		return nil, errors.New("rpc server: Domain, Identity, Permission and StepUp are required")
	}
	validator, err := protovalidate.New()
	if err != nil {
		return nil, fmt.Errorf("rpc server: %w", err)
	}
	meters, err := newMeters(cfg.Registerer)
	if err != nil {
		return nil, fmt.Errorf("rpc server: %w", err)
	}
	s := &Server{
		cfg: cfg, log: cfg.Log, meters: meters, validator: validator,
		health: health.NewServer(), healthEvery: healthPeriod,
		permissions: map[string]string{}, own: map[string]string{}, stepUp: map[string]bool{}, stopping: make(chan struct{}),
	}
	if s.log == nil {
		s.log = zap.NewNop()
	}
	s.grpc = grpc.NewServer(s.options()...)
	s.health.SetServingStatus("", healthpb.HealthCheckResponse_NOT_SERVING)
	s.registerHealth()
	return s, nil
}

// RegisterService adds a service; it makes Server a grpc.ServiceRegistrar. The
// checks of the service are made by Run.
func (s *Server) RegisterService(desc *grpc.ServiceDesc, impl any) {
	s.services = append(s.services, desc)
	s.grpc.RegisterService(desc, impl)
}

// Run serves on lis until ctx ends. Before it listens it makes sure that every
// registered service has an allow-list and every method a permission. At the end
// the health turns NOT_SERVING, calls in flight get Grace to finish, the rest is
// cut off. Run closes lis in every case.
func (s *Server) Run(ctx context.Context, lis net.Listener) error {
	if err := s.check(); err != nil {
		return errors.Join(err, lis.Close())
	}
	watch, stop := context.WithCancel(ctx)
	looked := make(chan struct{})
	go func() { defer close(looked); s.watchHealth(watch) }()
	served := make(chan error, 1)
	go func() { served <- s.grpc.Serve(lis) }()
	defer func() { stop(); <-looked }()
	select {
	case err := <-served:
		s.grpc.Stop()
		return fmt.Errorf("rpc server: %w", err)
	case <-ctx.Done():
	}
	stop()
	s.shutdown()
	if err := <-served; !errors.Is(err, grpc.ErrServerStopped) {
		return err
	}
	return nil
}

func (s *Server) check() error {
	var errs []error
	for _, desc := range s.services {
		if err := s.declared(desc); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// shutdown is GracefulStop with an end: after the grace connections are cut and
// contexts cancelled; a method that ignores even that is left behind.
func (s *Server) shutdown() {
	s.health.Shutdown()
	close(s.stopping)
	grace := s.cfg.Grace
	if grace <= 0 {
		grace = 10 * time.Second
	}
	cut := time.NewTimer(grace)
	defer cut.Stop()
	done := make(chan struct{})
	go func() { defer close(done); s.grpc.GracefulStop() }()
	select {
	case <-done:
	case <-cut.C:
		s.grpc.Stop()
	}
}
