package outbound

// english is what people read whose language has no words here.
const english = "en_US"

// The words that this package adds, by language.
var (
	digestHeading = map[string]string{
		"ja_JP": "お知らせが遅れました。以下は受付時点の内容で、その後の訂正は含みません。",
		"en_US": "This notice is late. It tells what was so at the time, without later corrections.",
		"ko_KR": "알림이 늦어졌습니다. 아래는 접수 당시의 내용이며 이후의 정정은 포함되지 않습니다.",
		"zh_CN": "通知延迟了。以下为受理时的内容,不含之后的更正。",
		"zh_TW": "通知延遲了。以下為受理時的內容,不含之後的更正。",
	}
	againMark = map[string]string{
		"ja_JP": "（再送 {receipt}）",
		"en_US": "(Sent again, no. {receipt}) ",
		"ko_KR": "(재전송 {receipt}) ",
		"zh_CN": "（重新发送 {receipt}）",
		"zh_TW": "（重新傳送 {receipt}）",
	}
)

func inLanguage(words map[string]string, language string) string {
	if text, ok := words[language]; ok {
		return text
	}
	return words[english]
}
