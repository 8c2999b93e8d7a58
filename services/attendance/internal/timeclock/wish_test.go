package timeclock

import "testing"

// What is asked for is judged by its own time: its day, its period, and whether somebody could grant it.
func TestAsk(t *testing.T) {
	november := Lock{Period: Period{2026, 11}, First: Date{2026, 11, 1}, Last: Date{2026, 11, 30}}
	for _, tt := range []struct {
		name     string
		kind     Kind
		at       string
		before   []string
		change   func(*Facts, *Wish)
		verdict  Verdict
		reason   Reason
		answer   Answer
		day      Date
		timeText string
	}{
		{"in time", ClockIn, "23T09:00", nil, nil, Ignored, ReasonCorrectionRequested, AnswerCorrectionRequested, Date{2026, 11, 23}, "09:00"},
		{"of the night before", ClockOut, "24T06:30", []string{"CLOCK_IN 23T22:00"}, nil, Ignored, ReasonCorrectionRequested, AnswerCorrectionRequested, Date{2026, 11, 23}, "30:30"},
		{"between a punch and the 取消 of it, which is about what was said", ClockIn, "01T05:00:10", []string{"CLOCK_OUT 01T04:59:50", "UNDO 01T05:00:20"}, func(f *Facts, _ *Wish) {
			f.Locks = []Lock{{Period: Period{2026, 10}, First: Date{2026, 10, 1}, Last: Date{2026, 10, 31}}}
		}, Ignored, ReasonCorrectionRequested, AnswerCorrectionRequested, Date{2026, 11, 1}, "05:00"},
		{"unclear", ClockIn, "23T09:00", nil, func(_ *Facts, w *Wish) { w.Clear = false }, Refused, ReasonCorrectionUnclear, AnswerCorrectionUnclear, Date{}, ""},
		{"submitted", ClockIn, "23T09:00", nil, func(f *Facts, _ *Wish) { f.Locks = []Lock{november} }, Refused, ReasonCorrectionSubmitted, AnswerCorrectionSubmitted, Date{2026, 11, 23}, "09:00"},
		{"submitted, where punches are held", ClockIn, "23T09:00", nil, func(f *Facts, _ *Wish) { f.Locks, f.Calendar.Locked = []Lock{november}, Hold },
			Refused, ReasonCorrectionSubmitted, AnswerCorrectionSubmitted, Date{2026, 11, 23}, "09:00"},
		{"unlinked", ClockIn, "23T09:00", nil, func(f *Facts, _ *Wish) { f.Employee = nil }, Refused, ReasonUnlinked, AnswerUnlinked, Date{}, ""},
		{"unlinked and unclear", ClockIn, "23T09:00", nil, func(f *Facts, w *Wish) { f.Employee, w.Clear = nil, false }, Refused, ReasonUnlinked, AnswerUnlinked, Date{}, ""},
		{"inactive", ClockIn, "23T09:00", nil, func(f *Facts, _ *Wish) { f.Employee.Active = false }, Refused, ReasonEmployeeInactive, AnswerEmployeeInactive, Date{}, ""},
		{"connection inactive", ClockIn, "23T09:00", nil, func(f *Facts, _ *Wish) { f.ConnectionActive = false }, Refused, ReasonConnectionInactive, AnswerNone, Date{}, ""},
		{"token revoked", ClockIn, "23T09:00", nil, func(f *Facts, w *Wish) { f.TokenRevoked, w.Clear = true, false }, Refused, ReasonTokenRevoked, AnswerNone, Date{}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := facts(t, "", tt.at, tt.before...)
			w := Wish{Kind: tt.kind, At: f.Event.Issued, Clear: true}
			f.Event.Issued = w.At.AddDate(0, 0, 5)
			if tt.change != nil {
				tt.change(&f, &w)
			}
			got := Ask(f, w)
			if got.Verdict != tt.verdict || got.Reason != tt.reason || got.Reply.Answer != tt.answer || got.Day != tt.day || got.Reply.TimeText != tt.timeText {
				t.Errorf("outcome %+v", got)
			}
			if got.Kept() || !tt.day.IsZero() && (got.Period != Period{2026, 11} || got.Kind != tt.kind) {
				t.Errorf("outcome %+v", got)
			}
		})
	}
}
