package inspection

import (
	"bytes"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

func record() Record {
	at := func(hour, minute int) *timestamppb.Timestamp {
		return timestamppb.New(time.Date(2026, 11, 23, hour-9, minute, 0, 123e6, time.UTC))
	}
	return Record{
		Company: "株式会社最上", Zone: time.FixedZone("Asia/Tokyo", 9*60*60), Printed: at(21, 0).AsTime(),
		Employee: &attendancev1.Employee{EmployeeNumber: "001", DisplayName: "<b>山田</b>", Department: "営業"},
		Sheet: &attendancev1.Timesheet{
			Period: "2026-11", StartDate: "2026-11-01", EndDate: "2026-11-30", State: attendancev1.Timesheet_SENT_BACK,
			Totals: &attendancev1.Timesheet_Totals{WorkedDays: 1, WorkedMinutes: 485, FlaggedDays: 1},
			Days: []*attendancev1.Timesheet_Day{{
				Date: "2026-11-23", ClockInText: "09:05", ClockOutText: "18:10", WorkedMinutes: 485, Flags: []string{"DOUBLE_TAP", "RECEIVED_LATE"},
				Breaks: []*attendancev1.Timesheet_Break{{Kind: attendancev1.Punch_BREAK_START, StartText: "12:00", EndText: "13:00"}},
				Punches: []*attendancev1.Punch{
					{Name: "punches/1", Kind: attendancev1.Punch_CLOCK_IN, Time: at(9, 0), ReceiveTime: at(9, 1), Source: attendancev1.Punch_CHAT, Phrase: "おはよう",
						TriggerWord: "打刻", SettingsVersion: new(int64(3)), State: attendancev1.Punch_VOIDED, VoidActor: "accounts/a", VoidReason: "電車の遅れ", VoidTime: at(19, 0)},
					{Name: "punches/2", Kind: attendancev1.Punch_CLOCK_IN, Time: at(9, 5), ReceiveTime: at(9, 6), Source: attendancev1.Punch_MANUAL, State: attendancev1.Punch_VALID,
						Actor: "accounts/b", Reason: "入館記録による", Corrects: "punches/1"},
					{Name: "punches/4", Kind: attendancev1.Punch_BREAK_END, Time: at(13, 0), Source: attendancev1.Punch_CHAT, State: attendancev1.Punch_VOIDED,
						VoidActor: "employees/e", VoidReason: "キャンセル", VoidTime: at(13, 1), UndoneBy: "punches/5"},
					{Name: "punches/5", Kind: attendancev1.Punch_UNDO, Time: at(13, 1), Source: attendancev1.Punch_CHAT, State: attendancev1.Punch_VALID, Phrase: "キャンセル"},
					{Name: "punches/3", Kind: attendancev1.Punch_CLOCK_OUT, Time: at(18, 10), Source: attendancev1.Punch_CHAT, State: attendancev1.Punch_VALID},
				},
				Uncounted: []string{"punches/1", "punches/4", "punches/5", "punches/3"},
			}},
			Calendars: []*attendancev1.Timesheet_Calendar{
				{Revision: 1, TimeZone: "Asia/Tokyo", ClosingDay: 31, CreateTime: at(9, 0)},
				{Revision: 4, TimeZone: "America/New_York", ClosingDay: 20, ClosingFrom: "2026-12", EffectiveTime: at(10, 0), CreateTime: at(10, 0)},
			},
			Evidence: &attendancev1.Timesheet_Evidence{Checkpoint: 12, Position: 3456, Head: "ab12cd34", MakeTime: at(20, 30), Key: "0011223344556677"},
			History:  []*attendancev1.Timesheet_Transition{{Verb: "sendBack", Actor: "accounts/c", Time: at(20, 0), Comment: "退勤を確認\nしてください"}},
		},
		Held: []*attendancev1.HeldPunch{
			{Name: "heldPunches/h1", Kind: attendancev1.Punch_CLOCK_OUT, Time: at(20, 45), ReceiveTime: at(20, 46), BusinessDay: "2026-11-23", Period: "2026-11",
				State: attendancev1.HeldPunch_DISCARDED, DecideTime: at(20, 50), Actor: "accounts/c", Reason: "押し間違い"},
			{Name: "heldPunches/h3", Kind: attendancev1.Punch_CLOCK_IN, Time: at(8, 45), Period: "2026-11", State: attendancev1.HeldPunch_APPLIED, DecideTime: at(20, 51), Actor: "accounts/c"},
			{Name: "heldPunches/h2", Kind: attendancev1.Punch_CLOCK_IN, Time: at(20, 45), Period: "2026-10", State: attendancev1.HeldPunch_PENDING},
		},
		Rules: []*attendancev1.WorkRules{
			rules(9, time.Date(2026, 12, 20, 0, 0, 0, 0, time.UTC)), rules(8, time.Date(2026, 11, 10, 0, 0, 0, 0, time.UTC)),
			rules(7, time.Date(2026, 10, 10, 0, 0, 0, 0, time.UTC)), rules(6, time.Date(2026, 9, 10, 0, 0, 0, 0, time.UTC)),
		},
		Names: map[string]string{"accounts/a": "総務 太郎", "accounts/b": "上司 <次郎>"},
	}
}

func rules(version int64, since time.Time) *attendancev1.WorkRules {
	return &attendancev1.WorkRules{
		Version: version, EffectiveTime: timestamppb.New(since), DayCutoff: "04:30", LongestShift: durationpb.New(15 * time.Hour), DoubleTapWindow: durationpb.New(90 * time.Second), UndoWindow: durationpb.New(45 * time.Second),
		DuplicatePolicy: attendancev1.WorkRules_ERROR_ON_REPEAT, SubmittedPolicy: attendancev1.WorkRules_HOLD, Actor: "accounts/a",
	}
}

func rendered(t *testing.T, r Record, language string) string {
	t.Helper()
	var out bytes.Buffer
	if err := Write(&out, r, language); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// The rules of the days of the period are shown, before the first stored version the defaults, and no others.
func TestPageHasTheRulesInForce(t *testing.T) {
	versions := func(r Record) (list []string) {
		for _, v := range (paper{w: &japanese, zone: r.Zone}).rules(r) {
			list = append(list, v.Version)
		}
		return list
	}
	r := record()
	if got := versions(r); !slices.Equal(got, []string{"7", "8"}) {
		t.Error(got)
	}
	r.Rules = r.Rules[:2]
	if got := versions(r); !slices.Equal(got, []string{"初期値", "8"}) {
		t.Error(got)
	}
	r.Rules = nil
	if got := versions(r); !slices.Equal(got, []string{"初期値"}) {
		t.Error(got)
	}
}

var dates = regexp.MustCompile(`2026-(\d\d)-(\d\d)`)

// spelled is a text with its dates as the language writes them.
func spelled(language, text string) string {
	if language == "en" {
		return text
	}
	return dates.ReplaceAllStringFunc(text, func(date string) string {
		at, _ := time.Parse(time.DateOnly, date)
		return at.Format("2006年1月2日")
	})
}

// After the company moved to another zone the days of before still agree with their punches: both are on the clock of
// then, which is named. Everything else, and what was punched since, is on the clock of today.
func TestPunchesAreOnTheClockOfTheirDay(t *testing.T) {
	r := record()
	d := r.Sheet.GetDays()[0]
	d.Punches[1].TimeZone, d.Punches[2].TimeZone = "America/New_York", "Asia/Tokyo"
	d.Uncounted = nil
	for language, note := range map[string]string{"ja": "時間帯 America/New_York", "en": "Time zone America/New_York"} {
		out := rendered(t, r, language)
		for _, want := range []string{
			note + "</td>", "<td>2026-11-22 19:05:00.123 -05:00 America/New_York<small>", "2026-11-22 19:06:00.123 -05:00 America/New_York</small>", "<td>2026-11-23 18:10:00.123</td>",
		} {
			if want = spelled(language, want); !strings.Contains(out, strings.ReplaceAll(want, "+", "&#43;")) {
				t.Errorf("%s: no %q\n%s", language, want, out)
			}
		}
		if strings.Count(out, note) != 1 {
			t.Errorf("%s: the zone of the day stands there %d times", language, strings.Count(out, note))
		}
	}
	if out := rendered(t, record(), "ja"); strings.Contains(out, "時間帯 A") {
		t.Error("a zone is named although there is one only")
	}
}

// Names are asked for once each: of everybody who entered, voided, decided or stored something.
func TestActorsAreNamedOnce(t *testing.T) {
	if got := record().Actors(); !slices.Equal(got, []string{"accounts/a", "accounts/b", "accounts/c"}) {
		t.Error(got)
	}
}

// A month has all of its days, a page without records says so, and what was held for another period is on its own page.
func TestPageOfAnEmptyMonth(t *testing.T) {
	r := record()
	r.Sheet.Days, r.Sheet.History, r.Sheet.Evidence, r.Held = nil, nil, nil, r.Held[2:]
	out := rendered(t, r, "ja")
	for _, want := range []string{"打刻はありません。", "記録はありません。", "チェックポイントはまだありません。", "<td>11月1日 (日)</td>", "<td>11月30日 (月)</td>"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q", want)
		}
	}
	if strings.Contains(out, "heldPunches/h2") || strings.Count(out, "<td>11月") != 30 {
		t.Error(out)
	}
}

// The zones and closing days of the period are listed, with since when, and what was rounded.
func TestPageHasTheCalendarsInForce(t *testing.T) {
	for language, wants := range map[string][]string{
		"ja": {"<td>1</td><td>Asia/Tokyo</td><td>当初から</td><td>月末</td><td>当初から</td><td>2026年11月23日 09:00:00.123</td>",
			"<td>4</td><td>America/New_York</td><td>2026年11月23日 10:00:00.123</td><td>毎月 20日</td><td>2026年12月</td>", "端数処理なし"},
		"en": {"<td>the beginning</td><td>End of the month</td>", "<td>Day 20 of the month</td>", "is rounded"},
	} {
		out := rendered(t, record(), language)
		for _, want := range wants {
			if !strings.Contains(out, want) {
				t.Errorf("%s: no %q in\n%s", language, want, out)
			}
		}
	}
}

// A held punch stands on the clock of its day, like a punch.
func TestHeldPunchesAreOnTheClockOfTheirDay(t *testing.T) {
	r := record()
	r.Held[0].TimeZone = "America/New_York"
	out := rendered(t, r, "ja")
	for _, want := range []string{"<td>2026年11月23日 06:45:00.123 -05:00 America/New_York<small>", "2026年11月23日 06:46:00.123 -05:00 America/New_York</small>"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}

// A held punch that became one says at its day as well when it arrived, why it was held, and who applied it when and why.
func TestAppliedPunchesHaveTheirHistory(t *testing.T) {
	r := record()
	r.Held[1].ReceiveTime, r.Held[1].Reason = r.Held[0].GetReceiveTime(), "差戻し後に反映"
	d := r.Sheet.GetDays()[0]
	d.Punches = append(d.Punches, &attendancev1.Punch{Name: "punches/h3", Kind: attendancev1.Punch_CLOCK_IN, Source: attendancev1.Punch_CHAT, State: attendancev1.Punch_VALID})
	for language, want := range map[string]string{
		"ja": "<p>2026年11月23日 20:46:00.123 に受信。2026年11月 の勤怠が申請済みまたは承認済みのため保留</p><p>反映済み: 2026年11月23日 20:51:00.123 に accounts/c。理由: 差戻し後に反映</p><code>",
		"en": "<p>Received at 2026-11-23 20:46:00.123 and held: the timesheet of 2026-11 had been submitted or approved</p><p>Applied at 2026-11-23 20:51:00.123 by accounts/c: 差戻し後に反映</p><code>",
	} {
		out := rendered(t, r, language)
		for _, name := range []string{"punches/h3", "heldPunches/h3"} {
			if !strings.Contains(out, want+name) {
				t.Errorf("%s: no history of %s in\n%s", language, name, out)
			}
		}
	}
}

func TestEveryWordIsThere(t *testing.T) {
	for _, w := range []words{japanese, english} {
		v := reflect.ValueOf(w)
		for i := range v.NumField() {
			if v.Field(i).IsZero() || v.Field(i).Kind() == reflect.Map && v.Field(i).Len() != len(japanese.names) {
				t.Errorf("%s: %s has no word", w.Language, v.Type().Field(i).Name)
			}
		}
	}
}

// Every heading stands in the other language beside it; every sheet of paper says whose record it is; there is one place for seals.
func TestPageSpeaksTwoLanguages(t *testing.T) {
	for language, other := range map[string]*words{"ja": &english, "en": &japanese} {
		out := rendered(t, record(), language)
		for _, word := range []string{other.Heading, other.Subheading, other.Seals[1], other.Company, other.Month, other.Worked, other.Sum, other.Changes, other.Decision, other.Comment, other.Repeats, other.Head} {
			if !strings.Contains(out, `<i lang="`+other.Language+`">`+word+"</i>") {
				t.Errorf("%s: no %q", language, word)
			}
		}
		if strings.Count(out, `class="seals"`) != 1 || strings.Count(out, `<p class="running">`+wordsIn(language).Heading+" "+map[string]string{"ja": "2026年11月", "en": "2026-11"}[language]+" 株式会社最上 001 &lt;b&gt;山田&lt;/b&gt;</p>") != 1 {
			t.Errorf("%s: seals or the head of each page\n%s", language, out)
		}
	}
}

func TestPageHasTheHistoryOfEachValue(t *testing.T) {
	for language, wants := range map[string][]string{
		"ja": {"株式会社最上", "&lt;b&gt;山田&lt;/b&gt;", "出勤 1日、勤務 8:05、要確認 1日", "休憩 12:00–13:00", "二度押し、受信の遅れ、手入力・訂正あり", "2026年11月23日 13:01:00.123 に本人がトークで「キャンセル」と送信して取消(punches/5)", "<td>取消</td>", "2026年11月23日 09:00:00.123<small>受信 2026年11月23日 09:01:00.123",
			"2026年11月1日 〜 2026年11月30日", "トーク「おはよう」、引き金となる言葉「打刻」、打刻設定 第3版", "トークのボタン、打刻設定 初期値", "取消済み",
			"2026年11月23日 19:00:00.123 に 総務 太郎(…a) が取消。理由: 電車の遅れ", "2026年11月23日 09:06:00.123 に 上司 &lt;次郎&gt;(…b) が入力。理由: 入館記録による", "punches/1 の訂正",
			"<td>含む</td>", "<td>含まない</td>", "<td>差戻し</td><td>accounts/c</td>", "退勤を確認\nしてください", "<td>破棄</td>", "2026年11月23日 20:50:00.123 に accounts/c。理由: 押し間違い<", "2026年11月23日 20:51:00.123 に accounts/c<",
			"<td>8</td><td>2026年11月10日 09:00:00.000</td><td>04:30</td><td>15:00</td><td>90</td><td>45</td><td>重複はエラー</td><td>保留</td><td>総務 太郎(…a)</td>",
			"<td>12</td>", "<td>3456</td>", "ab12cd34", "0011223344556677", "<td class=\"figure\">8:05</td>"},
		"en": {"Double tap, Received late", "Taken back at 2026-11-23 13:01:00.123 by the employee, who sent &#34;キャンセル&#34; (punches/5)", "Voided at 2026-11-23 19:00:00.123 by 総務 太郎 (…a): 電車の遅れ", "Entered at 2026-11-23 09:06:00.123 by 上司 &lt;次郎&gt; (…b): 入館記録による",
			"In place of punches/1", "<td>No</td>", "Sent back", "Discarded", "Repeating is an error"},
	} {
		out := rendered(t, record(), language)
		for _, want := range wants {
			if !strings.Contains(out, want) {
				t.Errorf("%s: no %q in\n%s", language, want, out)
			}
		}
		if strings.Contains(out, "heldPunches/h2") {
			t.Error("another period's held punch is shown")
		}
	}
}
