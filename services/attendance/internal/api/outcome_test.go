package api

import (
	"testing"

	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	"github.com/dakoku/dakoku/services/attendance/internal/store"
	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// Where only problems are answered, exactly a plain success and a replaced 退勤 are silent, and where nothing is to be
// said everything is. Every answer of the domain has a template of its own.
func TestAnswersThatAreWanted(t *testing.T) {
	quiet := map[timeclock.Answer]bool{timeclock.AnswerRecorded: true, timeclock.AnswerReplacedClockOut: true}
	templates := map[attendancev1.ReplyDirective_Template]timeclock.Answer{}
	for _, answer := range []timeclock.Answer{
		timeclock.AnswerRecorded, timeclock.AnswerRepeatedClockIn, timeclock.AnswerRepeated, timeclock.AnswerReplacedClockOut,
		timeclock.AnswerWithoutClockIn, timeclock.AnswerUnlinked, timeclock.AnswerSubmitted, timeclock.AnswerHeld, timeclock.AnswerAmbiguous,
		timeclock.AnswerEmployeeInactive, timeclock.AnswerTextOnly, timeclock.AnswerGuide, timeclock.AnswerUndone, timeclock.AnswerRecordedUndone,
		timeclock.AnswerNothingToUndo, timeclock.AnswerUndoneBefore, timeclock.AnswerUndoTooLate, timeclock.AnswerUndoSubmitted, timeclock.AnswerUndoHeld,
		timeclock.AnswerCorrectionRequested, timeclock.AnswerCorrectionUnclear, timeclock.AnswerCorrectionSubmitted,
	} {
		templates[templateOf(answer)] = answer
		for mode, silent := range map[string]bool{store.ReplyAlways: false, store.ReplyProblemsOnly: quiet[answer], store.ReplyNever: true} {
			if got := wanted(answer, mode); (got == timeclock.AnswerNone) != silent || !silent && got != answer {
				t.Errorf("%s, %s: %q", answer, mode, got)
			}
		}
	}
	delete(templates, attendancev1.ReplyDirective_TEMPLATE_UNSPECIFIED)
	if all := len(attendancev1.ReplyDirective_Template_name) - 1; len(templates) != all {
		t.Errorf("%d templates of %d", len(templates), all)
	}
}
