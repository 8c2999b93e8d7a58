package rpc

import (
	"context"
	"strings"
	"time"

	"google.golang.org/grpc"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/keepalive"
)

// Limits of both sides of a connection.
const (
	maxStreams   = 256
	maxHeaders   = 16 << 10
	maxMessage   = 4 << 20
	handshake    = 10 * time.Second
	pingAfter    = 30 * time.Second // of silence
	pingPatience = 10 * time.Second
	maxAge       = 30 * time.Minute // then a new handshake; gRPC adds 10 % of jitter
	ageGrace     = 5 * time.Minute
)

func (s *Server) options() []grpc.ServerOption {
	return []grpc.ServerOption{
		grpc.Creds(&transport{identity: s.cfg.Identity}),
		grpc.UnaryInterceptor(s.unary),
		grpc.StreamInterceptor(s.stream),
		grpc.MaxConcurrentStreams(maxStreams),
		grpc.MaxHeaderListSize(maxHeaders),
		grpc.MaxRecvMsgSize(maxMessage),
		grpc.MaxSendMsgSize(maxMessage),
		grpc.ConnectionTimeout(handshake),
		grpc.KeepaliveParams(keepalive.ServerParameters{
			MaxConnectionAge: maxAge, MaxConnectionAgeGrace: ageGrace,
			Time: pingAfter, Timeout: pingPatience,
		}),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{
			MinTime: pingAfter / 2, PermitWithoutStream: true,
		}),
	}
}

// call reads "/service/Method" as gRPC has matched it with a registration.
func (s *Server) call(fullMethod string) *call {
	service, _, _ := strings.Cut(strings.TrimPrefix(fullMethod, "/"), "/")
	return &call{service: service, method: fullMethod}
}

// registerHealth adds grpc.health.v1, which every verified peer may ask and
// which needs no caller.
func (s *Server) registerHealth() {
	for _, name := range methodNames(&healthpb.Health_ServiceDesc) {
		s.permissions["/"+healthService+"/"+name] = permissionMachine
	}
	healthpb.RegisterHealthServer(s.grpc, &watchable{HealthServer: s.health, stopping: s.stopping})
}

// watchable ends every Watch when the server stops; without it a watcher would
// use up the whole grace.
type watchable struct {
	healthpb.HealthServer
	stopping <-chan struct{}
}

// Watch is the health service's own, until the server stops.
func (w *watchable) Watch(req *healthpb.HealthCheckRequest, ss grpc.ServerStreamingServer[healthpb.HealthCheckResponse]) error {
	ctx, cancel := context.WithCancel(ss.Context())
	defer cancel()
	go func() {
		select {
		case <-w.stopping:
			cancel()
		case <-ctx.Done():
		}
	}()
	return w.HealthServer.Watch(req, &watcher{ServerStreamingServer: ss, ctx: ctx})
}

type watcher struct {
	grpc.ServerStreamingServer[healthpb.HealthCheckResponse]
	ctx context.Context
}

// Context ends with the call or with the server.
func (w *watcher) Context() context.Context { return w.ctx }
