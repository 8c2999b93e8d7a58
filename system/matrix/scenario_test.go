package matrix

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
	"google.golang.org/grpc/codes"

	"github.com/dakoku/dakoku/system/internal/operation"
)

// step is one call of a scenario and what must come of it.
type step struct {
	Given   string            `yaml:"given"` // props of a new employee instead of a call (props_test.go)
	Call    string            `yaml:"call"`
	Request operation.Request `yaml:"request"`
	Code    string            `yaml:"code"`   // gRPC status; empty is OK
	Reason  string            `yaml:"reason"` // of a refusal
	Until   map[string]string `yaml:"until"`  // values of the response by path for which the call is repeated
	Want    map[string]string `yaml:"want"`   // values of the response by path; a list's by number or "last"
	Keep    map[string]string `yaml:"keep"`   // ids of the response for later steps, by path of a resource name
}

// TestTheSameScenariosByBothDoors plays each scenario file through gRPC and through
// REST, as one administrator, with the same statuses, reasons and values.
func TestTheSameScenariosByBothDoors(t *testing.T) {
	w := newWorld(t)
	w.home = w.newCompany(homeMark)
	admin := w.person("ADMINISTRATOR", "")
	files, err := filepath.Glob("testdata/scenarios/*.yaml")
	if err != nil || len(files) < 9 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var steps []step
		if err := yaml.Unmarshal(raw, &steps); err != nil {
			t.Fatal(err)
		}
		for way, door := range map[string]operation.Door{"REST": admin.rest, "gRPC": admin.grpc} {
			t.Run(filepath.Base(file)+" by "+way, func(t *testing.T) {
				kept := props{}
				for n, s := range steps {
					if s.Given != "" {
						kept["employee"] = w.home.hire()
						maps.Copy(kept, makers[s.Given](w.home, kept["employee"]))
						continue
					}
					if !w.play(t, door, s, kept) {
						t.Fatalf("step %d, %s", n+1, s.Call)
					}
				}
			})
		}
	}
}

// play makes the call of a step and keeps what later steps need.
func (w *world) play(t *testing.T, door operation.Door, s step, kept props) bool {
	t.Helper()
	var a operation.Answer
	var err error
	w.eventually("there is time for "+s.Call, func() bool {
		e := entry{Request: s.Request}
		a, err = door.Call(t.Context(), w.ops[s.Call], e.filled(w.home, kept))
		return err != nil || !busy(a) && s.reached(a)
	})
	want := code(s.Code, codes.OK)
	if err != nil || a.Code != want || a.Reason != s.Reason || a.HTTP != 0 && a.HTTP != httpOf(want) {
		t.Errorf("%v %d %s %s, want %s %s: %.300s", err, a.HTTP, a.Code, a.Reason, want, s.Reason, a.Raw)
		return false
	}
	for path, value := range s.Want {
		if got := valueAt(a.Body, path); got != fill(w.home, kept, value) {
			t.Errorf("%s is %q, want %q", path, got, value)
		}
	}
	for name, path := range s.Keep {
		kept[name] = id(valueAt(a.Body, path))
	}
	return !t.Failed()
}

// reached tells whether the call need not be repeated; a refusal is not.
func (s step) reached(a operation.Answer) bool {
	for path, value := range s.Until {
		if a.Code == codes.OK && valueAt(a.Body, path) != value {
			return false
		}
	}
	return true
}

// valueAt is a value inside of an answer as text, of a list its length; empty
// when it is not there.
func valueAt(body map[string]any, path string) string {
	var at any = body
	for _, key := range strings.Split(path, ".") {
		switch inside := at.(type) {
		case map[string]any:
			at = inside[key]
		case []any:
			n, err := strconv.Atoi(key)
			if key == "last" {
				n, err = len(inside)-1, nil
			}
			if at = nil; err == nil && n >= 0 && n < len(inside) {
				at = inside[n]
			}
		default:
			return ""
		}
	}
	switch value := at.(type) {
	case nil:
		return ""
	case []any:
		return strconv.Itoa(len(value))
	}
	return fmt.Sprint(at)
}
