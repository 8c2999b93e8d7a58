package check

import (
	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
)

// what says what each trouble is.
var what = map[Reason]fault.Text{
	BadClient:    {JA: "Client ID または Client Secret が受け付けられません", EN: "The client id or the client secret is refused"},
	BadAccount:   {JA: "Service Account が受け付けられません", EN: "The service account is refused"},
	BadKey:       {JA: "Private Key が受け付けられません", EN: "The private key is refused"},
	BadTimes:     {JA: "時刻がずれているため認証が受け付けられません", EN: "The keys are refused because the clocks differ"},
	BadKeys:      {JA: "認証情報が受け付けられません", EN: "The keys are refused"},
	ScopeMissing: {JA: "アプリに必要な OAuth Scopes がありません", EN: "The app lacks the OAuth scope that this needs"},
	Forbidden:    {JA: "このアプリには許可されていません", EN: "This app may not do that"},
	Missing:      {JA: "LINE WORKS にこのBotがありません", EN: "LINE WORKS does not know this bot"},
	Limited:      {JA: "LINE WORKS のAPIの呼び出し回数の上限に達しています", EN: "The rate limit of the LINE WORKS API is reached"},
	Away:         {JA: "LINE WORKS から応答がありません", EN: "LINE WORKS does not answer"},
	Refused:      {JA: "LINE WORKS が要求を受け付けません", EN: "LINE WORKS refuses the request"},
}

const (
	appJA = "Developer Console の「API」>「API 2.0」で対象のアプリを開き、"
	appEN = "Open the app in Developer Console > API > API 2.0: "
	v1JA  = "Developer Console の「API」>「API 1.0」を開き、"
	v1EN  = "Open Developer Console > API > API 1.0: "
)

// remedies say what to do about each trouble with API 2.0.
var remedies = map[Reason]fault.Text{
	BadClient: {
		JA: appJA + "Client ID と Client Secret を確認して、認証情報を登録し直してください。",
		EN: appEN + "check Client ID and Client Secret, then enter the keys again.",
	},
	BadAccount: {
		JA: appJA + "Service Account を確認して、認証情報を登録し直してください。",
		EN: appEN + "check Service Account, then enter the keys again.",
	},
	BadKey: {
		JA: appJA + "Private Key を発行し直し、ダウンロードしたファイルの内容全体で認証情報を登録し直してください。",
		EN: appEN + "issue a new Private Key, then enter the keys again with the whole text of the file.",
	},
	BadTimes: {
		JA: "打刻サーバーの時計を合わせてください(NTP)。",
		EN: "Set the clock of this server right (NTP).",
	},
	BadKeys: {
		JA: appJA + "Client ID、Service Account、Private Key の組み合わせを確認して、認証情報を登録し直してください。",
		EN: appEN + "check that Client ID, Service Account and Private Key belong together, then enter the keys again.",
	},
	ScopeMissing: {
		JA: appJA + "「OAuth Scopes」に bot を追加して保存してください。",
		EN: appEN + "add bot to OAuth Scopes and save.",
	},
	Forbidden: {
		JA: appJA + "「OAuth Scopes」と、アプリの利用権限を確認してください。",
		EN: appEN + "check OAuth Scopes and what the app may do.",
	},
	Missing: {
		JA: "Developer Console の「Bot」で対象のBotを開き、Bot ID を確認して、認証情報を登録し直してください。アプリと同じ会社のBotである必要があります。",
		EN: "Open the bot in Developer Console > Bot, check its Bot ID and enter the keys again. The bot must be of the same company as the app.",
	},
}

// remediesV1 replace some of them for API 1.0.
var remediesV1 = map[Reason]fault.Text{
	BadKeys: {
		JA: v1JA + "API ID、Server List(ID登録タイプ)の Server ID、認証キー、Server API Consumer Key を確認して、認証情報を登録し直してください。",
		EN: v1EN + "check API ID, Server ID of the Server List (ID type), the authentication key and Server API Consumer Key, then enter the keys again.",
	},
	Missing: {
		JA: "API 1.0 の API ID と、Developer Console の「Bot」にある Bot No. を確認して、認証情報を登録し直してください。API 2.0 に移行したBotの場合は、API 2.0 の認証情報を登録してください。",
		EN: "Check API ID and, in Developer Console > Bot, Bot No., and enter the keys again. If the bot was upgraded to API 2.0, enter API 2.0 keys.",
	},
}

var later = fault.Text{JA: "しばらくしてからもう一度テストしてください。", EN: "Test again in a while."}

// found says what happened, with the platform's code.
func (t Trouble) found() fault.Text {
	text := what[t.Reason]
	if t.Code == "" {
		return sentence(text.JA, text.EN)
	}
	return sentence(text.JA+"("+t.Code+")", text.EN+" ("+t.Code+")")
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
