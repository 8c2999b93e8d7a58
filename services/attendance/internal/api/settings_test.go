package api

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/dakoku/dakoku/platform/fault"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	"github.com/dakoku/dakoku/services/attendance/internal/phrase"
	"github.com/dakoku/dakoku/services/attendance/internal/store"
	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
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
		Phrases:      &attendancev1.PunchSettings_Phrases{ClockIn: []string{""}, ClockOut: []string{"退勤", "退勤"}, GoOut: []string{"\u3099", "出\a"}},
		TriggerWords: []string{"退勤", "退勤時刻"}, TriggerPosition: 9, Reply: &attendancev1.PunchSettings_Reply{Mode: 9, Place: 9},
	}
	for _, only := range []bool{false, true} {
		_, err := f.admin.UpdatePunchSettings(f.ctx(t), &attendancev1.UpdatePunchSettingsRequest{Connection: f.connection, PunchSettings: bad, ValidateOnly: only})
		_, fields := refused(t, err, fault.InvalidArgument, "INVALID_ARGUMENT")
		want := []string{"phrases.CLOCK_IN[0] EMPTY", "phrases.CLOCK_OUT[1] DUPLICATE",
			"phrases.GO_OUT[0] LOOSE_MARK", "phrases.GO_OUT[1] BAD_CHARACTER", "triggerWords[0] DUPLICATE", "triggerWords[1] CONTAINS_PHRASE",
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

// Of more words than there may be nobody asks what each pair of them would be.
func TestTooManyWordsAreNotTried(t *testing.T) {
	f := setup(t)
	words := func(n int, one string) (many []string) {
		for i := range n {
			many = append(many, one+strings.Repeat("x", i))
		}
		return many
	}
	_, err := f.admin.UpdatePunchSettings(f.ctx(t), &attendancev1.UpdatePunchSettingsRequest{Connection: f.connection, PunchSettings: &attendancev1.PunchSettings{
		Phrases: &attendancev1.PunchSettings_Phrases{GoOut: []string{"🚶"}}, TriggerWords: append([]string{"修正"}, words(30, "t")...), TriggerPosition: attendancev1.PunchSettings_HEAD,
	}})
	if _, fields := refused(t, err, fault.InvalidArgument, "INVALID_ARGUMENT"); len(fields) != 1 || strings.Contains(fields[0], "HIDDEN") {
		t.Errorf("%v", fields)
	}
}

// What asks for a correction is named together with what else is wrong, but not where one word is longer than any may be.
func TestEveryBadWordIsNamedAtOnce(t *testing.T) {
	long := strings.Repeat("x", 5000) + "\a"
	for _, tt := range []struct{ in, want []string }{
		{[]string{"修正9:00", "出勤"}, []string{"phrases.CLOCK_OUT[0] DUPLICATE", "reply.mode UNKNOWN_VALUE", "phrases.CLOCK_IN[0] HIDDEN_BY_CORRECTION"}},
		{[]string{"修正9:00", "出勤", long}, []string{"phrases.CLOCK_IN[2] BAD_CHARACTER", "phrases.CLOCK_OUT[0] DUPLICATE", "reply.mode UNKNOWN_VALUE"}},
	} {
		_, err := readSettings(&attendancev1.PunchSettings{
			Phrases: &attendancev1.PunchSettings_Phrases{ClockIn: tt.in, ClockOut: []string{"出勤", "退勤"}}, Reply: &attendancev1.PunchSettings_Reply{Mode: 9},
		})
		if _, fields := refused(t, err, fault.InvalidArgument, "INVALID_ARGUMENT"); !cmp.Equal(tt.want, fields) {
			t.Errorf("%v", fields)
		}
	}
}

// A word that can only ask for a correction is refused where it stands, and one that punches is not.
func TestWordsThatAskForCorrections(t *testing.T) {
	f := setup(t)
	e := f.employee(t, "001")
	const hidden = " HIDDEN_BY_CORRECTION"
	anywhere, head := attendancev1.PunchSettings_ANYWHERE, attendancev1.PunchSettings_HEAD
	for i, tt := range []struct {
		goOut    []string
		triggers []string
		position attendancev1.PunchSettings_TriggerPosition
		fields   []string
		says     string // what punches, when nothing is refused
	}{
		{[]string{"🚶", "修正", "fix 9:00", "修正9時", "ＦＩＸ 8:00", "修正　昨日"}, nil, anywhere, []string{
			"phrases.GO_OUT[1]" + hidden, "phrases.GO_OUT[2]" + hidden, "phrases.GO_OUT[3]" + hidden, "phrases.GO_OUT[4]" + hidden,
			"phrases.GO_OUT[5]" + hidden,
		}, ""},
		{[]string{"修正 🚶", "🚶"}, nil, anywhere, []string{"phrases.GO_OUT[0]" + hidden}, ""},
		{[]string{"修正済"}, nil, anywhere, nil, "修正済"},
		{[]string{"修正 🚶"}, nil, anywhere, nil, "修正 🚶"},
		{[]string{"修正"}, []string{"勤怠"}, head, nil, "勤怠 修正"},
		{[]string{"🚶"}, []string{"⏰", "修正", "修正 9:00", "fix"}, head, []string{"triggerWords[1]" + hidden, "triggerWords[2]" + hidden}, ""},
		{[]string{"🚶"}, []string{"fix"}, head, nil, "fix 🚶"},
		{[]string{"🚶"}, []string{"修正"}, anywhere, nil, "🚶 修正"},
	} {
		_, err := f.admin.UpdatePunchSettings(f.ctx(t), &attendancev1.UpdatePunchSettingsRequest{Connection: f.connection, PunchSettings: &attendancev1.PunchSettings{
			Phrases: &attendancev1.PunchSettings_Phrases{GoOut: tt.goOut}, TriggerWords: tt.triggers, TriggerPosition: tt.position,
		}})
		if tt.fields != nil {
			if _, fields := refused(t, err, fault.InvalidArgument, "INVALID_ARGUMENT"); !cmp.Equal(tt.fields, fields) {
				t.Errorf("%d: %v", i, fields)
			}
			continue
		}
		at := string(rune('1'+i)) + "T12:00"
		if got := f.record(t, f.said(t, e, "1"+at, tt.says))[0]; err != nil || got.GetReply().GetPunchKind() != attendancev1.Punch_GO_OUT || got.GetPunch() == "" {
			t.Errorf("%d: %v, %v", i, err, got)
		}
	}
}

// A trigger word at the head that asks for a correction does so before a space, as the refusal says; settings that were
// stored before it was refused still punch without one.
func TestATriggerWordThatAsksBeforeASpace(t *testing.T) {
	f := setup(t)
	e := f.employee(t, "001")
	words := phrase.Settings{Phrases: map[timeclock.Kind][]string{timeclock.GoOut: {"外出"}}, Triggers: []string{"修正"}, Position: phrase.Head}
	if _, err := f.admin.store.PutSettings(t.Context(), f.tenant, f.connection, "a", false, func(s store.Settings) (store.Settings, error) {
		s.Words = words
		return s, nil
	}); err != nil {
		t.Fatal(err)
	}
	for text, reason := range map[string]string{"修正外出": "", "修正 外出": "CORRECTION_UNCLEAR"} {
		if got := f.record(t, f.said(t, e, "23T12:00", text))[0]; got.GetReason() != reason || (got.GetPunch() != "") != (reason == "") {
			t.Errorf("%s: %v", text, got)
		}
	}
	bad := takenByCommands(words)
	if len(bad) != 1 || !strings.Contains(bad[0].Text.JA, "空白") || !strings.Contains(bad[0].Text.EN, "space") {
		t.Errorf("%v", bad)
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

// A punch names the settings and the words that made it, and those settings can be read after they were changed, also
// those that every connection begins with.
func TestPunchNamesItsSettings(t *testing.T) {
	f := setup(t)
	e := f.employee(t, "001")
	initial := f.record(t, f.said(t, e, "01T08:00", "出勤"))[0].GetPunch()
	f.put(t, &attendancev1.PunchSettings{Phrases: &attendancev1.PunchSettings_Phrases{ClockIn: []string{"おは"}}, TriggerWords: []string{"⏰"}})
	f.record(t, f.said(t, e, "01T09:00", "⏰️ ｵﾊｰ"))
	f.put(t, &attendancev1.PunchSettings{Phrases: &attendancev1.PunchSettings_Phrases{ClockIn: []string{"in"}}})
	list, err := f.admin.ListPunches(f.ctx(t), &attendancev1.ListPunchesRequest{})
	if err != nil || len(list.GetPunches()) != 2 {
		t.Fatalf("%v, %v", list, err)
	}
	p, first := list.GetPunches()[0], list.GetPunches()[1]
	if p.GetPhrase() != "おは" || p.GetTriggerWord() != "⏰" || p.GetConnection() != "connections/"+f.connection || p.GetSettingsVersion() != 1 {
		t.Errorf("punch %v", p)
	}
	read := func(version *int64) (*attendancev1.PunchSettings, error) {
		res, err := f.admin.GetPunchSettings(f.ctx(t), &attendancev1.GetPunchSettingsRequest{Connection: f.connection, Version: version})
		return res.GetPunchSettings(), err
	}
	if then, err := read(p.SettingsVersion); err != nil || then.GetVersion() != 1 || !cmp.Equal(then.GetPhrases().GetClockIn(), []string{"おは"}) {
		t.Errorf("settings of the punch: %v, %v", then, err)
	}
	want := &attendancev1.PunchSettings_Phrases{ClockIn: []string{"出勤"}, BreakStart: []string{"休憩"}, BreakEnd: []string{"復帰", "休憩終了"}, ClockOut: []string{"退勤"}}
	zero, err := read(first.SettingsVersion)
	if diff := cmp.Diff(want, zero.GetPhrases(), protocmp.Transform()); err != nil || first.GetName() != "punches/"+initial || first.SettingsVersion == nil || zero.GetVersion() != 0 || diff != "" {
		t.Errorf("settings of the first punch: %v, %v\n%s", zero, err, diff)
	}
	if now, err := read(nil); err != nil || now.GetVersion() != 2 {
		t.Errorf("settings in force: %v, %v", now, err)
	}
	_, err = read(new(int64(3)))
	refused(t, err, fault.NotFound, "PUNCH_SETTINGS_NOT_FOUND")
}

// Settings that today's rules would refuse are in force all the same, without the words that are refused.
func TestOldSettingsStillPunch(t *testing.T) {
	f := setup(t)
	e := f.employee(t, "001")
	const older = `insert into attendance.punch_settings (tenant_id, connection_id, version, phrases, triggers, trigger_position,
		reply_mode, reply_place, actor, created_at) values ($1, $2, 1, '{"CLOCK_IN":["","出勤"],"CLOCK_OUT":["出勤"]}', '[]', 'ANYWHERE',
		'ALWAYS', 'SAME_ROOM', 'accounts/a1', now()) returning version`
	f.count(t, older, f.tenant, f.connection)
	if got := f.record(t, f.said(t, e, "01T09:00", "出勤")); got[0].GetKind() != attendancev1.EventOutcome_RECORDED {
		t.Errorf("%v", got)
	}
}
