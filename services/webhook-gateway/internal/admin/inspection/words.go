package inspection

// words is what the page says in one language.
type words struct {
	Language, Heading, Company, PeriodWord, EmployeeWord, State, Department, Totals, Zone, Printed string
	Days, In, Out, Worked, Kind, Time, Received, Origin, Counts, Changes, None, History, Verb      string
	Who, Comment                                                                                   string
	totals, byHand, fromChat, phrase, trigger, settings                                            string
	counts, lost, voided, entered, replaces, voidedBy                                              string
	names                                                                                          map[string]string
}

// name is the word for a value of the contract; a value without one shows itself.
func (w *words) name(value string) string {
	if word := w.names[value]; word != "" {
		return word
	}
	return value
}

func wordsIn(language string) *words {
	if language == "en" {
		return &english
	}
	return &japanese
}

var japanese = words{
	Language: "ja", Heading: "勤怠記録(検査用)", Company: "会社", PeriodWord: "期間", EmployeeWord: "従業員", State: "状態",
	Department: "部署", Totals: "合計", Zone: "時間帯", Printed: "作成日時", Days: "日ごとの記録", In: "出勤", Out: "退勤", Worked: "勤務",
	Kind: "種別", Time: "日時", Received: "受信日時", Origin: "記録方法", Counts: "集計", Changes: "変更の履歴", None: "記録はありません。",
	History: "申請と承認の履歴", Verb: "操作", Who: "実行者", Comment: "コメント",
	totals: "出勤 %d日、勤務 %d:%02d、要確認 %d日", byHand: "手入力", fromChat: "トーク", phrase: "「%s」", trigger: "、引き金となる言葉「%s」", settings: "、打刻設定 第%d版",
	counts: "集計に含む", lost: "集計に含まない", voided: "取消済み", entered: "%s が入力。理由: %s", replaces: "%s の訂正", voidedBy: "%s に %s が取消。理由: %s",
	names: map[string]string{
		"CLOCK_IN": "出勤", "BREAK_START": "休憩", "BREAK_END": "復帰", "CLOCK_OUT": "退勤", "GO_OUT": "外出", "COME_BACK": "戻り",
		"OPEN": "未申請", "SUBMITTED": "申請済み", "APPROVED": "承認済み", "SENT_BACK": "差戻し",
		"submit": "申請", "withdraw": "取下げ", "approve": "承認", "cancelApproval": "承認取消", "sendBack": "差戻し",
		"MISSING_CLOCK_IN": "出勤なし", "MISSING_CLOCK_OUT": "退勤なし", "REPEATED_CLOCK_IN": "出勤の重複", "REPLACED_CLOCK_OUT": "退勤の更新",
		"REPEATED_CLOCK_OUT": "退勤の重複", "DOUBLE_TAP": "二度押し", "EARLY_CLOCK_OUT": "出勤前の退勤", "OPEN_BREAK": "休憩の終了なし",
		"UNSTARTED_BREAK": "休憩の開始なし", "REPEATED_BREAK": "休憩の重複", "LONG_SHIFT": "長時間の勤務",
	},
}

var english = words{
	Language: "en", Heading: "Attendance record (for inspection)", Company: "Company", PeriodWord: "Period", EmployeeWord: "Employee", State: "State",
	Department: "Department", Totals: "Totals", Zone: "Time zone", Printed: "Made at", Days: "Day by day", In: "In", Out: "Out", Worked: "Worked",
	Kind: "Kind", Time: "Time", Received: "Received", Origin: "How", Counts: "Counts", Changes: "Changes", None: "There are no records.",
	History: "Submission and approval", Verb: "What", Who: "Who", Comment: "Comment",
	totals: "%d days, %d:%02d worked, %d days to check", byHand: "By hand", fromChat: "Chat", phrase: " \"%s\"", trigger: ", trigger word \"%s\"", settings: ", punch settings version %d",
	counts: "Counts", lost: "Does not count", voided: "Voided", entered: "Entered by %s: %s", replaces: "In place of %s", voidedBy: "Voided at %s by %s: %s",
	names: map[string]string{
		"CLOCK_IN": "Clock in", "BREAK_START": "Break", "BREAK_END": "Back", "CLOCK_OUT": "Clock out", "GO_OUT": "Out", "COME_BACK": "Returned",
		"OPEN": "Open", "SUBMITTED": "Submitted", "APPROVED": "Approved", "SENT_BACK": "Sent back",
		"submit": "Submitted", "withdraw": "Withdrawn", "approve": "Approved", "cancelApproval": "Approval cancelled", "sendBack": "Sent back",
		"MISSING_CLOCK_IN": "No clock in", "MISSING_CLOCK_OUT": "No clock out", "REPEATED_CLOCK_IN": "Clock in repeated", "REPLACED_CLOCK_OUT": "Clock out replaced",
		"REPEATED_CLOCK_OUT": "Clock out repeated", "DOUBLE_TAP": "Double tap", "EARLY_CLOCK_OUT": "Clock out before clock in", "OPEN_BREAK": "Break not ended",
		"UNSTARTED_BREAK": "Break not started", "REPEATED_BREAK": "Break repeated", "LONG_SHIFT": "Long shift",
	},
}
