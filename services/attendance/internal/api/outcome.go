package api

import (
	"encoding/hex"
	"slices"

	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	"github.com/dakoku/dakoku/services/attendance/internal/store"
	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

func outcomeRow(e event, d timeclock.Outcome, s store.Settings) store.Outcome {
	row := store.Outcome{
		Tenant: e.ref.Tenant, Key: e.ref.Key, Connection: e.ref.Connection,
		Issued: e.ref.Issued, Received: e.received, Room: storedRoom(e.room),
		Verdict: d.Verdict, Reason: d.Reason, Kind: d.Kind, Day: d.Day,
		Answer: wanted(d.Reply.Answer, s.ReplyMode), Place: s.ReplyAt,
		TimeText: d.Reply.TimeText, PreviousText: d.Reply.OtherText, Receipt: e.receipt,
	}
	if d.Reply.Answer == timeclock.AnswerUndone && row.Answer == timeclock.AnswerNone {
		row.Kind = timeclock.Undo // there is no answer that names what was taken back
	}
	if d.Period != (timeclock.Period{}) {
		row.Period = d.Period.String()
	}
	return row
}

// wanted silences answers that the settings do not want. A plain success and a replaced 退勤 are no problems; who asks for
// the guide gets it unless the bot is to stay silent, and so does who took something back: that may have been a word
// meant for somebody else, and then a punch is gone.
func wanted(answer timeclock.Answer, mode string) timeclock.Answer {
	quiet := answer == timeclock.AnswerRecorded || answer == timeclock.AnswerReplacedClockOut
	if mode == store.ReplyNever || mode == store.ReplyProblemsOnly && quiet {
		return timeclock.AnswerNone
	}
	return answer
}

func outcomeMessage(o store.Outcome, key string, repeated bool) *attendancev1.EventOutcome {
	raw, _ := hex.DecodeString(key) // made by hex.EncodeToString
	return &attendancev1.EventOutcome{
		EventKey: raw, Kind: verdictMessage(o.Verdict), Reason: string(o.Reason), Punch: o.Punch, Employee: o.Employee,
		Reply: replyMessage(o), RepeatedKey: repeated,
	}
}

func verdictMessage(v timeclock.Verdict) attendancev1.EventOutcome_Kind {
	switch v {
	case timeclock.Recorded:
		return attendancev1.EventOutcome_RECORDED
	case timeclock.Ignored:
		return attendancev1.EventOutcome_IGNORED
	case timeclock.Refused:
		return attendancev1.EventOutcome_REFUSED
	}
	return attendancev1.EventOutcome_KIND_UNSPECIFIED
}

func replyMessage(o store.Outcome) *attendancev1.ReplyDirective {
	reply := &attendancev1.ReplyDirective{Template: templateOf(o.Answer), Place: placeMessage(o.Place)}
	if reply.GetTemplate() == attendancev1.ReplyDirective_TEMPLATE_UNSPECIFIED {
		return reply
	}
	reply.PunchKind, reply.EmployeeDisplayName = kindMessage(o.Kind), o.Name
	reply.TimeText, reply.PreviousTimeText = o.TimeText, o.PreviousText
	if o.TimeText != "" {
		reply.BusinessDate = o.Day.String()
	}
	locked := []timeclock.Answer{timeclock.AnswerSubmitted, timeclock.AnswerHeld, timeclock.AnswerUndoSubmitted, timeclock.AnswerUndoHeld, timeclock.AnswerCorrectionSubmitted}
	if slices.Contains(locked, o.Answer) {
		reply.Period = o.Period
	}
	return reply
}

func templateOf(a timeclock.Answer) attendancev1.ReplyDirective_Template {
	switch a {
	case timeclock.AnswerRecorded:
		return attendancev1.ReplyDirective_PUNCH_RECORDED
	case timeclock.AnswerRepeatedClockIn:
		return attendancev1.ReplyDirective_CLOCK_IN_REPEATED
	case timeclock.AnswerRepeated:
		return attendancev1.ReplyDirective_REPEATED
	case timeclock.AnswerReplacedClockOut:
		return attendancev1.ReplyDirective_CLOCK_OUT_REPLACED
	case timeclock.AnswerWithoutClockIn:
		return attendancev1.ReplyDirective_RECORDED_WITHOUT_CLOCK_IN
	case timeclock.AnswerUnlinked:
		return attendancev1.ReplyDirective_UNLINKED
	case timeclock.AnswerSubmitted:
		return attendancev1.ReplyDirective_SUBMITTED
	case timeclock.AnswerHeld:
		return attendancev1.ReplyDirective_HELD
	case timeclock.AnswerAmbiguous:
		return attendancev1.ReplyDirective_AMBIGUOUS
	case timeclock.AnswerTextOnly:
		return attendancev1.ReplyDirective_TEXT_ONLY
	case timeclock.AnswerEmployeeInactive:
		return attendancev1.ReplyDirective_EMPLOYEE_INACTIVE
	case timeclock.AnswerGuide:
		return attendancev1.ReplyDirective_GUIDE
	case timeclock.AnswerUndone:
		return attendancev1.ReplyDirective_UNDONE
	case timeclock.AnswerRecordedUndone:
		return attendancev1.ReplyDirective_RECORDED_UNDONE
	case timeclock.AnswerNothingToUndo:
		return attendancev1.ReplyDirective_NOTHING_TO_UNDO
	case timeclock.AnswerUndoneBefore:
		return attendancev1.ReplyDirective_UNDONE_BEFORE
	case timeclock.AnswerUndoTooLate:
		return attendancev1.ReplyDirective_UNDO_TOO_LATE
	case timeclock.AnswerUndoSubmitted:
		return attendancev1.ReplyDirective_UNDO_SUBMITTED
	case timeclock.AnswerUndoHeld:
		return attendancev1.ReplyDirective_UNDO_HELD
	case timeclock.AnswerCorrectionRequested:
		return attendancev1.ReplyDirective_CORRECTION_REQUESTED
	case timeclock.AnswerCorrectionUnclear:
		return attendancev1.ReplyDirective_CORRECTION_UNCLEAR
	case timeclock.AnswerCorrectionSubmitted:
		return attendancev1.ReplyDirective_CORRECTION_SUBMITTED
	default:
		return attendancev1.ReplyDirective_TEMPLATE_UNSPECIFIED
	}
}

// kindMessage relies on both sides spelling kinds as the public contract does.
func kindMessage(k timeclock.Kind) attendancev1.Punch_Kind {
	return attendancev1.Punch_Kind(attendancev1.Punch_Kind_value[string(k)])
}

func placeMessage(place string) attendancev1.PunchSettings_Reply_Place {
	return attendancev1.PunchSettings_Reply_Place(attendancev1.PunchSettings_Reply_Place_value[place])
}
