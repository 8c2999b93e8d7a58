package rpc

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/dakoku/dakoku/platform/fault"
)

// mixed trusts the CA of the server and shows a certificate of another CA.
func mixed(t *testing.T, server, foreign string) string {
	t.Helper()
	dir := t.TempDir()
	move(t, server, dir, "ca.crt")
	move(t, foreign, dir, "gate.crt", "gate.key")
	return dir
}

// move copies files over those of another directory, each by a rename.
func move(t *testing.T, from, to string, names ...string) {
	t.Helper()
	for _, name := range names {
		data, err := os.ReadFile(filepath.Join(from, name))
		must(t, data, err)
		temp := filepath.Join(to, ".temp")
		if err := os.WriteFile(temp, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(temp, filepath.Join(to, name)); err != nil {
			t.Fatal(err)
		}
	}
}

func TestChangedCertificatesNeedNoRestart(t *testing.T) {
	b := serve(t, nothing, nil)
	old, fresh := t.TempDir(), certificates(t)
	move(t, b.dir, old, "ca.crt", "gate.crt", "gate.key")
	wantFault(t, ask(patience(t), dialAs(t, b.addr, old, "gate"), "Machine", fine), 0, "")

	move(t, fresh, b.dir, "ca.crt", "desk.crt", "desk.key")
	wantFault(t, ask(patience(t), dialAs(t, b.addr, fresh, "gate"), "Machine", fine), 0, "")
	wantFault(t, ask(patience(t), dialAs(t, b.addr, old, "gate"), "Machine", fine), fault.Unavailable, "UNAVAILABLE")
	// The new server certificate with the old client one: the CA of today judges.
	half := mixed(t, fresh, old)
	wantFault(t, ask(patience(t), dialAs(t, b.addr, half, "gate"), "Machine", fine), fault.Unavailable, "UNAVAILABLE")
}

func TestAHalfWrittenPairKeepsTheLastGoodOne(t *testing.T) {
	b := serve(t, nothing, nil)
	server, err := LoadIdentity(b.dir, "desk")
	must(t, server, err)
	move(t, certificates(t), b.dir, "desk.crt") // the key does not match
	if server.Check(t.Context()) == nil {
		t.Error("Check does not tell of the broken pair")
	}
	wantFault(t, ask(patience(t), b.dial(t, "gate"), "Machine", fine), 0, "")
	if err := os.Remove(filepath.Join(b.dir, "ca.crt")); err != nil {
		t.Fatal(err)
	}
	if server.Check(t.Context()) == nil {
		t.Error("Check does not tell of the missing CA")
	}
	if m := server.current(); m.cert.Leaf == nil {
		t.Error("the last good certificate is gone")
	}
}

func TestLoadIdentityNamesWhatIsMissing(t *testing.T) {
	dir := certificates(t)
	for _, file := range []string{"gate.key", "gate.crt", "ca.crt"} {
		if err := os.Remove(filepath.Join(dir, file)); err != nil {
			t.Fatal(err)
		}
		_, err := LoadIdentity(dir, "gate")
		if err == nil {
			t.Fatalf("loaded without %s", file)
		}
	}
}
