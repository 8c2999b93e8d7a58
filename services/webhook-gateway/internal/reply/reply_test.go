package reply

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
)

// now is when everything is said here.
var now = time.Date(2026, time.November, 27, 0, 0, 0, 0, time.UTC)

func TestEveryTemplateAndKindHasATextInEveryLanguage(t *testing.T) {
	for number, template := range attendancev1.ReplyDirective_Template_name {
		if number == 0 {
			continue
		}
		for kindNumber, kind := range attendancev1.Punch_Kind_name {
			if kindNumber == 0 {
				continue
			}
			m, ok := Compose(Facts{Template: template, Kind: kind, Name: "山田", Time: "09:00", Previous: "08:00", Period: "2026-11", Now: now})
			if !ok || len(m.Texts) != len(languages) {
				t.Fatalf("%s: %d texts", template, len(m.Texts))
			}
			for i, text := range m.Texts {
				if text.Language != languages[i] || text.Text == "" || strings.ContainsAny(text.Text, "{}") || kinds[kind][i] == "" {
					t.Errorf("%s %s: %+v", template, kind, text)
				}
			}
		}
	}
	if len(sentences) != len(attendancev1.ReplyDirective_Template_name)-1 {
		t.Error("a sentence without a template")
	}
}

func TestJapaneseAsPromised(t *testing.T) {
	f := Facts{Kind: "CLOCK_IN", Name: "山田 太郎", Time: "09:00", Previous: "18:00", Period: "2026-11", Date: "2026-11-27", Now: now}
	for template, want := range map[string]string{
		"PUNCH_RECORDED":            "山田 太郎さん 出勤 09:00 を記録しました。",
		"CLOCK_IN_REPEATED":         "すでに 18:00 に出勤を記録しています。",
		"CLOCK_OUT_REPLACED":        "退勤を 09:00 に更新しました(前回 18:00)。",
		"UNLINKED":                  "LINE WORKSアカウントが従業員に紐付いていません。管理者に連絡してください。",
		"SUBMITTED":                 "11月分の勤怠は申請済みのため打刻できません。差戻しを依頼してください。",
		"AMBIGUOUS":                 "複数の打刻キーワードが含まれています。1つだけ送信してください。",
		"TEXT_ONLY":                 "テキストで送信してください。位置情報・スタンプ・画像には対応していません。",
		"UNDONE":                    "山田 太郎さん 11月27日 09:00 出勤 を取り消しました。",
		"NOTHING_TO_UNDO":           "取り消せる打刻がありません。修正が必要な場合は管理者に連絡してください。",
		"UNDONE_BEFORE":             "最後の打刻はすでに取り消されています。その前の打刻の修正は管理者に連絡してください。",
		"UNDO_TOO_LATE":             "最後の打刻から時間が経っているため取り消せません。修正は管理者に連絡してください。",
		"UNDO_HELD":                 "最後の打刻は11月分の勤怠の保留となり記録されていないため、取消も保留として預かりました。管理者に連絡してください。", // true after it was discarded, too
		"UNDO_SUBMITTED":            "11月分の勤怠は申請済みのため取り消せません。差戻しを依頼してください。",
		"RECORDED_WITHOUT_CLOCK_IN": "山田 太郎さん 出勤 09:00 を記録しました。出勤の打刻がありません。",
	} {
		f.Template = template
		if m, _ := Compose(f); m.Texts[0].Text != want {
			t.Errorf("%s: %s", template, m.Texts[0].Text)
		}
	}
}

// Whoever reads an answer hours later reads of which day it speaks, and nothing
// that may have changed since is claimed to be so now.
func TestLateAnswersNameTheDay(t *testing.T) {
	f := Facts{Kind: "CLOCK_IN", Name: "山田 太郎", Time: "09:00", Previous: "08:00", Period: "2026-11", Date: "2026-11-26", Now: now}
	for template, said := range sentences {
		f.Template = template
		m, _ := Compose(f)
		dated := strings.Contains(said.words[0], "{time}") || strings.Contains(said.words[0], "{previous}")
		if dated && len(m.Late) != len(languages) {
			t.Fatalf("%s: %+v", template, m.Late)
		}
		if (len(m.Late) == 0) != said.buttons { // without them it is given up after a day
			t.Errorf("%s: %d words for late readers", template, len(m.Late))
		}
		for i, text := range m.Late {
			day := []string{"11/26", "Nov 26", "11/26", "11/26", "11/26"}[i]
			if text.Language != languages[i] || strings.ContainsAny(text.Text, "{}") || dated && !strings.Contains(text.Text, day) || text.Text == m.Texts[i].Text {
				t.Errorf("%s: %+v", template, text)
			}
		}
	}
	f.Template = "PUNCH_RECORDED"
	if m, _ := Compose(f); m.Late[0].Text != "山田 太郎さん 11/26 09:00 出勤を記録しました。" || m.Late[english].Text != "山田 太郎: Nov 26 09:00 Clock in was recorded." {
		t.Errorf("%+v", m.Late)
	}
	f.Date = "" // attendance of the version before does not tell it
	if m, _ := Compose(f); m.Late != nil {
		t.Errorf("%+v", m.Late)
	}
	f.Template = "UNLINKED"
	if m, _ := Compose(f); len(m.Late) != len(languages) {
		t.Errorf("%+v", m.Late)
	}
}

func TestDates(t *testing.T) {
	for day, want := range map[string]string{"2026-01-02": "1/2", "2026-02-30": "2026-02-30", "": ""} {
		if got := date(day, 2026, 0); got != want {
			t.Errorf("%q: %q", day, got)
		}
	}
}

// A wish for a correction is answered with the day that was understood.
func TestACorrectionNamesItsDay(t *testing.T) {
	m, _ := Compose(Facts{Template: "CORRECTION_REQUESTED", Kind: "CLOCK_IN", Time: "09:00", Date: "2026-11-27", Now: now})
	for i, want := range []string{
		"11月27日 09:00 出勤 の修正を申請しました。承認されると記録されます。",
		"Your correction has been requested: Clock in, Nov 27 09:00. It will be recorded when it is approved.",
		"11월 27일 09:00 출근 수정을 신청했습니다. 승인되면 기록됩니다.",
		"已申请补正 11月27日 09:00 上班。批准后将予以记录。",
		"已申請補正 11月27日 09:00 上班。核准後將予以記錄。",
	} {
		if m.Texts[i].Text != want || m.Problem {
			t.Errorf("%+v", m.Texts[i])
		}
	}
}

// A day of another year is named with its year, whether it is long ago or the night
// of New Year.
func TestADayOfAnotherYear(t *testing.T) {
	f := Facts{Template: "PUNCH_RECORDED", Kind: "CLOCK_IN", Time: "23:59", Now: now}
	for day, want := range map[string]words{
		"2019-02-28": {"2019/2/28 23:59 出勤を記録しました。", "Feb 28, 2019 23:59 Clock in was recorded.", "2019/2/28 23:59 출근 기록했습니다.", "已记录 2019/2/28 23:59 上班。", "已記錄 2019/2/28 23:59 上班。"},
		"2026-02-28": {"2/28 23:59 出勤を記録しました。", "Feb 28 23:59 Clock in was recorded.", "2/28 23:59 출근 기록했습니다.", "已记录 2/28 23:59 上班。", "已記錄 2/28 23:59 上班。"},
	} {
		f.Date = day
		m, _ := Compose(f)
		for i, text := range m.Late {
			if text.Text != want[i] {
				t.Errorf("%s: %s", day, text.Text)
			}
		}
	}
	f.Template, f.Date, f.Now = "CORRECTION_REQUESTED", "2026-12-31", now.AddDate(0, 1, 10)
	m, _ := Compose(f)
	for i, want := range []string{"2026年12月31日 23:59", "Dec 31, 2026 23:59", "2026년 12월 31일 23:59", "2026年12月31日 23:59", "2026年12月31日 23:59"} {
		if !strings.Contains(m.Texts[i].Text, want) {
			t.Errorf("%s", m.Texts[i].Text)
		}
	}
}

// The year is that of the company's clock, wherever it is, which nobody here knows: while it is not the same one
// everywhere on earth it is named. The zone of the server makes no difference.
func TestTheYearOfTheCompany(t *testing.T) {
	for _, zone := range []*time.Location{time.UTC, time.FixedZone("", 14*60*60), time.FixedZone("", -12*60*60)} {
		for _, tt := range []struct{ at, day, want string }{
			{"2026-12-31T09:59:59Z", "2026-12-31", "12/31 09:00"},
			{"2026-12-31T10:00:00Z", "2026-12-31", "2026/12/31 09:00"}, // the year begins in the east
			{"2027-01-01T11:59:59Z", "2027-01-01", "2027/1/1 09:00"},
			{"2027-01-01T12:00:00Z", "2027-01-01", "1/1 09:00"}, // and ends in the west
			{"2027-01-01T12:00:00Z", "2026-12-31", "2026/12/31 09:00"},
		} {
			at, err := time.Parse(time.RFC3339, tt.at)
			m, _ := Compose(Facts{Template: "PUNCH_RECORDED", Kind: "CLOCK_IN", Time: "09:00", Date: tt.day, Now: at.In(zone)})
			if err != nil || !strings.HasPrefix(m.Late[0].Text, tt.want) {
				t.Errorf("%s in %s: %s, %v", tt.at, zone, m.Late[0].Text, err)
			}
		}
	}
}

func TestNothingToSay(t *testing.T) {
	for _, template := range []string{"", "TEMPLATE_UNSPECIFIED", "OF_TOMORROW"} {
		if _, ok := Compose(Facts{Template: template}); ok {
			t.Error(template)
		}
	}
}

func TestANameIsNoPlaceholder(t *testing.T) {
	m, _ := Compose(Facts{Template: "PUNCH_RECORDED", Kind: "CLOCK_IN", Name: "{time}", Time: "09:00"})
	if m.Texts[0].Text != "{time}さん 出勤 09:00 を記録しました。" {
		t.Error(m.Texts[0].Text)
	}
	m, _ = Compose(Facts{Template: "PUNCH_RECORDED", Kind: "CLOCK_IN", Time: "09:00"})
	if m.Texts[0].Text != "出勤 09:00 を記録しました。" {
		t.Error(m.Texts[0].Text)
	}
}

func TestTheGuideHasFourButtons(t *testing.T) {
	m, _ := Compose(Facts{Template: "GUIDE"})
	want := []string{"dakoku:CLOCK_IN", "dakoku:BREAK_START", "dakoku:BREAK_END", "dakoku:CLOCK_OUT"}
	if m.Problem || len(m.Buttons) != len(want) {
		t.Fatalf("%+v", m)
	}
	for i, b := range m.Buttons {
		if b.Postback != want[i] || len(b.Labels) != len(languages) {
			t.Errorf("%+v", b)
		}
		for _, label := range b.Labels {
			if utf8.RuneCountInString(label.Text) > 20 {
				t.Errorf("%s is too long for a button", label.Text)
			}
		}
	}
}

func TestPeriods(t *testing.T) {
	for period, want := range map[string]string{"2026-01": "1月分", "2026-13": "2026-13", "": ""} {
		if got := month(period, 0); got != want {
			t.Errorf("%q: %q", period, got)
		}
	}
	if got := month("2026-11", english); got != "November 2026" {
		t.Error(got)
	}
}
