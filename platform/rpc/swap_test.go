package rpc

import (
	"context"
	"crypto/x509"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/dakoku/dakoku/platform/rpc/devca"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/peer"
)

// roundsPerStep is how often a caller dials anew and calls between two changes.
const roundsPerStep = 8

// Certificates are renewed, and then the CA is replaced with a time in which both
// are trusted, while callers dial and call without a pause, on connections that
// are new and on ones that live through all of it: no call is refused. At the end
// the CA of before opens nothing.
func TestNoCallIsRefusedWhileCertificatesChange(t *testing.T) {
	b := serve(t, nothing, nil)
	old, next := t.TempDir(), certificates(t)
	move(t, b.dir, old, "ca.crt", "ca.key", "gate.crt", "gate.key")
	both, overlap := filepath.Join(t.TempDir(), "ca.crt"), ""
	for _, dir := range []string{old, next} {
		pem, err := os.ReadFile(filepath.Join(dir, "ca.crt"))
		overlap += string(must(t, pem, err))
	}
	if err := os.WriteFile(both, []byte(overlap), 0o600); err != nil {
		t.Fatal(err)
	}
	rounds, stop := callers(t, b)
	leaves := []string{"desk.crt", "desk.key", "gate.crt", "gate.key"}
	for _, step := range []func(){
		func() {},
		func() { move(t, renewed(t, old), b.dir, leaves...) },
		func() { move(t, filepath.Dir(both), b.dir, "ca.crt") },
		func() { move(t, next, b.dir, leaves...) },
		func() { move(t, next, b.dir, "ca.crt") },
	} {
		step()
		for range 2 * roundsPerStep {
			<-rounds
		}
	}
	stop()
	wantServer(t, b, next)
	if ask(patience(t), dialAs(t, b.addr, mixed(t, next, old), "gate"), "Machine", fine) == nil {
		t.Error("a certificate of the CA of before is taken")
	}
}

// renewed makes new leaves with the CA of a directory.
func renewed(t *testing.T, ca string) string {
	t.Helper()
	dir := t.TempDir()
	move(t, ca, dir, "ca.crt", "ca.key")
	if err := devca.Ensure(dir, "desk", "gate"); err != nil {
		t.Fatal(err)
	}
	return dir
}

// callers are two that never pause: each round is a call on a connection of its
// own and one on a connection that lives as long as the caller.
func callers(t *testing.T, b *bench) (rounds <-chan struct{}, stop func()) {
	t.Helper()
	told := make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for range 2 {
		lasting := b.dial(t, "gate")
		identity, err := LoadIdentity(b.dir, "gate")
		must(t, identity, err)
		all.Go(func() {
			calls := context.WithoutCancel(ctx) // who stops lets the last ones end
			for ctx.Err() == nil {
				fresh, err := Dial(ClientConfig{Target: b.addr, ServerName: "desk", Identity: identity})
				if err == nil {
					err = errors.Join(ask(calls, fresh, "Machine", fine), ask(calls, lasting, "Machine", fine), fresh.Close())
				}
				if err != nil {
					t.Errorf("a call is refused: %v", err)
				}
				select {
				case told <- struct{}{}:
				case <-ctx.Done():
				}
			}
		})
	}
	return told, func() { cancel(); all.Wait() }
}

// wantServer tells whether a new connection meets a certificate of the CA.
func wantServer(t *testing.T, b *bench, ca string) {
	t.Helper()
	var met peer.Peer
	wantFault(t, ask(patience(t), b.dial(t, "gate"), "Machine", fine, grpc.Peer(&met)), 0, "")
	info, _ := met.AuthInfo.(credentials.TLSInfo)
	pem, err := os.ReadFile(filepath.Join(ca, "ca.crt"))
	roots := x509.NewCertPool()
	if roots.AppendCertsFromPEM(must(t, pem, err)); len(info.State.PeerCertificates) == 0 {
		t.Fatal("no certificate")
	}
	if _, err := info.State.PeerCertificates[0].Verify(x509.VerifyOptions{DNSName: "desk", Roots: roots}); err != nil {
		t.Error(err)
	}
}
