package devca

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/tls"
	"crypto/x509"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

func load(t *testing.T, dir, name string) tls.Certificate {
	t.Helper()
	pair, err := tls.LoadX509KeyPair(filepath.Join(dir, name+".crt"), filepath.Join(dir, name+".key"))
	if err != nil {
		t.Fatal(err)
	}
	return pair
}

func ensure(t *testing.T, dir string, names ...string) {
	t.Helper()
	if err := Ensure(dir, names...); err != nil {
		t.Fatal(err)
	}
}

func TestLeavesAreSignedAndPrivate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "tls")
	ensure(t, dir, "gate", "desk")
	roots := x509.NewCertPool()
	roots.AddCert(load(t, dir, "ca").Leaf)
	for _, name := range []string{"gate", "desk"} {
		leaf := load(t, dir, name).Leaf
		for _, use := range []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth} {
			if _, err := leaf.Verify(x509.VerifyOptions{DNSName: name, Roots: roots, KeyUsages: []x509.ExtKeyUsage{use}}); err != nil {
				t.Error(name, err)
			}
		}
		if key, ok := leaf.PublicKey.(*ecdsa.PublicKey); !ok || key.Curve != elliptic.P256() || leaf.IsCA {
			t.Errorf("%s: not a P-256 leaf", name)
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "*")) // and the lock
	if err != nil || len(files) != 7 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", file, info.Mode(), err)
		}
	}
}

func TestGoodCertificatesStayAndOthersAreRenewed(t *testing.T) {
	dir, other := filepath.Join(t.TempDir(), "tls"), filepath.Join(t.TempDir(), "tls")
	ensure(t, dir, "gate", "short", "alien", "broken")
	ensure(t, other, "alien")
	before := load(t, dir, "gate").Leaf.SerialNumber
	ca, err := ensureCA(dir)
	if err != nil {
		t.Fatal(err)
	}
	short := &x509.Certificate{DNSNames: []string{"short"}}
	if err := issue(short, renewBefore-time.Hour, ca, filepath.Join(dir, "short.crt"), filepath.Join(dir, "short.key")); err != nil {
		t.Fatal(err)
	}
	for _, suffix := range []string{".crt", ".key"} {
		if err := os.Rename(filepath.Join(other, "alien"+suffix), filepath.Join(dir, "alien"+suffix)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "broken.crt"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	ensure(t, dir, "gate", "short", "alien", "broken", "late")
	if load(t, dir, "gate").Leaf.SerialNumber.Cmp(before) != 0 {
		t.Error("a good certificate was replaced")
	}
	for _, name := range []string{"short", "alien", "broken", "late"} {
		if leaf := load(t, dir, name).Leaf; time.Until(leaf.NotAfter) < renewBefore || leaf.CheckSignatureFrom(ca.cert) != nil {
			t.Errorf("%s was not renewed", name)
		}
	}
}

func TestSeveralProcessesMayStartAtOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "tls")
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			if err := Ensure(dir, "gate", "desk"); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	ca := load(t, dir, "ca").Leaf
	for _, name := range []string{"gate", "desk"} {
		if err := load(t, dir, name).Leaf.CheckSignatureFrom(ca); err != nil {
			t.Error(name, err)
		}
	}
}

func TestAnOperatorsDirectoryIsNotTouched(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "tls")
	ensure(t, dir, "gate")
	if err := os.Remove(filepath.Join(dir, "ca.key")); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, ".lock")); err != nil {
		t.Fatal(err)
	}
	ensure(t, dir, "gate")
	if exists(filepath.Join(dir, ".lock")) { // the directory may be mounted read-only
		t.Error("wrote into the directory")
	}
	err := Ensure(dir, "gate", "desk")
	if err == nil || !strings.Contains(err.Error(), "desk.crt is missing") {
		t.Errorf("got %v", err)
	}
	if exists(filepath.Join(dir, "desk.crt")) {
		t.Error("made a certificate nevertheless")
	}
}

func TestKeepEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Keep(ctx, t.TempDir(), "gate"); err != nil {
		t.Error(err)
	}
}
