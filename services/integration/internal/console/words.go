package console

import (
	"fmt"
	"strings"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/services/integration/internal/guide"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
)

// CallbackRegistered tells an administrator what RegisterCallback set and how to
// see that it works. The URL is not in it: it ends in a token.
func CallbackRegistered(set lineworks.Callback) fault.Text {
	events := strings.Join(set.EventTypes, ", ")
	return guide.After(
		"Bot の「Callback URL」を ON にして、この連携のURLを登録しました。メンバーが送信可能なメッセージタイプはテキストのみ、届くイベントは "+events+" です。",
		"The bot's callback URL is on and is that of this connection. Members may send text only; the bot sends the events "+events+".",
		guide.Bot("設定を確認できます。LINE WORKS のトークで Bot にメッセージを送り、返信を確認してください。",
			"it shows the settings. Write to the bot in LINE WORKS and look for its answer."))
}

// MenuRegistered tells an administrator what RegisterMenu set and where members
// see it (rules of the persistent menu: LINE WORKS documentation, bot-persistentmenu).
func MenuRegistered(buttons []lineworks.Button) fault.Text {
	var ja, en []string
	for _, b := range buttons {
		ja, en = append(ja, "「"+label(b, "ja_JP")+"」"), append(en, label(b, "en_US"))
	}
	return fault.Text{
		JA: fmt.Sprintf("Bot の固定メニューに%d個のボタンを登録しました: %s。これまでの固定メニューは置き換えられました。LINE WORKS で Bot とのトークを開くと表示されます(PC版ではメニューを開くと並びます)。Bot が2つ以上いるトークルームには表示されません。",
			len(buttons), strings.Join(ja, "")),
		EN: fmt.Sprintf("The bot's persistent menu has these buttons now: %s (%d). They replace the menu of before. Members see them in the talk with the bot, on a PC as a drop-down; not in rooms with two or more bots.",
			strings.Join(en, ", "), len(buttons)),
	}
}

// label is the button's label in a language, or else the default.
func label(b lineworks.Button, language string) string {
	for _, l := range b.Labels {
		if l.Language == language {
			return l.Text
		}
	}
	return b.Labels[0].Text
}
