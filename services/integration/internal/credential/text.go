package credential

import (
	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/services/integration/internal/guide"
)

// problem is one thing that can be wrong with a value.
type problem struct{ reason, ja, en string }

// text is the problem, and where the right value is found unless that is empty.
func (p *problem) text(where fault.Text) fault.Text {
	if where == (fault.Text{}) {
		return fault.Text{JA: p.ja, EN: p.en}
	}
	return guide.After(p.ja, p.en, where)
}

// Where in the Developer Console a value is found. The files of keys are given
// out once: when they are issued.
func atBot(name string) fault.Text { return guide.Bot(paste(name)) }
func atApp(name string) fault.Text { return guide.App(paste(name)) }
func atV1(name string) fault.Text  { return guide.API1(paste(name)) }
func atKey() fault.Text            { return guide.App(pasteFile("Private Key", "Private Key")) }
func atAuthKey() fault.Text        { return guide.API1(pasteFile("認証キー", "authentication key")) }

// placeOf is where the value of a field is found.
func placeOf(path string) fault.Text {
	switch name := labels[path]; path {
	case "botId", "botNo", "botSecret":
		return atBot(name)
	case "apiId", "serverApiConsumerKey":
		return atV1(name)
	case "serverId":
		return atV1("Server List (ID登録タイプ) の " + name)
	case "privateKey":
		return atKey()
	case "authKey":
		return atAuthKey()
	default:
		return atApp(name)
	}
}

// anew says that a key has to be issued again, and where: the keys that LINE
// WORKS issues are neither encrypted nor short.
func anew(path string) fault.Text {
	if path == "authKey" {
		return guide.API1("Server List(ID登録タイプ)で認証キーを発行し直し、ダウンロードしたファイル(private_….key)の文字列全体を、変換せずに貼り付けてください。",
			"issue the authentication key of the Server List (ID type) anew, and paste the whole text of the file (private_….key) as it is downloaded.")
	}
	return guide.App("Private Key を発行し直し、ダウンロードしたファイル(private_….key)の文字列全体を、変換せずに貼り付けてください。",
		"issue a new Private Key, and paste the whole text of the file (private_….key) as it is downloaded.")
}

// labels are the names by which the Developer Console calls the fields of one
// word.
var labels = map[string]string{
	"botId": "Bot ID", "botSecret": "Bot Secret", "clientId": "Client ID", "clientSecret": "Client Secret", "serviceAccount": "Service Account",
	"botNo": "Bot No.", "apiId": "API ID", "serverApiConsumerKey": "Server API Consumer Key", "serverId": "Server ID",
}

func paste(name string) (ja, en string) {
	return name + " をコピーして貼り付けてください。", "copy its " + name + " and paste it here."
}

func pasteFile(nameJA, nameEN string) (ja, en string) {
	return nameJA + " を発行したときにダウンロードしたファイル(private_….key)をテキストエディタで開き、文字列全体を貼り付けてください。ファイルがない場合は発行し直してください。",
		"paste the whole text of the file (private_….key) that was downloaded when its " + nameEN + " was issued. Without the file, issue a new one."
}

var (
	problemVersion  = &problem{"REQUIRED", "APIのバージョン(V2 または V1)を選んでください。", "Choose the API version, V2 or V1."}
	problemRequired = &problem{"REQUIRED",
		"入力されていません(保存済みの値は表示も再利用もされないため、毎回すべての項目が必要です)。",
		"The value is missing (stored secrets are neither shown nor reused, so every value is needed each time)."}
	problemTooShort   = &problem{"TOO_SHORT", "値が短すぎます。途中までしかコピーされていない可能性があります。", "The value is too short; perhaps only a part of it was copied."}
	problemTooLong    = &problem{"TOO_LONG", "値が長すぎます。", "The value is too long."}
	problemWhitespace = &problem{"WHITESPACE", "値の途中に空白や改行があります。", "There is white space inside the value."}
	problemFullWidth  = &problem{"FULL_WIDTH", "全角文字など、使えない文字が含まれています。", "The value has full-width or other characters that cannot occur."}
	problemMasked     = &problem{"MASKED", "伏せ字がそのまま入力されています。", "The value is a mask, not the key itself."}
	problemDigits     = &problem{"NOT_DIGITS", "0以外で始まる、数字だけの番号ではありません。", "The value is not a number without zeros in front."}
	problemClient     = &problem{"NOT_A_CLIENT_ID", "Client ID に @ は含まれません。Service Account と入れ替わっていませんか。",
		"A client id has no @. Is it the service account?"}
	problemAccount = &problem{"NOT_A_SERVICE_ACCOUNT",
		"「xxxxx.serviceaccount@ドメイン」の形ではありません。", "The value does not look like xxxxx.serviceaccount@domain."}
	problemOurs = &problem{"ISSUED_BY_DAKOKU", "これは打刻システムのコールバックトークンまたはAPIキーです。LINE WORKS の値ではありません。",
		"This is a callback token or an API key of Dakoku, not a value of LINE WORKS."}
	problemURL     = &problem{"URL", "URLが入力されています。", "The value is a URL."}
	problemAddress = &problem{"ADDRESS", "メールアドレスや Service Account が入力されています。", "The value is an e-mail address or a service account."}
	problemRefused = &problem{"REFUSED_BY_LINE_WORKS", "LINE WORKS がこの値を受け付けませんでした。", "LINE WORKS refused this value."}
	problemNoBot   = &problem{"UNKNOWN_BOT",
		"LINE WORKS にこの Bot ID の Bot がありません。アプリと同じ会社の Bot である必要があります。",
		"LINE WORKS knows no bot with this Bot ID. It must be of the same company as the app."}
	problemNoBotV1 = &problem{"UNKNOWN_BOT",
		"LINE WORKS にこの Bot No. の API 1.0 の Bot がありません。API 2.0 に移行した Bot の場合は、API 2.0 のキー情報を入力してください。",
		"LINE WORKS knows no bot of API 1.0 with this Bot No. If it has moved to API 2.0, enter keys of API 2.0."}
	problemOfV1 = &problem{"NOT_OF_THIS_VERSION", "この項目はAPI 1.0のものです。API 2.0では空にしてください。", "This field belongs to API 1.0; leave it empty for API 2.0."}
	problemOfV2 = &problem{"NOT_OF_THIS_VERSION", "この項目はAPI 2.0のものです。API 1.0では空にしてください。", "This field belongs to API 2.0; leave it empty for API 1.0."}

	keyTooLong     = &problem{"TOO_LONG", "鍵ファイルが大きすぎます。", "The key file is too large."}
	keyNoPEM       = &problem{"NOT_A_KEY", "「-----BEGIN PRIVATE KEY-----」で始まる鍵がありません。", "There is no key that starts with -----BEGIN PRIVATE KEY-----."}
	keyHyphens     = &problem{"HYPHENS_REPLACED", "鍵の前後の「-----」のハイフンが、コピーの途中で別の記号(ダッシュや長音など)に置き換わっています。", "The hyphens of ----- around the key were replaced in copying, by dashes or the like."}
	keyTwo         = &problem{"TWO_KEYS", "異なる秘密鍵が2つ以上含まれています。使用する鍵だけにしてください。", "There are two different private keys; leave the one that is meant."}
	keyDamaged     = &problem{"KEY_DAMAGED", "鍵が途中で切れているか、壊れています。", "The key is cut off or damaged."}
	keyWide        = &problem{"FULL_WIDTH", "鍵に全角文字が混ざっています。", "There are full-width characters in the key."}
	keyEncrypted   = &problem{"KEY_ENCRYPTED", "パスフレーズで暗号化された鍵は使えません。", "A key that is encrypted with a passphrase cannot be used."}
	keyPublic      = &problem{"PUBLIC_KEY", "これは公開鍵です。秘密鍵(private_….key)が必要です。", "This is a public key; the private key (private_….key) is needed."}
	keyCertificate = &problem{"CERTIFICATE", "これは証明書です。秘密鍵(private_….key)が必要です。", "This is a certificate; the private key (private_….key) is needed."}
	keyOpenSSH     = &problem{"OPENSSH_KEY", "これはOpenSSH形式の鍵で、LINE WORKS では使えません。", "This is a key of OpenSSH, which LINE WORKS does not use."}
	keyNotRSA      = &problem{"NOT_RSA", "RSAの鍵ではありません。", "The key is not an RSA key."}
	keyTooSmall    = &problem{"KEY_TOO_SMALL", "RSAの鍵は2048ビット以上が必要です。", "An RSA key needs at least 2048 bits."}
	keyTooBig      = &problem{"KEY_TOO_BIG", "RSAの鍵は8192ビットまでです。", "An RSA key has at most 8192 bits."}
)
