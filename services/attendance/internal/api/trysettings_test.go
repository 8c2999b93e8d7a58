package api

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/dakoku/dakoku/platform/fault"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
)

type (
	tried = attendancev1.TestPunchSettingsResponse
	found = attendancev1.TestPunchSettingsResponse_Found
)

func (f *fixture) try(t *testing.T, text string, draft *attendancev1.PunchSettings) *tried {
	t.Helper()
	got, err := f.admin.TestPunchSettings(f.ctx(t), &attendancev1.TestPunchSettingsRequest{Connection: f.connection, Text: text, PunchSettings: draft})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestTestPunchSettings(t *testing.T) {
	f := setup(t)
	settings := f.settings(t)
	settings.TriggerWords, settings.TriggerPosition = []string{"打刻"}, attendancev1.PunchSettings_HEAD
	f.put(t, settings)
	in, out, trigger := attendancev1.Punch_CLOCK_IN, attendancev1.Punch_CLOCK_OUT, attendancev1.Punch_KIND_UNSPECIFIED
	for text, want := range map[string]*tried{
		"打刻 👍出勤です": {Kind: in, Phrase: "出勤", TriggerWord: "打刻", Explanation: "打刻として記録されます。", Found: []*found{
			{Kind: in, Word: "出勤", Text: "出勤", Start: 4, Length: 2}, {Kind: trigger, Word: "打刻", Text: "打刻", Length: 2}}},
		"出勤": {Reason: "NO_TRIGGER", Explanation: "打刻キーワードはありますが、引き金となる言葉がないため打刻されません。",
			Found: []*found{{Kind: in, Word: "出勤", Text: "出勤", Length: 2}}},
		"出勤 打刻": {Reason: "TRIGGER_NOT_AT_HEAD", Explanation: "引き金となる言葉が先頭にないため打刻されません。", Found: []*found{
			{Kind: in, Word: "出勤", Text: "出勤", Length: 2}, {Kind: trigger, Word: "打刻", Text: "打刻", Start: 3, Length: 2}}},
		"打刻": {Reason: "NO_PHRASE", Explanation: "打刻キーワードが含まれていません。", Found: []*found{{Word: "打刻", Text: "打刻", Length: 2}}},
		"@出勤 打刻": {Reason: "NO_PHRASE", Explanation: "打刻キーワードは先頭のメンション（@）の中にしかないため打刻されません。",
			Found: []*found{{Word: "打刻", Text: "打刻", Start: 4, Length: 2}}},
		"打刻 退\u200B勤 出勤 退勤": {Reason: "AMBIGUOUS", Explanation: "複数の種類の打刻キーワード（「退勤」「出勤」）が含まれているため打刻されません。", Found: []*found{
			{Kind: out, Word: "退勤", Text: "退\u200B勤", Start: 3, Length: 3}, {Kind: in, Word: "出勤", Text: "出勤", Start: 7, Length: 2},
			{Kind: out, Word: "退勤", Text: "退勤", Start: 10, Length: 2}, {Word: "打刻", Text: "打刻", Length: 2}}},
		"修正 9:00 出勤 忘れ": {Reason: "CORRECTION", Explanation: "修正申請として扱われ、打刻されません。承認されると記録されます。未来の時刻と申請済みの期間は申請できません。",
			Found: []*found{{Kind: in, Word: "出勤", Text: "出勤", Start: 8, Length: 2}}},
		strings.Repeat("㍿", 1<<14): {Reason: "TOO_LONG", Explanation: "長すぎるため打刻として扱われません。"},
	} {
		want.SettingsVersion = 1
		if diff := cmp.Diff(want, f.try(t, text, nil), protocmp.Transform()); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
	if n := f.count(t, `select count(*) from attendance.event_outcomes`); n != 0 {
		t.Errorf("%d outcomes", n)
	}
}

// What begins like a command and cannot be read is explained as it is answered when it is sent, before and after the
// settings are stored.
func TestTestCommandsThatAskForNothing(t *testing.T) {
	f := setup(t)
	e := f.employee(t, "001")
	for text, want := range map[string]string{
		"修正": "CORRECTION_UNCLEAR", "修正 出勤": "CORRECTION_UNCLEAR", "修正 9:00": "CORRECTION_UNCLEAR", "fix 9:00": "CORRECTION_UNCLEAR",
		"修正 出勤 忘れ": "CORRECTION_UNCLEAR", "修正 9:00 出勤": "CORRECTION_UNCLEAR", "修正 9:00 残業 忘れ": "CORRECTION_UNCLEAR", "修正 9:60 出勤 忘れ": "CORRECTION_UNCLEAR",
		"修正 2/30 9:00 出勤 忘れ": "CORRECTION_UNCLEAR", "修正 昨日 9:00 に出勤": "CORRECTION_UNCLEAR", "修正 9:00 出勤 " + strings.Repeat("長", 1001): "CORRECTION_UNCLEAR",
		"修正お願いします。今朝の出勤は9:00でした": "CORRECTION_UNCLEAR", "修正 0001-01-01 9:00 出勤 忘れ": "CORRECTION_UNCLEAR", "修正版は15時に送ります": "NO_PHRASE",
		"修正 2/29 9:00 出勤 忘れ": "CORRECTION", "修正 昨日 9:00 出勤 忘れ": "CORRECTION", "修正 0900 出勤 忘れ": "CORRECTION", "修正 九時半 出勤 忘れ": "CORRECTION", "修正 0900に出勤": "CORRECTION_UNCLEAR", "修正 お願いします": "NO_PHRASE", "fix it": "NO_PHRASE", "fix 出勤": "",
	} {
		got := f.try(t, text, nil)
		if got.GetReason() != want || (want == "") != (got.GetKind() == attendancev1.Punch_CLOCK_IN) {
			t.Errorf("%.20q: %v", text, got)
		}
		if (want == "CORRECTION_UNCLEAR") != (got.GetExplanation() == unclear.JA) {
			t.Errorf("%.20q: %s", text, got.GetExplanation())
		}
		if sent := f.record(t, f.said(t, e, "23T10:00", text))[0]; (sent.GetReason() == "CORRECTION_UNCLEAR") != (want == "CORRECTION_UNCLEAR") && !strings.Contains(text, "2/29") {
			t.Errorf("%.20q is explained as %s and answered as %s", text, want, sent.GetReason())
		}
	}
}

// The gateway has the words of the answers.
func TestUnclearIsTheAnswer(t *testing.T) {
	sentences, err := os.ReadFile("../../../webhook-gateway/internal/reply/sentences.go")
	if err != nil || !strings.Contains(string(sentences), `"`+unclear.JA+`"`) || !strings.Contains(string(sentences), `"`+unclear.EN+`"`) {
		t.Errorf("not answered like that: %v", err)
	}
}

// A draft is tried before it is stored, checked as it will be, and stored nowhere.
func TestTestPunchSettingsOfADraft(t *testing.T) {
	f := setup(t)
	draft := &attendancev1.PunchSettings{Phrases: &attendancev1.PunchSettings_Phrases{GoOut: []string{"🚶"}}}
	if got := f.try(t, "🚶🏽‍♀️ 🚶🏽", draft); got.GetKind() != attendancev1.Punch_GO_OUT || got.GetFound()[0].GetStart() != 6 {
		t.Errorf("%v", got)
	}
	if got := f.try(t, "出勤", draft); got.GetReason() != "NO_PHRASE" {
		t.Errorf("settings in force were used: %v", got)
	}
	draft.TriggerWords = []string{"🚶🏽"}
	_, err := f.admin.TestPunchSettings(f.ctx(t), &attendancev1.TestPunchSettingsRequest{Connection: f.connection, Text: "🚶", PunchSettings: draft})
	if _, fields := refused(t, err, fault.InvalidArgument, "INVALID_ARGUMENT"); !cmp.Equal(fields, []string{"triggerWords[0] CONTAINS_PHRASE"}) {
		t.Errorf("fields %v", fields)
	}
	if n := f.count(t, `select count(*) from attendance.punch_settings`); n != 0 {
		t.Errorf("%d versions stored", n)
	}
}
