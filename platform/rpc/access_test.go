package rpc

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dakoku/dakoku/platform/fault"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"
)

func TestOnlyAllowedPeersReachAService(t *testing.T) {
	b := serve(t, nothing, nil)
	foreign := certificates(t)
	for name, c := range map[string]struct {
		conn   *grpc.ClientConn
		kind   fault.Kind
		reason string
	}{
		"allowed":      {b.dial(t, "gate"), 0, ""},
		"not on list":  {b.dial(t, "stranger"), fault.Denied, "PEER_NOT_ALLOWED"},
		"the server":   {b.dial(t, "desk"), fault.Denied, "PEER_NOT_ALLOWED"},
		"another CA":   {dialAs(t, b.addr, foreign, "gate"), fault.Unavailable, "UNAVAILABLE"},
		"mixed CA":     {dialAs(t, b.addr, mixed(t, b.dir, foreign), "gate"), fault.Unavailable, "UNAVAILABLE"},
		"no cert":      {bareTLS(t, b, tls.VersionTLS13, false), fault.Unavailable, "UNAVAILABLE"},
		"TLS 1.2":      {bareTLS(t, b, tls.VersionTLS12, true), fault.Unavailable, "UNAVAILABLE"},
		"TLS 1.3, raw": {bareTLS(t, b, tls.VersionTLS13, true), 0, ""},
		"plain text":   {plain(t, b), fault.Unavailable, "UNAVAILABLE"},
		"signed":       {dialAs(t, b.addr, b.signed(t, time.Hour, false), "gate"), 0, ""},
		"expired":      {dialAs(t, b.addr, b.signed(t, -time.Minute, false), "gate"), fault.Unavailable, "UNAVAILABLE"},
		"self-signed":  {dialAs(t, b.addr, b.signed(t, time.Hour, true), "gate"), fault.Unavailable, "UNAVAILABLE"},
	} {
		t.Run(name, func(t *testing.T) {
			_ = wantFault(t, ask(patience(t), c.conn, "Machine", fine), c.kind, c.reason)
		})
	}
}

// plain is a client without TLS.
func plain(t *testing.T, b *bench) *grpc.ClientConn {
	t.Helper()
	conn, err := grpc.NewClient(b.addr, grpc.WithTransportCredentials(insecure.NewCredentials()))
	must(t, conn, err)
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// signed is a directory with a certificate of the gate that ends after so long: signed by the CA that the server trusts,
// or by itself.
func (b *bench) signed(t *testing.T, life time.Duration, bySelf bool) string {
	t.Helper()
	ca, err := tls.LoadX509KeyPair(filepath.Join(b.dir, "ca.crt"), filepath.Join(b.dir, "ca.key"))
	must(t, ca, err)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, key, err)
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "gate"}, DNSNames: []string{"gate"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(life),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	parent, signer := ca.Leaf, ca.PrivateKey
	if bySelf {
		leaf.Subject = ca.Leaf.Subject // a client shows no certificate whose signer has a name that the server does not know
		parent, signer = leaf, key
	}
	crt, err := x509.CreateCertificate(rand.Reader, leaf, parent, &key.PublicKey, signer)
	must(t, crt, err)
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	must(t, secret, err)
	dir := t.TempDir()
	move(t, b.dir, dir, "ca.crt")
	for name, block := range map[string]*pem.Block{"gate.crt": {Type: "CERTIFICATE", Bytes: crt}, "gate.key": {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// bareTLS is a client that does not use our own transport.
func bareTLS(t *testing.T, b *bench, version uint16, withCert bool) *grpc.ClientConn {
	t.Helper()
	identity, err := LoadIdentity(b.dir, "gate")
	m := must(t, identity, err).current()
	config := &tls.Config{RootCAs: m.pool, ServerName: "desk", MinVersion: version, MaxVersion: version}
	if withCert {
		config.Certificates = []tls.Certificate{m.cert}
	}
	conn, err := grpc.NewClient(b.addr, grpc.WithTransportCredentials(credentials.NewTLS(config)), grpc.WithAuthority("desk"))
	must(t, conn, err)
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func TestHealthIsOpenToEveryVerifiedPeer(t *testing.T) {
	b := serve(t, nothing, nil)
	_, err := healthpb.NewHealthClient(b.dial(t, "stranger")).Check(patience(t), &healthpb.HealthCheckRequest{})
	_ = wantFault(t, err, 0, "")
	_, err = healthpb.NewHealthClient(bareTLS(t, b, tls.VersionTLS13, false)).Check(patience(t), &healthpb.HealthCheckRequest{})
	_ = wantFault(t, err, fault.Unavailable, "UNAVAILABLE")
}

func TestAnUnverifiedPeerIsRefusedEvenForHealth(t *testing.T) {
	err := (&Server{}).checkPeer(t.Context(), &call{service: healthService}, func(context.Context) error { return nil })
	wantFault(t, err, fault.Denied, "PEER_NOT_ALLOWED")
}

func TestCallersNeedThePermissionOfTheMethod(t *testing.T) {
	b := serve(t, nothing, nil)
	conn := b.dial(t, "gate")
	editor := Caller{Tenant: "t", Account: "a", Kind: KindAccount, Permissions: []string{"desk.read", "desk.edit"}}
	reader := Caller{Tenant: "t", Account: "a", Kind: KindAccount, Permissions: []string{"desk.read", "desk.edition"}}
	for name, c := range map[string]struct {
		method string
		caller *Caller
		kind   fault.Kind
		reason string
	}{
		"public, nobody":         {"Public", nil, 0, ""},
		"machine, nobody":        {"Machine", nil, 0, ""},
		"session, nobody":        {"Session", nil, fault.Unauthenticated, "CALLER_MISSING"},
		"session, anybody":       {"Session", &reader, 0, ""},
		"permission, nobody":     {"Edit", nil, fault.Unauthenticated, "CALLER_MISSING"},
		"permission, without":    {"Edit", &reader, fault.Denied, "PERMISSION_MISSING"},
		"permission, with":       {"Edit", &editor, 0, ""},
		"caller without tenant":  {"Public", &Caller{Kind: KindAccount}, fault.Unauthenticated, "CALLER_MALFORMED"},
		"caller of unknown kind": {"Edit", &Caller{Tenant: "t", Kind: "root", Permissions: editor.Permissions}, fault.Unauthenticated, "CALLER_MALFORMED"},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := patience(t)
			if c.caller != nil {
				ctx = OutgoingCaller(ctx, *c.caller, "ja")
			}
			wantFault(t, ask(ctx, conn, c.method, fine), c.kind, c.reason)
		})
	}
}

// Who may do something to his or her own data only reaches the methods that say so, bound to one person and marked as
// bound; nobody can say so of himself, and nobody can leave the mark out.
func TestOwnDataNeedsAMethodThatTakesItAndAPerson(t *testing.T) {
	var seen Caller
	b := serve(t, func(ctx context.Context, _ proto.Message) error { seen, _ = CallerFrom(ctx); return nil }, nil)
	conn := b.dial(t, "gate")
	of := func(person string, permissions ...string) Caller {
		return Caller{Tenant: "t", Account: "a", Kind: KindAccount, Employee: person, Permissions: permissions}
	}
	for name, c := range map[string]struct {
		method string
		caller Caller
		reason string
		only   string
	}{
		"own data":                {"Look", of("p1", "desk.lookOwn"), "", "p1"},
		"everybody's":             {"Look", of("p1", "desk.look", "desk.lookOwn"), "", ""},
		"nobody's account":        {"Look", of("", "desk.lookOwn"), "PERMISSION_MISSING", ""},
		"another own permission":  {"Look", of("p1", "desk.editOwn", "desk.edit"), "PERMISSION_MISSING", ""},
		"a method without option": {"Edit", of("p1", "desk.lookOwn", ""), "PERMISSION_MISSING", ""},
	} {
		t.Run(name, func(t *testing.T) {
			seen = Caller{}
			wantFault(t, ask(OutgoingCaller(patience(t), c.caller, "ja"), conn, c.method, fine), fault.Denied, c.reason)
			if seen.Only() != c.only || seen.Confined != (c.only != "") {
				t.Errorf("confined to %q: %+v", c.only, seen)
			}
			if c.only != "" && (!seen.Reaches("p1") || seen.Reaches("p2") || seen.Reaches("")) {
				t.Errorf("reach of %+v", seen)
			}
		})
	}
}

func TestTwoTenantsInOneCallAreNone(t *testing.T) {
	b := serve(t, nothing, nil)
	ctx := OutgoingCaller(patience(t), Caller{Tenant: "t1", Kind: KindAccount, Permissions: []string{"desk.edit"}}, "ja")
	ctx = metadata.AppendToOutgoingContext(ctx, keyTenant, "t2")
	wantFault(t, ask(ctx, b.dial(t, "gate"), "Edit", fine), fault.Unauthenticated, "CALLER_MALFORMED")
}

func TestNothingIsServedWithoutDeclaration(t *testing.T) {
	for name, c := range map[string]struct {
		service string
		methods []string
		allow   map[string][]string
		want    string
	}{
		"method without permission": {bare, []string{"Forgotten"}, map[string][]string{bare: {"gate"}}, "no permission declared for rpctest.Bare/Forgotten"},
		"service without allow":     {desk, []string{"Public"}, nil, "no allow-list for rpctest.Desk"},
		"empty allow-list":          {desk, []string{"Public"}, map[string][]string{desk: {}}, "no allow-list for rpctest.Desk"},
		"unknown service":           {"rpctest.Ghost", []string{"Public"}, map[string][]string{"rpctest.Ghost": {"gate"}}, "no permission declared for rpctest.Ghost"},
		"unknown method":            {desk, []string{"Ghost"}, map[string][]string{desk: {"gate"}}, "no permission declared for rpctest.Desk/Ghost"},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := (&bench{}).config(t)
			cfg.Allow = c.allow
			s, err := NewServer(cfg)
			must(t, s, err).RegisterService(deskDesc(c.service, c.methods...), clerk(nothing))
			lis, err := net.Listen("tcp", "127.0.0.1:0")
			must(t, lis, err)
			if err := s.Run(context.Background(), lis); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, want %q", err, c.want)
			}
			if _, err := lis.Accept(); err == nil {
				t.Fatal("the listener is still open")
			}
		})
	}
}

// The departments that a caller is limited to arrive as they are, and a limit that cannot be read is never lost.
func TestALimitToDepartmentsIsNeverLost(t *testing.T) {
	var seen Caller
	b := serve(t, func(ctx context.Context, _ proto.Message) error { seen, _ = CallerFrom(ctx); return nil }, nil)
	conn := b.dial(t, "gate")
	caller := Caller{Tenant: "t", Account: "a", Kind: KindAccount, Permissions: []string{"desk.edit"}}
	for _, departments := range [][]string{nil, {"営業", "a,b\n\"'{}"}} {
		limited := caller
		limited.Departments = departments
		wantFault(t, ask(OutgoingCaller(OutgoingCaller(patience(t), Caller{Departments: []string{"x"}}, "ja"), limited, "ja"), conn, "Edit", fine), fault.Denied, "")
		if !slices.Equal(seen.Departments, departments) {
			t.Errorf("%q became %q", departments, seen.Departments)
		}
	}
	for _, values := range [][]string{{""}, {"[]"}, {"null"}, {"{}"}, {`["a"`}, {`["a"]`, `["b"]`}} {
		var pairs []string
		for _, v := range values {
			pairs = append(pairs, keyDepartments, v)
		}
		ctx := metadata.AppendToOutgoingContext(OutgoingCaller(patience(t), caller, "ja"), pairs...)
		wantFault(t, ask(ctx, conn, "Edit", fine), fault.Unauthenticated, "CALLER_MALFORMED")
	}
}

// What the audit says of a call comes from the first hop; our own processes leave no trace there.
func TestTheOriginOfACall(t *testing.T) {
	var seen []string
	b := serve(t, func(ctx context.Context, _ proto.Message) error {
		seen = []string{Origin(ctx), Origin(ctx)}
		return nil
	}, nil)
	conn := b.dial(t, "gate")
	caller := Caller{Tenant: "t", Account: "a", Kind: KindAPIKey, Address: "192.0.2.7", Permissions: []string{"desk.edit"}}
	wantFault(t, ask(OutgoingCaller(patience(t), caller, "ja"), conn, "Edit", fine), fault.Denied, "")
	for _, part := range []string{`"kind":"apiKey"`, `"actor":"a"`, `"address":"192.0.2.7"`, `"action":"EDIT"`} {
		if !strings.Contains(seen[0], part) {
			t.Errorf("%s lacks %s", seen[0], part)
		}
	}
	if seen[0] != seen[1] {
		t.Errorf("one call has two names: %v", seen)
	}
	caller.Kind, caller.Account = KindMachine, ""
	wantFault(t, ask(OutgoingCaller(patience(t), caller, "ja"), conn, "Edit", fine), fault.Denied, "")
	if seen[0] != "" {
		t.Errorf("a machine: %s", seen[0])
	}
}
