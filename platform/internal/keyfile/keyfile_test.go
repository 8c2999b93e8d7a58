package keyfile

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestWriteReplacesAndKeepsOthersOut(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	unlock, err := Lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	path := filepath.Join(dir, "a.json")
	for _, content := range []string{"long content", "short"} {
		if err := Write(path, []byte(content)); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != content {
			t.Errorf("got %q, %v", got, err)
		}
	}
	for name, want := range map[string]os.FileMode{dir: 0o700, path: 0o600} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s has mode %v, %v", name, info.Mode(), err)
		}
	}
	if left, err := filepath.Glob(filepath.Join(dir, ".new-*")); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
	if err := Write(filepath.Join(dir, "no", "such"), nil); err == nil {
		t.Error("wrote into a directory that is not there")
	}
}

func TestTheLockIsForOne(t *testing.T) {
	dir := t.TempDir()
	unlock, err := Lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	got := make(chan func(), 1)
	go func() {
		second, err := Lock(dir)
		if err != nil {
			t.Error(err)
		}
		got <- second
	}()
	if other := tryLock(t, dir); !errors.Is(other, syscall.EWOULDBLOCK) {
		t.Errorf("another process: %v", other)
	}
	unlock()
	(<-got)()
	if other := tryLock(t, dir); other != nil {
		t.Errorf("after both: %v", other)
	}
}

// tryLock is another process that does not want to wait.
func tryLock(t *testing.T, dir string) error {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, ".lock"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
}
