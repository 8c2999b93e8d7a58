package vault

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/peer"

	"github.com/dakoku/dakoku/platform/rpc"
)

// from is a call that a process with this certificate made.
func from(ctx context.Context, process string) context.Context {
	chain := []*x509.Certificate{{DNSNames: []string{process}}}
	return peer.NewContext(ctx, &peer.Peer{AuthInfo: credentials.TLSInfo{State: tls.ConnectionState{VerifiedChains: [][]*x509.Certificate{chain}}}})
}

// Each use is written down and names who asked for it; routine is what nobody did.
func TestEveryUseNamesItsCaller(t *testing.T) {
	r := newRoom(t)
	a := r.sealed(t, "a", 1)
	gateway, admin := from(t.Context(), "webhook-gateway"), from(t.Context(), "admin-gateway")
	person := rpc.WithCaller(admin, rpc.Caller{Account: "x", Kind: rpc.KindAccount})
	started := OnBehalf(t.Context(), "accounts/y")
	program := rpc.WithCaller(admin, rpc.Caller{Account: "x", Kind: rpc.KindAPIKey})
	for range 2 {
		for _, ctx := range []context.Context{t.Context(), gateway, admin, person, program, started} {
			if _, err := r.Open(ctx, Test, a); err != nil {
				t.Fatal(err)
			}
		}
	}
	type said struct {
		Caller  string
		Routine bool
	}
	var got []said
	for _, u := range r.book.uses {
		got = append(got, said{u.Caller, u.Routine})
	}
	once := []said{
		{"integration", true}, {"integration for webhook-gateway", true}, {"integration for admin-gateway", true},
		{"integration for admin-gateway accounts/x", false}, {"integration for admin-gateway apiKeys/x", false},
		{"integration accounts/y", false},
	}
	if d := cmp.Diff(append(once, once...), got); d != "" {
		t.Error(d)
	}
}
