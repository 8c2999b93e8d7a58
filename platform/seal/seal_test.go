package seal

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// ledger is a Check in memory that keeps the first value, as a table would.
type ledger struct {
	mu    sync.Mutex
	value []byte
	err   error
}

func (l *ledger) LoadCheck(context.Context) ([]byte, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.value, l.err
}

func (l *ledger) SaveCheck(_ context.Context, sealed []byte) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.value == nil {
		l.value = sealed
	}
	return l.err
}

func keyPath(t *testing.T) string { return filepath.Join(t.TempDir(), "keys", "desk.json") }

func mustLoad(t *testing.T, path string, check Check) *Keyring {
	t.Helper()
	keys, err := LoadOrCreate(t.Context(), path, check)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func TestASealedValueOpensOnlyInItsContext(t *testing.T) {
	keys := mustLoad(t, keyPath(t), &ledger{})
	home := Context{Tenant: "ab", Object: "c", Purpose: "d", Version: "1"}
	sealed, err := keys.Seal(home, []byte("secret"))
	if err != nil || bytes.Contains(sealed, []byte("secret")) {
		t.Fatal(err, "or readable")
	}
	if plain, err := keys.Open(home, sealed); err != nil || string(plain) != "secret" {
		t.Errorf("got %q, %v", plain, err)
	}
	again, err := keys.Seal(home, []byte("secret"))
	if err != nil || bytes.Equal(again, sealed) {
		t.Error("two seals are equal")
	}
	for _, c := range []Context{
		{}, {"a", "bc", "d", "1"}, {"abc", "", "d", "1"}, {"ab", "c", "d1", ""}, {"ab", "c", "d", "2"}, {"AB", "c", "d", "1"},
	} {
		if _, err := keys.Open(c, sealed); !errors.Is(err, ErrNotOpened) {
			t.Errorf("%+v: %v", c, err)
		}
	}
	for i := range sealed {
		bad := bytes.Clone(sealed)
		bad[i] ^= 1
		if _, err := keys.Open(home, bad); err == nil {
			t.Fatalf("opened although byte %d is changed", i)
		}
	}
	for _, short := range [][]byte{nil, {}, {0, 0, 0}, sealed[:len(sealed)/2]} {
		if _, err := keys.Open(home, short); !errors.Is(err, ErrNotOpened) {
			t.Errorf("%d bytes: %v", len(short), err)
		}
	}
}

func TestTheKeyringIsMadeOnceAndPrivate(t *testing.T) {
	path, check := keyPath(t), &ledger{}
	sealed, err := mustLoad(t, path, check).Seal(Context{}, []byte("x"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := mustLoad(t, path, check).Open(Context{}, sealed); err != nil {
		t.Error("after a restart:", err)
	}
	for name, want := range map[string]os.FileMode{filepath.Dir(path): 0o700, path: 0o600} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v %v", name, info.Mode(), err)
		}
	}
	// A crash between key and check value is made good.
	check.value = nil
	mustLoad(t, path, check)
	if check.value == nil {
		t.Error("no check value was stored")
	}
}

// disable takes the only key of the file out of use.
func disable(t *testing.T, path string, _ *ledger) {
	t.Helper()
	raw, err := os.ReadFile(path)
	try(t, err)
	spoiled := strings.ReplaceAll(string(raw), "ENABLED", "DISABLED")
	if spoiled == string(raw) {
		t.Fatal("the file says nothing of its key")
	}
	try(t, os.WriteFile(path, []byte(spoiled), 0o600))
}

func TestAKeyringThatDoesNotFitIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(t *testing.T, path string, check *ledger)
		want  []string
	}{
		"missing":        {func(t *testing.T, path string, _ *ledger) { try(t, os.Remove(path)) }, []string{"is missing", "backup"}},
		"another key":    {func(t *testing.T, path string, _ *ledger) { try(t, os.Remove(path)); mustLoad(t, path, &ledger{}) }, []string{"not the key", "backup"}},
		"open to group":  {func(t *testing.T, path string, _ *ledger) { try(t, os.Chmod(path, 0o640)) }, []string{"0640", "chmod 600"}},
		"open to others": {func(t *testing.T, path string, _ *ledger) { try(t, os.Chmod(path, 0o604)) }, []string{"0604", "chmod 600"}},
		"empty":          {func(t *testing.T, path string, _ *ledger) { try(t, os.WriteFile(path, nil, 0o600)) }, []string{"damaged", "backup"}},
		"cut off":        {func(t *testing.T, path string, _ *ledger) { try(t, os.Truncate(path, 60)) }, []string{"damaged", "backup"}},
		"disabled":       {disable, []string{"primary key is disabled"}},
		"no check":       {func(_ *testing.T, _ string, check *ledger) { check.err = errors.New("no database") }, []string{"no database"}},
	} {
		t.Run(name, func(t *testing.T) {
			path, check := keyPath(t), &ledger{}
			mustLoad(t, path, check)
			c.spoil(t, path, check)
			keys, err := LoadOrCreate(t.Context(), path, check)
			if keys != nil || err == nil || strings.Contains(err.Error(), "\n") {
				t.Fatalf("got %v, %v", keys, err)
			}
			for _, want := range append(c.want, path) {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q lacks %q", err, want)
				}
			}
		})
	}
}

func try(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestOfTwoFirstStartsOneKeyStays(t *testing.T) {
	check := &ledger{}
	mustLoad(t, keyPath(t), check)
	if _, err := LoadOrCreate(t.Context(), keyPath(t), &lateLedger{ledger: check}); err == nil {
		t.Error("a second key was accepted for the same data")
	}
}

// lateLedger sees no value at first, like a process that looked a moment too early.
type lateLedger struct {
	*ledger
	looked bool
}

func (l *lateLedger) LoadCheck(ctx context.Context) ([]byte, error) {
	if !l.looked {
		l.looked = true
		return nil, nil
	}
	return l.ledger.LoadCheck(ctx)
}

func TestSeveralProcessesShareOneKeyFile(t *testing.T) {
	path, check := keyPath(t), &ledger{}
	var wait sync.WaitGroup
	for range 6 {
		wait.Go(func() {
			if _, err := LoadOrCreate(t.Context(), path, check); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
}
