package seal

import (
	"encoding/base64"
	"os"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/dakoku/dakoku/platform/config"
)

func fromSet(set config.Secret) Source {
	return Source{Set: set, Setting: "MASTER_KEYS", Path: "/no/file"}
}

func mustSet(set config.Secret, err error) func(t *testing.T) Source {
	return func(t *testing.T) Source {
		t.Helper()
		try(t, err)
		return fromSet(set)
	}
}

func load(t *testing.T, s Source, check Check) *Keyring {
	t.Helper()
	keys, err := Load(t.Context(), s, check)
	try(t, err)
	return keys
}

func TestTheKeyFileCanMoveIntoTheEnvironment(t *testing.T) {
	path, check := keyPath(t), &ledger{}
	sealed := mustSeal(t, mustLoad(t, path, check), "x")
	data, err := os.ReadFile(path)
	try(t, err)
	text := base64.StdEncoding.EncodeToString(data)
	set := config.Secret(text[:76] + "\n" + text[76:] + "\n") // as base64 breaks lines
	mustOpen(t, load(t, fromSet(set), check), sealed, "x")
}

// The keys of the environment are replaced in steps; at each of them processes
// with the set of the step before and after understand each other.
func TestKeysOfTheEnvironmentAreReplacedInSteps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		holdings := &shelf{ledger: &ledger{}}
		first := mustSet(NewSet())(t)
		added := mustSet(first.AddToSet())(t)
		promoted := mustSet(added.PromoteInSet())(t)
		reduced := mustSet(promoted.ReduceSet())(t)
		a, b, c := load(t, first, holdings), load(t, added, holdings), load(t, promoted, holdings)
		holdings.values = [][]byte{mustSeal(t, a, "a"), mustSeal(t, b, "b"), mustSeal(t, c, "c")}
		for i, want := range []string{"a", "b", "c"} {
			mustOpen(t, b, holdings.values[i], want)
			mustOpen(t, c, holdings.values[i], want)
		}
		mustOpen(t, a, holdings.values[1], "b")
		old := keyID(t, holdings.values[0])
		said, err := rotate(t, promoted, holdings)
		try(t, err)
		if !strings.Contains(said, "Keys "+old+" may be taken out of MASTER_KEYS") {
			t.Error(said)
		}
		for i, want := range []string{"a", "b", "c"} {
			mustOpen(t, load(t, reduced, holdings), holdings.values[i], want)
		}
		if _, err := Load(t.Context(), first, holdings); err == nil || !strings.Contains(err.Error(), "MASTER_KEYS is not the key") {
			t.Errorf("the old set: %v", err)
		}
		for name, step := range map[string]func() (config.Secret, error){"add twice": added.AddToSet, "promote nothing": first.PromoteInSet} {
			if set, err := step(); err == nil || set != "" || !strings.Contains(err.Error(), "MASTER_KEYS") {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestABadSetIsNamedAndNotShown(t *testing.T) {
	disabled, err := newestRing()
	try(t, err)
	disabled.keys.Key[0].Status++ // from enabled to disabled
	dead, err := encode(disabled)
	try(t, err)
	const canary = "c2VjcmV0LWNhbmFyeQ"
	for name, set := range map[string]string{
		"no base64": canary + "!", "no JSON": canary + "==", "disabled": dead.Reveal(), "empty": "e30=",
		"no keyset": base64.StdEncoding.EncodeToString([]byte(`{"primaryKeyId":1,"key":[{"keyData":{"value":"` + canary + `"}}]}`)),
	} {
		_, err := Load(t.Context(), fromSet(config.Secret(set)), &ledger{})
		if err == nil || !strings.Contains(err.Error(), "MASTER_KEYS") || strings.Contains(err.Error(), canary) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
