package outbound

// english is what people read whose language has no words here.
const english = "en_US"

// The words that this package adds, by language.
var (
	digestHeading = map[string]string{
		"ja_JP": "お知らせが遅れました。次の内容は記録済みです。",
		"en_US": "This notice is late. The following has been recorded.",
		"ko_KR": "알림이 늦어졌습니다. 다음 내용은 이미 기록되어 있습니다.",
		"zh_CN": "通知延迟了。以下内容已经记录。",
		"zh_TW": "通知延遲了。以下內容已經記錄。",
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
