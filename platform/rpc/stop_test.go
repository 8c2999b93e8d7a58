package rpc

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dakoku/dakoku/platform/fault"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/protobuf/proto"
)

func TestHealthIsPolledAndPushed(t *testing.T) {
	var sick atomic.Bool
	b := serve(t, nothing, func(c *ServerConfig) {
		c.Health = func(context.Context) error {
			if sick.Load() {
				return errors.New("no database")
			}
			return nil
		}
	})
	for _, service := range []string{"", desk} {
		sick.Store(false)
		watch, err := healthpb.NewHealthClient(b.dial(t, "stranger")).Watch(patience(t), &healthpb.HealthCheckRequest{Service: service})
		must(t, watch, err)
		await := func(want healthpb.HealthCheckResponse_ServingStatus) {
			t.Helper()
			for {
				got, err := watch.Recv()
				if must(t, got, err).GetStatus() == want {
					return
				}
			}
		}
		await(healthpb.HealthCheckResponse_SERVING)
		sick.Store(true)
		await(healthpb.HealthCheckResponse_NOT_SERVING)
	}
	if n := strings.Count(b.log.String(), "no database"); n > 2 {
		t.Errorf("logged %d times, not only on change", n)
	}
}

func TestStoppingLetsCallsFinishAndWatchersGo(t *testing.T) {
	entered, release := make(chan struct{}), make(chan struct{})
	b := serve(t, func(context.Context, proto.Message) error { close(entered); <-release; return nil }, nil)
	conn := b.dial(t, "gate")
	watch, err := healthpb.NewHealthClient(conn).Watch(patience(t), &healthpb.HealthCheckRequest{})
	must(t, watch, err)
	ctx, answered := patience(t), make(chan error, 1)
	go func() { answered <- ask(ctx, conn, "Machine", fine) }()
	<-entered
	stopped := make(chan error, 1)
	go func() { stopped <- b.stop() }()
	for err == nil { // ends because the server ends the watch
		_, err = watch.Recv()
	}
	select {
	case <-stopped:
		t.Fatal("stopped although a call is in flight")
	default:
	}
	close(release)
	wantFault(t, <-answered, 0, "")
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}

func TestStoppingCutsOffWhatOutlivesTheGrace(t *testing.T) {
	entered := make(chan struct{})
	b := serve(t, func(ctx context.Context, _ proto.Message) error { close(entered); <-ctx.Done(); return ctx.Err() },
		func(c *ServerConfig) { c.Grace = 20 * time.Millisecond })
	ctx, conn, answered := patience(t), b.dial(t, "gate"), make(chan error, 1)
	go func() { answered <- ask(ctx, conn, "Machine", fine) }()
	<-entered
	if err := b.stop(); err != nil {
		t.Error(err)
	}
	if f := FaultFrom(<-answered); f == nil || f.Kind() != fault.Unavailable {
		t.Errorf("got %v", f)
	}
}

func TestConfigurationsThatAreRefused(t *testing.T) {
	if _, err := NewServer(ServerConfig{}); err == nil {
		t.Error("a server without identity")
	}
	if _, err := Dial(ClientConfig{Target: "localhost:1"}); err == nil {
		t.Error("a client without identity")
	}
}
