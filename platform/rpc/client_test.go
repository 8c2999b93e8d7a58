package rpc

import (
	"context"
	"net"
	"testing"

	"github.com/dakoku/dakoku/platform/fault"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/proto"
)

func TestAClientTalksToTheServerItExpects(t *testing.T) {
	b := serve(t, nothing, nil)
	identity, err := LoadIdentity(b.dir, "gate")
	must(t, identity, err)
	conn, err := Dial(ClientConfig{Target: b.addr, ServerName: "ledger", Identity: identity})
	must(t, conn, err)
	t.Cleanup(func() { _ = conn.Close() })
	wantFault(t, ask(patience(t), conn, "Machine", fine), fault.Unavailable, "UNAVAILABLE")
}

func TestInOneProcessTheSameRulesHold(t *testing.T) {
	cfg := (&bench{}).config(t)
	dir := certificates(t)
	identity, err := LoadIdentity(dir, "desk")
	cfg.Identity = must(t, identity, err)
	s, err := NewServer(cfg)
	must(t, s, err).RegisterService(deskDesc(desk, "Machine"), clerk(nothing))
	lis := bufconn.Listen(64 << 10)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx, lis) }()
	for name, reason := range map[string]string{"gate": "", "stranger": "PEER_NOT_ALLOWED"} {
		identity, err := LoadIdentity(dir, name)
		conn, err := Dial(ClientConfig{ServerName: "desk", Identity: must(t, identity, err), Dialer: func(ctx context.Context, _ string) (net.Conn, error) {
			return lis.DialContext(ctx)
		}})
		must(t, conn, err)
		wantFault(t, ask(patience(t), conn, "Machine", fine), fault.Denied, reason)
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestTheNextHopGetsIDAndLanguageButNoCaller(t *testing.T) {
	var got metadata.MD
	var language string
	next := serve(t, func(ctx context.Context, _ proto.Message) error {
		got, _ = metadata.FromIncomingContext(ctx)
		language = Language(ctx)
		return nil
	}, nil)
	onward := next.dial(t, "gate")
	first := serve(t, func(ctx context.Context, _ proto.Message) error { return ask(ctx, onward, "Machine", fine) }, nil)
	ctx := OutgoingCaller(WithRequestID(patience(t), "req-7"), Caller{Tenant: "t", Kind: KindAccount}, "en")
	wantFault(t, ask(ctx, first.dial(t, "gate"), "Machine", fine), 0, "")
	if language != "en" || got.Get(keyRequest)[0] != "req-7" || got.Get(keyTenant) != nil {
		t.Errorf("language %q, metadata %v", language, got)
	}
}

func TestTheCallerArrivesAsSent(t *testing.T) {
	var got Caller
	b := serve(t, func(ctx context.Context, _ proto.Message) error { got, _ = CallerFrom(ctx); return nil }, nil)
	sent := Caller{Tenant: "t", Account: "a", Role: "MANAGER", Kind: KindAPIKey, Permissions: []string{"p", "q"}}
	// What was written before must not shine through.
	ctx := OutgoingCaller(OutgoingCaller(patience(t), Caller{Tenant: "x", Permissions: []string{"root"}}, "en"), sent, "ja")
	wantFault(t, ask(ctx, b.dial(t, "gate"), "Session", fine), 0, "")
	if got.Tenant != "t" || got.Account != "a" || got.Role != "MANAGER" || got.Kind != KindAPIKey || !got.May("q") || got.May("root") {
		t.Errorf("got %+v", got)
	}
}
