package timeclock

import "time"

// Verdict is the terminal judgement of an event, spelled as in the public contract.
type Verdict string

// The verdicts.
const (
	Recorded Verdict = "RECORDED"
	Ignored  Verdict = "IGNORED"
	Refused  Verdict = "REFUSED"
)

// Reason says why an event was ignored or refused; it is empty for a recorded one.
type Reason string

// The reasons.
const (
	ReasonNone               Reason = ""
	ReasonNoPhrase           Reason = "NO_PHRASE"
	ReasonNoTrigger          Reason = "NO_TRIGGER"
	ReasonUnsupportedContent Reason = "UNSUPPORTED_CONTENT"
	ReasonRoomEvent          Reason = "ROOM_EVENT"
	ReasonBotEvent           Reason = "BOT_EVENT"
	ReasonUnlinked           Reason = "UNLINKED"
	ReasonSubmitted          Reason = "SUBMITTED"
	ReasonHeld               Reason = "HELD" // as SUBMITTED, in a company that holds instead of refusing
	ReasonAmbiguous          Reason = "AMBIGUOUS"
	ReasonEmployeeInactive   Reason = "EMPLOYEE_INACTIVE"
	ReasonConnectionInactive Reason = "CONNECTION_INACTIVE"
	ReasonTokenRevoked       Reason = "TOKEN_REVOKED"

	ReasonCorrectionRequested Reason = "CORRECTION_REQUESTED" // no punch: one is asked for, see Ask
	ReasonCorrectionUnclear   Reason = "CORRECTION_UNCLEAR"   // a command that does not say what is asked for
	ReasonCorrectionSubmitted Reason = "CORRECTION_SUBMITTED" // asked for in a submitted or approved period
)

// Answer names the text a person is owed. The empty answer is silence.
type Answer string

// The answers.
const (
	AnswerNone             Answer = ""
	AnswerRecorded         Answer = "RECORDED"
	AnswerRepeatedClockIn  Answer = "REPEATED_CLOCK_IN"         // an earlier 出勤 of the day stands
	AnswerRepeated         Answer = "REPEATED"                  // the same was recorded before and stands
	AnswerReplacedClockOut Answer = "REPLACED_CLOCK_OUT"        // this 退勤 replaces an earlier one
	AnswerWithoutClockIn   Answer = "RECORDED_WITHOUT_CLOCK_IN" // recorded, but no 出勤 of the day is before it
	AnswerUnlinked         Answer = "UNLINKED"
	AnswerSubmitted        Answer = "SUBMITTED"
	AnswerHeld             Answer = "HELD"
	AnswerAmbiguous        Answer = "AMBIGUOUS"
	AnswerEmployeeInactive Answer = "EMPLOYEE_INACTIVE"
	AnswerTextOnly         Answer = "TEXT_ONLY"
	AnswerGuide            Answer = "GUIDE"
	AnswerUndone           Answer = "UNDONE"          // this 取消 took the punch back that is named
	AnswerRecordedUndone   Answer = "RECORDED_UNDONE" // recorded, but a 取消 that was said after it takes it back
	AnswerNothingToUndo    Answer = "NOTHING_TO_UNDO" // nothing was said before the 取消
	AnswerUndoneBefore     Answer = "UNDONE_BEFORE"   // what was said last was taken back or voided before
	AnswerUndoTooLate      Answer = "UNDO_TOO_LATE"   // what was said last is older than the window
	AnswerUndoSubmitted    Answer = "UNDO_SUBMITTED"  // as SUBMITTED, of a 取消
	AnswerUndoHeld         Answer = "UNDO_HELD"       // held beside the punch that it is about, whose period is open again

	AnswerCorrectionRequested Answer = "CORRECTION_REQUESTED"
	AnswerCorrectionUnclear   Answer = "CORRECTION_UNCLEAR" // with an example
	AnswerCorrectionSubmitted Answer = "CORRECTION_SUBMITTED"
)

// Reply holds the facts of the answer, never its words: those are written where languages are known.
type Reply struct {
	Answer    Answer
	Name      string    // the employee's display name
	Kind      Kind      // what was punched, or taken back
	Time      time.Time // the issued time
	TimeText  string    // the issued time on the wall clock of the business day
	Other     time.Time // the 出勤 that stands, or the 退勤 that is replaced
	OtherText string    // the same on the wall clock
	Period    Period    // the submitted period
}

// Outcome is the decision: exactly one for every event. Day, Period and Kind are set when they were judged. A 取消 that
// took a punch back has that punch's kind, any other 取消 is of kind Undo; either is recorded as a fact.
type Outcome struct {
	Verdict Verdict
	Reason  Reason
	Kind    Kind
	Day     Date
	Period  Period
	Reply   Reply
}

// Kept reports whether the event is to be kept as a held punch: it would have been one, were its period open.
func (o Outcome) Kept() bool { return o.Reason == ReasonSubmitted || o.Reason == ReasonHeld }
