package timeclock

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// facts is a linked, active employee's event at a Tokyo time in November 2026.
func facts(t testing.TB, kind Kind, at string, before ...string) Facts {
	t.Helper()
	c := tokyo(t)
	return Facts{
		Event:            Event{Key: "event", Issued: tokyoTime(t, at), Content: ContentWords, Room: RoomDirect},
		Reading:          Reading{Kind: kind, Phrase: "x"},
		ConnectionActive: true,
		Employee:         &Employee{Name: "山田", Active: true},
		Calendar:         c,
		Punches:          punches(t, c.Rules, before...),
	}
}

func TestDecideRecorded(t *testing.T) {
	for _, tt := range []struct {
		name        string
		kind        Kind
		at          string
		before      []string
		answer      Answer
		day         string
		text, other string
	}{
		{"first 出勤", ClockIn, "23T09:00", nil, AnswerRecorded, "2026-11-23", "09:00", ""},
		{"second 出勤", ClockIn, "23T09:30", []string{"CLOCK_IN 23T09:00"}, AnswerRepeatedClockIn, "2026-11-23", "09:30", "09:00"},
		{"earlier 出勤 arriving late", ClockIn, "23T08:30", []string{"CLOCK_IN 23T09:00"}, AnswerRecorded, "2026-11-23", "08:30", ""},
		{"出勤 next morning", ClockIn, "24T08:30", []string{"CLOCK_IN 23T20:00"}, AnswerRecorded, "2026-11-24", "08:30", ""},
		{"voided 出勤 is none", ClockIn, "23T09:30", []string{"!CLOCK_IN 23T09:00"}, AnswerRecorded, "2026-11-23", "09:30", ""},
		{"出勤 of another shift", ClockIn, "23T19:00", []string{"CLOCK_IN 23T09:00", "CLOCK_OUT 23T18:00"}, AnswerRecorded, "2026-11-23", "19:00", ""},
		{"出勤 before the cutoff after a forgotten 退勤", ClockIn, "24T04:30", []string{"CLOCK_IN 23T09:00"}, AnswerRecorded, "2026-11-23", "28:30", ""},
		{"second 出勤 of another shift", ClockIn, "23T19:30", []string{"CLOCK_IN 23T09:00", "CLOCK_OUT 23T18:00", "CLOCK_IN 23T19:00"}, AnswerRepeatedClockIn, "2026-11-23", "19:30", "19:00"},
		{"退勤 of another shift", ClockOut, "23T22:00", []string{"CLOCK_IN 23T09:00", "CLOCK_OUT 23T18:00", "CLOCK_IN 23T19:00"}, AnswerRecorded, "2026-11-23", "22:00", ""},
		{"退勤 tapped twice", ClockOut, "23T18:00:59.999", []string{"CLOCK_IN 23T09:00", "CLOCK_OUT 23T18:00"}, AnswerRepeated, "2026-11-23", "18:00", "18:00"},
		{"出勤 tapped twice", ClockIn, "23T09:00:30", []string{"CLOCK_IN 23T09:00"}, AnswerRepeatedClockIn, "2026-11-23", "09:00", "09:00"},
		{"退勤 tapped again over the cutoff", ClockOut, "24T05:00:10", []string{"CLOCK_IN 23T09:30", "CLOCK_OUT 24T04:59:20"}, AnswerRepeated, "2026-11-23", "29:00", "28:59"},
		{"休憩 tapped twice", BreakStart, "23T12:00:01", []string{"CLOCK_IN 23T09:00", "BREAK_START 23T12:00"}, AnswerRepeated, "2026-11-23", "12:00", "12:00"},
		{"first 退勤", ClockOut, "23T18:00", []string{"CLOCK_IN 23T09:00"}, AnswerRecorded, "2026-11-23", "18:00", ""},
		{"second 退勤", ClockOut, "23T18:30", []string{"CLOCK_IN 23T09:00", "CLOCK_OUT 23T18:00"}, AnswerReplacedClockOut, "2026-11-23", "18:30", "18:00"},
		{"earlier 退勤 arriving late", ClockOut, "23T17:00", []string{"CLOCK_IN 23T09:00", "CLOCK_OUT 23T18:00"}, AnswerRecorded, "2026-11-23", "17:00", ""},
		{"stray 退勤 before 出勤", ClockOut, "23T18:00", []string{"CLOCK_OUT 23T08:00", "CLOCK_IN 23T09:00"}, AnswerRecorded, "2026-11-23", "18:00", ""},
		{"退勤 in the night", ClockOut, "24T01:30", []string{"CLOCK_IN 23T09:00"}, AnswerRecorded, "2026-11-23", "25:30", ""},
		{"退勤 past the cutoff", ClockOut, "24T06:30", []string{"CLOCK_IN 23T22:00"}, AnswerRecorded, "2026-11-23", "30:30", ""},
		{"退勤 replaced past the cutoff", ClockOut, "24T06:45", []string{"CLOCK_IN 23T22:00", "CLOCK_OUT 24T06:30"}, AnswerReplacedClockOut, "2026-11-23", "30:45", "30:30"},
		{"退勤 replaced over the cutoff", ClockOut, "24T05:30", []string{"CLOCK_IN 23T20:00", "CLOCK_OUT 24T04:50"}, AnswerReplacedClockOut, "2026-11-23", "29:30", "28:50"},
		{"退勤 without 出勤", ClockOut, "23T18:00", nil, AnswerWithoutClockIn, "2026-11-23", "18:00", ""},
		{"休憩 without 出勤", BreakStart, "23T12:00", nil, AnswerWithoutClockIn, "2026-11-23", "12:00", ""},
		{"休憩 whose 出勤 comes later", BreakStart, "23T12:00", []string{"CLOCK_IN 23T13:00"}, AnswerWithoutClockIn, "2026-11-23", "12:00", ""},
		{"休憩", BreakStart, "23T12:00", []string{"CLOCK_IN 23T09:00"}, AnswerRecorded, "2026-11-23", "12:00", ""},
		{"出勤 tapped twice after a repeated one", ClockIn, "23T09:01:30", []string{"CLOCK_IN 23T09:00", "CLOCK_IN 23T09:01:29.999"}, AnswerRepeatedClockIn, "2026-11-23", "09:01", "09:00"},
		{"second 休憩", BreakStart, "23T12:10", []string{"CLOCK_IN 23T09:00", "BREAK_START 23T12:00"}, AnswerRepeated, "2026-11-23", "12:10", "12:00"},
		{"third 休憩, tapped", BreakStart, "23T12:10:30", []string{"CLOCK_IN 23T09:00", "BREAK_START 23T12:00", "BREAK_START 23T12:10"}, AnswerRepeated, "2026-11-23", "12:10", "12:00"},
		{"second 休憩 without 出勤", BreakStart, "23T12:10", []string{"BREAK_START 23T12:00"}, AnswerRepeated, "2026-11-23", "12:10", "12:00"},
		{"休憩 after 復帰", BreakStart, "23T15:00", []string{"CLOCK_IN 23T09:00", "BREAK_START 23T12:00", "BREAK_END 23T13:00"}, AnswerRecorded, "2026-11-23", "15:00", ""},
		{"休憩 of a new shift", BreakStart, "23T20:00", []string{"CLOCK_IN 23T09:00", "BREAK_START 23T12:00", "CLOCK_OUT 23T18:00", "CLOCK_IN 23T19:00"}, AnswerRecorded, "2026-11-23", "20:00", ""},
		{"復帰 tapped twice", BreakEnd, "23T13:00:10", []string{"CLOCK_IN 23T09:00", "BREAK_START 23T12:00", "BREAK_END 23T13:00"}, AnswerRepeated, "2026-11-23", "13:00", "13:00"},
		{"外出 in a 休憩", GoOut, "23T12:10", []string{"CLOCK_IN 23T09:00", "BREAK_START 23T12:00"}, AnswerRecorded, "2026-11-23", "12:10", ""},
		{"second 外出", GoOut, "23T12:10", []string{"CLOCK_IN 23T09:00", "GO_OUT 23T12:00"}, AnswerRepeated, "2026-11-23", "12:10", "12:00"},
		{"外出", GoOut, "23T12:00", []string{"CLOCK_IN 23T09:00"}, AnswerRecorded, "2026-11-23", "12:00", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := Decide(facts(t, tt.kind, tt.at, tt.before...))
			if got.Verdict != Recorded || got.Reason != ReasonNone || got.Kind != tt.kind || got.Day.String() != tt.day {
				t.Errorf("outcome %+v", got)
			}
			want := Reply{Answer: tt.answer, TimeText: tt.text, OtherText: tt.other}
			reply := Reply{Answer: got.Reply.Answer, TimeText: got.Reply.TimeText, OtherText: got.Reply.OtherText}
			if diff := cmp.Diff(want, reply); diff != "" {
				t.Errorf("reply (-want +got):\n%s", diff)
			}
		})
	}
}

// Where repeating is an error, the person is told what stands; the punch is recorded all the same.
func TestDecideErrorOnRepeat(t *testing.T) {
	for _, tt := range []struct {
		kind   Kind
		at     string
		answer Answer
		other  string
	}{
		{ClockIn, "23T09:30", AnswerRepeatedClockIn, "09:00"}, {ClockOut, "23T18:30", AnswerRepeated, "18:00"}, {ClockOut, "23T17:30", AnswerRecorded, ""},
	} {
		f := facts(t, tt.kind, tt.at, "CLOCK_IN 23T09:00", "CLOCK_OUT 23T18:00")
		if tt.kind == ClockIn {
			f = facts(t, tt.kind, tt.at, "CLOCK_IN 23T09:00")
		}
		f.Calendar.Repeats = ErrorOnRepeat
		if got := Decide(f); got.Verdict != Recorded || got.Reply.Answer != tt.answer || got.Reply.OtherText != tt.other {
			t.Errorf("%s %s: %+v", tt.kind, tt.at, got)
		}
	}
}

// A 退勤 that is tapped after one that does not count is answered with the one that does.
func TestDecideTapAfterRepeatedClockOut(t *testing.T) {
	f := facts(t, ClockOut, "23T18:30:20", "CLOCK_IN 23T09:00", "CLOCK_OUT 23T18:00", "CLOCK_OUT 23T18:30")
	f.Calendar.Repeats = ErrorOnRepeat
	for i := range f.Punches {
		f.Punches[i].Rules.Repeats = ErrorOnRepeat
	}
	if got := Decide(f).Reply; got.Answer != AnswerRepeated || got.OtherText != "18:00" {
		t.Errorf("%s %s, want the 退勤 that stands", got.Answer, got.OtherText)
	}
}

func TestDecideNoPunch(t *testing.T) {
	words := func(change func(*Facts)) func(*Facts) { return change }
	for _, tt := range []struct {
		name   string
		change func(*Facts)
		want   Outcome
	}{
		{"no phrase", words(func(f *Facts) { f.Reading = Reading{Miss: MissPhrase} }), ignored(ReasonNoPhrase, AnswerNone)},
		{"no phrase of an unlinked sender", words(func(f *Facts) { f.Reading, f.Employee = Reading{Miss: MissPhrase}, nil }), ignored(ReasonNoPhrase, AnswerNone)},
		{"nothing read", words(func(f *Facts) { f.Reading = Reading{} }), ignored(ReasonNoPhrase, AnswerNone)},
		{"no trigger", words(func(f *Facts) { f.Reading = Reading{Miss: MissTrigger} }), ignored(ReasonNoTrigger, AnswerNone)},
		{"guide", words(func(f *Facts) { f.Reading = Reading{Miss: MissGuide} }), ignored(ReasonNoPhrase, AnswerGuide)},
		{"sticker in 1:1", func(f *Facts) { f.Event.Content = ContentUnsupported }, ignored(ReasonUnsupportedContent, AnswerTextOnly)},
		{"sticker in a group", func(f *Facts) { f.Event.Content, f.Event.Room = ContentUnsupported, RoomGroup }, ignored(ReasonUnsupportedContent, AnswerNone)},
		{"sticker somewhere", func(f *Facts) { f.Event.Content, f.Event.Room = ContentUnsupported, RoomUnknown }, ignored(ReasonUnsupportedContent, AnswerNone)},
		{"room event", func(f *Facts) { f.Event.Content = ContentRoom }, ignored(ReasonRoomEvent, AnswerNone)},
		{"talk opened", func(f *Facts) { f.Event.Content = ContentOpened }, ignored(ReasonBotEvent, AnswerGuide)},
		{"talk left", func(f *Facts) { f.Event.Content = ContentClosed }, ignored(ReasonBotEvent, AnswerNone)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := facts(t, ClockIn, "23T09:00")
			tt.change(&f)
			if diff := cmp.Diff(tt.want, Decide(f)); diff != "" {
				t.Errorf("outcome (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDecideRefused(t *testing.T) {
	november := Lock{Period: Period{2026, 11}, First: Date{2026, 11, 1}, Last: Date{2026, 11, 30}}
	for _, tt := range []struct {
		name   string
		kind   Kind
		at     string
		before []string
		change func(*Facts)
		reason Reason
		answer Answer
	}{
		{"connection inactive", ClockIn, "23T09:00", nil, func(f *Facts) { f.ConnectionActive, f.Employee = false, nil }, ReasonConnectionInactive, AnswerNone},
		{"token revoked", ClockIn, "23T09:00", nil, func(f *Facts) { f.TokenRevoked, f.ConnectionActive = true, false }, ReasonTokenRevoked, AnswerNone},
		{"unlinked", ClockIn, "23T09:00", nil, func(f *Facts) { f.Employee = nil }, ReasonUnlinked, AnswerUnlinked},
		{"unlinked and ambiguous", "", "23T09:00", nil, func(f *Facts) { f.Employee, f.Reading.Miss = nil, MissAmbiguous }, ReasonUnlinked, AnswerUnlinked},
		{"inactive", ClockIn, "23T09:00", nil, func(f *Facts) { f.Employee.Active = false }, ReasonEmployeeInactive, AnswerEmployeeInactive},
		{"ambiguous", "", "23T09:00", nil, func(f *Facts) { f.Reading.Miss = MissAmbiguous }, ReasonAmbiguous, AnswerAmbiguous},
		{"submitted", ClockIn, "23T09:00", nil, func(f *Facts) { f.Locks = []Lock{november} }, ReasonSubmitted, AnswerSubmitted},
		{"submitted, where it is held", ClockIn, "23T09:00", nil, func(f *Facts) { f.Locks, f.Calendar.Locked = []Lock{november}, Hold }, ReasonHeld, AnswerHeld},
		{"退勤 after the closing day into the submitted month", ClockOut, "01T01:30", nil,
			func(f *Facts) {
				f.Locks = []Lock{{Period: Period{2026, 10}, First: Date{2026, 10, 1}, Last: Date{2026, 10, 31}}}
			}, ReasonSubmitted, AnswerSubmitted},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := facts(t, tt.kind, tt.at, tt.before...)
			tt.change(&f)
			got := Decide(f)
			if got.Verdict != Refused || got.Reason != tt.reason || got.Reply.Answer != tt.answer {
				t.Errorf("outcome %+v", got)
			}
			if got.Kept() != (tt.reason == ReasonSubmitted || tt.reason == ReasonHeld) {
				t.Errorf("kept %t", got.Kept())
			}
			if got.Kept() && (got.Reply.Period != f.Locks[0].Period || got.Reply.TimeText == "") {
				t.Errorf("reply %+v", got.Reply)
			}
		})
	}
	f := facts(t, ClockIn, "10T22:00", "CLOCK_OUT 11T06:30")
	f.Locks = []Lock{{Period: Period{2026, 12}, First: Date{2026, 11, 11}, Last: Date{2026, 12, 10}}}
	if got := Decide(f); got.Reason != ReasonSubmitted || got.Period != (Period{2026, 12}) {
		t.Errorf("a late 出勤 takes the 退勤 out of a submitted period: %+v", got)
	}
	f = facts(t, ClockIn, "01T05:00")
	f.Locks = []Lock{{Period: Period{2026, 10}, First: Date{2026, 10, 1}, Last: Date{2026, 10, 31}}}
	if got := Decide(f); got.Verdict != Recorded {
		t.Errorf("出勤 of the new month: %+v", got)
	}
}
