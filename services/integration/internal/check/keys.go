package check

import (
	"fmt"
	"strings"
	"time"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/guide"
)

func (s Seen) token() Item {
	if !s.Token.Any() {
		return passed(Token, "LINE WORKS からアクセストークンを取得できました。", "LINE WORKS gave us an access token.")
	}
	return Item{Kind: Token, Result: Failed, Found: s.Token.found(), Remedy: s.Token.remedy(s.Version)}
}

// blocked is the item that cannot be looked at because of a trouble.
func (s Seen) blocked(kind Kind, t Trouble) Item {
	return Item{Kind: kind, Result: Unknown, Found: t.found(), Remedy: t.remedy(s.Version)}
}

func (s Seen) scopes() Item {
	missing := strings.Join(s.MissingScopes, " ")
	switch {
	case s.Token.Any():
		return s.blocked(Scopes, s.Token)
	case s.Version == credential.V1:
		return passed(Scopes, "API 1.0 に OAuth Scopes はありません。", "API 1.0 has no OAuth scopes.")
	case s.Scopes.Any():
		return s.blocked(Scopes, s.Scopes)
	case missing != "":
		return Item{Scopes, Failed,
			fault.Text{JA: "アプリに OAuth Scopes が足りません: " + missing, EN: "The app lacks OAuth scopes: " + missing},
			guide.Scopes(missing)}
	case s.NoBotScope:
		return Item{Scopes, Advice,
			fault.Text{JA: "打刻に必要な OAuth Scopes はそろっています。bot がないため、Callback URL の登録はこの画面からはできません。",
				EN: "The OAuth scopes that punching needs are there. Without bot the callback URL cannot be registered from here."},
			guide.Scopes("bot")}
	}
	return passed(Scopes, "必要な OAuth Scopes がそろっています。", "The app has the OAuth scopes that are needed.")
}

const (
	// clockFine is what the whole seconds of a Date header and a slow answer
	// may add up to.
	clockFine = 10 * time.Second
	// clockBad is half of what a callback may be ahead of our clock before it
	// is set aside instead of recorded.
	clockBad = time.Minute
)

func (s Seen) clock() Item {
	off := max(s.Skew, -s.Skew)
	seconds := int(s.Skew.Round(time.Second) / time.Second)
	found := fault.Text{
		JA: fmt.Sprintf("LINE WORKS の時計は打刻サーバーより %+d秒ずれています。", seconds),
		EN: fmt.Sprintf("The clock of LINE WORKS differs from ours by %+d s.", seconds),
	}
	switch {
	case !s.SkewKnown:
		return Item{Clock, Unknown, fault.Text{JA: "LINE WORKS から応答がないため、時計を比べられません。", EN: "Without an answer of LINE WORKS the clocks cannot be compared."}, later}
	case off <= clockFine:
		return passed(Clock, "時計は LINE WORKS と合っています。", "Our clock agrees with that of LINE WORKS.")
	case off <= clockBad:
		return Item{Clock, Advice, found, setClock}
	}
	return Item{Clock, Failed, found, setClock}
}

// firstCallback judges the keys that are tested: that others of the connection fit
// says nothing about them. One refusal among callbacks that are accepted may be
// anybody's; a refusal that none followed is what people see who punch.
func (s Seen) firstCallback() Item {
	switch {
	case s.LastFailure.After(s.Stored) && s.LastFailure.After(s.LastCallback):
		return Item{FirstCallback, Failed, fault.Text{JA: "最後に届いたコールバックの署名または Bot が、登録したキー情報と一致しません。打刻は記録されません。",
			EN: "The signature or the bot of the last callback does not fit the keys that were entered. Punches are not recorded."}, s.signingSecret()}
	case s.Verified:
		return passed(FirstCallback, "このキー情報で署名されたコールバックが届いています。", "Callbacks signed with these keys arrive.")
	case s.LastCallback.After(s.Stored) && !s.Staged:
		return Item{FirstCallback, Advice, fault.Text{JA: "コールバックは届いていますが、このキー情報で署名されたものはまだありません。",
			EN: "Callbacks arrive, but none yet that is signed with these keys."}, s.signingSecret()}
	}
	return Item{FirstCallback, Advice, fault.Text{JA: "このキー情報で署名されたコールバックはまだ届いていません。", EN: "No callback signed with these keys has arrived yet."}, tryIt}
}

// signingSecret says where the key is found that signs callbacks.
func (s Seen) signingSecret() fault.Text {
	if s.Version == credential.V1 {
		return guide.API1("API ID を確認して、キー情報を登録し直してください。その後、トークで Bot にメッセージを送ってもう一度テストしてください。",
			"check API ID and enter the keys again. Then write to the bot and test again.")
	}
	return guide.Bot("Bot Secret と Bot ID を確認して、キー情報を登録し直してください。その後、トークで Bot にメッセージを送ってもう一度テストしてください。",
		"check Bot Secret and Bot ID and enter the keys again. Then write to the bot and test again.")
}

var tryIt = fault.Text{
	JA: "LINE WORKS のトークで Bot にメッセージを送り、返信を確認してください。",
	EN: "Write to the bot in LINE WORKS and look for its answer.",
}
