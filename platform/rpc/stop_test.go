package rpc

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dakoku/dakoku/platform/fault"
	"google.golang.org/grpc"
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
	b := serve(t, func(context.Context, proto.Message) error { close(entered); <-release; return nil },
		func(c *ServerConfig) { c.Grace = 15 * time.Second })
	letGo := sync.OnceFunc(func() { close(release) })
	t.Cleanup(letGo)
	conn := b.dial(t, "gate")
	watched := watchUntilItEnds(t, conn)
	ctx, answered := patience(t), make(chan error, 1)
	go func() { answered <- ask(ctx, conn, "Machine", fine) }()
	<-entered
	stopped := make(chan error, 1)
	go func() { stopped <- b.stop() }()
	select {
	case err := <-watched:
		wantFault(t, err, fault.Unavailable, "CANCELED")
	case <-ctx.Done():
		t.Fatal("the watch is still open")
	}
	select {
	case <-stopped:
		t.Fatal("stopped although a call is in flight")
	default:
	}
	letGo()
	wantFault(t, <-answered, 0, "")
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}

// watchUntilItEnds watches the health without a deadline of its own and hands out
// the error that ended it.
func watchUntilItEnds(t *testing.T, conn *grpc.ClientConn) <-chan error {
	t.Helper()
	watch, err := healthpb.NewHealthClient(conn).Watch(t.Context(), &healthpb.HealthCheckRequest{})
	must(t, watch, err)
	first, err := watch.Recv()
	must(t, first, err)
	ended := make(chan error, 1)
	go func() {
		for {
			if _, err := watch.Recv(); err != nil {
				ended <- err
				return
			}
		}
	}()
	return ended
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

func TestAMethodThatIgnoresItsContextDoesNotHoldTheStop(t *testing.T) {
	entered, release := make(chan struct{}), make(chan struct{})
	b := serve(t, func(context.Context, proto.Message) error { close(entered); <-release; return nil },
		func(c *ServerConfig) { c.Grace = 20 * time.Millisecond })
	ctx, conn, answered := patience(t), b.dial(t, "gate"), make(chan error, 1)
	go func() { answered <- ask(ctx, conn, "Machine", fine) }()
	<-entered
	stopped := make(chan error, 1)
	go func() { stopped <- b.stop() }()
	defer close(release)
	select {
	case err := <-stopped:
		wantFault(t, err, 0, "")
	case <-ctx.Done():
		t.Fatal("still stopping")
	}
	<-answered
}

func TestConfigurationsThatAreRefused(t *testing.T) {
	if _, err := NewServer(ServerConfig{}); err == nil {
		t.Error("a server without identity")
	}
	if _, err := Dial(ClientConfig{Target: "localhost:1"}); err == nil {
		t.Error("a client without identity")
	}
}

// A server whose end is near says so to those who watch, and answers whoever calls
// all the same.
func TestLeavingIsToldAndCallsAreServed(t *testing.T) {
	leaving := make(chan struct{})
	b := serve(t, nothing, func(c *ServerConfig) { c.Leaving = leaving })
	conn := b.dial(t, "gate")
	watch, err := healthpb.NewHealthClient(conn).Watch(patience(t), &healthpb.HealthCheckRequest{})
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
	close(leaving)
	await(healthpb.HealthCheckResponse_NOT_SERVING)
	wantFault(t, ask(patience(t), conn, "Machine", fine), 0, "")
	wantFault(t, ask(patience(t), b.dial(t, "gate"), "Machine", fine), 0, "")
}
