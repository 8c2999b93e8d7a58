package gateway_test

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/postgres/pgtest"
	"github.com/dakoku/dakoku/platform/rpc"
	"github.com/dakoku/dakoku/platform/rpc/devca"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	gatewayv1 "github.com/dakoku/dakoku/proto/gen/dakoku/gateway/v1"
	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	optionsv1 "github.com/dakoku/dakoku/proto/gen/dakoku/options/v1"
	gateway "github.com/dakoku/dakoku/services/webhook-gateway"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"
)

const (
	adminEmail    = "hanako@example.co.jp"
	adminPassword = "五月雨を集めて早し最上川 1689"
)

// clock is a clock that tests move.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

func (c *clock) add(d time.Duration) { c.ahead.Add(int64(d)) }

// calendars is attendance's provisioning service.
type calendars struct {
	attendancev1.UnimplementedAttendanceProvisioningServiceServer
	mu   sync.Mutex
	away bool
	got  chan *attendancev1.PutCompanyRequest
}

func (c *calendars) PutCompany(_ context.Context, r *attendancev1.PutCompanyRequest) (*attendancev1.PutCompanyResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.away {
		return nil, status.Error(codes.Unavailable, "away")
	}
	c.got <- r
	return &attendancev1.PutCompanyResponse{}, nil
}

// next is the next calendar that was sent.
func (c *calendars) next(t *testing.T) *attendancev1.PutCompanyRequest {
	t.Helper()
	select {
	case r := <-c.got:
		return r
	case <-time.After(patience):
		t.Fatal("no calendar was sent")
		return nil
	}
}

func (c *calendars) set(away bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.away = away
}

// employees answers ListEmployees, remembers the metadata of the call, and adds
// up the tables that it reads;
// everything else is UNIMPLEMENTED, which only a permitted caller gets to see.
type employees struct {
	attendancev1.UnimplementedAttendanceAdminServiceServer
	approver string // of every timesheet; set before it is asked for
	mu       sync.Mutex
	seen     metadata.MD
	read     atomic.Int64
	wanted   atomic.Int32                                                                                    // rounding of the latest report
	export   func(period string, to grpc.ServerStreamingServer[attendancev1.ExportAttendanceResponse]) error // set before the door opens
	reply    func(ctx context.Context) (*attendancev1.ListEmployeesResponse, error)
}

func (e *employees) ListEmployees(ctx context.Context, _ *attendancev1.ListEmployeesRequest) (*attendancev1.ListEmployeesResponse, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.seen, _ = metadata.FromIncomingContext(ctx)
	if e.reply != nil {
		return e.reply(ctx)
	}
	return &attendancev1.ListEmployeesResponse{}, nil
}

func (e *employees) GetEmployee(_ context.Context, r *attendancev1.GetEmployeeRequest) (*attendancev1.GetEmployeeResponse, error) {
	if r.GetEmployee() == someID {
		return &attendancev1.GetEmployeeResponse{Employee: &attendancev1.Employee{}}, nil
	}
	return nil, fault.New(fault.NotFound, "EMPLOYEE_NOT_FOUND", fault.Text{JA: "いません", EN: "none"})
}

func (e *employees) ImportEmployees(_ context.Context, r *attendancev1.ImportEmployeesRequest) (*attendancev1.ImportEmployeesResponse, error) {
	e.read.Add(int64(len(r.GetTable().GetCsv())))
	return &attendancev1.ImportEmployeesResponse{}, nil
}

func (e *employees) ExportAttendance(r *attendancev1.ExportAttendanceRequest, to grpc.ServerStreamingServer[attendancev1.ExportAttendanceResponse]) error {
	e.wanted.Store(int32(r.GetRounding()))
	if e.export == nil {
		return to.Send(&attendancev1.ExportAttendanceResponse{})
	}
	return e.export(r.GetPeriod(), to)
}

func (e *employees) GetTimesheet(_ context.Context, r *attendancev1.GetTimesheetRequest) (*attendancev1.GetTimesheetResponse, error) {
	return &attendancev1.GetTimesheetResponse{Timesheet: &attendancev1.Timesheet{
		Period: r.GetPeriod(), State: attendancev1.Timesheet_APPROVED, StartDate: "2026-11-01", EndDate: "2026-11-30",
		History: []*attendancev1.Timesheet_Transition{{Verb: "approve", Actor: e.approver}},
	}}, nil
}

func (e *employees) answer(reply func(ctx context.Context) (*attendancev1.ListEmployeesResponse, error)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.reply = reply
}

func (e *employees) metadata() metadata.MD {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.seen.Copy()
}

// connections knows one connection and counts the links that were made.
type connections struct {
	integrationv1.UnimplementedIntegrationAdminServiceServer
	known string
	links atomic.Int64
}

func (c *connections) GetConnection(_ context.Context, r *integrationv1.GetConnectionRequest) (*integrationv1.GetConnectionResponse, error) {
	if r.GetConnection() != c.known {
		return nil, fault.New(fault.NotFound, "CONNECTION_NOT_FOUND", fault.Text{JA: "ありません", EN: "none"})
	}
	return &integrationv1.GetConnectionResponse{}, nil
}

func (c *connections) UpdateAccountLink(_ context.Context, r *integrationv1.UpdateAccountLinkRequest) (*integrationv1.UpdateAccountLinkResponse, error) {
	if strings.Contains(r.GetAccountLink().GetLineWorksAccountId(), " ") {
		return nil, fault.Invalid(fault.Field{Path: "lineWorksAccountId", Reason: "WHITESPACE", Text: fault.Text{JA: "空白", EN: "space"}})
	}
	if !r.GetValidateOnly() {
		c.links.Add(1)
	}
	return &integrationv1.UpdateAccountLinkResponse{AccountLink: &integrationv1.AccountLink{}}, nil
}

// manyLinks counts what reaches it.
type manyLinks struct {
	integrationv1.UnimplementedLinkAdminServiceServer
	linked, read atomic.Int64
}

func (m *manyLinks) ImportAccountLinks(_ context.Context, r *integrationv1.ImportAccountLinksRequest) (*integrationv1.ImportAccountLinksResponse, error) {
	m.read.Add(int64(len(r.GetTable().GetCsv())))
	return &integrationv1.ImportAccountLinksResponse{}, nil
}

func (m *manyLinks) LinkUnlinkedSender(context.Context, *integrationv1.LinkUnlinkedSenderRequest) (*integrationv1.LinkUnlinkedSenderResponse, error) {
	m.linked.Add(1)
	return &integrationv1.LinkUnlinkedSenderResponse{AccountLink: &integrationv1.AccountLink{}}, nil
}

type events struct {
	gatewayv1.UnimplementedEventAdminServiceServer
}

// door is a running admin door with real backends' interceptors behind it.
type door struct {
	t         *testing.T
	cfg       gateway.AdminConfig
	clock     *clock
	calendars *calendars
	employees *employees
	links     *connections
	many      *manyLinks
	audit     *attendanceAudit
	db        *pgtest.Database
	admin     *gateway.Admin
	base      string
	stop      func()
}

// openDoor starts a door on a fresh database.
func openDoor(t *testing.T, change ...func(*door)) *door {
	t.Helper()
	d := &door{
		t: t, clock: &clock{}, employees: &employees{}, links: &connections{known: someID}, many: &manyLinks{}, audit: &attendanceAudit{},
		calendars: &calendars{got: make(chan *attendancev1.PutCompanyRequest, 200)},
		db:        pgtest.New(t, gateway.IdentityMigrations()),
	}
	dir := t.TempDir()
	tls := filepath.Join(dir, "tls")
	if err := devca.Ensure(tls, "admin-gateway", "attendance", "integration", "webhook-gateway"); err != nil {
		t.Fatal(err)
	}
	d.cfg = gateway.AdminConfig{
		DatabaseURL: d.db.URL, DataDir: filepath.Join(dir, "data"), Identity: identity(t, tls, "admin-gateway"), Now: d.clock.now,
		Attendance: d.backend(tls, "attendance", func(s *rpc.Server) {
			attendancev1.RegisterAttendanceAdminServiceServer(s, d.employees)
			attendancev1.RegisterAttendanceProvisioningServiceServer(s, d.calendars)
			attendancev1.RegisterAttendanceAuditServiceServer(s, d.audit)
		}, &attendancev1.AttendanceAdminService_ServiceDesc, &attendancev1.AttendanceProvisioningService_ServiceDesc, &attendancev1.AttendanceAuditService_ServiceDesc),
		Integration: d.backend(tls, "integration", func(s *rpc.Server) {
			integrationv1.RegisterIntegrationAdminServiceServer(s, d.links)
			integrationv1.RegisterLinkAdminServiceServer(s, d.many)
			integrationv1.RegisterIntegrationAuditServiceServer(s, audit{})
		}, &integrationv1.IntegrationAdminService_ServiceDesc, &integrationv1.LinkAdminService_ServiceDesc, &integrationv1.IntegrationAuditService_ServiceDesc),
		Events: d.backend(tls, "webhook-gateway", func(s *rpc.Server) {
			gatewayv1.RegisterEventAdminServiceServer(s, &events{})
			gatewayv1.RegisterGatewayAuditServiceServer(s, eventsAudit{})
		}, &gatewayv1.EventAdminService_ServiceDesc, &gatewayv1.GatewayAuditService_ServiceDesc),
	}
	for _, c := range change {
		c(d)
	}
	d.start()
	return d
}

func identity(t *testing.T, dir, name string) *rpc.Identity {
	t.Helper()
	i, err := rpc.LoadIdentity(dir, name)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// backend runs a service behind the door, with its whole interceptor chain.
func (d *door) backend(tls, name string, register func(*rpc.Server), services ...*grpc.ServiceDesc) *rpc.ClientConfig {
	d.t.Helper()
	allow := map[string][]string{}
	for _, s := range services {
		allow[s.ServiceName] = []string{"admin-gateway"}
	}
	server, err := rpc.NewServer(rpc.ServerConfig{
		Domain: name + ".dakoku", Identity: identity(d.t, tls, name), Allow: allow, Permission: optionsv1.E_Permission, StepUp: optionsv1.E_StepUp, Own: optionsv1.E_OwnPermission,
	})
	if err != nil {
		d.t.Fatal(err)
	}
	register(server)
	pipe := bufconn.Listen(256 << 10)
	d.t.Cleanup(background(d.t, func(ctx context.Context) error { return server.Run(ctx, pipe) }))
	return &rpc.ClientConfig{
		ServerName: name, Identity: identity(d.t, tls, "admin-gateway"),
		Dialer: func(ctx context.Context, _ string) (net.Conn, error) { return pipe.DialContext(ctx) },
	}
}

// background runs fn until the returned function is called, which waits for it.
func background(t *testing.T, fn func(context.Context) error) func() {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- fn(ctx) }()
	return sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("stopped with: %v", err)
		}
	})
}

func (d *door) start() {
	d.t.Helper()
	lis, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		d.t.Fatal(err)
	}
	d.cfg.Listener = lis
	if d.admin, err = gateway.NewAdmin(d.t.Context(), d.cfg); err != nil {
		d.t.Fatal(err)
	}
	d.base = "http://" + d.admin.Addr()
	d.stop = background(d.t, d.admin.Run)
	d.t.Cleanup(d.stop)
}

// answer is what the door said.
type answer struct {
	status int
	header http.Header
	raw    string
	json   map[string]any
}

// reason is the reason of the ErrorInfo.
func (a answer) reason() string {
	s, _ := a.detail("ErrorInfo")["reason"].(string)
	return s
}

func (a answer) detail(kind string) map[string]any {
	details, _ := a.json["details"].([]any)
	for _, d := range details {
		if m, _ := d.(map[string]any); strings.HasSuffix(m["@type"].(string), "."+kind) {
			return m
		}
	}
	return nil
}

// fields lists the wrong fields as "path REASON".
func (a answer) fields() []string {
	violations, _ := a.detail("BadRequest")["fieldViolations"].([]any)
	var list []string
	for _, v := range violations {
		m := v.(map[string]any)
		list = append(list, m["field"].(string)+" "+m["reason"].(string))
	}
	return list
}

func (a answer) cookie(name string) *http.Cookie {
	for _, c := range (&http.Response{Header: a.header}).Cookies() {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// do sends one request; headers come in pairs, JSON is the content type of a
// body unless they say otherwise.
func (d *door) do(method, path, body string, headers ...string) answer {
	d.t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), method, d.base+path, strings.NewReader(body))
	if err != nil {
		d.t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		}
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		d.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	a := answer{status: res.StatusCode, header: res.Header, raw: string(raw)}
	_ = json.Unmarshal(raw, &a.json) // a page has none
	return a
}
