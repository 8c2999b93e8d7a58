package rpc

import (
	"bytes"
	"context"
	"net"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/rpc/devca"
	"github.com/dakoku/dakoku/platform/zaplog"
	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// journal is a log that a test reads while the server writes.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// bench is a running server with one CA and three clients: gate may call Desk,
// stranger may not, and everybody may ask for health.
type bench struct {
	dir      string
	addr     string
	log      *journal
	registry *prometheus.Registry
	stop     func() error // ends the server and returns what Run returned
}

func must[T any](t *testing.T, v T, err error) T {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func certificates(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "tls")
	if err := devca.Ensure(dir, "desk", "gate", "stranger"); err != nil {
		t.Fatal(err)
	}
	return dir
}

func (b *bench) config(t *testing.T) ServerConfig {
	t.Helper()
	b.dir, b.log, b.registry = certificates(t), &journal{}, prometheus.NewRegistry()
	identity, err := LoadIdentity(b.dir, "desk")
	must(t, identity, err)
	c, err := theContract()
	must(t, c, err)
	log, err := zaplog.New(zaplog.Config{Level: "debug", Output: b.log})
	return ServerConfig{
		Domain: "desk.test", Identity: identity, Permission: c.permission, StepUp: c.stepUp, Own: c.own, Log: must(t, log, err),
		Allow: map[string][]string{desk: {"gate"}}, Registerer: b.registry,
	}
}

// serve starts a server with every method of Desk.
func serve(t *testing.T, work clerk, change func(*ServerConfig)) *bench {
	t.Helper()
	b := &bench{}
	cfg := b.config(t)
	if change != nil {
		change(&cfg)
	}
	s, err := NewServer(cfg)
	must(t, s, err).healthEvery = 5 * time.Millisecond
	s.RegisterService(deskDesc(desk, "Public", "Session", "Machine", "Edit", "Look", "Seal", "Follow"), work)
	lis, err := net.Listen("tcp", "127.0.0.1:0")
	b.addr = must(t, lis, err).Addr().String()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx, lis) }()
	b.stop = sync.OnceValue(func() error { cancel(); return <-ended })
	t.Cleanup(func() {
		if err := b.stop(); err != nil {
			t.Error("server:", err)
		}
	})
	return b
}

func (b *bench) dial(t *testing.T, name string) *grpc.ClientConn {
	t.Helper()
	return dialAs(t, b.addr, b.dir, name)
}

func dialAs(t *testing.T, addr, dir, name string) *grpc.ClientConn {
	t.Helper()
	identity, err := LoadIdentity(dir, name)
	conn, err := Dial(ClientConfig{Target: addr, ServerName: "desk", Identity: must(t, identity, err)})
	must(t, conn, err)
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func patience(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// ask calls one method of Desk with a request in JSON.
func ask(ctx context.Context, conn *grpc.ClientConn, method, request string, options ...grpc.CallOption) error {
	in, err := newAsk()
	if err != nil {
		return err
	}
	if err := protojson.Unmarshal([]byte(request), in); err != nil {
		return err
	}
	return conn.Invoke(ctx, "/"+desk+"/"+method, in, &emptypb.Empty{}, options...)
}

const fine = `{"mustHave":"x"}`

func nothing(context.Context, proto.Message) error { return nil }

// wantFault compares kind and reason of a call's error; "" is no error.
func wantFault(t *testing.T, err error, kind fault.Kind, reason string) *fault.Fault {
	t.Helper()
	f := FaultFrom(err)
	switch {
	case reason == "" && f == nil:
	case f == nil, f.Kind() != kind, f.Reason() != reason:
		t.Fatalf("got %v, want kind %d reason %q", err, kind, reason)
	}
	return f
}
