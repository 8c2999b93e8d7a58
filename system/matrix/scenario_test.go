package matrix

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
	"google.golang.org/grpc/codes"

	"github.com/dakoku/dakoku/system/internal/operation"
)

// step is one call of a scenario and what must come of it.
type step struct {
	Call    string            `yaml:"call"`
	Request operation.Request `yaml:"request"`
	Code    string            `yaml:"code"`   // gRPC status; empty is OK
	Reason  string            `yaml:"reason"` // of a refusal
	Want    map[string]string `yaml:"want"`   // values of the response by path
	Keep    map[string]string `yaml:"keep"`   // ids of the response for later steps, by path of a resource name
}

// TestTheSameScenariosByBothDoors plays each scenario file through gRPC and through
// REST, as one administrator, with the same statuses, reasons and values.
func TestTheSameScenariosByBothDoors(t *testing.T) {
	w := newWorld(t)
	w.home = w.newCompany(homeMark)
	admin := w.person("ADMINISTRATOR", "")
	files, err := filepath.Glob("testdata/scenarios/*.yaml")
	if err != nil || len(files) < 3 {
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
		return err != nil || !busy(a)
	})
	want := code(s.Code, codes.OK)
	if err != nil || a.Code != want || a.Reason != s.Reason || a.HTTP != 0 && a.HTTP != httpOf(want) {
		t.Errorf("%v %d %s %s, want %s %s: %.300s", err, a.HTTP, a.Code, a.Reason, want, s.Reason, a.Raw)
		return false
	}
	for path, value := range s.Want {
		if got := text(a.Body, strings.Split(path, ".")...); got != value {
			t.Errorf("%s is %q, want %q", path, got, value)
		}
	}
	for name, path := range s.Keep {
		kept[name] = id(text(a.Body, strings.Split(path, ".")...))
	}
	return !t.Failed()
}
