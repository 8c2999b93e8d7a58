package controls

import (
	"testing"
)

// A control whose defect does not fit the code any more proves nothing.
func TestEveryDefectFitsTheCode(t *testing.T) {
	names := map[string]bool{}
	for _, c := range All() {
		if names[c.Name] || len(c.Checks) == 0 || (c.Rows == "") == (c.Service == "") {
			t.Errorf("%q: twice, without a check, or neither a program nor rows", c.Name)
		}
		names[c.Name] = true
		if _, err := c.Overlay("../../..", t.TempDir()); err != nil {
			t.Error(err)
		}
	}
	if len(names) != 25 {
		t.Errorf("%d defects, want 25", len(names))
	}
}
