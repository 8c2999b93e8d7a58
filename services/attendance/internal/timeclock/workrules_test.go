package timeclock

import (
	"slices"
	"testing"
	"time"
)

// The ranges are closed: both ends are good, one unit beyond is not.
func TestWorkRulesWrong(t *testing.T) {
	if wrong := DefaultWorkRules().Wrong(); wrong != nil {
		t.Fatalf("the defaults: %v", wrong)
	}
	for _, tt := range []struct {
		name   RuleName
		change func(*WorkRules)
		good   bool
	}{
		{RuleDayCutoff, func(w *WorkRules) { w.Cutoff = 0 }, true},
		{RuleDayCutoff, func(w *WorkRules) { w.Cutoff = 23*time.Hour + 59*time.Minute }, true},
		{RuleDayCutoff, func(w *WorkRules) { w.Cutoff = -time.Minute }, false},
		{RuleDayCutoff, func(w *WorkRules) { w.Cutoff = 24 * time.Hour }, false},
		{RuleDayCutoff, func(w *WorkRules) { w.Cutoff = time.Second }, false},
		{RuleLongestShift, func(w *WorkRules) { w.LongestShift = time.Minute }, true},
		{RuleLongestShift, func(w *WorkRules) { w.LongestShift = 24 * time.Hour }, true},
		{RuleLongestShift, func(w *WorkRules) { w.LongestShift = 0 }, false},
		{RuleLongestShift, func(w *WorkRules) { w.LongestShift = 24*time.Hour + time.Minute }, false},
		{RuleLongestShift, func(w *WorkRules) { w.LongestShift = 90 * time.Second }, false},
		{RuleDoubleTapWindow, func(w *WorkRules) { w.DoubleTap = 0 }, true},
		{RuleDoubleTapWindow, func(w *WorkRules) { w.DoubleTap = LargestDoubleTap }, true},
		{RuleDoubleTapWindow, func(w *WorkRules) { w.DoubleTap = -time.Second }, false},
		{RuleDoubleTapWindow, func(w *WorkRules) { w.DoubleTap = LargestDoubleTap + time.Second }, false},
		{RuleDoubleTapWindow, func(w *WorkRules) { w.DoubleTap = time.Millisecond }, false},
		{RuleUndoWindow, func(w *WorkRules) { w.Undo = 0 }, true},
		{RuleUndoWindow, func(w *WorkRules) { w.Undo = LargestUndo }, true},
		{RuleUndoWindow, func(w *WorkRules) { w.Undo = -time.Second }, false},
		{RuleUndoWindow, func(w *WorkRules) { w.Undo = LargestUndo + time.Second }, false},
		{RuleUndoWindow, func(w *WorkRules) { w.Undo = time.Millisecond }, false},
		{RuleDuplicatePolicy, func(w *WorkRules) { w.Repeats = ErrorOnRepeat }, true},
		{RuleDuplicatePolicy, func(w *WorkRules) { w.Repeats = "" }, false},
		{RuleSubmittedPolicy, func(w *WorkRules) { w.Locked = Hold }, true},
		{RuleSubmittedPolicy, func(w *WorkRules) { w.Locked = "" }, false},
	} {
		rules := DefaultWorkRules()
		tt.change(&rules)
		if wrong := rules.Wrong(); tt.good && wrong != nil || !tt.good && !slices.Equal(wrong, []RuleName{tt.name}) {
			t.Errorf("%+v: %v", rules, wrong)
		}
	}
}
