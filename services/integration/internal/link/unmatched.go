package link

import "github.com/dakoku/dakoku/platform/fault"

// Reasons why an employee has no match in the directory.
const (
	EmailMissing   = "EMPLOYEE_WITHOUT_EMAIL"
	EmailShared    = "EMAIL_SHARED"
	MemberMissing  = "MEMBER_NOT_FOUND"
	MemberInactive = "MEMBER_INACTIVE"
	MembersMany    = "SEVERAL_MEMBERS"
	// of the link, not of the address
	MemberGone      = "MEMBER_GONE"
	MemberElsewhere = "MEMBER_ELSEWHERE"
	MemberUnsure    = "MEMBER_UNSURE"
)

var unmatchedSentences = map[string]fault.Text{
	EmailMissing: {JA: "従業員にメールアドレスが登録されていません。従業員の画面で LINE WORKS のログインIDと同じアドレスを登録してください。",
		EN: "The employee has no e-mail address. Enter the one that is the LINE WORKS login id."},
	EmailShared: {JA: "同じメールアドレスの有効な従業員が複数います。1人だけに残すか、従業員の画面で個別に紐付けてください。",
		EN: "Several active employees have this e-mail address. Leave it with one, or link them one by one."},
	MemberMissing: {JA: "このメールアドレスをログインIDとするメンバーが LINE WORKS にいません。アドレスを確認するか、従業員の画面で個別に紐付けてください。",
		EN: "LINE WORKS has no member with this address as login id. Check the address, or link the employee by hand."},
	MemberInactive: {JA: "このメールアドレスのメンバーは LINE WORKS で停止または削除されています。LINE WORKS で再開してからもう一度同期してください。",
		EN: "The member with this address is suspended or deleted at LINE WORKS. Activate the member there and sync again."},
	MemberGone: {JA: "紐付いているアカウントが LINE WORKS に見つかりません。停止・削除されたか、アカウントIDの入力誤りです。紐付けと履歴は残り、LINE WORKS で再開すると元に戻ります。入力誤りの場合は従業員の画面でアカウントIDを直し、不要な場合は紐付けを解除してください。",
		EN: "LINE WORKS does not find the linked account: it was suspended or deleted there, or the account id is mistyped. The link and its history stay, and all is as before when the account is active again. On the page of the employee correct a mistyped id, or remove the link if it is not needed."},
	MemberElsewhere: {JA: "紐付いているアカウントは、この接続の LINE WORKS で確認されたことがありません。別の接続の LINE WORKS の人と見なし、紐付けは元のままにしました(停止・削除の印も付けません)。その人の接続を指定して同期するか、アカウントIDを確認してください。その LINE WORKS への接続がもうない場合は、従業員の画面で紐付けを変更するか解除してください。",
		EN: "The LINE WORKS of this connection has never known the linked account. The person is taken for one of another connection's LINE WORKS: the link stays as it is and is not marked as gone. Sync that connection, or check the account id. If no connection to that LINE WORKS is left, change or remove the link on the page of the employee."},
	MemberUnsure: {JA: "紐付いているアカウントは LINE WORKS の名簿になく、本人がいるかどうかは確かめられませんでした(まだ問い合わせていないか、判断できない応答でした)。紐付けは元のままです(停止・削除の印も付けません)。もう一度同期するか、アカウントIDを確認してください。",
		EN: "The linked account is not in the LINE WORKS directory, and whether the person exists could not be told: nobody asked yet, or the answer does not tell. The link stays as it is and is not marked as gone. Sync again, or check the account id."},
	MembersMany: {JA: "このメールアドレスのメンバーが LINE WORKS に複数います。従業員の画面で個別に紐付けてください。",
		EN: "LINE WORKS has several members with this address. Link the employee by hand."},
}

// unlisted is why a link whose person the directory does not show stays as it is. Of a link by a login id that
// several have it shows more than one.
func unlisted(l Link, members Members) string {
	switch {
	case l.User == "" && len(members.byLogin[l.Account]) > 1:
		return MembersMany
	case !members.home.Knew(l):
		return MemberElsewhere
	}
	return MemberUnsure
}

// unmatched is why the address of an employee without a link, which found so many
// active members, is nobody's.
func unmatched(account string, found int, emails Emails, members Members) string {
	switch {
	case account == "":
		return EmailMissing
	case len(emails[account]) > 1:
		return EmailShared
	case found > 1:
		return MembersMany
	case members.suspended[account]:
		return MemberInactive
	}
	return MemberMissing
}
