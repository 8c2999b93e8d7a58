package evidence

// Problem is what is wrong with a row.
type Problem string

// Problems. Where a row of a fact is concerned the finding names its table and key, else the table of the chain.
const (
	Changed          Problem = "CHANGED"           // the row differs from what was sealed
	Removed          Problem = "REMOVED"           // sealed, but not there
	Inserted         Problem = "INSERTED"          // there, but neither sealed nor noted to be sealed
	RemovedEarly     Problem = "REMOVED_EARLY"     // noted to be sealed, but not there
	TextChanged      Problem = "TEXT_CHANGED"      // the sealed text differs
	TextRemoved      Problem = "TEXT_REMOVED"      // the text is gone before its time
	ErasedEarly      Problem = "ERASED_EARLY"      // erased as expired before it was
	ErasedUnfinished Problem = "ERASED_UNFINISHED" // erased as expired although its record was never complete
	NotErased        Problem = "NOT_ERASED"        // erased as expired, but still there
	WrongKey         Problem = "WRONG_KEY"         // a punch cannot be found by its id or its event, or an id leads nowhere
	WrongDays        Problem = "WRONG_DAYS"        // a timesheet has other days than its period
	WrongCompany     Problem = "WRONG_COMPANY"     // a company has another zone or closing day than its newest calendar, or an older revision
	WrongEmployee    Problem = "WRONG_EMPLOYEE"    // an employee is not as the last change has left it
	TextUnreadable   Problem = "TEXT_UNREADABLE"   // the sealed text cannot be opened
	WrongState       Problem = "WRONG_STATE"       // a timesheet is not in the state that its history led to
	SaltLeft         Problem = "SALT_LEFT"         // what was erased can still be guessed from its salt
	BrokenLink       Problem = "BROKEN_LINK"       // a seal does not follow the one before
	MissingSeal      Problem = "MISSING_SEAL"      // a number of the chain is left out
	WrongEnd         Problem = "WRONG_END"         // the chain ends elsewhere than noted
	WrongHead        Problem = "WRONG_HEAD"        // the chain is not the one that was signed
	BadSignature     Problem = "BAD_SIGNATURE"     // not signed by a key of the installation
	ReplacedKey      Problem = "REPLACED_KEY"      // signed by a key after the one that took its place
	LostCheckpoint   Problem = "LOST_CHECKPOINT"   // a checkpoint is missing in the database
	OtherOutside     Problem = "OTHER_OUTSIDE"     // the file has another checkpoint than the database
	NotOutside       Problem = "NOT_OUTSIDE"       // the file lacks a checkpoint among others
	UnknownFact      Problem = "UNKNOWN_FACT"      // a table that has no facts
	EnteredLocked    Problem = "ENTERED_LOCKED"    // a punch or a void that came while its timesheet was submitted or approved
	Backdated        Problem = "BACKDATED"         // says that it was made before what came before it, or long before its seal
	Postdated        Problem = "POSTDATED"         // says that it was made after its seal
	EffectiveEarly   Problem = "EFFECTIVE_EARLY"   // a rule that was in force before anybody made it
	OtherThanJudged  Problem = "OTHER_THAN_JUDGED" // a punch that differs from what was answered or held
	OtherGuard       Problem = "OTHER_GUARD"       // a policy, rule or trigger that no migration of this release made; no company's
	MissingGuard     Problem = "MISSING_GUARD"     // one that is not there as it was made
	NoPunch          Problem = "NO_PUNCH"          // an event was recorded, but its punch is not there
	NoOutcome        Problem = "NO_OUTCOME"        // a punch of an event that was not recorded
	TwoPunches       Problem = "TWO_PUNCHES"       // a second punch of one event
)

// Text says it in Japanese and English.
func (p Problem) Text() (ja, en string) {
	text := map[Problem][2]string{
		Changed:          {"内容が封印後に書き換えられています", "the row was changed after it was sealed"},
		Removed:          {"封印された記録が削除されています", "a sealed row was removed"},
		Inserted:         {"記録を経ずに追加された行です", "the row was inserted past the record"},
		RemovedEarly:     {"封印される前に削除された記録です", "the row was removed before it was sealed"},
		TextChanged:      {"メッセージ本文が書き換えられています", "the text of the message was changed"},
		TextRemoved:      {"メッセージ本文が保存期間の前に消されています", "the text of the message was removed before its time"},
		ErasedEarly:      {"保存期間の前に消去されています", "the row was erased before its time was over"},
		ErasedUnfinished: {"完結していない記録が消去されています", "the row was erased although its record was not complete"},
		WrongDays:        {"勤務表の期間が会社の締め日と合いません", "the days of the timesheet are not those of its period"},
		WrongCompany:     {"会社のタイムゾーンまたは締め日が変更の記録と合いません", "the time zone or closing day of the company is not the one that was decided last"},
		WrongEmployee:    {"従業員の情報が変更の記録と合いません", "the employee is not as the last change has left it"},
		TextUnreadable:   {"メッセージ本文の封印が開けません。鍵の部分が書き換えられたか、別の鍵です", "the text of the message cannot be opened: its wrapped key was changed, or the keys are others"},
		NotErased:        {"消去済みとされた記録が残っています", "the row has a tombstone, but is there"},
		WrongKey:         {"打刻の索引が打刻と合いません", "the index of the punch does not fit the punch"},
		WrongState:       {"勤務表の状態が履歴と合いません", "the state of the timesheet is not the one of its history"},
		SaltLeft:         {"消去された内容のソルトが残っています", "the salt of erased content is still there"},
		BrokenLink:       {"封印の鎖がここで切れています", "the chain of seals is broken here"},
		MissingSeal:      {"封印の番号が抜けています", "a number of the chain of seals is missing"},
		WrongEnd:         {"封印の鎖の末尾が記録と合いません", "the chain of seals does not end where it should"},
		WrongHead:        {"署名された封印の鎖と異なります", "the chain of seals is not the one that was signed"},
		BadSignature:     {"この設置の鍵による署名ではありません", "not signed by the key of this installation"},
		ReplacedKey:      {"すでに別の鍵に替わった後の鍵で署名されています", "signed by a key that another had replaced before"},
		LostCheckpoint:   {"チェックポイントがデータベースにありません", "a checkpoint is missing in the database"},
		OtherOutside:     {"データベース外のチェックポイントと異なります", "the checkpoint differs from the one outside the database"},
		NotOutside:       {"データベース外のファイルにチェックポイントがありません", "the file outside the database lacks a checkpoint"},
		UnknownFact:      {"対象外の表の封印です", "a seal of a table that has no facts"},
		EnteredLocked:    {"申請済みまたは承認済みの期間に追加された記録です", "the row was added while its timesheet was submitted or approved"},
		Backdated:        {"記録した時刻が、先に記録されたものや封印より前になっています", "the row says that it was made before what was recorded earlier, or long before it was sealed"},
		Postdated:        {"記録した時刻が封印より後になっています", "the row says that it was made after it was sealed"},
		EffectiveEarly:   {"設定が作成より前から有効とされています", "the rule is in force from before it was made"},
		OtherThanJudged:  {"打刻が、判定または保留された内容と合いません", "the punch is not what was judged or held"},
		OtherGuard:       {"この版のものではないポリシー・ルール・トリガーです。記録が隠されたり書き換えられたりします", "a policy, rule or trigger that is not of this release: it can hide records or change them"},
		MissingGuard:     {"この版のポリシー・ルール・トリガーがありません", "a policy, rule or trigger of this release is not there"},
		NoPunch:          {"記録済みのイベントに打刻がありません", "an event was recorded, but its punch is not there"},
		NoOutcome:        {"打刻のもとのイベントが記録済みになっていません", "a punch of an event that was not recorded"},
		TwoPunches:       {"1つのイベントに2つ目の打刻があります", "a second punch of one event"},
	}[p]
	return text[0], text[1]
}

// Finding is one thing that is wrong.
type Finding struct {
	Tenant  string
	Table   string
	Key     string // of the row, as a JSON array or a number
	Problem Problem
}
