package keyfile

import (
	"os"
	"path/filepath"
	"sync"
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
	inside, most := 0, 0
	var mu sync.Mutex
	count := func(d int) {
		mu.Lock()
		defer mu.Unlock()
		inside += d
		most = max(most, inside)
	}
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			unlock, err := Lock(dir)
			if err != nil {
				t.Error(err)
				return
			}
			count(1)
			count(-1)
			unlock()
		})
	}
	wait.Wait()
	if most != 1 {
		t.Errorf("%d were inside at once", most)
	}
}
