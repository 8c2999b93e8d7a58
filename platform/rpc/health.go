package rpc

import (
	"context"
	"time"

	"go.uber.org/zap"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
)

const (
	healthService = "grpc.health.v1.Health"
	healthPeriod  = 2 * time.Second // between two looks
	healthLimit   = 3 * time.Second // for one look
)

// watchHealth looks at the service every few seconds until ctx ends and pushes
// every change to those who watch grpc.health.v1. The first look is at once; there
// is none after the server was told that its end is near.
func (s *Server) watchHealth(ctx context.Context) {
	ticker := time.NewTicker(s.healthEvery)
	defer ticker.Stop()
	var last error
	for first := true; ; first = false {
		err := s.look(ctx)
		if ctx.Err() != nil {
			return
		}
		if changed := (err == nil) != (last == nil); first || changed {
			s.announce(err)
		}
		last = err
		select {
		case <-ctx.Done():
			return
		case <-s.cfg.Leaving:
			s.health.Shutdown()
			s.log.Info("leaving")
			return
		case <-ticker.C:
		}
	}
}

func (s *Server) look(ctx context.Context) error {
	if s.cfg.Health == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, healthLimit)
	defer cancel()
	return s.cfg.Health(ctx)
}

func (s *Server) announce(err error) {
	state := healthpb.HealthCheckResponse_SERVING
	if err != nil {
		state = healthpb.HealthCheckResponse_NOT_SERVING
		s.log.Warn("not serving", zap.Error(err))
	} else {
		s.log.Info("serving")
	}
	s.health.SetServingStatus("", state)
	for _, desc := range s.services {
		s.health.SetServingStatus(desc.ServiceName, state)
	}
}
