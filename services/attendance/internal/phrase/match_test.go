package phrase

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

func compile(t testing.TB, s Settings) *Matcher {
	t.Helper()
	m, err := Compile(s)
	if err != nil {
		t.Fatalf("Compile: %v", err)
	}
	return m
}

func hit(kind timeclock.Kind, phrase, trigger string) timeclock.Reading {
	return timeclock.Reading{Kind: kind, Phrase: phrase, Trigger: trigger}
}

func miss(m timeclock.Miss) timeclock.Reading { return timeclock.Reading{Miss: m} }

func TestMatchDefaults(t *testing.T) {
	m := compile(t, Default())
	for _, tt := range []struct {
		text string
		want timeclock.Reading
	}{
		{"出勤", hit(timeclock.ClockIn, "出勤", "")},
		{"おはようございます、出勤します！", hit(timeclock.ClockIn, "出勤", "")},
		{"休憩", hit(timeclock.BreakStart, "休憩", "")},
		{"復帰です", hit(timeclock.BreakEnd, "復帰", "")},
		{"お先に\n退勤\n", hit(timeclock.ClockOut, "退勤", "")},
		{"出勤 出勤", hit(timeclock.ClockIn, "出勤", "")},
		{"@打刻Bot 退勤", hit(timeclock.ClockOut, "退勤", "")},
		{"@出勤Bot 退勤", hit(timeclock.ClockOut, "退勤", "")},
		{"＠出勤Bot　@人事 退勤", hit(timeclock.ClockOut, "退勤", "")},
		{"@出勤Bot", miss(timeclock.MissPhrase)},
		{"出勤して退勤", miss(timeclock.MissAmbiguous)},
		{"", miss(timeclock.MissPhrase)},
		{"   ", miss(timeclock.MissPhrase)},
		{"おはよう", miss(timeclock.MissPhrase)},
		{"出 勤", miss(timeclock.MissPhrase)},
		{"\xff\xfe", miss(timeclock.MissPhrase)},
	} {
		t.Run(tt.text, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, m.Match(tt.text)); diff != "" {
				t.Errorf("Match(%q) (-want +got):\n%s", tt.text, diff)
			}
		})
	}
}

func TestMatchLongest(t *testing.T) {
	m := compile(t, Settings{Phrases: map[timeclock.Kind][]string{
		timeclock.BreakStart: {"休憩", "休憩開始"},
		timeclock.BreakEnd:   {"休憩終了", "昼休憩終"},
		timeclock.ClockIn:    {"in", "check in"},
	}})
	for _, tt := range []struct {
		text string
		want timeclock.Reading
	}{
		{"休憩", hit(timeclock.BreakStart, "休憩", "")},
		{"休憩終了", hit(timeclock.BreakEnd, "休憩終了", "")},
		{"休憩終", hit(timeclock.BreakStart, "休憩", "")},
		{"休憩開始", hit(timeclock.BreakStart, "休憩開始", "")},
		{"休憩 休憩開始", hit(timeclock.BreakStart, "休憩", "")},
		{"休憩終了 休憩", miss(timeclock.MissAmbiguous)},
		{"昼休憩終了", hit(timeclock.BreakEnd, "昼休憩終", "")},
		{"Check In", hit(timeclock.ClockIn, "check in", "")},
		{"ＩＮ", hit(timeclock.ClockIn, "in", "")},
	} {
		t.Run(tt.text, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, m.Match(tt.text)); diff != "" {
				t.Errorf("Match(%q) (-want +got):\n%s", tt.text, diff)
			}
		})
	}
}

func TestMatchEmoji(t *testing.T) {
	m := compile(t, Settings{Phrases: map[timeclock.Kind][]string{
		timeclock.ClockIn:    {"👨", "☀️", "1️⃣"},
		timeclock.ClockOut:   {"👨‍👩‍👧", "🌙", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"},
		timeclock.BreakStart: {"🇯🇵", "❤️‍🔥"},
		timeclock.BreakEnd:   {"👍🏽", "©️"},
	}})
	for _, tt := range []struct {
		name, text string
		want       timeclock.Reading
	}{
		{"man", "👨 おはよう", hit(timeclock.ClockIn, "👨", "")},
		{"man is not in the family", "👨‍👩‍👧‍👦", miss(timeclock.MissPhrase)},
		{"family", "👨‍👩‍👧", hit(timeclock.ClockOut, "👨‍👩‍👧", "")},
		{"sun without selector", "今日も☀", hit(timeclock.ClockIn, "☀️", "")},
		{"sun with selector", "☀️", hit(timeclock.ClockIn, "☀️", "")},
		{"keycap", "1️⃣", hit(timeclock.ClockIn, "1️⃣", "")},
		{"digit is no keycap", "1", miss(timeclock.MissPhrase)},
		{"flag", "🇯🇵", hit(timeclock.BreakStart, "🇯🇵", "")},
		{"flag straddling two flags", "🇦🇯🇵🇧", miss(timeclock.MissPhrase)},
		{"flag of tags", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", hit(timeclock.ClockOut, "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "")},
		{"black flag is no England", "🏴", miss(timeclock.MissPhrase)},
		{"burning heart unqualified", "❤‍🔥", hit(timeclock.BreakStart, "❤️‍🔥", "")},
		{"heart alone", "❤️", miss(timeclock.MissPhrase)},
		{"skin tone", "👍🏽", hit(timeclock.BreakEnd, "👍🏽", "")},
		{"other skin tone", "👍🏿", miss(timeclock.MissPhrase)},
		{"copyright as emoji", "©", hit(timeclock.BreakEnd, "©️", "")},
		{"two kinds", "☀️🌙", miss(timeclock.MissAmbiguous)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, m.Match(tt.text)); diff != "" {
				t.Errorf("Match(%q) (-want +got):\n%s", tt.text, diff)
			}
		})
	}
}
