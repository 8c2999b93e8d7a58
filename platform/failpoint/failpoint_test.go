package failpoint

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// build builds the victim; with the tag it has places.
func build(t *testing.T, args ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "victim")
	cmd := exec.CommandContext(t.Context(), "go", append(append([]string{"build", "-o", path}, args...), "./testdata/victim")...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return path
}

func run(t *testing.T, path, armed string) (out string, code int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), path)
	cmd.Env = append(os.Environ(), "FAILPOINTS="+armed)
	text, _ := cmd.CombinedOutput()
	return string(text), cmd.ProcessState.ExitCode()
}

func TestAProgramWithPlaces(t *testing.T) {
	path := build(t, "-tags", "failpoints")
	for armed, want := range map[string]struct {
		out  string
		code int
	}{
		"":                             {"0 <nil>\n1 <nil>\n2 <nil>\n<nil> <nil>\n", 0},
		"other.place=exit":             {"0 <nil>\n1 <nil>\n2 <nil>\n<nil> <nil>\n", 0},
		"victim.place=exit":            {"failpoint victim.place: exit\n", -1},
		"victim.place=exit@3":          {"0 <nil>\n1 <nil>\nfailpoint victim.place: exit\n", -1},
		"victim.place=error":           {"failpoint victim.place: error\n0 failpoint: victim.place\n1 <nil>\n2 <nil>\n<nil> <nil>\n", 0},
		"victim.place=error@2+":        {"0 <nil>\nfailpoint victim.place: error\n1 failpoint: victim.place\nfailpoint victim.place: error\n2 failpoint: victim.place\n<nil> <nil>\n", 0},
		"victim.named.committed=error": {"0 <nil>\n1 <nil>\n2 <nil>\nfailpoint victim.named.committed: error\nfailpoint: victim.named.committed <nil>\n", 0},
		"victim.role.committed=error":  {"0 <nil>\n1 <nil>\n2 <nil>\nfailpoint victim.role.committed: error\n<nil> failpoint: victim.role.committed\n", 0},
		"a=exit,victim.place=hang:1ms": {"failpoint victim.place: hang\nfailpoint victim.place: over\n0 <nil>\n1 <nil>\n2 <nil>\n<nil> <nil>\n", 0},
	} {
		if out, code := run(t, path, armed); out != want.out || code != want.code {
			t.Errorf("%s: %q, code %d", armed, out, code)
		}
	}
	for _, armed := range []string{"victim.place", "victim.place=explode", "victim.place=exit@0", "victim.place=hang", "=exit", "a=exit,a=exit"} {
		if out, code := run(t, path, armed); code != 2 || !strings.Contains(out, "FAILPOINTS") {
			t.Errorf("%s: %q, code %d", armed, out, code)
		}
	}
}

// What is shipped has no places: neither their names nor the variable are in it.
func TestAReleaseHasNoPlaces(t *testing.T) {
	path := build(t)
	if out, code := run(t, path, "victim.place=exit"); code != 0 || !strings.HasSuffix(out, "2 <nil>\n<nil> <nil>\n") {
		t.Errorf("%q, code %d", out, code)
	}
	binary, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"victim.place", "victim.named", "victim.role", "FAILPOINTS", "failpoint "} {
		if bytes.Contains(binary, []byte(word)) {
			t.Errorf("%q is in the program", word)
		}
	}
}

// The clock of a program with places can be made wrong, that of a release cannot.
func TestAWrongClock(t *testing.T) {
	release, armable := build(t), build(t, "-tags", "failpoints")
	for off, c := range map[string]struct {
		says string
		code int
	}{
		"":      {"", 0},
		"-10m":  {"off by -10m0s", 0},
		"24h":   {"off by 24h0m0s", 0},
		"a day": {"FAILPOINTS_CLOCK", 2},
	} {
		t.Setenv("FAILPOINTS_CLOCK", off)
		if out, code := run(t, armable, ""); code != c.code || !strings.Contains(out, c.says) || c.says == "" && strings.Contains(out, "off by") {
			t.Errorf("%q: %q, code %d", off, out, code)
		}
		if out, code := run(t, release, ""); code != 0 || strings.Contains(out, "off by") {
			t.Errorf("a release with %q: %q, code %d", off, out, code)
		}
	}
}
