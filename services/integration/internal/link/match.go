package link

import "github.com/dakoku/dakoku/platform/fault"

// Member is a person of the LINE WORKS directory.
type Member struct{ User, LoginID string }

// Match links employees to the members who have their e-mail address as login
// id. members are by login id; emails are those of all employees, so that an
// address that two of them share matches nobody. A link to somebody else is
// never replaced: it was made by a person.
func (b *Book) Match(staff []Employee, emails Emails, members map[string][]Member) []Outcome {
	var out []Outcome
	for _, e := range staff {
		if !e.Active {
			continue
		}
		o := Outcome{Number: e.Number, Want: Want{Employee: e.ID, Account: Key(e.Email)}}
		found := members[o.Want.Account]
		if len(found) != 1 || len(emails[o.Want.Account]) != 1 {
			o.Result = NoMatch
		} else {
			o.Want.User = found[0].User
			o.Result, o.Reason = b.match(o.Want, found[0])
		}
		out = append(out, o)
	}
	return out
}

func (b *Book) match(w Want, m Member) (Result, string) {
	was, linked := b.Of(w.Employee)
	b.Observe(m.User, m.LoginID)
	now, _ := b.Of(w.Employee)
	switch {
	case linked && now.User != m.User:
		return Failed, OtherAccount
	case linked && now.Account != was.Account:
		return Changed, ""
	case linked:
		return Unchanged, ""
	}
	v := b.Assign([]Want{w})[0]
	if v.Result == Failed {
		return Failed, AccountTaken
	}
	return v.Result, ""
}

// Reasons why a sync cannot go on, in words.
var syncSentences = map[string]fault.Text{
	"SCOPE_MISSING": {
		JA: "LINE WORKSのアプリにスコープ user.read(または directory.read)がありません。Developer Console の「API 2.0」でアプリを開き、OAuth Scopes の「管理」で user.read にチェックを入れて保存してから、もう一度同期してください。",
		EN: "The LINE WORKS app lacks the scope user.read (or directory.read). Open the app under API 2.0 in the Developer Console, tick user.read under OAuth Scopes, save, and sync again.",
	},
	"PLATFORM_REFUSED": {
		JA: "LINE WORKSが名簿の取得を拒否しました。接続の鍵を確認してから、もう一度同期してください。",
		EN: "LINE WORKS refuses to show the directory. Check the keys of the connection and sync again.",
	},
	"PLATFORM_UNAVAILABLE": {
		JA: "LINE WORKSが長時間応答しないため中止しました。しばらくしてからもう一度同期してください。",
		EN: "LINE WORKS did not answer for a long time. Sync again later.",
	},
	"PLATFORM_CONFUSED": {
		JA: "LINE WORKSの名簿のページが同じところへ戻り、終わりまで読めないため中止しました。もう一度同期してください。続く場合はLINE WORKSに問い合わせてください。",
		EN: "The pages of the LINE WORKS directory lead back to themselves, so it cannot be read to its end. Sync again; if it stays so, ask LINE WORKS.",
	},
	"CREDENTIALS_MISSING": {
		JA: "この接続にはAPI 2.0の鍵がありません。鍵を登録してから同期してください。",
		EN: "The connection has no keys of API 2.0. Enter the keys and sync again.",
	},
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
	return fault.New(fault.Precondition, "API_VERSION_UNSUPPORTED", fault.Text{
		JA: "名簿の同期にはAPI 2.0の鍵が必要です。API 1.0の接続では使えません。",
		EN: "The directory sync needs keys of API 2.0; API 1.0 cannot do it.",
	}).With("apiVersion", "V1")
}

// WhichConnection is the fault for a sync that names no connection while several
// could be read.
func WhichConnection() error {
	return fault.Invalid(fault.Field{Path: "connection", Reason: "REQUIRED", Text: fault.Text{
		JA: "有効な接続が複数あります。名簿を読む接続を指定してください。",
		EN: "Several connections are active. Name the one whose directory is read.",
	}})
}
