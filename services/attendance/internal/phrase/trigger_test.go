package phrase

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

func TestMatchTrigger(t *testing.T) {
	settings := Default()
	settings.Triggers = []string{"打刻", "⏰"}
	anywhere := compile(t, settings)
	settings.Position = Head
	head := compile(t, settings)
	for _, tt := range []struct {
		text           string
		anywhere, head timeclock.Reading
	}{
		{"打刻 出勤", hit(timeclock.ClockIn, "出勤", "打刻"), hit(timeclock.ClockIn, "出勤", "打刻")},
		{"打刻出勤", hit(timeclock.ClockIn, "出勤", "打刻"), hit(timeclock.ClockIn, "出勤", "打刻")},
		{"出勤 打刻", hit(timeclock.ClockIn, "出勤", "打刻"), miss(timeclock.MissTrigger)},
		{"  ⏰️退勤", hit(timeclock.ClockOut, "退勤", "⏰"), hit(timeclock.ClockOut, "退勤", "⏰")},
		{"@Bot 打刻 退勤", hit(timeclock.ClockOut, "退勤", "打刻"), hit(timeclock.ClockOut, "退勤", "打刻")},
		{"@打刻 退勤", hit(timeclock.ClockOut, "退勤", "打刻"), hit(timeclock.ClockOut, "退勤", "打刻")},
		{"@Bot @打刻Bot 退勤", hit(timeclock.ClockOut, "退勤", "打刻"), hit(timeclock.ClockOut, "退勤", "打刻")},
		{"@Bot 退勤 @打刻", hit(timeclock.ClockOut, "退勤", "打刻"), miss(timeclock.MissTrigger)},
		{"@Bot さん 打刻 退勤", hit(timeclock.ClockOut, "退勤", "打刻"), miss(timeclock.MissTrigger)},
		{"出勤", miss(timeclock.MissTrigger), miss(timeclock.MissTrigger)},
		{"出勤と退勤", miss(timeclock.MissTrigger), miss(timeclock.MissTrigger)},
		{"打刻 出勤と退勤", miss(timeclock.MissAmbiguous), miss(timeclock.MissAmbiguous)},
		{"打刻", miss(timeclock.MissPhrase), miss(timeclock.MissPhrase)},
	} {
		t.Run(tt.text, func(t *testing.T) {
			if diff := cmp.Diff(tt.anywhere, anywhere.Match(tt.text)); diff != "" {
				t.Errorf("anywhere (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.head, head.Match(tt.text)); diff != "" {
				t.Errorf("head (-want +got):\n%s", diff)
			}
		})
	}
}

func TestMatchTriggerThatLooksLikeAMention(t *testing.T) {
	m := compile(t, Settings{
		Phrases:  map[timeclock.Kind][]string{timeclock.ClockIn: {"@in", "出勤"}},
		Triggers: []string{"@"}, Position: Head,
	})
	for text, want := range map[string]timeclock.Reading{
		"@in":    hit(timeclock.ClockIn, "@in", "@"),
		"@ 出勤":   hit(timeclock.ClockIn, "出勤", "@"),
		"＠出勤":    hit(timeclock.ClockIn, "出勤", "@"),
		"出勤 @in": miss(timeclock.MissTrigger),
	} {
		if diff := cmp.Diff(want, m.Match(text)); diff != "" {
			t.Errorf("Match(%q) (-want +got):\n%s", text, diff)
		}
	}
}

func TestMatchLongText(t *testing.T) {
	m := compile(t, Default())
	text := strings.Repeat("あ", MaxText/3-2) + "出勤"
	if got := m.Match(text); got.Kind != timeclock.ClockIn {
		t.Errorf("64 KiB text: %+v", got)
	}
	if got := m.Match(text + strings.Repeat("い", 10)); got.Miss != timeclock.MissPhrase {
		t.Errorf("longer text: %+v", got)
	}
}

func TestReadButton(t *testing.T) {
	for _, kind := range timeclock.Kinds() {
		got, ok := ReadButton(Button(kind))
		if want := hit(kind, "", ""); !ok || got != want {
			t.Errorf("ReadButton(%q) = %+v, %t", Button(kind), got, ok)
		}
	}
	if got, ok := ReadButton("start"); !ok || got.Miss != timeclock.MissGuide {
		t.Errorf("start: %+v, %t", got, ok)
	}
	for _, value := range []string{"", "dakoku:", "dakoku:clock_in", "CLOCK_IN", "punch=in", "START", "dakoku:UNDO"} {
		if got, ok := ReadButton(value); ok || got.Miss != timeclock.MissPhrase {
			t.Errorf("ReadButton(%q) = %+v, %t", value, got, ok)
		}
	}
}
