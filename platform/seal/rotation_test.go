package seal

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dakoku/dakoku/platform/config"
)

// shelf is Holdings in memory: the check value and some values more.
type shelf struct {
	*ledger
	values [][]byte
	looked func() // before each value
}

func (s *shelf) Rewrap(_ context.Context, header []byte, rewrap func(string, []byte) ([]byte, error), _ func(string)) (int64, error) {
	var met int64
	for i, v := range append([][]byte{s.value}, s.values...) {
		if s.looked != nil {
			s.looked()
		}
		if bytes.HasPrefix(v[lengthBytes:], header) {
			continue
		}
		met++
		again, err := rewrap("shelf", v)
		if err != nil {
			return met, err
		}
		switch {
		case again == nil:
		case i == 0:
			s.value = again
		default:
			s.values[i-1] = again
		}
	}
	return met, nil
}

// rotate runs a rotation of a file and returns what it said.
func rotate(t *testing.T, s Source, holdings *shelf) (string, error) {
	t.Helper()
	var said strings.Builder
	err := Rotation{Source: s, Check: holdings, Holdings: holdings, Say: func(line string) { said.WriteString(line + "\n") }}.Run(t.Context())
	return said.String(), err
}

func mustSeal(t *testing.T, keys *Keyring, text string) []byte {
	t.Helper()
	sealed, err := keys.Seal(Context{Tenant: "t"}, []byte(text))
	try(t, err)
	return sealed
}

func mustOpen(t *testing.T, keys *Keyring, sealed []byte, want string) {
	t.Helper()
	if plain, err := keys.Open(Context{Tenant: "t"}, sealed); err != nil || string(plain) != want {
		t.Errorf("got %q, %v; want %q", plain, err, want)
	}
}

func TestARotationMovesEverythingAndDisablesTheOldKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path, holdings := keyPath(t), &shelf{ledger: &ledger{}}
		running := mustLoad(t, path, holdings)
		holdings.values = [][]byte{mustSeal(t, running, "a"), mustSeal(t, running, "b")}
		first, _ := running.keyOf(holdings.value)
		began := time.Now()
		said, err := rotate(t, Source{Path: path}, holdings)
		try(t, err)
		if time.Since(began) < Grace {
			t.Error("it ended before other processes had time to learn of the new key")
		}
		second, _ := running.keyOf(holdings.value)
		if second == first || !strings.Contains(said, "back up "+path) || !strings.Contains(said, "Disabled in the file, for restored backups only: "+first) {
			t.Errorf("from %s to %s: %s", first, second, said)
		}
		for i, want := range []string{"a", "b"} {
			if id, state := running.keyOf(holdings.values[i]); id != second || state != keyUsable {
				t.Errorf("%s is under %s (%v)", want, id, state)
			}
			mustOpen(t, running, holdings.values[i], want)
			mustOpen(t, mustLoad(t, path, holdings), holdings.values[i], want)
		}
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Error(info.Mode(), err)
		}
	})
}

func TestARunningProcessLearnsOfTheNewKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path, holdings := keyPath(t), &shelf{ledger: &ledger{}}
		running, other := mustLoad(t, path, holdings), mustLoad(t, path, holdings)
		try(t, Rotation{Source: Source{Path: path}, Say: func(string) {}, Reached: func(string) {}}.renew())
		fresh := mustSeal(t, mustLoad(t, path, holdings), "new")
		mustOpen(t, running, fresh, "new") // at once: the id is unknown
		if id, _ := other.keyOf(mustSeal(t, other, "x")); id == keyID(t, fresh) {
			t.Log("it looked early") // allowed, never needed
		}
		<-time.After(reloadEvery)
		if id, _ := other.keyOf(mustSeal(t, other, "x")); id != keyID(t, fresh) {
			t.Errorf("after %s it still seals with %s", reloadEvery, id)
		}
	})
}

func keyID(t *testing.T, sealed []byte) string {
	t.Helper()
	wrapped, _, ok := split(sealed)
	id, known := tinkID(wrapped)
	if !ok || !known {
		t.Fatal("not sealed")
	}
	return idText(id)
}

// A file that was spoilt, lost or exchanged while the process runs does not take
// the keys away that work.
func TestWhatIsNoSuccessorIsNotTaken(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, path string){
		"lost":     func(t *testing.T, path string) { try(t, os.Remove(path)) },
		"cut off":  func(t *testing.T, path string) { try(t, os.Truncate(path, 60)) },
		"readable": func(t *testing.T, path string) { try(t, os.Chmod(path, 0o644)) },
		"another":  func(t *testing.T, path string) { try(t, os.Remove(path)); mustLoad(t, path, &ledger{}) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				path, check := keyPath(t), &ledger{}
				keys := mustLoad(t, path, check)
				before := mustSeal(t, keys, "before")
				spoil(t, path)
				<-time.After(2 * reloadEvery)
				mustOpen(t, keys, mustSeal(t, keys, "after"), "after")
				mustOpen(t, keys, before, "before")
			})
		})
	}
}

func TestAnEndedRotationIsResumed(t *testing.T) {
	for _, step := range []string{"begun", "added", "promoted", "value", "passed", "zero", "disabled"} {
		t.Run(step, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				path, holdings := keyPath(t), &shelf{ledger: &ledger{}}
				keys := mustLoad(t, path, holdings)
				holdings.values = [][]byte{mustSeal(t, keys, "a")}
				endAt(t, step, path, holdings)
				mustOpen(t, mustLoad(t, path, holdings), holdings.values[0], "a")
				began := len(keys.master.(*local).current(0).keys.GetKey())
				_, err := rotate(t, Source{Path: path}, holdings)
				try(t, err)
				now := keys.master.(*local).current(0)
				resumed := step != "begun" && step != "disabled"
				if made := len(now.keys.GetKey()) - began; resumed && made != 0 || !resumed && made != 1 {
					t.Errorf("%d keys more", made)
				}
				if len(now.replaced()) != 0 || keyID(t, holdings.values[0]) != idText(now.primary()) {
					t.Error("a value or an enabled old key is left")
				}
			})
		})
	}
}

var errEnded = errors.New("ended")

// endAt runs a rotation and ends it at a step, as a kill would.
func endAt(t *testing.T, step, path string, holdings *shelf) {
	t.Helper()
	defer func() {
		if got := recover(); got != errEnded { //nolint:errorlint // the very value
			t.Fatalf("ended with %v", got)
		}
	}()
	_ = Rotation{
		Source: Source{Path: path}, Check: holdings, Holdings: holdings, Say: func(string) {},
		Reached: func(at string) {
			if at == step {
				panic(errEnded) // nothing after this point runs, as after a kill
			}
		},
	}.Run(t.Context())
	t.Fatal("never reached")
}

// A value of the old key that a process was holding all the while stays readable,
// and the next rotation finds it.
func TestAnOverlookedValueStaysReadable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path, holdings := keyPath(t), &shelf{ledger: &ledger{}}
		late := mustSeal(t, mustLoad(t, path, holdings), "late")
		_, err := rotate(t, Source{Path: path}, holdings)
		try(t, err)
		holdings.values = append(holdings.values, late)
		mustOpen(t, mustLoad(t, path, holdings), late, "late")
		_, err = rotate(t, Source{Path: path}, holdings)
		try(t, err)
		if keyID(t, holdings.values[0]) == keyID(t, late) {
			t.Error("not moved")
		}
	})
}

func TestAValueWithoutAKeyStopsTheRotation(t *testing.T) {
	path, holdings := keyPath(t), &shelf{ledger: &ledger{}}
	keys := mustLoad(t, path, holdings)
	foreign := mustSeal(t, mustLoad(t, keyPath(t), &ledger{}), "x")
	holdings.values = [][]byte{foreign}
	_, err := rotate(t, Source{Path: path}, holdings)
	if err == nil || !strings.Contains(err.Error(), "1 sealed values (such as shelf, key "+keyID(t, foreign)+")") || !strings.Contains(err.Error(), "no key was disabled") {
		t.Error(err)
	}
	if len(keys.master.(*local).current(0).replaced()) != 1 {
		t.Error("the old key was disabled")
	}
}

// Another run that made yet another key primary meanwhile is not disturbed.
func TestTwoRotationsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path, holdings := keyPath(t), &shelf{ledger: &ledger{}}
		keys := mustLoad(t, path, holdings)
		holdings.values = [][]byte{mustSeal(t, keys, "a")}
		turns := 0
		holdings.looked = func() {
			if turns++; turns == 5 { // in the last turn of the first run
				try(t, changeFile(path, func(now *ring) (*ring, error) { return now.added() }))
				try(t, changeFile(path, func(now *ring) (*ring, error) { id, _ := now.waiting(); return now.promoted(id) }))
			}
		}
		_, err := rotate(t, Source{Path: path}, holdings)
		try(t, err)
		now := keys.master.(*local).current(0)
		if turns < 7 || keyID(t, holdings.values[0]) != idText(now.primary()) || len(now.replaced()) != 0 {
			t.Errorf("%d values looked at, %d old keys enabled", turns, len(now.replaced()))
		}
	})
}

// A database that is older than the key is refused, and moved on purpose only.
func TestADatabaseFromBeforeTheRotation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path, holdings := keyPath(t), &shelf{ledger: &ledger{}}
		old := mustSeal(t, mustLoad(t, path, holdings), "old")
		backup := holdings.value
		keyBackup, err := os.ReadFile(path)
		try(t, err)
		_, err = rotate(t, Source{Path: path}, holdings)
		try(t, err)
		holdings.value, holdings.values = backup, [][]byte{old}
		_, err = Load(t.Context(), Source{Path: path}, holdings)
		if err == nil || !strings.Contains(err.Error(), "key "+keyID(t, old)+", which was replaced and is disabled") || !strings.Contains(err.Error(), "rotate") {
			t.Errorf("a database on a disabled key: %v", err)
		}
		_, err = rotate(t, Source{Path: path}, holdings)
		try(t, err)
		mustOpen(t, mustLoad(t, path, holdings), holdings.values[0], "old")
		try(t, os.WriteFile(path, keyBackup, 0o600))
		if _, err := Load(t.Context(), Source{Path: path}, holdings); err == nil || !strings.Contains(err.Error(), "not the key") {
			t.Errorf("an older key file: %v", err)
		}
	})
}

func TestARotationRefusesWhatDoesNotFit(t *testing.T) {
	path := keyPath(t)
	if _, err := rotate(t, Source{Path: path}, &shelf{ledger: &ledger{}}); err == nil || !strings.Contains(err.Error(), "nothing was ever sealed") {
		t.Error(err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("it made a key")
	}
	holdings := &shelf{ledger: &ledger{}}
	mustLoad(t, keyPath(t), holdings)
	mustLoad(t, path, &ledger{})
	if _, err := rotate(t, Source{Path: path}, holdings); err == nil || !strings.Contains(err.Error(), "not the key") {
		t.Error(err)
	}
	if _, err := rotate(t, Source{Set: config.Secret("secret"), Setting: "KEYS"}, holdings); err == nil || !strings.Contains(err.Error(), "KEYS is not") {
		t.Error(err)
	}
}
