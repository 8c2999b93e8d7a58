package link

import (
	"time"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/services/integration/internal/guide"
)

// Match links employees to the members who have their e-mail address as login
// id. emails are those of all employees, so that an address that two of them
// share matches nobody. Links follow what the directory says about their people.
// A link to somebody else is never replaced: it was made by a person. Only with
// relink is an account replaced that is gone while another has the address. Of
// employees who are not active only those are told whose person is gone by now.
// Of whoever is linked and not found the link is told, not what is wrong with the
// address: punches are recorded by the link, which an address that is put right
// would not change.
func (b *Book) Match(staff []Employee, emails Emails, members Members, relink bool) []Outcome {
	var out []Outcome
	for _, e := range staff {
		o := Outcome{Number: e.Number, Want: Want{Employee: e.ID, Account: Key(e.Email)}}
		was, linked := b.Of(e.ID)
		b.follow(was, members)
		if !e.Active {
			if now, _ := b.Of(e.ID); was.Gone.IsZero() && !now.Gone.IsZero() {
				out = append(out, o.lost(now))
			}
			continue
		}
		found := members.byLogin[o.Want.Account]
		if len(found) == 1 && len(emails[o.Want.Account]) == 1 {
			o.Want.User = found[0].User
			o.Result, o.Reason = b.match(o.Want, was, linked, relink)
		} else if now, _ := b.Of(e.ID); now.Account != was.Account {
			o.Result = Changed
		} else if linked && !now.Gone.IsZero() {
			o = o.lost(now)
		} else if linked && members.live(now) {
			o.Result = Unchanged // somebody linked them by another login id
		} else if linked {
			o.Want.Account, o.Result, o.Reason = now.Account, NoMatch, unlisted(now, members)
		} else {
			o.Result, o.Reason = NoMatch, unmatched(o.Want.Account, len(found), emails, members)
		}
		out = append(out, o)
	}
	return out
}

// lost is the outcome of a link whose person LINE WORKS does not know.
func (o Outcome) lost(l Link) Outcome {
	o.Want.Account, o.Result, o.Reason = l.Account, Lost, MemberGone
	return o
}

// follow takes what the directory says about the person who is linked. A link
// whose person was never named is known by the login id, which nobody else has
// while a suspended member keeps it.
func (b *Book) follow(l Link, members Members) {
	if found := members.byLogin[l.Account]; l.User == "" && len(found) == 1 {
		b.Observe(found[0].User, l.Account) // from now on the link follows the person
		return
	}
	if l.User == "" && members.suspended[l.Account] && len(members.byLogin[l.Account]) == 0 {
		b.Vanish(l.Account)
		return
	}
	switch m, listed := members.byUser[l.User]; {
	case !listed:
	case !m.Active:
		b.Vanish(m.User)
	default:
		b.Observe(m.User, m.LoginID)
	}
}

// match links an employee with the member who has the address. Who is linked already and
// known to be gone was created anew; of whom nobody could tell may have another login id by
// now, and whoever has the old one is a stranger.
func (b *Book) match(w Want, was Link, linked, relink bool) (Result, string) {
	b.Observe(w.User, w.Account)
	now, _ := b.Of(w.Employee)
	switch {
	case !linked:
	case now.User == w.User && now.Account != was.Account:
		return Changed, ""
	case now.User == w.User:
		return Unchanged, ""
	case now.Gone.IsZero():
		return Failed, OtherAccount
	case !relink:
		return Failed, Recreated
	}
	v := b.Assign([]Want{w})[0]
	if v.Result == Failed {
		return Failed, AccountTaken
	}
	return v.Result, ""
}

// SyncLife is how long the results of a sync are kept after its end.
const SyncLife = 30 * 24 * time.Hour

// MembersUnasked is the reason of a sync that ended and has asked LINE WORKS about as
// many people one by one, or for as long, as a sync does: the others stay as they were.
const MembersUnasked = "MEMBERS_UNASKED"

// Reasons why a sync cannot go on, or left somebody out, in words.
var syncSentences = map[string]fault.Text{
	"SCOPE_MISSING": syncAgain("LINE WORKSのアプリに OAuth Scopes の user.read(または directory.read)がありません。",
		"The LINE WORKS app lacks the OAuth scope user.read (or directory.read).", guide.Scopes("user.read")),
	"PLATFORM_REFUSED": syncAgain("LINE WORKSが名簿の取得を拒否しました。", "LINE WORKS refuses to show the directory.",
		guide.App("Client ID、Client Secret、Service Account、Private Key が登録したキー情報と同じか確認してください。",
			"check that Client ID, Client Secret, Service Account and Private Key are those that were stored.")),
	"PLATFORM_UNAVAILABLE": {
		JA: "LINE WORKSが長時間応答しないため中止しました。しばらくしてからもう一度同期してください。",
		EN: "LINE WORKS did not answer for a long time. Sync again later.",
	},
	"PLATFORM_CONFUSED": {
		JA: "LINE WORKSの名簿のページが同じところへ戻り、終わりまで読めないため中止しました。もう一度同期してください。続く場合はLINE WORKSに問い合わせてください。",
		EN: "The pages of the LINE WORKS directory lead back to themselves, so it cannot be read to its end. Sync again; if it stays so, ask LINE WORKS.",
	},
	"DIRECTORY_TOO_LONG": {
		JA: "LINE WORKSの名簿が10,000ページ(100万人分)を過ぎても終わらないため中止しました。もう一度同期してください。続く場合はLINE WORKSに問い合わせてください。CSVでの取り込みもできます。",
		EN: "The LINE WORKS directory does not end within 10,000 pages (a million people). Sync again; if it stays so, ask LINE WORKS. Accounts can be imported as CSV, too.",
	},
	MembersUnasked: {
		JA: "LINE WORKSの名簿にない紐付け済みの人が多く、問い合わせは2,000人または開始から4時間までのため、残りの人は元のままにしました(退職・削除の印は付いていません)。名簿は1つのドメインのものです。残りの人には、もう一度同期すると問い合わせます。",
		EN: "Too many linked people are not in the LINE WORKS directory: a sync asks about 2,000 of them and for 4 hours at most. The others stay as they were, not marked as gone. The directory is that of one domain. The next sync asks about the others: sync again.",
	},
	"SYNC_TOO_LONG": {
		JA: "6時間たっても終わらないため中止しました。終わった分の紐付けは残っています。もう一度同期してください。",
		EN: "The sync did not end within 6 hours and was stopped. What it linked stays. Sync again.",
	},
	"CREDENTIALS_MISSING": syncAgain("この接続にはAPI 2.0のキー情報がありません。", "The connection has no keys of API 2.0.", enterKeys),
}

// enterKeys says where the keys of API 2.0 are.
var enterKeys = guide.App("Client ID、Client Secret、Service Account、Private Key を登録してください。",
	"enter its Client ID, Client Secret, Service Account and Private Key.")

// syncAgain is what was found, what to do, and then to sync again.
func syncAgain(ja, en string, do fault.Text) fault.Text {
	return guide.After(ja, en, fault.Text{JA: do.JA + "その後、もう一度同期してください。", EN: do.EN + " Then sync again."})
}

// SyncSentence says in words why a sync could not go on.
func SyncSentence(reason string) fault.Text { return syncSentences[reason] }

// SyncNotFound is the fault for a sync that does not exist.
func SyncNotFound() *fault.Fault {
	return fault.New(fault.NotFound, "SYNC_NOT_FOUND", fault.Text{
		JA: "この同期はありません。",
		EN: "The sync does not exist.",
	})
}

// SyncRunning is the fault for a sync while another one runs.
func SyncRunning(id string) *fault.Fault {
	return fault.New(fault.Precondition, "SYNC_RUNNING", fault.Text{
		JA: "同期を実行中です。終わってからもう一度実行してください。",
		EN: "A sync is running. Start another when it has ended.",
	}).With("sync", "accountLinkSyncs/"+id)
}

// NeedsAPI2 is the fault for a connection whose keys cannot read a directory.
func NeedsAPI2() *fault.Fault {
	return fault.New(fault.Precondition, "API_VERSION_UNSUPPORTED", guide.After("名簿の同期にはAPI 2.0のキー情報が必要です。API 1.0の接続では使えません。",
		"The directory sync needs keys of API 2.0; API 1.0 cannot do it.", enterKeys)).With("apiVersion", "V1")
}

// WhichConnection is the fault for a sync that names no connection while several
// could be read.
func WhichConnection() error {
	return fault.Invalid(fault.Field{Path: "connection", Reason: "REQUIRED", Text: fault.Text{
		JA: "有効な接続が複数あります。名簿を読む接続を指定してください。",
		EN: "Several connections are active. Name the one whose directory is read.",
	}})
}
