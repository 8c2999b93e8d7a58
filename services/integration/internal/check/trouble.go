package check

import (
	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/guide"
)

// what says what each trouble is.
var what = map[Reason]fault.Text{
	BadClient:    {JA: "Client ID または Client Secret が受け付けられません", EN: "The client id or the client secret is refused"},
	BadAccount:   {JA: "Service Account が受け付けられません", EN: "The service account is refused"},
	BadKey:       {JA: "Private Key が受け付けられません", EN: "The private key is refused"},
	BadTimes:     {JA: "時刻がずれているため認証が受け付けられません", EN: "The keys are refused because the clocks differ"},
	BadKeys:      {JA: "キー情報が受け付けられません", EN: "The keys are refused"},
	ScopeMissing: {JA: "アプリに必要な OAuth Scopes がありません", EN: "The app lacks the OAuth scope that this needs"},
	Forbidden:    {JA: "このアプリには許可されていません", EN: "This app may not do that"},
	Missing:      {JA: "LINE WORKS にこの Bot がありません", EN: "LINE WORKS does not know this bot"},
	Limited:      {JA: "LINE WORKS のAPIの呼び出し回数の上限に達しています", EN: "The rate limit of the LINE WORKS API is reached"},
	Away:         {JA: "LINE WORKS から応答がありません", EN: "LINE WORKS does not answer"},
	Refused:      {JA: "LINE WORKS が要求を受け付けません", EN: "LINE WORKS refuses the request"},
}

// remedies say what to do about each trouble with API 2.0.
var remedies = map[Reason]fault.Text{
	BadClient: guide.App("Client ID と Client Secret を確認して、キー情報を登録し直してください。",
		"check Client ID and Client Secret, then enter the keys again."),
	BadAccount: guide.App("Service Account を確認して、キー情報を登録し直してください。",
		"check Service Account, then enter the keys again."),
	BadKey: guide.App("Private Key を発行し直し、ダウンロードしたファイル(private_….key)の文字列全体でキー情報を登録し直してください。",
		"issue a new Private Key, then enter the keys again with the whole text of the downloaded file (private_….key)."),
	BadTimes: setClock,
	BadKeys: guide.App("Client ID、Service Account、Private Key の組み合わせを確認して、キー情報を登録し直してください。",
		"check that Client ID, Service Account and Private Key belong together, then enter the keys again."),
	ScopeMissing: guide.Scopes("bot"),
	Forbidden: guide.App("「OAuth Scopes」の「管理」で bot と bot.message にチェックが入っていることを確認してください。",
		"click Manage beside OAuth Scopes and see that bot and bot.message are ticked."),
	Missing: guide.Bot("Bot ID を確認して、キー情報を登録し直してください。アプリと同じ会社の Bot である必要があります。",
		"check its Bot ID and enter the keys again. The bot must be of the same company as the app."),
}

var setClock = fault.Text{JA: "打刻サーバーの時計を合わせてください(NTP)。", EN: "Set the clock of this server right (NTP)."}

// remediesV1 replace some of them for API 1.0.
var remediesV1 = map[Reason]fault.Text{
	BadKeys: guide.API1("API ID、Server API Consumer Key、Server List(ID登録タイプ)の Server ID と認証キーを確認して、キー情報を登録し直してください。",
		"check API ID, Server API Consumer Key, and Server ID and authentication key of the Server List (ID type), then enter the keys again."),
	Missing: guide.Bot("「API Interface」が API 1.0 であることと Bot No. を確認して、キー情報を登録し直してください。API 2.0 に移行した Bot の場合は、API 2.0 のキー情報を登録してください。",
		"check that API Interface is API 1.0, and its Bot No., and enter the keys again. If the bot was upgraded to API 2.0, enter API 2.0 keys."),
}

var later = fault.Text{JA: "しばらくしてからもう一度テストしてください。", EN: "Test again in a while."}

// found says what happened, with the platform's code.
func (t Trouble) found() fault.Text {
	return with(what[t.Reason], t.Code)
}

// with makes a sentence, with a code behind it if there is one.
func with(text fault.Text, code string) fault.Text {
	if code == "" {
		return sentence(text.JA, text.EN)
	}
	return sentence(text.JA+"("+code+")", text.EN+" ("+code+")")
}

func sentence(ja, en string) fault.Text { return fault.Text{JA: ja + "。", EN: en + "."} }

// remedy says what to do.
func (t Trouble) remedy(version credential.Version) fault.Text {
	if text, own := remediesV1[t.Reason]; own && version == credential.V1 {
		return text
	}
	if text, own := remedies[t.Reason]; own {
		return text
	}
	return later
}
