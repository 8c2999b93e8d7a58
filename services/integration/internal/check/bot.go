package check

import (
	"slices"
	"strings"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/guide"
)

// NeededEvents are the event types without which buttons and texts do not
// arrive.
func NeededEvents() []string { return []string{"message", "postback"} }

// TextType is the one message type that punching needs.
const TextType = "text"

// barred is the trouble because of which the bot's settings were not seen.
func (s Seen) barred() Trouble {
	if s.Token.Any() {
		return s.Token
	}
	return s.BotTrouble
}

func (s Seen) bot() Item {
	if s.Token.Any() {
		return s.blocked(TheBot, s.Token)
	}
	return BotOf(s.Version, s.BotTrouble)
}

// BotOf judges whether LINE WORKS has a bot, by the trouble with reading it.
func BotOf(v credential.Version, t Trouble) Item {
	switch t.Reason {
	case Fine:
		return passed(TheBot, "LINE WORKS に Bot があります。", "LINE WORKS knows the bot.")
	case ScopeMissing, Away, Limited:
		return Item{TheBot, Unknown, t.found(), t.remedy(v)}
	default:
		return Item{TheBot, Failed, t.found(), t.remedy(v)}
	}
}

func (s Seen) public() Item {
	t := s.barred()
	if !t.Any() {
		t = s.DomainTrouble
	}
	public := func(d Domain) bool { return d.Public }
	open := func(d Domain) bool { return d.Public && !d.SelectedOnly }
	switch {
	case t.Any():
		return s.blocked(BotPublic, t)
	case len(s.Domains) == 0:
		return Item{BotPublic, Failed, fault.Text{JA: "Bot が LINE WORKS Admin に追加されていません。", EN: "The bot has not been added in LINE WORKS Admin."},
			guide.Admin("「追加」をクリックしてこの Bot にチェックを入れ、「追加」をクリックします。追加された Bot を開き、「公開設定」の公開にチェックを入れて「保存」をクリックしてください。",
				"click add (追加), tick the bot and click add. Then open the bot, tick public (公開設定) and save.")}
	case !slices.ContainsFunc(s.Domains, public):
		return Item{BotPublic, Failed, fault.Text{JA: "Bot が公開されていないため、メンバーから見えません。", EN: "The bot is not public, so members do not see it."},
			guide.Admin("この Bot をクリックし、「公開設定」の公開にチェックを入れて「保存」をクリックしてください。", "click the bot, tick public (公開設定) and save.")}
	case all(s.Domains, public) && !slices.ContainsFunc(s.Domains, open):
		return Item{BotPublic, Advice, fault.Text{JA: "Bot は公開されていますが、選ばれたメンバーだけが使えます。", EN: "The bot is public, but only for members who were selected."},
			guide.Admin("この Bot をクリックし、「使用権限」に打刻する人全員が含まれることを確認してください。", "click the bot and check that everybody who punches may use it (使用権限).")}
	case !all(s.Domains, open):
		return Item{BotPublic, Advice, fault.Text{JA: "Bot は公開されていますが、公開されていないか、選ばれたメンバーだけが使えるドメインがあります。",
			EN: "The bot is public, but there are domains in which it is not, or only for members who were selected."},
			guide.Admin("打刻する人がいるドメインごとに、この Bot をクリックし、公開されていることと、「使用権限」に打刻する人全員が含まれることを確認してください。",
				"in each domain in which people punch, click the bot and check that it is public and that everybody who punches may use it (使用権限).")}
	}
	return passed(BotPublic, "Bot は公開されています。", "The bot is public.")
}

func all(domains []Domain, are func(Domain) bool) bool {
	return !slices.ContainsFunc(domains, func(d Domain) bool { return !are(d) })
}

func (s Seen) callbackURL() Item {
	own := func(u string) bool { return u == strings.TrimSpace(s.Bot.CallbackURL) }
	set := guide.Bot("「Callback URL」の ON にチェックを入れ、この連携のURLを貼り付けて「保存」をクリックしてください。", "turn Callback URL on, paste the URL of this connection and save.")
	if s.Version != credential.V1 { // which has no way to set it from here
		set = guide.After(s.register().JA+"手動で行う場合は、", s.register().EN+" By hand:", set)
	}
	switch t := s.barred(); {
	case len(s.OurURLs) == 0:
		return Item{CallbackURL, Failed, fault.Text{JA: "有効なAPIトークンがないため、この連携にはまだURLがありません。", EN: "Without a live API token the connection has no URL yet."},
			fault.Text{JA: "「APIトークンを発行する」を実行してください。", EN: "Issue an API token."}}
	case t.Any():
		return s.blocked(CallbackURL, t)
	case !s.Bot.CallbackOn || s.Bot.CallbackURL == "":
		return Item{CallbackURL, Failed, fault.Text{JA: "Bot の Callback URL が OFF です。", EN: "The bot's callback URL is off."}, s.secure(set)}
	case s.RevokedURL:
		return Item{CallbackURL, Failed, fault.Text{JA: "Bot の Callback URL には、失効したAPIトークンが含まれています。",
			EN: "The bot's callback URL holds an API token of this connection that was revoked."}, s.secure(set)}
	case !slices.ContainsFunc(s.OurURLs, own):
		return Item{CallbackURL, Failed, fault.Text{JA: "Bot の Callback URL がこの連携のURLではありません" + host(s.Bot.CallbackURL, "(", ")") + "。",
			EN: "The bot's callback URL is not that of this connection" + host(s.Bot.CallbackURL, " (", ")") + "."}, s.secure(set)}
	case strings.HasPrefix(s.Bot.CallbackURL, "http:"):
		return Item{CallbackURL, Advice, fault.Text{JA: "Callback URLはこの連携のものですが、https ではありません。", EN: "The callback URL is ours, but it is not https."}, NeedHTTPS()}
	}
	return passed(CallbackURL, "Bot の Callback URL は ON で、この連携のURLです。", "The bot's callback URL is on and is ours.")
}

// register says how the callback URL is set from here: only with current keys.
func (s Seen) register() fault.Text {
	if s.Staged {
		return fault.Text{JA: "先に連携の状況の「このキーに切り替える」を実行してから、「Callback URL を登録する」を実行してください。",
			EN: "First press “Switch to these keys” on the page of the connection, then “Register the callback URL”."}
	}
	return fault.Text{JA: "この画面の「Callback URL を登録する」を実行してください。", EN: "Press “Register the callback URL” on this page."}
}

// NeedHTTPS says that LINE WORKS takes no other addresses, and what to do.
func NeedHTTPS() fault.Text {
	return fault.Text{
		JA: "LINE WORKS は https のURLだけを受け付けます。公開アドレス(DAKOKU_PUBLIC_URL)を https にしてください。",
		EN: "LINE WORKS takes https addresses only. Make the public address (DAKOKU_PUBLIC_URL) an https address.",
	}
}

// secure adds what the platform wants of our address when ours lacks it.
func (s Seen) secure(remedy fault.Text) fault.Text {
	if !strings.HasPrefix(s.OurURLs[0], "http:") {
		return remedy
	}
	return guide.After(NeedHTTPS().JA, NeedHTTPS().EN, remedy)
}

// host shows whose address it is, and nothing of the path: tokens are there.
func host(address, before, after string) string {
	_, rest, found := strings.Cut(address, "://")
	name, _, _ := strings.Cut(rest, "/")
	if !found || name == "" || strings.ContainsAny(name, "@?#") {
		return ""
	}
	return before + name + after
}

func (s Seen) eventTypes() Item {
	var missing []string
	for _, event := range NeededEvents() {
		if !slices.Contains(s.Bot.EventTypes, event) {
			missing = append(missing, event)
		}
	}
	list := strings.Join(missing, " ")
	register := guide.After(s.register().JA, s.register().EN, fault.Text{JA: "イベントの種類も設定されます。", EN: "That sets the event types too."})
	switch t := s.barred(); {
	case t.Any():
		return s.blocked(EventTypes, t)
	case s.Version == credential.V1:
		return passed(EventTypes, "API 1.0 ではイベントの種類を選べません。すべて届きます。", "API 1.0 sends every event type.")
	case list != "":
		return Item{EventTypes, Failed, fault.Text{JA: "Bot から送られないイベントがあります: " + list, EN: "The bot does not send: " + list}, register}
	case !slices.Contains(s.Bot.EventTypes, "begin"):
		return Item{EventTypes, Advice, fault.Text{JA: "打刻に必要なイベントは届きます。begin がないため、トークを始めた人に案内を送れません。",
			EN: "The events that punching needs are sent. Without begin nobody is greeted who opens the talk."}, register}
	}
	return passed(EventTypes, "必要なイベントがすべて送られます。", "The bot sends the events that are needed.")
}

func (s Seen) messageTypes() Item {
	switch t := s.barred(); {
	case t.Any():
		return s.blocked(MessageTypes, t)
	case !slices.Contains(s.Bot.MessageTypes, TextType):
		return Item{MessageTypes, Failed, fault.Text{JA: "メンバーが Bot にテキストを送れません。", EN: "Members cannot send text to the bot."},
			guide.Bot("「メンバーが送信可能なメッセージタイプ」で「テキスト」を選び、「保存」をクリックしてください。", "tick text among the message types that members may send (メンバーが送信可能なメッセージタイプ), and save.")}
	}
	return passed(MessageTypes, "メンバーは Bot にテキストを送れます。", "Members may send text to the bot.")
}

func (s Seen) groupRooms() Item {
	switch t := s.barred(); {
	case t.Any():
		return s.blocked(GroupRooms, t)
	case !s.Bot.GroupRooms:
		return Item{GroupRooms, Advice, fault.Text{JA: "Bot は1対1のトークルームでのみ使えます。", EN: "The bot works in 1:1 rooms only."},
			guide.After("複数人のトークルームで打刻する場合は、", "To punch in rooms of several people:",
				guide.Bot("「複数人のトークルームに招待可」にチェックを入れて「保存」をクリックしてください。", "tick that it may be invited into such rooms (複数人のトークルームに招待可), and save."))}
	}
	return passed(GroupRooms, "Bot を複数人のトークルームに招待できます。", "The bot may be invited into rooms of several people.")
}
