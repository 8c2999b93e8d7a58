package attendance

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/platform/postgres/pgtest"
	"github.com/dakoku/dakoku/platform/rpc"
	"github.com/dakoku/dakoku/platform/rpc/devca"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
)

// identities makes a development CA with a certificate for every process of the tests.
func identities(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := devca.Ensure(dir, Name, "webhook-gateway", "admin-gateway", "integration"); err != nil {
		t.Fatal(err)
	}
	return dir
}

func identity(t *testing.T, dir, name string) *rpc.Identity {
	t.Helper()
	id, err := rpc.LoadIdentity(dir, name)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// start runs the service until the test ends and returns its address.
func start(t *testing.T, cfg Config) string {
	t.Helper()
	s, err := New(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("run: %v", err)
		}
	})
	if err := s.Ready(ctx); err != nil {
		t.Errorf("not ready: %v", err)
	}
	return s.Addr().String()
}

func dial(t *testing.T, dir, name, addr string) *grpc.ClientConn {
	t.Helper()
	conn, err := rpc.Dial(rpc.ClientConfig{Target: addr, ServerName: Name, Identity: identity(t, dir, name)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func TestServiceOverMutualTLS(t *testing.T) {
	dir := identities(t)
	addr := start(t, Config{
		DatabaseURL: pgtest.New(t, Migrations()).URL, DataDir: t.TempDir(), Identity: identity(t, dir, Name), ListenAddr: "127.0.0.1:0",
	})
	admin, public := dial(t, dir, "admin-gateway", addr), dial(t, dir, "webhook-gateway", addr)
	tenant := uuid.NewString()
	caller := rpc.OutgoingCaller(t.Context(), rpc.Caller{
		Tenant: tenant, Account: "a1", Kind: rpc.KindAccount, Permissions: []string{"employees.write", "settings.read"},
	}, "en")
	if _, err := attendancev1.NewAttendanceProvisioningServiceClient(admin).PutCompany(t.Context(), &attendancev1.PutCompanyRequest{
		Tenant: tenant, Revision: 1, TimeZone: "Asia/Tokyo", ClosingDay: 31,
	}); err != nil {
		t.Fatalf("put company: %v", err)
	}
	add := &attendancev1.CreateEmployeeRequest{Employee: &attendancev1.Employee{EmployeeNumber: "1", DisplayName: "x"}}
	if _, err := attendancev1.NewAttendanceAdminServiceClient(admin).CreateEmployee(caller, add); err != nil {
		t.Errorf("admin: %v", err)
	}
	for name, err := range map[string]error{
		"public door administers":  call(attendancev1.NewAttendanceAdminServiceClient(public).CreateEmployee(caller, add)),
		"admin door records":       call(attendancev1.NewAttendanceServiceClient(admin).RecordEvents(t.Context(), &attendancev1.RecordEventsRequest{})),
		"public door lists people": call(attendancev1.NewEmployeeDirectoryServiceClient(public).ListDirectory(t.Context(), &attendancev1.ListDirectoryRequest{Tenant: tenant})),
		"admin door lists people":  call(attendancev1.NewEmployeeDirectoryServiceClient(admin).ListDirectory(t.Context(), &attendancev1.ListDirectoryRequest{Tenant: tenant})),
		"without permission":       call(attendancev1.NewAttendanceAdminServiceClient(admin).ListEmployees(caller, &attendancev1.ListEmployeesRequest{})),
	} {
		if status.Code(err) != codes.PermissionDenied {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := attendancev1.NewAttendanceServiceClient(public).RecordEvents(t.Context(), &attendancev1.RecordEventsRequest{}); err != nil {
		t.Errorf("public door records: %v", err)
	}
	peer := attendancev1.NewEmployeeDirectoryServiceClient(dial(t, dir, "integration", addr))
	if got, err := peer.ListDirectory(t.Context(), &attendancev1.ListDirectoryRequest{Tenant: tenant}); err != nil || len(got.GetEntries()) != 1 {
		t.Errorf("integration lists people: %v, %v", got, err)
	}
	tooMany := &attendancev1.RecordEventsRequest{Events: make([]*attendancev1.ChatEvent, 257)}
	for i := range tooMany.Events {
		tooMany.Events[i] = &attendancev1.ChatEvent{}
	}
	if _, err := attendancev1.NewAttendanceServiceClient(public).RecordEvents(t.Context(), tooMany); status.Code(err) != codes.InvalidArgument {
		t.Errorf("257 events: %v", err)
	}
}

func call[T any](_ T, err error) error { return err }

func TestNewFailsFast(t *testing.T) {
	dir, data := identities(t), t.TempDir()
	good := Config{DatabaseURL: pgtest.New(t, Migrations()).URL, DataDir: data, Identity: identity(t, dir, Name), ListenAddr: "127.0.0.1:0"}
	start(t, good)
	taken, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	empty := pgtest.New(t)
	for name, tt := range map[string]struct {
		change func(*Config)
		want   string
	}{
		"address in use":   {func(c *Config) { c.ListenAddr = taken.Addr().String() }, "DAKOKU_LISTEN_ADDR=" + taken.Addr().String()},
		"key missing":      {func(c *Config) { c.DataDir = t.TempDir() }, "sealing key"},
		"not migrated":     {func(c *Config) { c.DatabaseURL = empty.URL }, "run the migrations"},
		"URL not readable": {func(c *Config) { c.DatabaseURL = config.Secret("nonsense") }, "database"},
		"no identity":      {func(c *Config) { c.Identity = nil }, "dentity"},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := good
			tt.change(&cfg)
			_, err := New(t.Context(), cfg)
			if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("error %v", err)
			}
		})
	}
	if info, err := os.Stat(filepath.Join(data, "keys", "attendance.json")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("key file: %v, %v", info, err)
	}
}
