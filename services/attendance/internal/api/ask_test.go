package api

import (
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/dakoku/dakoku/platform/fault"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
)

func (f *fixture) requests(t *testing.T) []*attendancev1.CorrectionRequest {
	t.Helper()
	res, err := f.admin.ListCorrectionRequests(f.ctx(t), &attendancev1.ListCorrectionRequestsRequest{})
	if err != nil {
		t.Fatal(err)
	}
	return res.GetCorrectionRequests()
}

// A command asks for a punch, on the day and at the time that it says, and records none; approved, it is one.
func TestACorrectionIsAskedForByChat(t *testing.T) {
	f := setup(t)
	e := f.employee(t, "001")
	settings := f.settings(t)
	settings.Phrases.ClockOut, settings.TriggerWords = []string{"おつ"}, []string{"勤怠"} // triggers are for punches
	f.put(t, settings)
	f.record(t, f.said(t, e, "05T22:00", "勤怠 出勤"))
	event := f.said(t, e, "23T10:00", "＠打刻くん 修正　１１／５ ３０：３０　おつ　端末が 故障")
	got := f.record(t, event)[0]
	want := &attendancev1.EventOutcome{
		EventKey: event.GetEventKey(), Kind: attendancev1.EventOutcome_IGNORED, Reason: "CORRECTION_REQUESTED", Employee: e,
		Reply: &attendancev1.ReplyDirective{
			Template: attendancev1.ReplyDirective_CORRECTION_REQUESTED, Place: attendancev1.PunchSettings_Reply_SAME_ROOM, PunchKind: attendancev1.Punch_CLOCK_OUT,
			EmployeeDisplayName: "社員001", TimeText: "30:30", BusinessDate: "2026-11-05",
		},
	}
	if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" {
		t.Errorf("outcome (-want +got):\n%s", diff)
	}
	list := f.requests(t)
	if len(list) != 1 {
		t.Fatal(list)
	}
	asked := &attendancev1.CorrectionRequest{
		Name: list[0].GetName(), Employee: "employees/" + e, Kind: attendancev1.Punch_CLOCK_OUT, Time: f.said(t, e, "06T06:30", "").GetIssuedTime(), Reason: "端末が 故障",
		BusinessDay: "2026-11-05", Period: "2026-11", Source: attendancev1.Punch_CHAT, State: attendancev1.CorrectionRequest_REQUESTED,
		CreateTime: event.GetIssuedTime(), TimeZone: "Asia/Tokyo",
	}
	if diff := cmp.Diff(asked, list[0], protocmp.Transform()); diff != "" {
		t.Errorf("request (-want +got):\n%s", diff)
	}
	if n := f.count(t, `select count(*) from attendance.punches`); n != 1 {
		t.Errorf("%d punches", n)
	}
	if _, err := f.approves(f.ctx(t), list[0].GetName(), ""); err != nil {
		t.Fatal(err)
	}
	if day := f.sheet(t, e, "2026-11").GetDays()[0]; day.GetDate() != "2026-11-05" || day.GetClockOutText() != "30:30" || day.GetWorkedMinutes() != 510 {
		t.Errorf("day %v", day)
	}
}

// A command that cannot be read is answered with an example; what is no command is what it was.
func TestCommandsThatAskForNothing(t *testing.T) {
	f := setup(t)
	e := f.employee(t, "001")
	for text, reason := range map[string]string{
		"修正": "CORRECTION_UNCLEAR", "修正 出勤": "CORRECTION_UNCLEAR", "修正 9:00 出勤": "CORRECTION_UNCLEAR", "修正 9:00 残業 忘れ": "CORRECTION_UNCLEAR",
		"修正 9:00 に出勤しました": "CORRECTION_UNCLEAR", "修正9:00 出勤 忘れ": "CORRECTION_UNCLEAR", "修正 10:01 出勤 先": "CORRECTION_UNCLEAR", "修正 9:99 出勤 忘れ": "CORRECTION_UNCLEAR",
		"修正 9:00 出勤 a\x01b": "CORRECTION_UNCLEAR", "修正 9:00 出勤 " + strings.Repeat("長", 1001): "CORRECTION_UNCLEAR",
		"修正 お願いします 9:00 出勤 忘れ": "CORRECTION_UNCLEAR", "修正 昨日の9:00 出勤 忘れ": "CORRECTION_UNCLEAR", "修正お願いします 9:00 出勤": "CORRECTION_UNCLEAR",
		"修正 9:00 出勤 " + strings.Repeat("長", 20000): "CORRECTION_UNCLEAR", "修正 出勤 " + strings.Repeat("a ", 30000): "CORRECTION_UNCLEAR",
		"修正お願いします。今朝の出勤は9:00でした": "CORRECTION_UNCLEAR", "修正 0001-01-01 9:00 出勤 忘れ": "CORRECTION_UNCLEAR",
		"修正 0900に出勤しました": "CORRECTION_UNCLEAR", "修正お願いします 九時 出勤": "CORRECTION_UNCLEAR", "修正9.00 出勤 忘れ": "CORRECTION_UNCLEAR", "修正 500 部": "NO_PHRASE",
		"修正版は15時に送ります": "NO_PHRASE", "修正 会議室が3Fになりました 15:00": "NO_PHRASE", "fix the link before 15:00 please": "NO_PHRASE",
		"修正 完了しました": "NO_PHRASE", "修正済みです": "NO_PHRASE", "fix": "NO_PHRASE", "修正 お願いします 出勤": "", "出勤 修正 9:00": "", "修正しました 出勤": "",
	} {
		got := f.record(t, f.said(t, e, "23T10:00", text))[0]
		if got.GetReason() != reason || (reason == "") != (got.GetKind() == attendancev1.EventOutcome_RECORDED) ||
			(reason == "CORRECTION_UNCLEAR") != (got.GetReply().GetTemplate() == attendancev1.ReplyDirective_CORRECTION_UNCLEAR) {
			t.Errorf("%.30q: %v", text, got)
		}
	}
	button := f.said(t, e, "23T11:00", "修正 9:00 出勤 忘れ")
	button.GetText().Postback = "dakoku:CLOCK_OUT"
	if got := f.record(t, button)[0]; got.GetKind() != attendancev1.EventOutcome_RECORDED {
		t.Errorf("a button: %v", got)
	}
	if list := f.requests(t); list != nil {
		t.Errorf("requests %v", list)
	}
}

// Who may not punch may not ask, and nothing is asked for that nobody could approve.
func TestCommandsThatAreRefused(t *testing.T) {
	f := setup(t)
	e := f.employee(t, "001")
	f.did(t, "submit", e)
	got := f.record(t, f.said(t, e, "23T10:00", "修正 9:00 出勤 忘れ"), f.said(t, "", "23T10:00", "修正 9:00 出勤 忘れ"))
	if r := got[0]; r.GetKind() != attendancev1.EventOutcome_REFUSED || r.GetReason() != "CORRECTION_SUBMITTED" || r.GetReply().GetPeriod() != "2026-11" ||
		r.GetReply().GetTemplate() != attendancev1.ReplyDirective_CORRECTION_SUBMITTED || r.GetReply().GetTimeText() != "09:00" {
		t.Errorf("submitted: %v", r)
	}
	if r := got[1]; r.GetReason() != "UNLINKED" || r.GetReply().GetTemplate() != attendancev1.ReplyDirective_UNLINKED {
		t.Errorf("unlinked: %v", r)
	}
	if n := f.count(t, `select (select count(*) from attendance.correction_requests) + (select count(*) from attendance.held_punches)`); n != 0 {
		t.Errorf("%d rows", n)
	}
}

// 昨日 is a day, and a request names the one that was meant.
func TestACommandOfYesterday(t *testing.T) {
	f := setup(t)
	e := f.employee(t, "001")
	got := f.record(t, f.said(t, e, "23T10:00", "修正 昨日 9:00 出勤 忘れ"), f.said(t, e, "23T10:01", "修正 一昨日 18時30分 退勤 忘れ"))
	for i, want := range []string{"2026-11-22 09:00", "2026-11-21 18:30"} {
		if r := got[i].GetReply(); got[i].GetReason() != "CORRECTION_REQUESTED" || r.GetBusinessDate()+" "+r.GetTimeText() != want {
			t.Errorf("%v", got[i])
		}
	}
	f.did(t, "submit", e)
	if o := f.record(t, f.said(t, e, "23T11:00", "修正 一昨日 9:00 出勤 忘れ"))[0]; o.GetReason() != "CORRECTION_SUBMITTED" {
		t.Errorf("%v", o)
	}
	if n := f.count(t, `select count(*) from attendance.punches`); n != 0 {
		t.Errorf("%d punches", n)
	}
}

// A lock that is far from the message is seen, in whatever company of events the command comes.
func TestACommandSeesWhatIsAroundItsTime(t *testing.T) {
	f := setup(t)
	f.closes(t, 10)
	e := f.employee(t, "001")
	if _, err := f.do(f.ctx(t), "submit", e, "2026-11"); err != nil {
		t.Fatal(err)
	}
	got := f.record(t, f.said(t, e, "26T10:00", "出勤"), f.said(t, e, "26T10:01", "修正 11/10 9:00 出勤 忘れ"), f.said(t, e, "26T10:02", "修正 11/11 9:00 出勤 忘れ"))
	if got[0].GetKind() != attendancev1.EventOutcome_RECORDED || got[1].GetReason() != "CORRECTION_SUBMITTED" || got[2].GetReason() != "CORRECTION_REQUESTED" {
		t.Error(got)
	}
}

// Many deliveries of one command are one request with one outcome.
func TestACommandIsDeliveredOften(t *testing.T) {
	f := setup(t)
	event := f.said(t, f.employee(t, "001"), "23T10:00", "修正 9:00 出勤 忘れ")
	var work sync.WaitGroup
	for range 10 {
		work.Go(func() {
			res, err := f.machine.RecordEvents(t.Context(), &attendancev1.RecordEventsRequest{Events: []*attendancev1.ChatEvent{event, event}})
			if away, ok := fault.From(err); ok && away.Kind() == fault.Unavailable {
				return // the machine had no time
			}
			if err != nil || res.GetOutcomes()[0].GetReason() != "CORRECTION_REQUESTED" || !res.GetOutcomes()[1].GetRepeatedKey() {
				t.Error(res, err)
			}
		})
	}
	work.Wait()
	if n := f.count(t, `select (select count(*) from attendance.correction_requests) * 10 + (select count(*) from attendance.event_outcomes)`); n != 11 {
		t.Errorf("%d", n)
	}
	again := f.record(t, event)[0]
	if r := again.GetReply(); !again.GetRepeatedKey() || r.GetTimeText() != "09:00" || r.GetBusinessDate() != "2026-11-23" || r.GetPunchKind() != attendancev1.Punch_CLOCK_IN {
		t.Errorf("again: %v", again)
	}
}
