package connection

import (
	"strings"
	"testing"

	"github.com/dakoku/dakoku/platform/fault"
)

// Who asks for what an active connection does is told the state and the way out.
func TestNoneActiveNamesTheState(t *testing.T) {
	for state, want := range map[State]string{Draft: "設定中", Disabled: "停止中", Broken: "要対応"} {
		f := NoneActive(state)
		if f.Kind() != fault.Precondition || f.Reason() != "CONNECTION_STATE" || f.Meta()["state"] != string(state) ||
			!strings.Contains(f.Text().JA, want) || !strings.Contains(f.Text().EN, string(state)) {
			t.Errorf("%s: %v", state, f)
		}
	}
	if f := NoneActive(Foremost(nil)); f.Reason() != "CONNECTION_NOT_FOUND" {
		t.Errorf("none at all: %v", f)
	}
}
