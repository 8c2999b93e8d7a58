package api

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/dakoku/dakoku/platform/fault"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
)

func (f *fixture) settings(t *testing.T) *attendancev1.PunchSettings {
	t.Helper()
	res, err := f.admin.GetPunchSettings(f.ctx(t), &attendancev1.GetPunchSettingsRequest{Connection: f.connection})
	if err != nil {
		t.Fatal(err)
	}
	return res.GetPunchSettings()
}

func (f *fixture) put(t *testing.T, s *attendancev1.PunchSettings) *attendancev1.PunchSettings {
	t.Helper()
	res, err := f.admin.UpdatePunchSettings(f.ctx(t), &attendancev1.UpdatePunchSettingsRequest{Connection: f.connection, PunchSettings: s})
	if err != nil {
		t.Fatal(err)
	}
	return res.GetPunchSettings()
}

func TestPunchSettingsVersions(t *testing.T) {
	f := setup(t)
	defaults := f.settings(t)
	if defaults.GetVersion() != 0 || defaults.GetUpdateTime() != nil || !cmp.Equal(defaults.GetPhrases().GetClockIn(), []string{"出勤"}) ||
		defaults.GetTriggerPosition() != attendancev1.PunchSettings_ANYWHERE || defaults.GetReply().GetMode() != attendancev1.PunchSettings_Reply_ALWAYS {
		t.Errorf("defaults %v", defaults)
	}
	next := proto.CloneOf(defaults)
	next.Phrases.GoOut, next.TriggerWords = []string{"🚶"}, []string{"⏰"}
	next.TriggerPosition, next.Reply.Place = attendancev1.PunchSettings_HEAD, attendancev1.PunchSettings_Reply_DIRECT
	stored := f.put(t, next)
	next.Version, next.UpdateTime, next.Etag = 1, stored.GetUpdateTime(), stored.GetEtag()
	for _, got := range []*attendancev1.PunchSettings{stored, f.settings(t)} {
		if diff := cmp.Diff(next, got, protocmp.Transform()); diff != "" {
			t.Errorf("stored (-want +got):\n%s", diff)
		}
	}
	_, err := f.admin.UpdatePunchSettings(f.ctx(t), &attendancev1.UpdatePunchSettingsRequest{Connection: f.connection, PunchSettings: defaults})
	refused(t, err, fault.Aborted, "ETAG_STALE")
	defaults.Etag = ""
	if again := f.put(t, defaults); again.GetVersion() != 2 {
		t.Errorf("an update without etag: version %d", again.GetVersion())
	}
	if n := f.count(t, `select count(*) from attendance.punch_settings where actor = 'accounts/a1'`); n != 2 {
		t.Errorf("%d versions kept", n)
	}
}

func TestPunchSettingsValidation(t *testing.T) {
	f := setup(t)
	bad := &attendancev1.PunchSettings{
		Phrases:      &attendancev1.PunchSettings_Phrases{ClockIn: []string{""}, ClockOut: []string{"退勤", "退勤"}},
		TriggerWords: []string{"退勤"}, TriggerPosition: 9, Reply: &attendancev1.PunchSettings_Reply{Mode: 9, Place: 9},
	}
	for _, only := range []bool{false, true} {
		_, err := f.admin.UpdatePunchSettings(f.ctx(t), &attendancev1.UpdatePunchSettingsRequest{Connection: f.connection, PunchSettings: bad, ValidateOnly: only})
		_, fields := refused(t, err, fault.InvalidArgument, "INVALID_ARGUMENT")
		want := []string{"phrases.CLOCK_IN[0] EMPTY", "phrases.CLOCK_OUT[1] DUPLICATE", "triggerWords[0] DUPLICATE",
			"triggerPosition UNKNOWN_VALUE", "reply.mode UNKNOWN_VALUE", "reply.place UNKNOWN_VALUE"}
		if diff := cmp.Diff(want, fields); diff != "" {
			t.Errorf("fields (-want +got):\n%s", diff)
		}
	}
	before := f.settings(t)
	_, err := f.admin.UpdatePunchSettings(f.ctx(t), &attendancev1.UpdatePunchSettingsRequest{
		Connection: f.connection, PunchSettings: &attendancev1.PunchSettings{TriggerWords: []string{"⏰"}}, ValidateOnly: true,
	})
	if diff := cmp.Diff(before, f.settings(t), protocmp.Transform()); err != nil || diff != "" {
		t.Errorf("%v (-before +after):\n%s", err, diff)
	}
}

func TestTestPunchSettings(t *testing.T) {
	f := setup(t)
	settings := f.settings(t)
	settings.TriggerWords = []string{"打刻"}
	f.put(t, settings)
	for text, want := range map[string]*attendancev1.TestPunchSettingsResponse{
		"打刻 出勤":    {Kind: attendancev1.Punch_CLOCK_IN, Phrase: "出勤", TriggerWord: "打刻", Explanation: "打刻として記録されます。"},
		"出勤":       {Reason: "NO_TRIGGER", Explanation: "打刻キーワードはありますが、引き金となる言葉がないため打刻されません。"},
		"打刻":       {Reason: "NO_PHRASE", Explanation: "打刻キーワードが含まれていません。"},
		"打刻 出勤 退勤": {Reason: "AMBIGUOUS", Explanation: "複数の打刻キーワードが含まれているため打刻されません。"},
	} {
		got, err := f.admin.TestPunchSettings(f.ctx(t), &attendancev1.TestPunchSettingsRequest{Connection: f.connection, Text: text})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
	if n := f.count(t, `select count(*) from attendance.event_outcomes`); n != 0 {
		t.Errorf("%d outcomes", n)
	}
}

// Settings decide which events are punches from the next event on, and whether and where they are answered.
func TestPunchSettingsDecide(t *testing.T) {
	f := setup(t)
	e := f.employee(t, "001")
	for i, tt := range []struct {
		mode           attendancev1.PunchSettings_Reply_Mode
		quiet, problem attendancev1.ReplyDirective_Template
	}{
		{attendancev1.PunchSettings_Reply_ALWAYS, attendancev1.ReplyDirective_PUNCH_RECORDED, attendancev1.ReplyDirective_AMBIGUOUS},
		{attendancev1.PunchSettings_Reply_PROBLEMS_ONLY, attendancev1.ReplyDirective_TEMPLATE_UNSPECIFIED, attendancev1.ReplyDirective_AMBIGUOUS},
		{attendancev1.PunchSettings_Reply_NEVER, attendancev1.ReplyDirective_TEMPLATE_UNSPECIFIED, attendancev1.ReplyDirective_TEMPLATE_UNSPECIFIED},
	} {
		f.put(t, &attendancev1.PunchSettings{
			Phrases: &attendancev1.PunchSettings_Phrases{ClockIn: []string{"おは"}, ClockOut: []string{"おつ"}},
			Reply:   &attendancev1.PunchSettings_Reply{Mode: tt.mode, Place: attendancev1.PunchSettings_Reply_DIRECT},
		})
		at := string(rune('1'+i)) + "T09:00"
		got := f.record(t, f.said(t, e, "1"+at, "ｵﾊ!"), f.said(t, e, "2"+at, "おはおつ"), f.said(t, e, "1"+at, "出勤"))
		if got[0].GetKind() != attendancev1.EventOutcome_RECORDED || got[0].GetReply().GetTemplate() != tt.quiet ||
			got[0].GetReply().GetPlace() != attendancev1.PunchSettings_Reply_DIRECT || got[1].GetReply().GetTemplate() != tt.problem || got[2].GetReason() != "NO_PHRASE" {
			t.Errorf("%s: %v", tt.mode, got)
		}
	}
	if n := f.count(t, `select count(distinct settings_version) from attendance.punches`); n != 3 {
		t.Errorf("punches name %d versions", n)
	}
}
