package faultlab

import (
	"testing"

	"github.com/dakoku/dakoku/system/faultlab/controls"
)

// Whoever names a control gets it, after the flawless runs in its weather and in none.
func TestControlsAreChosenByName(t *testing.T) {
	list, err := chosen([]string{"answers name another time", "a call without a known end counts as failed"})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range list {
		names = append(names, c.Name)
	}
	want := []string{"no defect in silence", "no defect", "a call without a known end counts as failed", "answers name another time"}
	if len(names) != len(want) {
		t.Fatalf("chosen: %q, want %q", names, want)
	}
	for i := range want {
		if names[i] != want[i] {
			t.Errorf("chosen: %q, want %q", names, want)
		}
	}
}

func TestAControlThatIsNotThereIsNotChosen(t *testing.T) {
	if list, err := chosen([]string{"answers name another time", "all is well"}); err == nil {
		t.Errorf("chosen: %d controls, want an error", len(list))
	}
}

// Rows are changed in what the last flawless run left, so nothing may come between.
func TestAllControlsBeginWithChangedRows(t *testing.T) {
	list, err := chosen(nil)
	if err != nil || len(list) != len(flawless)+len(controls.All()) {
		t.Fatalf("%d controls, %v", len(list), err)
	}
	last := list[len(flawless)-1]
	if last.Weather != "" || last.Checks != nil {
		t.Errorf("the last flawless run is %q in weather %q", last.Name, last.Weather)
	}
	changed := true
	for _, c := range list[len(flawless):] {
		if changed = changed && c.Rows != ""; !changed && c.Rows != "" {
			t.Errorf("%q changes rows after a run of its own", c.Name)
		}
	}
}
