package integration_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/zap"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/platform/rpc"
	"github.com/dakoku/dakoku/services/integration"
)

// childVariable tells the test binary that it is a service, and which.
const childVariable = "DAKOKU_TEST_CHILD"

// childSettings are what a service in a process of its own needs to know.
type childSettings struct {
	Database, DataDir, TLS, Far string
	Start                       time.Time
	Pace                        int
}

// fast is a clock on which time passes several times as fast, the same in all
// processes of the machine.
type fast struct {
	start time.Time
	pace  int
}

func (f fast) now() time.Time { return f.start.Add(time.Since(f.start) * time.Duration(f.pace)) }

func (f fast) wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d / time.Duration(f.pace))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// TestMain is a service instead of tests when the binary is started as one.
func TestMain(m *testing.M) {
	if raw := os.Getenv(childVariable); raw != "" {
		if err := beChild(raw); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func beChild(raw string) error {
	var c childSettings
	if err := json.Unmarshal([]byte(raw), &c); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	id, err := rpc.LoadIdentity(c.TLS, integration.Name)
	if err != nil {
		return err
	}
	clock := fast{c.Start, c.Pace}
	service, err := integration.New(ctx, integration.Config{
		DatabaseURL: config.Secret(c.Database), DataDir: c.DataDir, Identity: id, ListenAddr: "127.0.0.1:0",
		PublicURL: "https://dakoku.example.jp/", AuthURL: c.Far, APIURL: c.Far, APIV1URL: c.Far,
		Log: zap.NewNop(), Now: clock.now, Wait: clock.wait,
		Attendance: &rpc.ClientConfig{Target: "127.0.0.1:1", ServerName: "attendance", Identity: id, Log: zap.NewNop()}, // never asked
	})
	if err != nil {
		return err
	}
	fmt.Println(service.Addr())
	return service.Run(ctx)
}

// child is a service in a process of its own.
type child struct {
	process *exec.Cmd
	machine integrationv1.IntegrationServiceClient
	end     func(syscall.Signal)
}

// spawn starts the test binary as a service on the world's database and platform.
func (w *world) spawn(t *testing.T, clock fast) *child {
	t.Helper()
	raw, err := json.Marshal(childSettings{
		Database: w.cfg.DatabaseURL.Reveal(), DataDir: w.cfg.DataDir, TLS: w.tls, Far: w.cfg.APIURL, Start: clock.start, Pace: clock.pace,
	})
	if err != nil {
		t.Fatal(err)
	}
	c := &child{process: exec.CommandContext(context.WithoutCancel(t.Context()), os.Args[0])}
	c.process.Env = append(os.Environ(), childVariable+"="+string(raw))
	var said strings.Builder
	c.process.Stderr = &said
	out, err := c.process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.process.Start(); err != nil {
		t.Fatal(err)
	}
	c.end = func(how syscall.Signal) {
		_ = c.process.Process.Signal(how)
		_ = c.process.Wait() // killed processes end with an error
	}
	c.end = sync1(c.end)
	t.Cleanup(func() { c.end(syscall.SIGTERM) })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the service did not start: %v\n%s", err, said.String())
	}
	conn := w.dialAddress(t, strings.TrimSpace(line), "webhook-gateway")
	c.machine = integrationv1.NewIntegrationServiceClient(conn)
	return c
}

// sync1 makes a function of one argument happen once.
func sync1(f func(syscall.Signal)) func(syscall.Signal) {
	var once sync.Once
	return func(s syscall.Signal) { once.Do(func() { f(s) }) }
}
