package signing

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTheKeyIsMadeOnceAndPrivate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys", "evidence.pem")
	first, err := LoadOrCreate(path)
	if err != nil {
		t.Fatal(err)
	}
	second, err := LoadOrCreate(path)
	if err != nil || second.ID() != first.ID() || len(first.ID()) != 16 {
		t.Fatal("another key at the second start", err)
	}
	signature := first.Sign([]byte("head"))
	if !second.Signed([]byte("head"), signature) || second.Signed([]byte("dead"), signature) || second.Signed([]byte("head"), nil) {
		t.Error("signatures are not told apart")
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

func TestAKeyThatDoesNotFitIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "evidence.pem")
	if _, err := LoadOrCreate(path); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadOrCreate(path); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Error(err)
	}
	if err := os.WriteFile(path, []byte("no key"), 0o600); err != nil || os.Chmod(path, 0o600) != nil {
		t.Fatal(err)
	}
	if _, err := LoadOrCreate(path); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Error(err)
	}
}

func TestThePublicHalfTellsSignatures(t *testing.T) {
	key, err := LoadOrCreate(filepath.Join(t.TempDir(), "keys", "evidence.pem"))
	if err != nil {
		t.Fatal(err)
	}
	public, err := ParsePublic(key.Public().Bytes())
	if err != nil || public.ID() != key.ID() || !public.Signed([]byte("head"), key.Sign([]byte("head"))) || public.Signed([]byte("dead"), key.Sign([]byte("head"))) {
		t.Errorf("%v, %v", public, err)
	}
	if _, err := ParsePublic([]byte("short")); err == nil {
		t.Error("a key of five bytes is taken")
	}
	if (Public{}).Signed([]byte("head"), key.Sign([]byte("head"))) {
		t.Error("no key knows a signature")
	}
}
