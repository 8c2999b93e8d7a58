package integration_test

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/simulator"
)

// armable builds the service with its places.
func armable(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "integration")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-tags", "failpoints", "-o", path, "./cmd/integration")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return path
}

// armed is a service of which something becomes at a place.
type armed struct {
	machine integrationv1.IntegrationServiceClient
	admin   integrationv1.IntegrationAdminServiceClient
	said    sink
	done    chan struct{}
}

// strangers is the environment without what tests are told: a program refuses settings
// that it does not know.
func strangers() []string {
	return slices.DeleteFunc(os.Environ(), func(s string) bool { return strings.HasPrefix(s, "DAKOKU_") })
}

// arm starts a service in a process of its own with a place armed, "name=action".
func (w *world) arm(t *testing.T, path, place string) *armed {
	t.Helper()
	lis, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := lis.Addr().String()
	_ = lis.Close()
	a, cmd := &armed{done: make(chan struct{})}, exec.CommandContext(context.WithoutCancel(t.Context()), path)
	cmd.Env = append(strangers(), "FAILPOINTS="+place, "DAKOKU_DATABASE_URL="+w.cfg.DatabaseURL.Reveal(), "DAKOKU_DATA_DIR="+w.cfg.DataDir,
		"DAKOKU_TLS_DIR="+w.tls, "DAKOKU_LISTEN_ADDR="+addr, "DAKOKU_DEBUG_ADDR=127.0.0.1:0", "DAKOKU_LINEWORKS_AUTH_URL="+w.cfg.AuthURL,
		"DAKOKU_LINEWORKS_API_URL="+w.cfg.APIURL, "DAKOKU_LINEWORKS_API_V1_URL="+w.cfg.APIV1URL)
	cmd.Stdout, cmd.Stderr = &a.said, &a.said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { _ = cmd.Wait(); close(a.done) }()
	t.Cleanup(func() { _ = cmd.Process.Kill(); <-a.done })
	a.machine = integrationv1.NewIntegrationServiceClient(w.dialAddress(t, addr, "webhook-gateway"))
	a.admin = integrationv1.NewIntegrationAdminServiceClient(w.dialAddress(t, addr, "admin-gateway"))
	return a
}

// told tells that the service has said of a place what it does there.
func (a *armed) told(place, what string) bool {
	return strings.Contains(a.said.String(), "failpoint "+place+": "+what+"\n")
}

func (o *office) count(t *testing.T, sql string, into ...any) {
	t.Helper()
	if err := o.owner.QueryRow(t.Context(), sql).Scan(into...); err != nil {
		t.Fatal(err)
	}
}

// called counts the calls about a person, and those for access tokens.
func (w *world) called(person string) (out [2]int) {
	for _, e := range w.sim.Ledger(simulator.Query{Class: simulator.ClassMessages}) {
		if strings.Contains(e.Path, person) {
			out[0]++
		}
	}
	out[1] = len(w.sim.Ledger(simulator.Query{Class: simulator.ClassToken}))
	return out
}
