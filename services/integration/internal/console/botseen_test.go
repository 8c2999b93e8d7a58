package console

import (
	"strings"
	"testing"

	"github.com/dakoku/dakoku/services/integration/internal/check"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
)

// Keys that LINE WORKS gave a token for are not called refused beside it, because it
// refuses the call that reads the bot.
func TestWhatIsSaidOfTheBotFitsWhatIsSaidOfTheKeys(t *testing.T) {
	for _, why := range []check.Reason{check.BadKeys, check.BadClient, check.BadAccount, check.BadKey} {
		a := Answer{Version: credential.V2, BotAsked: true, Bot: check.Trouble{Reason: why, Code: "UNAUTHORIZED"}}
		refused := check.BotOf(a.Version, a.Bot).Found.JA
		if bot := BotSeen(a); !strings.HasPrefix(bot.JA, refused) {
			t.Errorf("without a token: %s", bot.JA)
		}
		a.Token = lineworks.Token{Access: "t"}
		keys, bot := Entered(a, true), BotSeen(a)
		if !strings.Contains(keys.JA, "確認しました") || strings.Contains(bot.JA, refused) ||
			!strings.Contains(bot.JA, "確認できませんでした") || !strings.Contains(bot.EN, "could not be seen") || !strings.Contains(bot.JA, storable.JA) {
			t.Errorf("%s %s", keys.JA, bot.JA)
		}
	}
}
