package guide

import (
	"strings"
	"testing"

	"github.com/dakoku/dakoku/platform/fault"
)

// Each sentence names its screen in both languages, menu before entry, and then
// what to do there.
func TestEachSentenceLeadsToItsScreen(t *testing.T) {
	for name, c := range map[string]struct {
		text   fault.Text
		ja, en []string
	}{
		"app": {App("見る。", "look."), []string{"Developer Console", "「API」", "「ClientApp」", "「API 2.0」", "対象のアプリ", "見る。"},
			[]string{"the app", "Developer Console", "API", "ClientApp", "API 2.0", "look."}},
		"scopes": {Scopes("bot"), []string{"Developer Console", "「ClientApp」", "「OAuth Scopes」", "「管理」", "bot", "チェック", "保存"},
			[]string{"Developer Console", "ClientApp", "Manage", "OAuth Scopes", "bot", "save"}},
		"bot":  {Bot("見る。", "look."), []string{"Developer Console", "「Bot」", "対象の Bot", "見る。"}, []string{"the bot", "Developer Console", "Bot", "look."}},
		"API1": {API1("見る。", "look."), []string{"Developer Console", "「API」", "「API 1.0」", "見る。"}, []string{"Developer Console", "API", "API 1.0", "look."}},
		"admin": {Admin("見る。", "look."), []string{"LINE WORKS Admin", "「サービス」", "「Bot」", "見る。"},
			[]string{"LINE WORKS Admin", "Service", "Bot", "look."}},
		"login id": {LoginID(), []string{"ログイン", "LINE WORKS Admin", "「メンバー」", "「ID」"}, []string{"logs in", "LINE WORKS Admin", "Members", "ID"}},
		"after":    {After("赤。", "Red.", Bot("見る。", "look.")), []string{"赤。", "「Bot」"}, []string{"Red. Open the bot"}},
	} {
		inOrder(t, name, c.text.JA, c.ja)
		inOrder(t, name, c.text.EN, c.en)
	}
}

func inOrder(t *testing.T, name, text string, words []string) {
	t.Helper()
	rest := text
	for _, word := range words {
		_, after, found := strings.Cut(rest, word)
		if !found {
			t.Errorf("%s: %q is not in its place in %q", name, word, text)
			return
		}
		rest = after
	}
}
