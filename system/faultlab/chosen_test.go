package faultlab

import (
	"context"
	"errors"
	"io"
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

// A control that breaks, or is found by another check than its own, is not caught, and
// those after it are tried all the same. None may take longer than its time.
func TestAControlThatBreaksKeepsNoOtherFromBeingTried(t *testing.T) {
	list := []controls.Control{
		{Name: "no defect"}, {Name: "breaks", Checks: []string{"lost"}}, {Name: "is missed", Checks: []string{"lost"}},
		{Name: "is caught", Checks: []string{"lost", "doubled"}},
	}
	r := &run{Config: Config{Out: io.Discard}}
	proof, err := r.tried(t.Context(), list, func(ctx context.Context, c controls.Control) ([]string, error) {
		if _, bounded := ctx.Deadline(); !bounded {
			t.Errorf("%s has no end", c.Name)
		}
		return map[string][]string{"is missed": {"untrue"}, "is caught": {"doubled"}}[c.Name],
			map[string]error{"breaks": errors.New("the database does not start")}[c.Name]
	})
	if proof.Further() != "1/3" || err != nil {
		t.Errorf("%s, %v; want 1 of 3", proof.Further(), err)
	}
}

// What is found without a defect, or a run without one that breaks, says nothing of the rest.
func TestNothingIsCountedAfterAFindingWithoutADefect(t *testing.T) {
	list := []controls.Control{{Name: "no defect"}, {Name: "defect", Checks: []string{"lost"}}}
	for name, err := range map[string]error{"found": nil, "broken": errors.New("the database does not start")} {
		r := &run{Config: Config{Out: io.Discard}}
		proof, got := r.tried(t.Context(), list, func(context.Context, controls.Control) ([]string, error) {
			if err != nil {
				return nil, err
			}
			return []string{"lost"}, nil
		})
		if proof != (Proof{}) || got == nil {
			t.Errorf("%s: %+v counted, %v", name, proof, got)
		}
	}
}
