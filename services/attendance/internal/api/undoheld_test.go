package api

import (
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"

	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
)

// outing is an employee whose night of October goes on in a submitted November: an outing of it is recorded, a 出勤 said
// after it is held.
func (f *fixture) outing(t *testing.T) (employee string) {
	t.Helper()
	settings := f.settings(t)
	settings.Phrases.GoOut = []string{"外出"}
	f.put(t, settings)
	e := f.employee(t, "001")
	f.record(t, f.said(t, e, "01T02:00", "出勤"))
	f.did(t, "submit", e)
	return e
}

// counted tells which punches of a month count, in order.
func (f *fixture) counted(t *testing.T, employee, period string) (kinds []attendancev1.Punch_Kind) {
	t.Helper()
	for _, day := range f.sheet(t, employee, period).GetDays() {
		for _, p := range day.GetPunches() {
			if p.GetState() == attendancev1.Punch_VALID {
				kinds = append(kinds, p.GetKind())
			}
		}
	}
	return kinds
}

// A 取消 is about what was said last, also when that is held and what was said before is not: it is held beside it, for
// the same day and period, and takes that back when both are applied.
func TestUndoGoesToTheHeldPunch(t *testing.T) {
	for _, together := range []bool{true, false} {
		f := setup(t)
		e := f.outing(t)
		events := []*attendancev1.ChatEvent{f.said(t, e, "01T05:02:05", "外出"), f.said(t, e, "01T05:02:20", "出勤"), f.said(t, e, "01T05:02:30", "取消")}
		var got []*attendancev1.EventOutcome
		if together {
			got = f.record(t, events...)
		} else {
			for _, event := range events {
				got = append(got, f.record(t, event)...)
			}
		}
		undo := got[2].GetReply()
		if got[0].GetReply().GetTimeText() != "29:02" || got[1].GetReason() != "SUBMITTED" || got[2].GetReason() != "SUBMITTED" ||
			undo.GetTemplate() != attendancev1.ReplyDirective_UNDO_SUBMITTED || undo.GetPeriod() != "2026-11" || undo.GetBusinessDate() != "2026-11-01" || undo.GetTimeText() != "05:02" {
			t.Errorf("%v", got)
		}
		held := f.held(t, &attendancev1.ListHeldPunchesRequest{})
		for _, h := range held {
			if h.GetBusinessDay() != "2026-11-01" || h.GetPeriod() != "2026-11" {
				t.Errorf("%v", h)
			}
		}
		f.did(t, "sendBack", e)
		for _, h := range held {
			if _, err := f.apply(t, h.GetName(), ""); err != nil {
				t.Error(err)
			}
		}
		if october, november := f.counted(t, e, "2026-10"), f.counted(t, e, "2026-11"); len(held) != 2 || len(october) != 2 || len(november) != 1 || november[0] != attendancev1.Punch_UNDO {
			t.Errorf("%v %v", october, november)
		}
	}
}

// So it does when the period was sent back meanwhile, or the punch discarded, which is said in the answer. Applied, the
// punch is one like any other; and what was said later, or too long ago, is no reason to hold anything.
func TestUndoAfterSendingBack(t *testing.T) {
	for _, tt := range []struct {
		name     string
		between  func(f *fixture, employee, held string)
		at       string
		template attendancev1.ReplyDirective_Template
	}{
		{"waiting", func(*fixture, string, string) {}, "23T12:00:30", attendancev1.ReplyDirective_UNDO_HELD},
		{"discarded", func(f *fixture, _, held string) { _, _ = f.discard(t, held, "誤り") }, "23T12:00:30", attendancev1.ReplyDirective_UNDO_HELD},
		{"applied", func(f *fixture, _, held string) { _, _ = f.apply(t, held, "") }, "23T12:00:30", attendancev1.ReplyDirective_UNDONE},
		{"said again", func(f *fixture, e, _ string) { f.record(t, f.said(t, e, "23T12:00:25", "復帰")) }, "23T12:00:30", attendancev1.ReplyDirective_UNDONE},
		{"a tap of it", func(f *fixture, e, _ string) { f.record(t, f.said(t, e, "23T12:00:25", "退勤")) }, "23T12:00:30", attendancev1.ReplyDirective_UNDONE},
		{"long after it", func(*fixture, string, string) {}, "23T12:01:21", attendancev1.ReplyDirective_UNDO_TOO_LATE},
	} {
		f := setup(t)
		e := f.employee(t, "001")
		f.record(t, f.said(t, e, "23T12:00", "休憩"))
		f.did(t, "submit", e)
		f.record(t, f.said(t, e, "23T12:00:20", "退勤"))
		f.did(t, "sendBack", e)
		tt.between(f, e, f.held(t, &attendancev1.ListHeldPunchesRequest{})[0].GetName())
		got := f.record(t, f.said(t, e, tt.at, "取消"))[0]
		if beside := tt.template == attendancev1.ReplyDirective_UNDO_HELD; got.GetReply().GetTemplate() != tt.template || (got.GetReason() == "HELD") != beside ||
			(got.GetReply().GetPeriod() == "2026-11") != beside || (len(f.held(t, &attendancev1.ListHeldPunchesRequest{})) == 2) != beside {
			t.Errorf("%s: %v", tt.name, got)
		}
		if c := f.counted(t, e, "2026-11"); c[0] != attendancev1.Punch_BREAK_START {
			t.Errorf("%s: %v", tt.name, c)
		}
	}
}

// A 取消 that is held because of its own instant is of the day that is locked, also while the session of another day is
// open.
func TestAHeldUndoIsOfTheDayThatIsLocked(t *testing.T) {
	f := setup(t)
	e := f.outing(t)
	got := f.record(t, f.said(t, e, "01T05:10", "取消"))[0]
	held := f.held(t, &attendancev1.ListHeldPunchesRequest{})
	if got.GetReason() != "SUBMITTED" || got.GetReply().GetBusinessDate() != "2026-11-01" || len(held) != 1 || held[0].GetBusinessDay() != "2026-11-01" || held[0].GetPeriod() != "2026-11" {
		t.Errorf("%v, %v", got, held)
	}
}

// A 取消 that is held works by the window of its own time, whatever it is by default, and on the day of what it took back.
func TestAHeldUndoKeepsItsWindow(t *testing.T) {
	f := setup(t)
	f.at(t, "01T00:00")
	e := f.employee(t, "001")
	f.rule(t, &attendancev1.WorkRules{UndoWindow: durationpb.New(10 * time.Minute), EffectiveTime: f.time(t, "01T00:00")})
	f.at(t, "30T12:00")
	if _, err := f.do(f.ctx(t), "submit", e, "2026-10"); err != nil {
		t.Fatal(err)
	}
	f.record(t, f.said(t, e, "01T04:57", "退勤"), f.said(t, e, "01T05:03", "取消"))
	if _, err := f.do(f.ctx(t), "sendBack", e, "2026-10"); err != nil {
		t.Fatal(err)
	}
	for _, held := range []int{1, 0} { // the punch first
		if _, err := f.apply(t, f.held(t, &attendancev1.ListHeldPunchesRequest{})[held].GetName(), ""); err != nil {
			t.Fatal(err)
		}
	}
	if n := f.count(t, `select count(*) from attendance.punches where kind = 'UNDO' and undo_seconds = 600 and business_day = '2026-10-31'`); n != 1 {
		t.Error("not by its window, or not on the day of the punch")
	}
	if d := f.sheet(t, e, "2026-10").GetDays(); len(d) != 1 || d[0].GetClockOutText() != "" || len(d[0].GetPunches()) != 2 {
		t.Errorf("%v", d)
	}
}
