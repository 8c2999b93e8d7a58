package phrase

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// where writes what was found and the piece of the text that it is.
func where(text string, e Explanation) (found []string) {
	for _, f := range e.Found {
		found = append(found, fmt.Sprintf("%s %s %d %s", f.Kind, f.Written, f.Start, text[f.Start:f.End]))
	}
	return found
}

func TestExplain(t *testing.T) {
	m := compile(t, Settings{Phrases: map[timeclock.Kind][]string{
		timeclock.ClockIn: {"しゅっきん", "☀️", "株"}, timeclock.ClockOut: {"退勤", "👨‍👩‍👧"},
		timeclock.BreakStart: {"休憩"}, timeclock.BreakEnd: {"休憩終了", "が", "ok go"},
	}, Triggers: []string{"打刻", "⏰"}, Position: Head})
	for _, tt := range []struct {
		text string
		miss timeclock.Miss
		want []string
	}{
		{"打刻 ｼｭｯｷﾝ!", timeclock.MissNone, []string{"CLOCK_IN しゅっきん 7 ｼｭｯｷﾝ", " 打刻 0 打刻"}},
		{"@Bot ⏰️ ☀️です", timeclock.MissNone, []string{"CLOCK_IN ☀️ 12 ☀️", " ⏰ 5 ⏰️"}},
		{"打刻㈱", timeclock.MissNone, []string{"CLOCK_IN 株 6 ㈱", " 打刻 0 打刻"}},
		{"打刻 休憩終了", timeclock.MissNone, []string{"BREAK_END 休憩終了 7 休憩終了", " 打刻 0 打刻"}},
		{"打刻ｶﾞ", timeclock.MissNone, []string{"BREAK_END が 6 ｶﾞ", " 打刻 0 打刻"}},
		{"打刻 OK \n GO", timeclock.MissNone, []string{"BREAK_END ok go 7 OK \n GO", " 打刻 0 打刻"}},
		{"打刻 👨‍👩‍👧", timeclock.MissNone, []string{"CLOCK_OUT 👨‍👩‍👧 7 👨‍👩‍👧", " 打刻 0 打刻"}},
		{"打刻 退勤 休憩", timeclock.MissAmbiguous, []string{"CLOCK_OUT 退勤 7 退勤", "BREAK_START 休憩 14 休憩", " 打刻 0 打刻"}},
		{"退勤", timeclock.MissTrigger, []string{"CLOCK_OUT 退勤 0 退勤"}},
		{"打刻", timeclock.MissPhrase, []string{" 打刻 0 打刻"}},
		{"", timeclock.MissPhrase, nil},
	} {
		e := m.Explain(tt.text)
		if diff := cmp.Diff(tt.want, where(tt.text, e)); diff != "" || e.Miss != tt.miss || e.Reading != m.Match(tt.text) {
			t.Errorf("Explain(%q) = %+v (-want +got):\n%s", tt.text, e, diff)
		}
		if e.Misplaced || e.Mentioned || e.TooLong {
			t.Errorf("Explain(%q) = %+v", tt.text, e)
		}
	}
}

// What is there and does not count is said.
func TestExplainWhatDoesNotCount(t *testing.T) {
	m := compile(t, Settings{
		Phrases:  map[timeclock.Kind][]string{timeclock.ClockOut: {"退勤"}},
		Triggers: []string{"打刻"}, Position: Head,
	})
	if e := m.Explain("退勤 打刻"); !e.Misplaced || e.Miss != timeclock.MissTrigger || len(e.Found) != 2 {
		t.Errorf("trigger word not at the head: %+v", e)
	}
	if e := m.Explain("@退勤Bot 打刻"); !e.Mentioned || e.Miss != timeclock.MissPhrase {
		t.Errorf("phrase in a mention: %+v", e)
	}
	if e := m.Explain("@退勤Bot 打刻 退勤"); e.Mentioned || e.Kind != timeclock.ClockOut {
		t.Errorf("phrase also outside the mention: %+v", e)
	}
	if e := m.Explain(strings.Repeat("退勤", 100)); len(e.Found) != maxPlaces {
		t.Errorf("%d places of one phrase", len(e.Found))
	}
	if e := m.Explain(longText("あ")); !e.TooLong || e.Miss != timeclock.MissPhrase {
		t.Errorf("too long: %+v", e)
	}
}
