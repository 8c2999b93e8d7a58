package inspection

import "time"

// words is what the page says in one language.
type words struct {
	Language, Heading, Subheading, Company, PeriodWord, Number, EmployeeWord, State, Department, Totals, Zone, Printed            string
	Seals                                                                                                                         [3]string
	Month, Date, In, Out, Breaks, Worked, Check, Sum                                                                              string
	Days, Kind, Time, Received, Origin, Counts, Changes, None, NoDays                                                             string
	Requests, RequestsNote, asked, approved, commented, replacedBy, employee, console, idle                                       string
	Held, HeldNote, BusinessDay, HeldState, Decision                                                                              string
	History, Verb, Who, Comment                                                                                                   string
	Rules, Version, Since, Cutoff, Longest, Tap, Undo, Repeats, Submitted                                                         string
	Calendars, Revision, ZoneSince, Closing, ClosingFrom, Stored, RoundingNote                                                    string
	always, monthEnd, closes                                                                                                      string
	Evidence, Checkpoint, Position, Head, Signed, Key, EvidenceNote, NoEvidence                                                   string
	totals, to, comma, named, corrected, zoned, initial, byHand, byRequest, fromChat, phrase, button, trigger, settings, supplied string
	counts, lost, voided, entered, replaces, voidedBy, undone, heldFor, decided, because                                          string
	weekdays                                                                                                                      [7]string // from Sunday
	day, dayOfMonth, month, stamp                                                                                                 string    // layouts of dates, of a period, and of times to the millisecond
	names                                                                                                                         map[string]string
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

// beside is the other language.
func beside(language string) *words {
	if language == "en" {
		return &japanese
	}
	return &english
}

var japanese = words{
	Language: "ja", Heading: "勤怠記録", Subheading: "労働時間の記録(検査用)", Company: "会社", PeriodWord: "期間", Number: "社員番号", EmployeeWord: "氏名",
	State: "状態", Department: "部署", Totals: "集計", Zone: "時間帯", Printed: "作成日時", Seals: [3]string{"本人", "所属長", "人事"},
	Month: "日別の勤怠", Date: "日付", In: "出勤", Out: "退勤", Breaks: "休憩・外出", Worked: "勤務時間", Check: "要確認・備考", Sum: "合計",
	Days: "打刻と変更の履歴", Kind: "種別", Time: "日時", Received: "受信", Origin: "記録方法", Counts: "集計", Changes: "変更の履歴", None: "記録はありません。", NoDays: "打刻はありません。",
	Held: "保留された打刻", HeldNote: "申請済み・承認済みの期間への打刻です。反映されるまで集計に含みません。", BusinessDay: "業務日", HeldState: "状態", Decision: "判断",
	Requests: "修正申請", RequestsNote: "承認された申請だけが打刻になります。理由は申請した人、コメントは判断した人のものです。",
	asked: "%s に %s が申請(%s)。理由: %s", approved: "%s に %s が修正申請を承認。申請の理由: %s", commented: "。コメント: %s", replacedBy: "%s に訂正", employee: "本人", console: "管理画面・API", idle: "この取消で取り消された打刻はありません。",
	History: "申請と承認の履歴", Verb: "操作", Who: "実行者", Comment: "コメント",
	Rules: "適用された勤務ルール", Version: "版", Since: "適用開始", Cutoff: "業務日の切り替え時刻", Longest: "最長勤務", Tap: "二度押し(秒)", Undo: "取消できる秒数", Repeats: "重複の扱い", Submitted: "申請後の打刻",
	Calendars: "適用された会社カレンダー", Revision: "会社情報の版", ZoneSince: "時間帯の適用開始", Closing: "締め日", ClosingFrom: "締め日の適用開始(期間)", Stored: "登録日時",
	RoundingNote: "業務日の切り替え時刻は上の勤務ルールのとおりです。打刻の時刻と勤務時間は丸めていません(端数処理なし)。",
	always:       "当初から", monthEnd: "月末", closes: "毎月 %d日",
	Evidence: "改ざん検知", Checkpoint: "チェックポイント", Position: "対象の記録数", Head: "ハッシュ (SHA-256)", Signed: "署名日時", Key: "署名鍵",
	EvidenceNote: "会社の全記録を連鎖させたハッシュに署名し、データベースの外にも保管しています。記録の変更・削除・追加は dakoku verify で検出できます。",
	NoEvidence:   "チェックポイントはまだありません。",
	totals:       "出勤 %d日、勤務 %d:%02d、要確認 %d日", to: " 〜 ", comma: "、", named: "%s(…%s)", corrected: "手入力・訂正あり", zoned: "時間帯 %s", initial: "初期値",
	byHand: "手入力", byRequest: "修正申請の承認", fromChat: "トーク", phrase: "「%s」", button: "のボタン", trigger: "、引き金となる言葉「%s」", settings: "、打刻設定 第%d版", supplied: "、打刻設定 初期値",
	counts: "含む", lost: "含まない", voided: "取消済み", entered: "%s に %s が入力。理由: %s", replaces: "%s の訂正", voidedBy: "%s に %s が取消。理由: %s", undone: "%s に本人がトークで「%s」と送信して取消(%s)", heldFor: "%s に受信。%s の勤怠が申請済みまたは承認済みのため保留", decided: "%s: %s に %s", because: "。理由: %s",
	weekdays: [7]string{"日", "月", "火", "水", "木", "金", "土"},
	day:      "2006年1月2日", dayOfMonth: "1月2日", month: "2006年1月", stamp: "2006年1月2日 15:04:05.000",
	names: map[string]string{
		"CLOCK_IN": "出勤", "BREAK_START": "休憩", "BREAK_END": "復帰", "CLOCK_OUT": "退勤", "GO_OUT": "外出", "COME_BACK": "戻り", "UNDO": "取消",
		"OPEN": "未申請", "SUBMITTED": "申請済み", "APPROVED": "承認済み", "SENT_BACK": "差戻し",
		"submit": "申請", "withdraw": "取下げ", "approve": "承認", "cancelApproval": "承認取消", "sendBack": "差戻し",
		"PENDING": "判断待ち", "APPLIED": "反映済み", "DISCARDED": "破棄",
		"REQUESTED": "申請中", "REJECTED": "却下", "WITHDRAWN": "取下げ",
		"FIRST_IN_LAST_OUT": "最初の出勤・最後の退勤", "ERROR_ON_REPEAT": "重複はエラー", "REFUSE": "拒否", "HOLD": "保留",
		"MISSING_CLOCK_IN": "出勤なし", "MISSING_CLOCK_OUT": "退勤なし", "REPEATED_CLOCK_IN": "出勤の重複", "REPLACED_CLOCK_OUT": "退勤の更新",
		"REPEATED_CLOCK_OUT": "退勤の重複", "DOUBLE_TAP": "二度押し", "EARLY_CLOCK_OUT": "出勤前の退勤", "OPEN_BREAK": "休憩・外出の終了なし",
		"UNSTARTED_BREAK": "休憩・外出の開始なし", "REPEATED_BREAK": "休憩・外出の重複", "LONG_SHIFT": "長時間の勤務", "RECEIVED_LATE": "受信の遅れ",
	},
}

var english = words{
	Language: "en", Heading: "Attendance record", Subheading: "Record of working hours, for inspection", Company: "Company", PeriodWord: "Period", Number: "Employee number", EmployeeWord: "Name",
	State: "State", Department: "Department", Totals: "Totals", Zone: "Time zone", Printed: "Made at", Seals: [3]string{"Employee", "Manager", "HR"},
	Month: "Day by day", Date: "Date", In: "In", Out: "Out", Breaks: "Breaks and outings", Worked: "Worked", Check: "To check", Sum: "Total",
	Days: "Punches and their changes", Kind: "Kind", Time: "Time", Received: "received", Origin: "How", Counts: "Counts", Changes: "Changes", None: "There are no records.", NoDays: "There are no punches.",
	Held: "Held punches", HeldNote: "Punches into a submitted or approved period. They count nowhere until they are applied.", BusinessDay: "Business day", HeldState: "State", Decision: "Decision",
	Requests: "Correction requests", RequestsNote: "Only an approved request becomes a punch. The reason is of the person who asked, the comment of the one who decided.",
	asked: "Asked for at %s by %s (%s): %s", approved: "Request approved at %s by %s; asked for because: %s", commented: ": %s", replacedBy: "Replaced by %s", employee: "the employee", console: "console or API", idle: "It took nothing back.",
	History: "Submission and approval", Verb: "What", Who: "Who", Comment: "Comment",
	Rules: "Work rules in force", Version: "Version", Since: "In force since", Cutoff: "Day changes at", Longest: "Longest shift", Tap: "Double tap (s)", Undo: "Undo window (s)", Repeats: "Repeated punches", Submitted: "After submission",
	Calendars: "Company calendars in force", Revision: "Version of the company", ZoneSince: "Zone in force since", Closing: "Closing day", ClosingFrom: "Closing day from period", Stored: "Stored at",
	RoundingNote: "The day changes as the work rules above say. No time of a punch and no worked time is rounded.",
	always:       "the beginning", monthEnd: "End of the month", closes: "Day %d of the month",
	Evidence: "Proof against changes", Checkpoint: "Checkpoint", Position: "Records covered", Head: "Hash (SHA-256)", Signed: "Signed at", Key: "Signing key",
	EvidenceNote: "A hash over the chain of all records of the company is signed and kept outside the database as well. dakoku verify finds any record that was changed, removed or added.",
	NoEvidence:   "There is no checkpoint yet.",
	totals:       "%d days, %d:%02d worked, %d days to check", to: " – ", comma: ", ", named: "%s (…%s)", corrected: "Entered or corrected by hand", zoned: "Time zone %s", initial: "Defaults",
	byHand: "By hand", byRequest: "Approved request", fromChat: "Chat", phrase: " \"%s\"", button: " button", trigger: ", trigger word \"%s\"", settings: ", punch settings version %d", supplied: ", punch settings as supplied",
	counts: "Yes", lost: "No", voided: "Voided", entered: "Entered at %s by %s: %s", replaces: "In place of %s", voidedBy: "Voided at %s by %s: %s", undone: "Taken back at %s by the employee, who sent \"%s\" (%s)", heldFor: "Received at %s and held: the timesheet of %s had been submitted or approved", decided: "%s at %s by %s", because: ": %s",
	weekdays: [7]string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"},
	day:      time.DateOnly, dayOfMonth: "01-02", month: "2006-01", stamp: "2006-01-02 15:04:05.000",
	names: map[string]string{
		"CLOCK_IN": "Clock in", "BREAK_START": "Break", "BREAK_END": "Back", "CLOCK_OUT": "Clock out", "GO_OUT": "Out", "COME_BACK": "Returned", "UNDO": "Undo",
		"OPEN": "Open", "SUBMITTED": "Submitted", "APPROVED": "Approved", "SENT_BACK": "Sent back",
		"submit": "Submitted", "withdraw": "Withdrawn", "approve": "Approved", "cancelApproval": "Approval cancelled", "sendBack": "Sent back",
		"PENDING": "Waits", "APPLIED": "Applied", "DISCARDED": "Discarded",
		"REQUESTED": "Waits", "REJECTED": "Rejected", "WITHDRAWN": "Withdrawn",
		"FIRST_IN_LAST_OUT": "First in, last out", "ERROR_ON_REPEAT": "Repeating is an error", "REFUSE": "Refused", "HOLD": "Held",
		"MISSING_CLOCK_IN": "No clock in", "MISSING_CLOCK_OUT": "No clock out", "REPEATED_CLOCK_IN": "Clock in repeated", "REPLACED_CLOCK_OUT": "Clock out replaced",
		"REPEATED_CLOCK_OUT": "Clock out repeated", "DOUBLE_TAP": "Double tap", "EARLY_CLOCK_OUT": "Clock out before clock in", "OPEN_BREAK": "Break or outing not ended",
		"UNSTARTED_BREAK": "Break or outing not started", "REPEATED_BREAK": "Break or outing repeated", "LONG_SHIFT": "Long shift", "RECEIVED_LATE": "Received late",
	},
}
