// Package guide says where on the screens of LINE WORKS something is found or
// set, in the words of those screens.
//
// It knows the menus of the Developer Console and of LINE WORKS Admin, and is
// the only place where they are spelled. It refuses to know what is wrong: the
// caller says what to do on the screen that it leads to.
//
// Sources: LINE WORKS documentation, developer-console, client-app and bot; the
// names of API 1.0 are those of its time (documentation of API 1.0, 1002002).
package guide

import "github.com/dakoku/dakoku/platform/fault"

// App leads to the app of API 2.0, where Client ID, Client Secret, OAuth Scopes,
// Service Account and Private Key are. ja and en say what to do there: whole
// sentences of which the English one goes on behind a colon.
func App(ja, en string) fault.Text {
	return fault.Text{
		JA: "LINE WORKS Developer Console の「API」>「ClientApp」(画面によっては「API 2.0」)で対象のアプリを開き、" + ja,
		EN: "Open the app in LINE WORKS Developer Console > API > ClientApp (API 2.0 on some screens): " + en,
	}
}

// Scopes leads to the scopes of the app and has these ticked.
func Scopes(scopes string) fault.Text {
	return App("「OAuth Scopes」の「管理」をクリックし、"+scopes+" にチェックを入れて保存してください。",
		"click Manage beside OAuth Scopes, tick "+scopes+" and save.")
}

// Bot leads to the bot in the Developer Console: its id and secret, callback,
// message types and group rooms. ja and en are as for App.
func Bot(ja, en string) fault.Text {
	return fault.Text{
		JA: "LINE WORKS Developer Console の「Bot」で対象の Bot を開き、" + ja,
		EN: "Open the bot in LINE WORKS Developer Console > Bot: " + en,
	}
}

// API1 leads to the keys of API 1.0. ja and en are as for App.
func API1(ja, en string) fault.Text {
	return fault.Text{
		JA: "LINE WORKS Developer Console の「API」>「API 1.0」を開き、" + ja,
		EN: "Open LINE WORKS Developer Console > API > API 1.0: " + en,
	}
}

// Admin leads to the bots of LINE WORKS Admin, where one is made public. ja and
// en are as for App.
func Admin(ja, en string) fault.Text {
	return fault.Text{
		JA: "LINE WORKS Admin の「サービス」>「Bot」を開き、" + ja,
		EN: "Open LINE WORKS Admin > Service > Bot: " + en,
	}
}

// LoginID leads to what identifies a member to LINE WORKS.
func LoginID() fault.Text {
	return fault.Text{
		JA: "LINE WORKS にログインするときのIDです。LINE WORKS Admin の「メンバー」で対象の人を選ぶと「ID」に表示されます。",
		EN: "It is the ID the person logs in to LINE WORKS with; LINE WORKS Admin > Members shows it as ID when the person is chosen.",
	}
}

// After puts what to do behind what was found, in both languages.
func After(ja, en string, then fault.Text) fault.Text {
	return fault.Text{JA: ja + then.JA, EN: en + " " + then.EN}
}
