package phrase

import (
	"fmt"

	"github.com/dakoku/dakoku/platform/fault"
)

// problem is what can be wrong with one field of the settings.
type problem struct {
	reason string
	text   fault.Text
}

var (
	empty = problem{"EMPTY", fault.Text{
		JA: "キーワードを入力してください。", EN: "Enter a phrase."}}
	badCharacter = problem{"BAD_CHARACTER", fault.Text{
		JA: "改行や制御文字は使用できません。", EN: "Line breaks and control characters cannot be used."}}
	tooLong = problem{"TOO_LONG", fault.Text{
		JA: fmt.Sprintf("%d文字以内で入力してください。", MaxGraphemes),
		EN: fmt.Sprintf("Use at most %d characters.", MaxGraphemes)}}
	tooComposed = problem{"TOO_LONG", fault.Text{
		JA: "絵文字や記号を組み合わせた文字が多すぎます。キーワードを短くしてください。",
		EN: "Too many characters are put together from emoji or marks. Shorten the phrase."}}
	looseMark = problem{"LOOSE_MARK", fault.Text{
		JA: "前後の文字と一つになる文字（結合文字や接合子）で始まる、または終わるキーワードは、文の中で見つけられません。",
		EN: "A phrase that begins or ends with a combining mark or a joiner cannot be found in a sentence."}}
	tooMany = problem{"TOO_MANY", fault.Text{
		JA: fmt.Sprintf("%d個以内で入力してください。", MaxPhrases),
		EN: fmt.Sprintf("Use at most %d phrases.", MaxPhrases)}}
	unknownKind = problem{"UNKNOWN_KIND", fault.Text{
		JA: "打刻の種類が正しくありません。", EN: "There is no such kind of punch."}}
	unknownPosition = problem{"UNKNOWN_POSITION", fault.Text{
		JA: "ANYWHERE または HEAD を指定してください。", EN: "Use ANYWHERE or HEAD."}}
)

func duplicate(first word) problem {
	return problem{"DUPLICATE", fault.Text{
		JA: fmt.Sprintf("%sと同じ語句です。どちらかを変更または削除してください。", first.placeJA()),
		EN: fmt.Sprintf("This is the same phrase as %s. Change or remove one of them.", first.placeEN())}}
}

func containsPhrase(phrase word) problem {
	return problem{"CONTAINS_PHRASE", fault.Text{
		JA: fmt.Sprintf("%s「%s」を含むため、この言葉のあるメッセージでは他の種類を打刻できません。", phrase.placeJA(), phrase.written),
		EN: fmt.Sprintf("This contains %s, %q, so messages with it could punch no other kind.", phrase.placeEN(), phrase.written)}}
}
