package report

import "github.com/dakoku/dakoku/services/attendance/internal/timesheet"

// words are what the table says in one language.
type words struct {
	headers               []string
	day, total            string
	rounded               map[timesheet.Rounding]string // header of the rounded totals
	warning               string
	breakWord, outing     string
	states                map[timesheet.State]string
	flags                 map[timesheet.Flag]string
	weekdays              [7]string // from Sunday
	separator, openPeriod string
}

func wordsIn(language string) *words {
	if language == "en" {
		return &english
	}
	return &japanese
}

var japanese = words{
	headers: []string{"社員番号", "氏名", "部署", "期間", "状態", "区分", "日付", "曜日", "出勤", "退勤", "休憩・外出", "休憩・外出(分)",
		"勤務(分)", "勤務時間", "出勤日数", "要確認日数", "要確認"},
	rounded: map[timesheet.Rounding]string{
		timesheet.NearestHour: "月合計の端数処理後(分、30分未満切捨て・30分以上切上げ)", timesheet.DownToHour: "月合計の端数処理後(分、切捨て)",
	},
	warning: "警告",
	day:     "日別", total: "合計", breakWord: "休憩", outing: "外出", separator: "、", openPeriod: "〜",
	weekdays: [7]string{"日", "月", "火", "水", "木", "金", "土"},
	states: map[timesheet.State]string{
		timesheet.Open: "未申請", timesheet.Submitted: "申請済み", timesheet.Approved: "承認済み", timesheet.SentBack: "差戻し",
	},
	flags: map[timesheet.Flag]string{
		timesheet.MissingClockIn: "出勤なし", timesheet.MissingClockOut: "退勤なし",
		timesheet.RepeatedClockIn: "出勤の重複", timesheet.ReplacedClockOut: "退勤の更新", timesheet.RepeatedClockOut: "退勤の重複",
		timesheet.DoubleTap: "二度押し", timesheet.EarlyClockOut: "出勤前の退勤", timesheet.OpenBreak: "休憩・外出の終了なし",
		timesheet.UnstartedBreak: "休憩・外出の開始なし", timesheet.RepeatedBreak: "休憩・外出の重複", timesheet.LongShift: "長時間の勤務", timesheet.ReceivedLate: "受信の遅れ",
	},
}

var english = words{
	headers: []string{"Employee number", "Name", "Department", "Period", "State", "Row", "Date", "Weekday", "Clock in", "Clock out",
		"Breaks and outings", "Breaks and outings (minutes)", "Worked (minutes)", "Worked time", "Days worked", "Days to check", "To check"},
	rounded: map[timesheet.Rounding]string{
		timesheet.NearestHour: "Monthly total rounded to the nearest hour (minutes)", timesheet.DownToHour: "Monthly total rounded down to the hour (minutes)",
	},
	warning: "Warning",
	day:     "Day", total: "Total", breakWord: "Break", outing: "Out", separator: ", ", openPeriod: "-",
	weekdays: [7]string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"},
	states: map[timesheet.State]string{
		timesheet.Open: "Open", timesheet.Submitted: "Submitted", timesheet.Approved: "Approved", timesheet.SentBack: "Sent back",
	},
	flags: map[timesheet.Flag]string{
		timesheet.MissingClockIn: "No clock in", timesheet.MissingClockOut: "No clock out",
		timesheet.RepeatedClockIn: "Clock in repeated", timesheet.ReplacedClockOut: "Clock out replaced", timesheet.RepeatedClockOut: "Clock out repeated",
		timesheet.DoubleTap: "Double tap", timesheet.EarlyClockOut: "Clock out before clock in", timesheet.OpenBreak: "Break or outing not ended",
		timesheet.UnstartedBreak: "Break or outing not started", timesheet.RepeatedBreak: "Break or outing repeated", timesheet.LongShift: "Long shift", timesheet.ReceivedLate: "Received late",
	},
}
