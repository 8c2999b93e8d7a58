package correction

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the tests do not depend on the machine's zones

	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// phrases are those of a company.
var phrases = map[string]timeclock.Kind{
	"出勤": timeclock.ClockIn, "退勤": timeclock.ClockOut, "休憩": timeclock.BreakStart, "休憩 終了": timeclock.BreakEnd, "in": timeclock.ComeBack,
}

func kindOf(text string) (timeclock.Kind, bool) {
	kind, is := phrases[text]
	return kind, is
}

// silent and punching are texts that would punch by themselves, or not.
func silent() bool   { return false }
func punching() bool { return true }

func rules(t *testing.T, zone string) timeclock.Rules {
	t.Helper()
	c, err := timeclock.NewCalendar(zone, timeclock.MonthEnd, timeclock.DefaultWorkRules())
	if err != nil {
		t.Fatal(err)
	}
	return c.Rules
}

func TestCommands(t *testing.T) {
	r := rules(t, "Asia/Tokyo")
	sent := time.Date(2026, time.November, 27, 20, 0, 0, 0, r.Zone)
	night := time.Date(2026, time.November, 28, 1, 30, 0, 0, r.Zone)
	for _, tt := range []struct {
		sent                     time.Time
		text, at, phrase, reason string
	}{
		{sent, "修正 9:00 出勤 打刻を忘れました", "2026-11-27 09:00", "出勤", "打刻を忘れました"},
		{sent, "　修正　０９：００　出勤　電車の 遅延\nのため ", "2026-11-27 09:00", "出勤", "電車の 遅延\nのため"},
		{sent, "@打刻くん 修正 9時5分 出勤 忘れ", "2026-11-27 09:05", "出勤", "忘れ"},
		{sent, "修正 11/26 18:30 退勤 忘れ", "2026-11-26 18:30", "退勤", "忘れ"},
		{sent, "修正 11月26日 25:30 退勤 忘れ", "2026-11-27 01:30", "退勤", "忘れ"},
		{sent, "修正 2025-12-01 9時 休憩 終了 忘れ", "2025-12-01 09:00", "休憩 終了", "忘れ"},
		{sent, "修正 2026年1月5日 9:00 休憩 忘れ", "2026-01-05 09:00", "休憩", "忘れ"},
		{sent, "修正 12/28 9:00 出勤 仕事納め", "", "出勤", "仕事納め"}, // a month ahead is no day of last year
		{sent, "FIX 9:00 in forgot it", "2026-11-27 09:00", "in", "forgot it"},
		{sent, "修正 5:00 出勤 早番", "2026-11-27 05:00", "出勤", "早番"},
		{sent, "修正 20:00 出勤 今", "2026-11-27 20:00", "出勤", "今"},
		{sent, "修正 20:01 出勤 先", "", "出勤", "先"},
		{sent, "修正 4:59 出勤 先", "", "出勤", "先"}, // past midnight of today
		{night, "修正 1:00 退勤 夜勤", "2026-11-28 01:00", "退勤", "夜勤"},
		{night, "修正 25:00 退勤 夜勤", "2026-11-28 01:00", "退勤", "夜勤"},
		{night, "修正 18:00 出勤 夜勤", "2026-11-27 18:00", "出勤", "夜勤"},
		{night, "修正 11/28 1:00 退勤 夜勤", "2026-11-28 01:00", "退勤", "夜勤"},
		{time.Date(2026, time.January, 2, 9, 0, 0, 0, r.Zone), "修正 12/28 9:00 出勤 仕事納め", "2025-12-28 09:00", "出勤", "仕事納め"},
		{sent, "修正 昨日 9:00 出勤 忘れ", "2026-11-26 09:00", "出勤", "忘れ"},
		{sent, "修正 おととい 25:30 退勤 忘れ", "2026-11-26 01:30", "退勤", "忘れ"},
		{sent, "修正 今日 9時 出勤 忘れ", "2026-11-27 09:00", "出勤", "忘れ"},
		{sent, "fix Yesterday 9:00 in forgot", "2026-11-26 09:00", "in", "forgot"},
		{night, "修正 昨日 18:00 出勤 忘れ", "", "出勤", "忘れ"}, // the day before is the one that still lasts
		{sent, "修正 昨日 出勤 忘れ", "", "出勤", "忘れ"},
		{sent, "fix yesterday in", "", "in", ""},
		{sent, "fix9:00 in forgot", "", "", ""},
		{sent, "修正、 9:00 出勤 忘れ", "2026-11-27 09:00", "出勤", "忘れ"},
		{sent, "(修正) 9:00 出勤 忘れ", "2026-11-27 09:00", "出勤", "忘れ"},
		{sent, "'修正' 9:00 出勤 忘れ", "2026-11-27 09:00", "出勤", "忘れ"},
		{sent, "【修正】 9∶00 出勤 忘れ", "2026-11-27 09:00", "出勤", "忘れ"},
		{sent, "「修正 9:00 出勤 忘れ」", "2026-11-27 09:00", "出勤", "忘れ」"},
		{sent, "“修正” 9:00 出勤 忘れ", "2026-11-27 09:00", "出勤", "忘れ"},
		{sent, "＠打刻くん 修正 9:00 出勤 忘れ", "2026-11-27 09:00", "出勤", "忘れ"},
		{sent, "・修正 9:00 出勤 忘れ", "2026-11-27 09:00", "出勤", "忘れ"},
		{sent, "\"fix\" 9:00 in forgot", "2026-11-27 09:00", "in", "forgot"},
		{sent, "\u200b\ufeff@打刻くん \u200b修正\u200b 9:00 出勤 忘れ", "2026-11-27 09:00", "出勤", "忘れ"},
		{sent, "修正: 9:00 出勤 忘れ", "2026-11-27 09:00", "出勤", "忘れ"},
		{sent, "fix, 9:00 in forgot", "2026-11-27 09:00", "in", "forgot"},
		{sent, "修正 0001-01-01 9:00 出勤 忘れ", "", "出勤", "忘れ"}, // no time that can be stored
		{sent, "修正 1999-12-31 9:00 出勤 忘れ", "", "出勤", "忘れ"},
		{sent, "修正 2000-01-01 9:00 出勤 忘れ", "2000-01-01 09:00", "出勤", "忘れ"},
		{sent, "修正", "", "", ""},
		{sent, "修正 出勤 9:00 忘れ", "", "出勤", "9:00 忘れ"},
		{sent, "修正 9:00", "", "", ""},
		{sent, "修正 9:00出勤 忘れ", "", "", ""},
		{sent, "修正9:00 出勤 忘れ", "", "", ""},
		{sent, "修正：9:00 出勤 忘れ", "", "", ""},
		{sent, "修正 9:00 出勤", "2026-11-27 09:00", "出勤", ""},
		{sent, "修正 9:00 に出勤しました", "2026-11-27 09:00", "", ""},
		{sent, "修正 48:00 出勤 忘れ", "", "出勤", "忘れ"},
		{sent, "修正 9:60 出勤 忘れ", "", "出勤", "忘れ"},
		{sent, "修正 2/30 9:00 出勤 忘れ", "", "出勤", "忘れ"},
		{sent, "修正 13/1 9:00 出勤 忘れ", "", "出勤", "忘れ"},
	} {
		c, ok := Read(tt.text)
		asked, asks := c.In(kindOf, silent)
		if !ok || !asks {
			t.Errorf("%q is no command", tt.text)
			continue
		}
		at, known := c.At(tt.sent, r)
		kind, reason := phrases[tt.phrase], asked.Reason
		got := at.In(r.Zone).Format("2006-01-02 15:04")
		if want := tt.at; known != (want != "") && kind != "" || known && want != "" && got != want || kind != asked.Kind || reason != tt.reason {
			t.Errorf("%q: %s %v %+v", tt.text, got, known, asked)
		}
		if known && asked.Clear != (asked.Kind != "" && asked.Reason != "") {
			t.Errorf("%q: %+v", tt.text, asked)
		}
		if around := c.Around(tt.sent); known && (at.Before(around[0]) || at.After(tt.sent)) {
			t.Errorf("%q is not around %v", tt.text, around)
		}
	}
}

// What is no command is left to the phrases, whatever it says.
func TestWhatIsNoCommand(t *testing.T) {
	for _, text := range []string{
		"", " ", "@修正 9:00", "＠修正 9:00", "出勤", "修正しました 出勤", "9:00 出勤 修正", "修正 完了しました", "修正 お願いします 出勤", "修正 9", "fix",
		"fix in", "fix 3 bugs", "prefix 9:00 in", "fixed 9:00 in", "修正 残業3時間 出勤", "修正 2 件 出勤", "修正 比率 a:1 出勤", "修正済み 出勤", strings.Repeat("修正", 100) + " 9:00 出勤 忘れ",
	} {
		if c, ok := Read(text); ok {
			if _, asks := c.In(kindOf, silent); asks {
				t.Errorf("%q is a command: %+v", text, c)
			}
		}
	}
}

// However long a text is, few pieces of it are looked for among the phrases.
func TestPhrasesAreAskedForSeldom(t *testing.T) {
	for _, head := range []string{"修正 9:00 ", "修正 ", "修正 a ", "@a 修正 昨日 9:00 "} {
		c, ok := Read(head + strings.Repeat("ж ", 1<<14))
		asked := 0
		c.In(func(string) (timeclock.Kind, bool) { asked++; return "", false }, silent)
		if !ok || asked != longestPhrase {
			t.Errorf("%q: %v, asked %d times", head, ok, asked)
		}
	}
}

// Where the clock is set forward some times never come.
func TestATimeThatNeverComes(t *testing.T) {
	r := rules(t, "Europe/Berlin")
	c, ok := Read("修正 3/29 2:30 出勤 忘れ")
	if at, known := c.At(time.Date(2026, time.March, 30, 9, 0, 0, 0, r.Zone), r); !ok || known {
		t.Error(at)
	}
}

func TestReasons(t *testing.T) {
	for reason, want := range map[string]bool{
		"忘れ": true, "a\nb\t": true, "": false, " \u3164\u200b": false, "a\x00b": false, strings.Repeat("長", LongestReason): true, strings.Repeat("長", LongestReason+1): false,
	} {
		if Says(reason) != want {
			t.Errorf("%.20q", reason)
		}
	}
}
