package inspection

import (
	"bytes"
	"strings"
	"testing"
	"time"

	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
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
			Period: "2026-11", State: attendancev1.Timesheet_SENT_BACK,
			Totals: &attendancev1.Timesheet_Totals{WorkedDays: 1, WorkedMinutes: 485, FlaggedDays: 1},
			Days: []*attendancev1.Timesheet_Day{{
				Date: "2026-11-23", ClockInText: "09:05", ClockOutText: "18:10", WorkedMinutes: 485, Flags: []string{"DOUBLE_TAP"},
				Breaks: []*attendancev1.Timesheet_Break{{Kind: attendancev1.Punch_BREAK_START, StartText: "12:00", EndText: "13:00"}},
				Punches: []*attendancev1.Punch{
					{Name: "punches/1", Kind: attendancev1.Punch_CLOCK_IN, Time: at(9, 0), ReceiveTime: at(9, 1), Source: attendancev1.Punch_CHAT, Phrase: "おはよう",
						TriggerWord: "打刻", SettingsVersion: 3, State: attendancev1.Punch_VOIDED, VoidActor: "accounts/a", VoidReason: "電車の遅れ", VoidTime: at(19, 0)},
					{Name: "punches/2", Kind: attendancev1.Punch_CLOCK_IN, Time: at(9, 5), Source: attendancev1.Punch_MANUAL, State: attendancev1.Punch_VALID,
						Actor: "accounts/b", Reason: "入館記録による", Corrects: "punches/1"},
					{Name: "punches/3", Kind: attendancev1.Punch_CLOCK_OUT, Time: at(18, 10), Source: attendancev1.Punch_CHAT, State: attendancev1.Punch_VALID},
				},
				Uncounted: []string{"punches/1", "punches/3"},
			}},
			History: []*attendancev1.Timesheet_Transition{{Verb: "sendBack", Actor: "accounts/c", Time: at(20, 0), Comment: "退勤を確認\nしてください"}},
		},
	}
}

func TestPageHasTheHistoryOfEachValue(t *testing.T) {
	for language, wants := range map[string][]string{
		"ja": {"株式会社最上", "&lt;b&gt;山田&lt;/b&gt;", "出勤 1日、勤務 8:05、要確認 1日", "休憩 12:00–13:00", "二度押し", "2026-11-23 09:00:00.123 &#43;09:00",
			"トーク「おはよう」、引き金となる言葉「打刻」、打刻設定 第3版", "取消済み", "2026-11-23 19:00:00.123 &#43;09:00 に accounts/a が取消。理由: 電車の遅れ",
			"accounts/b が入力。理由: 入館記録による", "punches/1 の訂正", "集計に含む<", "集計に含まない", "<td>差戻し</td><td>accounts/c</td>", "退勤を確認\nしてください"},
		"en": {"Double tap", "Voided at 2026-11-23 19:00:00.123 &#43;09:00 by accounts/a: 電車の遅れ", "Entered by accounts/b: 入館記録による", "In place of punches/1", "Does not count", "Sent back"},
	} {
		var out bytes.Buffer
		if err := Write(&out, record(), language); err != nil {
			t.Fatal(err)
		}
		for _, want := range wants {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%s: no %q in\n%s", language, want, out.String())
			}
		}
	}
}
