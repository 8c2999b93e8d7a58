package check

import (
	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/services/integration/internal/connection"
	"github.com/dakoku/dakoku/services/integration/internal/guide"
)

// Breakage is why a connection is broken, in words, and what to do.
type Breakage struct {
	Cause         connection.Cause
	Found, Remedy fault.Text
}

var broken = map[connection.Reason]Reason{
	connection.ClientRefused: BadClient, connection.AccountRefused: BadAccount, connection.KeyRefused: BadKey,
	connection.ClockDiffers: BadTimes, connection.ScopeMissing: ScopeMissing, connection.KeysRefused: BadKeys,
}

var (
	accessRefused = fault.Text{JA: "LINE WORKS が、発行したばかりのアクセストークンを続けて拒否しています", EN: "LINE WORKS keeps refusing access tokens that it has just given"}
	testAndEnter  = fault.Text{
		JA: "「接続テスト」で不足している設定を確認して直し、キー情報を登録し直してください。直したあと連携の状況の「その他の操作」で「連携を有効にする」を押すと、待っている返信がすぐに送られます。",
		EN: "Test the connection to see what is missing, mend it, and enter the keys again. Once that is done, choose “Switch it on” under “More actions” on the page of the connection: the answers that wait go at once.",
	}
)

// Broken says why a connection is broken. A reason that is none of ours is what
// LINE WORKS said, as it was kept before there were reasons.
func Broken(c connection.Cause) Breakage {
	reason, known := broken[c.Reason]
	switch {
	case c.Reason == connection.AccessRefused:
		return Breakage{c, with(accessRefused, c.Code), testAndEnter}
	case !known:
		c, reason = connection.Cause{Reason: connection.KeysRefused, Code: string(c.Reason)}, BadKeys
	}
	t := Trouble{Reason: reason, Code: c.Code}
	switch reason {
	case BadKeys: // of either version
		return Breakage{c, t.found(), testAndEnter}
	case ScopeMissing:
		return Breakage{c, t.found(), guide.Scopes("bot.message user.email.read")}
	default:
		return Breakage{c, t.found(), remedies[reason]}
	}
}
