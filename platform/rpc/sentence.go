package rpc

import (
	"strings"

	"buf.build/go/protovalidate"
	"github.com/dakoku/dakoku/platform/fault"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// number marks the place of the rule's own value in a sentence.
const number = "{n}"

var (
	textAtLeast  = fault.Text{JA: "{n}以上にしてください。", EN: "Must be at least {n}."}
	textAtMost   = fault.Text{JA: "{n}以下にしてください。", EN: "Must be at most {n}."}
	textOver     = fault.Text{JA: "{n}より大きくしてください。", EN: "Must be greater than {n}."}
	textUnder    = fault.Text{JA: "{n}より小さくしてください。", EN: "Must be less than {n}."}
	textRange    = fault.Text{JA: "範囲外の値です。", EN: "The value is out of range."}
	textChoice   = fault.Text{JA: "選べる値ではありません。", EN: "This value is not one of the choices."}
	textRefused  = fault.Text{JA: "この値は使えません。", EN: "This value is not allowed."}
	textRequired = fault.Text{JA: "入力してください。", EN: "This field is required."}
	textFallback = fault.Text{JA: "値が正しくありません。", EN: "The value is not valid."}
)

// sentence says what is wrong with a field. Rules of the standard have a sentence
// here. A rule written in the proto brings its own message, either one for both
// languages or "日本語 | English".
func sentence(v *protovalidate.Violation) fault.Text {
	text, known := ruleText(v.Proto.GetRuleId())
	switch {
	case known:
		return filled(text, v.RuleValue)
	case v.RuleDescriptor == nil || v.RuleDescriptor.Name() == "cel" || v.RuleDescriptor.Name() == "cel_expression":
		return ownText(v.Proto.GetMessage())
	}
	return textFallback
}

func ownText(message string) fault.Text {
	if message == "" {
		return textFallback
	}
	ja, en, both := strings.Cut(message, " | ")
	if !both {
		return fault.Text{JA: message, EN: message}
	}
	return fault.Text{JA: ja, EN: en}
}

// filled puts the rule's value into the sentence; a rule without value that needs
// one gets the plain sentence.
func filled(t fault.Text, value protoreflect.Value) fault.Text {
	if !strings.Contains(t.JA, number) {
		return t
	}
	if !value.IsValid() {
		return textFallback
	}
	if _, composite := value.Interface().(protoreflect.Message); composite {
		return textRange // a duration or a time: its bounds read badly
	}
	return fault.Text{
		JA: strings.ReplaceAll(t.JA, number, value.String()),
		EN: strings.ReplaceAll(t.EN, number, value.String()),
	}
}

func ruleText(id string) (fault.Text, bool) {
	family, rule, found := strings.Cut(id, ".")
	if !found {
		return textRequired, id == "required"
	}
	switch family {
	case "string":
		return stringText(rule)
	case "bytes":
		if text, known := bytesText(strings.Replace(rule, "len", "bytes", 1)); known {
			return text, true
		}
		return stringText(rule) // of patterns and choices the same is true
	case "enum", "bool", "any", "field_mask":
		return choiceText(rule)
	case "repeated", "map":
		return listText(rule)
	case "int32", "int64", "uint32", "uint64", "sint32", "sint64", "fixed32", "fixed64",
		"sfixed32", "sfixed64", "float", "double", "duration", "timestamp":
		return numberText(rule)
	case "message":
		return textRequired, rule == "oneof"
	}
	return fault.Text{}, false
}

// bytesText is about lengths that are counted in bytes, of which a character may
// have several.
func bytesText(rule string) (fault.Text, bool) {
	switch rule {
	case "min_bytes":
		return fault.Text{JA: "{n}バイト以上で入力してください。", EN: "Must be at least {n} bytes long."}, true
	case "max_bytes":
		return fault.Text{JA: "{n}バイト以内で入力してください。", EN: "Must be at most {n} bytes long."}, true
	case "bytes":
		return fault.Text{JA: "{n}バイトで入力してください。", EN: "Must be exactly {n} bytes long."}, true
	}
	return fault.Text{}, false
}

func stringText(rule string) (fault.Text, bool) {
	switch rule {
	case "min_bytes", "max_bytes":
		return bytesText(rule)
	case "len_bytes":
		return bytesText("bytes")
	case "min_len":
		return fault.Text{JA: "{n}文字以上で入力してください。", EN: "Must be at least {n} characters long."}, true
	case "max_len":
		return fault.Text{JA: "{n}文字以内で入力してください。", EN: "Must be at most {n} characters long."}, true
	case "len":
		return fault.Text{JA: "{n}文字で入力してください。", EN: "Must be exactly {n} characters long."}, true
	case "pattern", "prefix", "suffix", "contains", "not_contains", "well_known_regex":
		return fault.Text{JA: "形式が正しくありません。", EN: "The format is not valid."}, true
	case "email", "email_empty":
		return fault.Text{JA: "メールアドレスの形式で入力してください。", EN: "Must be an e-mail address."}, true
	case "uuid", "uuid_empty", "tuuid", "tuuid_empty":
		return fault.Text{JA: "IDの形式が正しくありません。", EN: "Must be a valid id."}, true
	case "uri", "uri_empty", "uri_ref":
		return fault.Text{JA: "URLの形式で入力してください。", EN: "Must be a URL."}, true
	}
	return choiceText(rule)
}

func choiceText(rule string) (fault.Text, bool) {
	switch rule {
	case "defined_only", "in", "const":
		return textChoice, true
	case "not_in":
		return textRefused, true
	}
	return fault.Text{}, false
}

func listText(rule string) (fault.Text, bool) {
	switch rule {
	case "min_items", "min_pairs":
		return fault.Text{JA: "{n}件以上指定してください。", EN: "At least {n} items are required."}, true
	case "max_items", "max_pairs":
		return fault.Text{JA: "{n}件以内で指定してください。", EN: "At most {n} items are allowed."}, true
	case "unique":
		return fault.Text{JA: "同じ値を重ねて指定できません。", EN: "Values must not repeat."}, true
	}
	return fault.Text{}, false
}

func numberText(rule string) (fault.Text, bool) {
	switch rule {
	case "gte":
		return textAtLeast, true
	case "lte":
		return textAtMost, true
	case "gt":
		return textOver, true
	case "lt":
		return textUnder, true
	case "finite", "lt_now", "gt_now", "within":
		return textRange, true
	}
	if strings.HasPrefix(rule, "gt") { // gte_lte and the like name two values
		return textRange, true
	}
	return choiceText(rule)
}
