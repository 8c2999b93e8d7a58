package gateway_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"google.golang.org/grpc"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/postgres/pgtest"
	"github.com/dakoku/dakoku/platform/rpc"
	"github.com/dakoku/dakoku/platform/rpc/devca"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	gatewayv1 "github.com/dakoku/dakoku/proto/gen/dakoku/gateway/v1"
	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	optionsv1 "github.com/dakoku/dakoku/proto/gen/dakoku/options/v1"
	gateway "github.com/dakoku/dakoku/services/webhook-gateway"
)

const (
	doorTenant     = "0195f000-0000-7000-8000-00000000000a"
	doorConnection = "0195f000-0000-7000-8000-0000000000c1"
	doorToken      = "dkt_known"
	doorSecret     = "12345a12-b12c-12d3-e123fghijkl"
)

// neighbours are integration and attendance behind real mTLS. Attendance keeps
// one outcome per key, as the contract says.
type neighbours struct {
	integrationv1.UnimplementedIntegrationServiceServer
	attendancev1.UnimplementedAttendanceServiceServer

	mu      sync.Mutex
	away    bool
	punches map[string]int
	replies map[string]int
	traffic []*integrationv1.TrafficHour
}

func (n *neighbours) ListEndpoints(context.Context, *integrationv1.ListEndpointsRequest) (*integrationv1.ListEndpointsResponse, error) {
	hash := sha256.Sum256([]byte(doorToken))
	return &integrationv1.ListEndpointsResponse{Version: 1, Endpoints: []*integrationv1.Endpoint{{
		Tenant: doorTenant, Connection: doorConnection, TokenHash: hash[:],
		SigningKeys: []*integrationv1.SigningKey{{ApiVersion: integrationv1.Credentials_V2, Bot: "1", Secret: []byte(doorSecret)}},
	}}}, nil
}

func (n *neighbours) ResolveSenders(_ context.Context, in *integrationv1.ResolveSendersRequest) (*integrationv1.ResolveSendersResponse, error) {
	out := &integrationv1.ResolveSendersResponse{}
	for range in.GetSenders() {
		out.Senders = append(out.Senders, &integrationv1.ResolvedSender{State: integrationv1.ResolvedSender_LINKED, Employee: "e1"})
	}
	return out, nil
}

func (n *neighbours) RecordEvents(_ context.Context, in *attendancev1.RecordEventsRequest) (*attendancev1.RecordEventsResponse, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.away {
		return nil, fault.New(fault.Unavailable, "UNAVAILABLE", fault.Text{JA: "x", EN: "x"})
	}
	out := &attendancev1.RecordEventsResponse{}
	for _, e := range in.GetEvents() {
		n.punches[string(e.GetEventKey())]++
		out.Outcomes = append(out.Outcomes, &attendancev1.EventOutcome{
			EventKey: e.GetEventKey(), Kind: attendancev1.EventOutcome_RECORDED, Punch: "p1", Employee: e.GetEmployee(),
			Reply: &attendancev1.ReplyDirective{Template: attendancev1.ReplyDirective_PUNCH_RECORDED, PunchKind: attendancev1.Punch_CLOCK_IN},
		})
	}
	return out, nil
}

func (n *neighbours) SendReplies(_ context.Context, in *integrationv1.SendRepliesRequest) (*integrationv1.SendRepliesResponse, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	out := &integrationv1.SendRepliesResponse{}
	for _, r := range in.GetReplies() {
		n.replies[string(r.GetEventKey())]++
		out.Replies = append(out.Replies, &integrationv1.AcceptedReply{Reply: "r"})
	}
	return out, nil
}

func (n *neighbours) BatchGetReplies(_ context.Context, in *integrationv1.BatchGetRepliesRequest) (*integrationv1.BatchGetRepliesResponse, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	out := &integrationv1.BatchGetRepliesResponse{}
	for _, key := range in.GetEventKeys() {
		state := integrationv1.ReplyStatus_NONE
		if n.replies[string(key)] > 0 {
			state = integrationv1.ReplyStatus_SENT
		}
		out.Replies = append(out.Replies, &integrationv1.ReplyStatus{State: state})
	}
	return out, nil
}

func (n *neighbours) set(away bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.away = away
}

// street is a public door with its neighbours on a real database.
type street struct {
	*neighbours
	tls   string
	cfg   gateway.PublicConfig
	owner *pgx.Conn
}

func newStreet(t *testing.T) *street {
	t.Helper()
	data := pgtest.New(t, gateway.InboxMigrations())
	s := newStreetOn(t, data.URL)
	s.owner = data.Owner(t)
	return s
}

func newStreetOn(t *testing.T, database config.Secret) *street {
	t.Helper()
	dir := t.TempDir()
	s := &street{neighbours: &neighbours{punches: map[string]int{}, replies: map[string]int{}}, tls: filepath.Join(dir, "tls")}
	if err := devca.Ensure(s.tls, "webhook-gateway", "admin-gateway", "integration", "attendance"); err != nil {
		t.Fatal(err)
	}
	s.cfg = gateway.PublicConfig{
		DatabaseURL: database, DataDir: dir, Identity: s.identity(t, "webhook-gateway"),
		PublicAddr: "127.0.0.1:0", ListenAddr: "127.0.0.1:0",
		Integration: s.neighbour(t, "integration", &integrationv1.IntegrationService_ServiceDesc),
		Attendance:  s.neighbour(t, "attendance", &attendancev1.AttendanceService_ServiceDesc),
	}
	return s
}

func (s *street) identity(t *testing.T, name string) *rpc.Identity {
	t.Helper()
	identity, err := rpc.LoadIdentity(s.tls, name)
	if err != nil {
		t.Fatal(err)
	}
	return identity
}

// neighbour serves one contract under its own certificate.
func (s *street) neighbour(t *testing.T, name string, desc *grpc.ServiceDesc) *rpc.ClientConfig {
	t.Helper()
	server, err := rpc.NewServer(rpc.ServerConfig{
		Domain: name + ".dakoku", Identity: s.identity(t, name), Permission: optionsv1.E_Permission, StepUp: optionsv1.E_StepUp,
		Allow: map[string][]string{desc.ServiceName: {gateway.PublicName}},
	})
	if err != nil {
		t.Fatal(err)
	}
	server.RegisterService(desc, s.neighbours)
	lis, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	inBackground(t, func(ctx context.Context) error { return server.Run(ctx, lis) })
	return &rpc.ClientConfig{Target: lis.Addr().String(), ServerName: name, Identity: s.cfg.Identity}
}

// inBackground runs until the returned function is called or the test ends.
func inBackground(t *testing.T, run func(context.Context) error) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	return stop
}

func (s *street) open(t *testing.T) (door *gateway.Public, stop func()) {
	t.Helper()
	for _, peer := range []*rpc.ClientConfig{s.cfg.Integration, s.cfg.Attendance} {
		peer.Identity = s.cfg.Identity
	}
	door, err := gateway.NewPublic(t.Context(), s.cfg)
	if err != nil {
		t.Fatal(err)
	}
	stop = inBackground(t, door.Run)
	until(t, func() bool { return door.Ready(t.Context()) == nil })
	return door, stop
}

// until polls a condition for as long as the busiest machine may need.
func until(t *testing.T, happened func() bool) {
	t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !happened() {
		select {
		case <-deadline.C:
			t.Fatal("did not happen in time")
		case <-tick.C:
		}
	}
}

func message(text string) string {
	return fmt.Sprintf(`{"type":"message","source":{"userId":"u"},"issuedTime":"2026-11-20T00:00:00.000Z","content":{"type":"text","text":%q}}`, text)
}

func post(t *testing.T, door *gateway.Public, body string) int {
	t.Helper()
	mac := hmac.New(sha256.New, []byte(doorSecret))
	mac.Write([]byte(body))
	request, err := http.NewRequest(http.MethodPost, "http://"+door.PublicAddr().String()+"/v1/lineworks/attendance/"+doorToken, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json; charset=UTF-8")
	request.Header.Set("X-WORKS-BotId", "1")
	request.Header.Set("X-WORKS-Signature", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Error(err)
		return 0
	}
	defer func() { _ = response.Body.Close() }()
	if rest, _ := io.ReadAll(response.Body); len(rest) > 0 || response.ContentLength != 0 {
		t.Errorf("body %q, length %d", rest, response.ContentLength)
	}
	return response.StatusCode
}

func (s *street) count(t *testing.T, outcome string) (n int) {
	t.Helper()
	if err := s.owner.QueryRow(t.Context(), `select count(*) from gateway.inbox where outcome = $1`, outcome).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func (s *street) once(t *testing.T, events int) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.punches) != events || len(s.replies) != events {
		t.Errorf("%d punches, %d replies, want %d", len(s.punches), len(s.replies), events)
	}
	for key, times := range s.punches {
		if times != 1 || s.replies[key] != 1 {
			t.Errorf("%d punches, %d replies asked for", times, s.replies[key])
		}
	}
}

func TestFiftyDeliveriesThroughTheDoor(t *testing.T) {
	s := newStreet(t)
	door, _ := s.open(t)
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			if status := post(t, door, message("出勤")); status != 200 {
				t.Error(status)
			}
		})
	}
	all.Wait()
	until(t, func() bool { return s.count(t, "RECORDED") == 1 })
	s.once(t, 1)
	s.listed(t, door)
}

// listed reads the event as the admin door does, and tries it with another certificate.
func (s *street) listed(t *testing.T, door *gateway.Public) {
	t.Helper()
	for name, allowed := range map[string]bool{"admin-gateway": true, "integration": false} {
		conn, err := rpc.Dial(rpc.ClientConfig{Target: door.Addr().String(), ServerName: gateway.PublicName, Identity: s.identity(t, name)})
		if err != nil {
			t.Fatal(err)
		}
		ctx := rpc.OutgoingCaller(t.Context(), rpc.Caller{Tenant: doorTenant, Kind: rpc.KindAccount, Permissions: []string{"events.read"}}, "ja")
		got, err := gatewayv1.NewEventAdminServiceClient(conn).ListEvents(ctx, &gatewayv1.ListEventsRequest{})
		_ = conn.Close()
		if !allowed {
			if rpc.FaultFrom(err) == nil || rpc.FaultFrom(err).Kind() != fault.Denied {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err != nil || len(got.GetEvents()) != 1 {
			t.Fatal(got, err)
		}
		if e := got.GetEvents()[0]; e.GetDeliveries() != 50 || e.GetOutcome() != gatewayv1.Event_RECORDED || e.GetEmployee() != "employees/e1" || e.GetPunch() != "punches/p1" || e.GetRoomKind() != gatewayv1.Event_DIRECT ||
			e.GetReply().GetState() != integrationv1.ReplyStatus_SENT {
			t.Error(e)
		}
	}
}

func TestAttendanceAwayDelaysAndLosesNothing(t *testing.T) {
	s := newStreet(t)
	s.set(true)
	door, _ := s.open(t)
	for _, text := range []string{"出勤", "休憩", "退勤"} {
		if status := post(t, door, message(text)); status != 200 {
			t.Fatal(status)
		}
	}
	var waiting, deferred int // the later ones of a person may only wait for the first
	until(t, func() bool {
		err := s.owner.QueryRow(t.Context(), `select count(*), count(*) filter (where deferrals > 0) from gateway.inbox
			where outcome = 'PENDING' and lease is null and attempts = 0`).Scan(&waiting, &deferred)
		return err == nil && waiting == 3 && deferred > 0
	})
	s.set(false)
	until(t, func() bool { return s.count(t, "RECORDED") == 3 })
	s.once(t, 3)
}

func TestWhatADeadProcessLeftIsResumed(t *testing.T) {
	s := newStreet(t)
	s.set(true)
	door, stop := s.open(t)
	if status := post(t, door, message("出勤")); status != 200 {
		t.Fatal(status)
	}
	stop()
	s.set(false)
	// As after kill -9: the row is leased to nobody alive and the lease has run out.
	if _, err := s.owner.Exec(t.Context(), `update gateway.inbox set lease = gen_random_uuid(), due_at = now() - interval '1 second'`); err != nil {
		t.Fatal(err)
	}
	s.open(t)
	until(t, func() bool { return s.count(t, "RECORDED") == 1 })
	s.once(t, 1)
}

func TestThePublicDoorFailsFast(t *testing.T) {
	s := newStreet(t)
	door, _ := s.open(t)
	for name, c := range map[string]struct {
		change func(*gateway.PublicConfig)
		says   string
	}{
		"port in use": {func(c *gateway.PublicConfig) { c.PublicAddr = door.PublicAddr().String() }, "DAKOKU_PUBLIC_ADDR=" + door.PublicAddr().String()},
		"rpc port":    {func(c *gateway.PublicConfig) { c.ListenAddr = door.Addr().String() }, "DAKOKU_LISTEN_ADDR=" + door.Addr().String()},
		"no database": {func(c *gateway.PublicConfig) { c.DatabaseURL = "" }, "DatabaseURL"},
		"lost key":    {func(c *gateway.PublicConfig) { c.DataDir = t.TempDir() }, "gateway.json is missing"},
		"not migrated": {func(c *gateway.PublicConfig) { c.DatabaseURL = pgtest.New(t, gateway.IdentityMigrations()).URL },
			"0001_inbox.sql is not applied"},
	} {
		cfg := s.cfg
		c.change(&cfg)
		if _, err := gateway.NewPublic(t.Context(), cfg); err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
