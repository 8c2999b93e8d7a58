package api

import (
	"slices"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/dakoku/dakoku/platform/fault"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
)

// oldestFirst is every punch of the company.
func (f *fixture) oldestFirst(t *testing.T) []*attendancev1.Punch {
	t.Helper()
	res, err := f.admin.ListPunches(f.ctx(t), &attendancev1.ListPunchesRequest{})
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(res.GetPunches())
	return res.GetPunches()
}

// Every 取消 has one outcome and one truthful answer, and a repeated one the same.
func TestUndoTellsTheTruth(t *testing.T) {
	f := setup(t)
	e := f.employee(t, "001")
	for _, step := range []struct {
		at, text string
		template attendancev1.ReplyDirective_Template
		kind     attendancev1.Punch_Kind
		time     string
	}{
		{"27T08:00", "取消", attendancev1.ReplyDirective_NOTHING_TO_UNDO, attendancev1.Punch_UNDO, ""},
		{"27T09:00", "出勤", attendancev1.ReplyDirective_PUNCH_RECORDED, attendancev1.Punch_CLOCK_IN, "09:00"},
		{"27T09:00:30", "会議は取消です", attendancev1.ReplyDirective_TEMPLATE_UNSPECIFIED, 0, ""},
		{"27T09:01", "キャンセル", attendancev1.ReplyDirective_UNDONE, attendancev1.Punch_CLOCK_IN, "09:00"},
		{"27T09:01:01", "取消", attendancev1.ReplyDirective_UNDONE_BEFORE, attendancev1.Punch_UNDO, ""},
		{"27T09:30", "出勤", attendancev1.ReplyDirective_PUNCH_RECORDED, attendancev1.Punch_CLOCK_IN, "09:30"},
		{"27T09:31:01", "取消", attendancev1.ReplyDirective_UNDO_TOO_LATE, attendancev1.Punch_UNDO, ""},
	} {
		for repeated := range 2 {
			got := f.record(t, f.said(t, e, step.at, step.text))[0]
			if r := got.GetReply(); r.GetTemplate() != step.template || r.GetPunchKind() != step.kind || r.GetTimeText() != step.time || got.GetRepeatedKey() != (repeated == 1) {
				t.Errorf("%s %s: %v", step.at, step.text, got)
			}
			if (got.GetKind() == attendancev1.EventOutcome_RECORDED) != (step.template != 0) || (got.GetPunch() != "") != (step.template != 0) {
				t.Errorf("%s %s: %v", step.at, step.text, got)
			}
		}
	}
	day := f.sheet(t, e, "2026-11").GetDays()[0]
	if len(day.GetPunches()) != 6 || len(day.GetUncounted()) != 5 || day.GetClockInText() != "09:30" || !slices.Equal(day.GetFlags(), []string{"MISSING_CLOCK_OUT"}) {
		t.Errorf("%v", day)
	}
	undos, err := f.admin.ListPunches(f.ctx(t), &attendancev1.ListPunchesRequest{Employee: e, StartDay: "2026-11-01", EndDay: "2026-11-30", Kind: attendancev1.Punch_UNDO})
	if err != nil || len(undos.GetPunches()) != 4 {
		t.Errorf("%v, %v", undos, err)
	}
	if n := f.count(t, `select count(*) from attendance.event_outcomes`); n != 7 {
		t.Errorf("%d outcomes", n)
	}
}

// What was taken back stays and says by whom and by what, in the sheet as in the list; it cannot be voided again. When
// the 取消 is voided it counts again.
func TestWhatWasTakenBackIsShown(t *testing.T) {
	f := setup(t)
	f.at(t, "30T12:00")
	e := f.employee(t, "001")
	f.record(t, f.said(t, e, "27T09:00:40", "取り消し"), f.said(t, e, "27T09:00", "出勤"))
	listed, day := f.oldestFirst(t), f.sheet(t, e, "2026-11").GetDays()[0]
	for _, both := range [][]*attendancev1.Punch{listed, day.GetPunches()} {
		taken, undo := both[0], both[1]
		if taken.GetState() != attendancev1.Punch_VOIDED || taken.GetVoidActor() != "employees/"+e || taken.GetVoidReason() != "取り消し" ||
			!taken.GetVoidTime().AsTime().Equal(undo.GetTime().AsTime()) || taken.GetUndoneBy() != undo.GetName() {
			t.Errorf("%v", taken)
		}
		if undo.GetKind() != attendancev1.Punch_UNDO || undo.GetState() != attendancev1.Punch_VALID || undo.GetBusinessDay() != "2026-11-27" {
			t.Errorf("%v", undo)
		}
	}
	_, err := f.void(t, listed[0].GetName(), "二重")
	refused(t, err, fault.Precondition, "PUNCH_VOIDED")
	correct := func(punch string) error {
		_, err := f.admin.CorrectPunch(f.ctx(t), &attendancev1.CorrectPunchRequest{Punch: punch, Kind: attendancev1.Punch_CLOCK_OUT, Reason: "誤り"})
		return err
	}
	refused(t, correct(listed[0].GetName()), fault.Precondition, "PUNCH_VOIDED")
	refused(t, correct(listed[1].GetName()), fault.InvalidArgument, "INVALID_ARGUMENT")
	_, err = f.admin.CreateCorrectionRequest(f.ctx(t), &attendancev1.CreateCorrectionRequestRequest{CorrectionRequest: &attendancev1.CorrectionRequest{
		Employee: "employees/" + e, Kind: attendancev1.Punch_CLOCK_OUT, Time: f.time(t, "27T18:00"), Corrects: listed[0].GetName(), Reason: "誤り",
	}})
	refused(t, err, fault.Precondition, "PUNCH_VOIDED")
	if _, err := f.enter(t, e, attendancev1.Punch_UNDO, "27T09:00:50"); err == nil {
		t.Error("a 取消 was entered by hand")
	}
	if _, err := f.void(t, listed[1].GetName(), "取消は誤り"); err != nil {
		t.Fatal(err)
	}
	again := f.oldestFirst(t)[0]
	if again.GetState() != attendancev1.Punch_VALID || again.GetUndoneBy() != "" || again.GetVoidTime() != nil {
		t.Errorf("%v", again)
	}
	if d := f.sheet(t, e, "2026-11").GetDays()[0]; d.GetClockInText() != "09:00" {
		t.Errorf("%v", d)
	}
}

// A submitted period is closed to a 取消, which is held like a punch and works when it is applied.
func TestUndoInASubmittedPeriod(t *testing.T) {
	f := setup(t)
	e := f.employee(t, "001")
	f.record(t, f.said(t, e, "27T09:00", "出勤"), f.said(t, e, "27T18:00", "退勤"))
	if _, err := f.do(f.ctx(t), "submit", e, "2026-11"); err != nil {
		t.Fatal(err)
	}
	o := f.record(t, f.said(t, e, "27T18:00:30", "取消"))[0]
	if o.GetReason() != "SUBMITTED" || o.GetReply().GetTemplate() != attendancev1.ReplyDirective_UNDO_SUBMITTED || o.GetReply().GetPeriod() != "2026-11" {
		t.Errorf("%v", o)
	}
	held := f.held(t, &attendancev1.ListHeldPunchesRequest{})
	if len(held) != 1 || held[0].GetKind() != attendancev1.Punch_UNDO || f.sheet(t, e, "2026-11").GetDays()[0].GetClockOutText() != "18:00" {
		t.Fatalf("%v", held)
	}
	_, err := f.apply(t, held[0].GetName(), "")
	refused(t, err, fault.Precondition, "TIMESHEET_SUBMITTED")
	if _, err := f.do(f.ctx(t), "sendBack", e, "2026-11"); err != nil {
		t.Fatal(err)
	}
	if _, err := f.apply(t, held[0].GetName(), ""); err != nil {
		t.Fatal(err)
	}
	if d := f.sheet(t, e, "2026-11").GetDays()[0]; d.GetClockOutText() != "" || len(d.GetPunches()) != 3 {
		t.Errorf("%v", d)
	}
}

// A 取消 just over the cutoff of the closing day is held beside the 退勤 that was held just before it, and takes it back
// when both are applied.
func TestUndoOfAHeldPunchOverTheCutoff(t *testing.T) {
	f := setup(t)
	e := f.employee(t, "001")
	if _, err := f.do(f.ctx(t), "submit", e, "2026-10"); err != nil {
		t.Fatal(err)
	}
	got := f.record(t, f.said(t, e, "01T04:59:50", "退勤"), f.said(t, e, "01T05:00:10", "取消"))
	if got[0].GetReply().GetTemplate() != attendancev1.ReplyDirective_SUBMITTED || got[1].GetReason() != "SUBMITTED" ||
		got[1].GetReply().GetTemplate() != attendancev1.ReplyDirective_UNDO_SUBMITTED || got[1].GetReply().GetPeriod() != "2026-10" {
		t.Fatalf("%v", got)
	}
	if _, err := f.do(f.ctx(t), "sendBack", e, "2026-10"); err != nil {
		t.Fatal(err)
	}
	for _, held := range f.held(t, &attendancev1.ListHeldPunchesRequest{}) {
		if _, err := f.apply(t, held.GetName(), ""); err != nil {
			t.Fatal(err)
		}
	}
	if d := f.sheet(t, e, "2026-10").GetDays(); len(d) != 1 || d[0].GetClockOutText() != "" || len(d[0].GetPunches()) != 2 {
		t.Errorf("%v", d)
	}
}

// The window is a rule of the company, in force from an instant on; a 取消 keeps the one of its time.
func TestUndoWindow(t *testing.T) {
	f := setup(t)
	f.at(t, "27T00:00")
	e := f.employee(t, "001")
	window := func(from string, seconds int64) {
		f.rule(t, &attendancev1.WorkRules{EffectiveTime: f.time(t, from), UndoWindow: durationpb.New(time.Duration(seconds) * time.Second)})
	}
	window("27T08:00", 600)
	window("27T12:00", 0)
	answers := func(at, text string) attendancev1.ReplyDirective_Template {
		return f.record(t, f.said(t, e, at, text))[0].GetReply().GetTemplate()
	}
	answers("27T09:00", "出勤")
	if got := answers("27T09:10", "取消"); got != attendancev1.ReplyDirective_UNDONE {
		t.Error(got)
	}
	answers("27T12:30", "出勤")
	off := f.record(t, f.said(t, e, "27T12:30:10", "取消"))[0]
	if off.GetKind() != attendancev1.EventOutcome_IGNORED || off.GetReason() != "NO_PHRASE" || off.GetReply().GetTemplate() != 0 {
		t.Errorf("%v", off)
	}
	if n := f.count(t, `select undo_seconds from attendance.punches where kind = 'UNDO'`); n != 600 {
		t.Error(n)
	}
	if d := f.sheet(t, e, "2026-11").GetDays()[0]; d.GetClockInText() != "12:30" {
		t.Errorf("%v", d)
	}
}

// A company that has 取消 as a phrase punches by it; :test tells both.
func TestUndoAsAPhrase(t *testing.T) {
	f := setup(t)
	e := f.employee(t, "001")
	_, err := f.admin.UpdatePunchSettings(f.ctx(t), &attendancev1.UpdatePunchSettingsRequest{Connection: f.connection, PunchSettings: &attendancev1.PunchSettings{
		Phrases: &attendancev1.PunchSettings_Phrases{ClockIn: []string{"出勤"}, GoOut: []string{"取消"}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	f.record(t, f.said(t, e, "27T09:00", "出勤"))
	if o := f.record(t, f.said(t, e, "27T09:00:10", "取消"))[0]; o.GetReply().GetPunchKind() != attendancev1.Punch_GO_OUT {
		t.Errorf("%v", o)
	}
	for text, want := range map[string]attendancev1.Punch_Kind{"取消": attendancev1.Punch_GO_OUT, "キャンセル": attendancev1.Punch_UNDO} {
		res, err := f.admin.TestPunchSettings(f.ctx(t), &attendancev1.TestPunchSettingsRequest{Connection: f.connection, Text: text})
		if err != nil || res.GetKind() != want || res.GetReason() != "" || res.GetPhrase() != text {
			t.Errorf("%s: %v, %v", text, res, err)
		}
	}
}

// A command goes before 取消, also where 修正 is a trigger word. A punch that was asked for was not said, so that no 取消
// is about it. An outcome without an answer, which only NEVER makes of a 取消, does not name what was taken back.
func TestUndoBesideCorrections(t *testing.T) {
	f := setup(t)
	e := f.employee(t, "001")
	settings := f.settings(t)
	settings.TriggerWords, settings.Reply.Mode = []string{"修正"}, attendancev1.PunchSettings_Reply_NEVER
	f.put(t, settings)
	f.record(t, f.said(t, e, "23T09:00:40", "出勤 修正"), f.said(t, e, "23T10:00", "修正 9:01 休憩 忘れ"))
	if o := f.record(t, f.said(t, e, "23T10:01", "修正 9:00 取消 誤り"))[0]; o.GetReason() != "CORRECTION_UNCLEAR" {
		t.Errorf("%v", o)
	}
	if _, err := f.approves(f.ctx(t), f.requests(t)[0].GetName(), ""); err != nil {
		t.Fatal(err)
	}
	if o := f.record(t, f.said(t, e, "23T09:01:20", "修正 取消"))[0]; o.GetKind() != attendancev1.EventOutcome_RECORDED || o.GetReply().GetTemplate() != 0 {
		t.Errorf("%v", o)
	}
	if all := f.oldestFirst(t); len(all) != 3 || all[0].GetUndoneBy() != all[2].GetName() || all[1].GetState() != attendancev1.Punch_VALID {
		t.Errorf("%v", all)
	}
	if n := f.count(t, `select count(*) from attendance.event_outcomes o join attendance.punches p using (tenant_id, event_key) where o.kind = p.kind`); n != 2 {
		t.Errorf("%d outcomes of the kind of their rows", n)
	}
}

// A 取消 takes nothing back in silence, unless the bot is to say nothing at all.
func TestUndoIsAnsweredWhereProblemsAre(t *testing.T) {
	f := setup(t)
	e := f.employee(t, "001")
	for i, tt := range []struct {
		mode attendancev1.PunchSettings_Reply_Mode
		want attendancev1.ReplyDirective_Template
	}{
		{attendancev1.PunchSettings_Reply_PROBLEMS_ONLY, attendancev1.ReplyDirective_UNDONE},
		{attendancev1.PunchSettings_Reply_NEVER, attendancev1.ReplyDirective_TEMPLATE_UNSPECIFIED},
	} {
		settings := f.settings(t)
		settings.Reply.Mode = tt.mode
		f.put(t, settings)
		at := "2" + string(rune('3'+i)) + "T09:00"
		got := f.record(t, f.said(t, e, at, "出勤"), f.said(t, e, at+":20", "取消"))
		if got[0].GetReply().GetTemplate() != 0 || got[1].GetKind() != attendancev1.EventOutcome_RECORDED || got[1].GetReply().GetTemplate() != tt.want {
			t.Errorf("%s: %v", tt.mode, got)
		}
	}
}

// Where only problems are answered, a 取消 that took nothing and a punch that a 取消 took back before it came are.
func TestUndoThatWentWrongIsAProblem(t *testing.T) {
	f := setup(t)
	e := f.employee(t, "001")
	settings := f.settings(t)
	settings.Reply.Mode = attendancev1.PunchSettings_Reply_PROBLEMS_ONLY
	f.put(t, settings)
	for _, step := range []struct {
		at, text string
		template attendancev1.ReplyDirective_Template
	}{
		{"23T08:00", "取消", attendancev1.ReplyDirective_NOTHING_TO_UNDO},
		{"23T09:00", "出勤", attendancev1.ReplyDirective_TEMPLATE_UNSPECIFIED},
		{"23T09:01:01", "取消", attendancev1.ReplyDirective_UNDO_TOO_LATE},
		{"23T18:00:40", "取消", attendancev1.ReplyDirective_UNDO_TOO_LATE},
		{"23T18:00", "退勤", attendancev1.ReplyDirective_RECORDED_UNDONE},
		{"23T18:00:50", "取消", attendancev1.ReplyDirective_UNDONE_BEFORE},
	} {
		if got := f.record(t, f.said(t, e, step.at, step.text))[0]; got.GetKind() != attendancev1.EventOutcome_RECORDED || got.GetReply().GetTemplate() != step.template {
			t.Errorf("%s: %v", step.at, got)
		}
	}
}

// What was entered by hand was received when it was entered, which is not late, however long ago it was.
func TestEnteredByHandIsNotReceivedLate(t *testing.T) {
	f := setup(t)
	f.at(t, "30T12:00")
	e := f.employee(t, "001")
	for kind, at := range map[attendancev1.Punch_Kind]string{attendancev1.Punch_CLOCK_IN: "27T09:00", attendancev1.Punch_CLOCK_OUT: "27T18:00"} {
		if _, err := f.enter(t, e, kind, at); err != nil {
			t.Fatal(err)
		}
	}
	day := f.sheet(t, e, "2026-11").GetDays()[0]
	if len(day.GetFlags()) != 0 || day.GetWorkedMinutes() != 540 {
		t.Errorf("%v", day)
	}
	for _, p := range append(f.oldestFirst(t), day.GetPunches()...) {
		if p.GetReceivedLate() {
			t.Errorf("%v", p)
		}
	}
}

// A punch that was received long after it was said is told wherever it is shown; its time stays when it was said.
func TestReceivedLate(t *testing.T) {
	f := setup(t)
	e := f.employee(t, "001")
	in, out := f.said(t, e, "27T09:00", "出勤"), f.said(t, e, "27T18:00", "退勤")
	in.ReceivedTime = timestamppb.New(in.GetIssuedTime().AsTime().Add(15 * time.Minute))
	out.ReceivedTime = timestamppb.New(out.GetIssuedTime().AsTime().Add(15*time.Minute + time.Millisecond))
	f.record(t, in, out)
	day := f.sheet(t, e, "2026-11").GetDays()[0]
	if !slices.Equal(day.GetFlags(), []string{"RECEIVED_LATE"}) || day.GetClockOutText() != "18:00" || day.GetWorkedMinutes() != 540 {
		t.Errorf("%v", day)
	}
	for _, both := range [][]*attendancev1.Punch{f.oldestFirst(t), day.GetPunches()} {
		if both[0].GetReceivedLate() || !both[1].GetReceivedLate() {
			t.Errorf("%v", both)
		}
	}
}
