package console

import (
	"strings"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/services/integration/internal/check"
	"github.com/dakoku/dakoku/services/integration/internal/guide"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
)

var (
	notProven = fault.Text{
		JA: "LINE WORKS でこのキー情報を確認できませんでした(応答がないか、判断できない応答でした)。",
		EN: "LINE WORKS could not be asked whether it accepts these keys.",
	}
	// storable is said of what was only checked, unproven of what was stored.
	storable = fault.Text{
		JA: "このまま保存することもできます。保存後に「接続テスト」で確認してください。",
		EN: "They can be stored all the same; test the connection afterwards.",
	}
	unproven = fault.Text{
		JA: "確認できるまで Client ID と Server ID はフィンガープリントだけを表示します。「接続テスト」で確認してください。",
		EN: "Until it has, of client id and server id the fingerprints alone are shown. Test the connection to ask again.",
	}
	stored = fault.Text{JA: "保存しましたが、", EN: "Stored, but"}
)

// Entered tells an administrator what LINE WORKS said of keys, stored or, when only
// checking was asked for, not.
func Entered(a Answer, only bool) fault.Text {
	found := notProven
	switch {
	case a.Token.Access != "":
		return fault.Text{
			JA: "LINE WORKS でこのキー情報を確認しました。",
			EN: "LINE WORKS accepts these keys.",
		}
	case a.Keys.Reason == check.ScopeMissing:
		scopes := strings.Join(lineworks.RunScopes(), " ")
		found = guide.After("打刻に必要な OAuth Scopes がそろっていないため、LINE WORKS がアクセストークンを発行しません。",
			"LINE WORKS gives no access token, because the app lacks an OAuth scope that punching needs.", guide.Scopes(scopes))
	}
	if only {
		return guide.After(found.JA, found.EN, storable)
	}
	return guide.After(stored.JA+found.JA, stored.EN+" "+found.EN, unproven)
}

// BotSeen tells an administrator whether LINE WORKS has the bot of keys that are not
// stored yet, and what to do; empty when it was not asked. A bot that is not there is
// a refusal already, unless it has not moved to the API of the keys yet.
func BotSeen(a Answer) fault.Text {
	if !a.BotAsked {
		return fault.Text{}
	}
	item := check.BotOf(a.Version, a.Bot)
	switch {
	case !a.Bot.Any():
		return item.Found
	case a.Bot.Reason == check.Missing:
		return fault.Text{
			JA: "この Bot は、LINE WORKS で入力したAPIのバージョンにまだ移行されていません。このまま保存できます。移行したあとに「接続テスト」で確認してください。",
			EN: "At LINE WORKS the bot has not moved to the API of these keys yet. They can be stored all the same; test the connection after the move.",
		}
	}
	if a.Token.Access != "" && a.Bot.OfKeys() { // they were accepted just now
		return guide.After("Bot があるかは確認できませんでした(LINE WORKS が判断できない応答をしました)。",
			"Whether the bot is there could not be seen: the answer of LINE WORKS does not tell.", storable)
	}
	unseen := guide.After(item.Found.JA+"Bot があるかは確認できませんでした。", item.Found.EN+" Whether the bot is there could not be seen.", item.Remedy)
	return guide.After(unseen.JA, unseen.EN, storable)
}
