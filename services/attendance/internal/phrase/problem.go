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
	tooMany = problem{"TOO_MANY", fault.Text{
		JA: fmt.Sprintf("%d個以内で入力してください。", MaxPhrases),
		EN: fmt.Sprintf("Use at most %d phrases.", MaxPhrases)}}
	unknownKind = problem{"UNKNOWN_KIND", fault.Text{
		JA: "打刻の種類が正しくありません。", EN: "There is no such kind of punch."}}
	unknownPosition = problem{"UNKNOWN_POSITION", fault.Text{
		JA: "ANYWHERE または HEAD を指定してください。", EN: "Use ANYWHERE or HEAD."}}
)

func duplicate(other string) problem {
	return problem{"DUPLICATE", fault.Text{
		JA: fmt.Sprintf("%s と同じキーワードです。", other),
		EN: fmt.Sprintf("This is the same phrase as %s.", other)}}
}
