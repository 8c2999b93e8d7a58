package phrase

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

func TestMatchUndo(t *testing.T) {
	plain, settings := compile(t, Default()), Default()
	settings.Triggers = []string{"打刻", "⏰"}
	anywhere := compile(t, settings)
	settings.Position = Head
	head := compile(t, settings)
	undo := func(word, trigger string) timeclock.Reading { return hit(timeclock.Undo, word, trigger) }
	none, bare := miss(timeclock.MissPhrase), miss(timeclock.MissTrigger)
	for _, tt := range []struct {
		text                  string
		plain, anywhere, head timeclock.Reading
	}{
		{"取消", undo("取消", ""), bare, bare},
		{" 取り消し\n", undo("取り消し", ""), bare, bare},
		{"取消し", undo("取消し", ""), bare, bare},
		{"トリケシ", undo("とりけし", ""), bare, bare},
		{"ｷｬﾝｾﾙ", undo("キャンセル", ""), bare, bare},
		{"Ｃａｎｃｅｌ", undo("cancel", ""), bare, bare},
		{"UNDO", undo("undo", ""), bare, bare},
		{"취소", undo("취소", ""), bare, bare},
		{"撤销", undo("撤销", ""), bare, bare},
		{"撤銷", undo("撤銷", ""), bare, bare},
		{"@打刻Bot 取消", undo("取消", ""), undo("取消", "打刻"), undo("取消", "打刻")},
		{"打刻 取消", none, undo("取消", "打刻"), undo("取消", "打刻")},
		{"@Bot ⏰️取消", none, undo("取消", "⏰"), undo("取消", "⏰")},
		{"取消 打刻", none, undo("取消", "打刻"), bare},
		{"打刻 を取消", none, none, none},
		{"打刻", none, none, none},
		{"取消します", none, none, none},
		{"会議は取消", none, none, none},
		{"取消 取消", none, none, none},
		{"取 消", none, none, none},
		{"取消。", none, none, none},
		{"@取消", none, none, none},
		{"出勤 取消", hit(timeclock.ClockIn, "出勤", ""), bare, bare},
		{"", none, none, none},
		{"  ", none, none, none},
	} {
		t.Run(tt.text, func(t *testing.T) {
			for name, pair := range map[string][2]timeclock.Reading{
				"plain": {tt.plain, plain.Match(tt.text)}, "anywhere": {tt.anywhere, anywhere.Match(tt.text)}, "head": {tt.head, head.Match(tt.text)},
			} {
				if diff := cmp.Diff(pair[0], pair[1]); diff != "" {
					t.Errorf("%s (-want +got):\n%s", name, diff)
				}
			}
			if diff := cmp.Diff(plain.Match(tt.text), plain.Explain(tt.text).Reading); diff != "" {
				t.Errorf("explained otherwise:\n%s", diff)
			}
		})
	}
}

// A company's own phrase goes first, whatever it is.
func TestAPhraseGoesBeforeUndo(t *testing.T) {
	m := compile(t, Settings{Phrases: map[timeclock.Kind][]string{timeclock.ComeBack: {"取消"}, timeclock.GoOut: {"消"}}})
	for text, want := range map[string]timeclock.Reading{
		"取消": hit(timeclock.ComeBack, "取消", ""), "取消し": hit(timeclock.ComeBack, "取消", ""),
		"取り消し": hit(timeclock.GoOut, "消", ""), "キャンセル": hit(timeclock.Undo, "キャンセル", ""),
	} {
		if diff := cmp.Diff(want, m.Match(text)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
	var zero Matcher
	if diff := cmp.Diff(miss(timeclock.MissPhrase), zero.Match("取消")); diff != "" {
		t.Error(diff)
	}
}
