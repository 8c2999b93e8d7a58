package contract

import (
	"strings"

	"github.com/dakoku/dakoku/platform/fault"
	"google.golang.org/protobuf/reflect/protoreflect"
)

var (
	textUnknownField     = fault.Text{JA: "この項目はありません。", EN: "There is no such field."}
	textUnknownParameter = fault.Text{JA: "このクエリパラメーターはありません。", EN: "There is no such query parameter."}
	textDuplicate        = fault.Text{JA: "同じ項目が2回以上指定されています。", EN: "It is given more than once."}
	textNoBody           = fault.Text{JA: "この操作に本文は不要です。", EN: "This operation takes no body."}
	textBody             = fault.Text{JA: "本文で新しい内容を指定してください。", EN: "Give what is to be stored in the body."}
	textUTF8             = fault.Text{JA: "UTF-8 として正しくありません。", EN: "This is not valid UTF-8."}
	textJSON             = fault.Text{JA: "JSON として正しくありません。", EN: "This is not valid JSON."}
	textObject           = fault.Text{JA: "オブジェクトを指定してください。", EN: "It must be an object."}
	textList             = fault.Text{JA: "配列を指定してください。", EN: "It must be an array."}
	textBool             = fault.Text{JA: "true または false を指定してください。", EN: "It must be true or false."}
	textString           = fault.Text{JA: "文字列を指定してください。", EN: "It must be a string."}
	textBase64           = fault.Text{JA: "Base64 の文字列を指定してください。", EN: "It must be a base64 string."}
	textNumber           = fault.Text{JA: "範囲内の数値を指定してください。", EN: "It must be a number in range."}
	textTime             = fault.Text{JA: "西暦1年から9999年までの、実在する日時を指定してください(例 2026-11-23T09:00:00+09:00)。",
		EN: "Give a date and time that exist, of the years 1 to 9999, for example 2026-11-23T09:00:00+09:00."}
	textForm = fault.Text{JA: "形式が正しくありません。", EN: "It does not have the right form."}
)

// enumText lists the values that there are.
func enumText(enum protoreflect.EnumDescriptor) fault.Text {
	var names []string
	for i := range enum.Values().Len() {
		if v := enum.Values().Get(i); v.Number() != 0 {
			names = append(names, string(v.Name()))
		}
	}
	list := strings.Join(names, ", ")
	return fault.Text{JA: "次のいずれかを指定してください: " + list, EN: "It must be one of: " + list}
}
