package rpc

import (
	"strings"
	"testing"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/google/go-cmp/cmp"
)

func TestBrokenRulesNameTheFieldInTheLanguageOfTheCall(t *testing.T) {
	b := serve(t, nothing, nil)
	conn := b.dial(t, "gate")
	for name, c := range map[string]struct{ request, path, reason, ja, en string }{
		"required":  {`{}`, "mustHave", "REQUIRED", "入力してください。", "This field is required."},
		"too short": {`{"mustHave":"x","shortText":"a"}`, "shortText", "STRING_MIN_LEN", "2文字以上で入力してください。", "Must be at least 2 characters long."},
		"too long":  {`{"mustHave":"x","shortText":"abcdef"}`, "shortText", "STRING_MAX_LEN", "5文字以内で入力してください。", "Must be at most 5 characters long."},
		"range":     {`{"mustHave":"x","pageSize":501}`, "pageSize", "INT32_GTE_LTE", "範囲外の値です。", "The value is out of range."},
		"at most":   {`{"mustHave":"x","atMost":10}`, "atMost", "INT32_LTE", "9以下にしてください。", "Must be at most 9."},
		"too many":  {`{"mustHave":"x","lineItems":[{},{},{}]}`, "lineItems", "REPEATED_MAX_ITEMS", "2件以内で指定してください。", "At most 2 items are allowed."},
		"nested":    {`{"mustHave":"x","lineItems":[{},{"displayName":"long"}]}`, "lineItems[1].displayName", "STRING_MAX_LEN", "3文字以内で入力してください。", "Must be at most 3 characters long."},
		"email":     {`{"mustHave":"x","eMail":"nobody"}`, "eMail", "STRING_EMAIL", "メールアドレスの形式で入力してください。", "Must be an e-mail address."},
		"uuid":      {`{"mustHave":"x","someId":"1"}`, "someId", "STRING_UUID", "IDの形式が正しくありません。", "Must be a valid id."},
		"pattern":   {`{"mustHave":"x","codeName":"A"}`, "codeName", "STRING_PATTERN", "形式が正しくありません。", "The format is not valid."},
		"own rule":  {`{"mustHave":"x","closingDay":29}`, "closingDay", "CLOSING_DAY_REAL", "締め日が正しくありません。", "The closing day is not valid."},
	} {
		t.Run(name, func(t *testing.T) {
			for lang, text := range map[string]string{"ja": c.ja, "en": c.en} {
				ctx := OutgoingCaller(patience(t), Caller{Tenant: "t", Kind: KindMachine}, lang)
				f := wantFault(t, ask(ctx, conn, "Machine", c.request), fault.InvalidArgument, "INVALID_ARGUMENT")
				want := []fault.Field{{Path: c.path, Reason: c.reason, Text: fault.Text{JA: text, EN: text}}}
				if diff := cmp.Diff(want, f.Fields()); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

func TestEveryBadFieldIsNamedAtOnce(t *testing.T) {
	b := serve(t, nothing, nil)
	f := FaultFrom(ask(patience(t), b.dial(t, "gate"), "Machine", `{"shortText":"a","pageSize":-1}`))
	if len(f.Fields()) != 3 {
		t.Errorf("got %v", f.Fields())
	}
}

func TestEveryRuleHasASentence(t *testing.T) {
	for _, id := range []string{
		"required", "string.len", "string.uri", "string.tuuid", "enum.defined_only", "enum.not_in", "enum.in",
		"repeated.min_items", "repeated.unique", "map.max_pairs", "int32.gte", "uint32.lte", "int64.gt", "double.lt",
		"int32.gte_lte_exclusive", "uint32.in", "timestamp.lt_now", "message.oneof", "bytes.max_len", "bytes.prefix",
	} {
		text, known := ruleText(id)
		if !known || text.JA == "" || text.EN == "" {
			t.Errorf("%s: %v", id, text)
		}
	}
	for _, id := range []string{"", "own.rule", "own"} {
		if _, known := ruleText(id); known {
			t.Errorf("%q counts as a rule of the standard", id)
		}
	}
}

// TestLengthsNameWhatTheyCount keeps bytes from being called characters.
func TestLengthsNameWhatTheyCount(t *testing.T) {
	for id, bytes := range map[string]bool{
		"string.min_len": false, "string.max_len": false, "string.len": false,
		"string.min_bytes": true, "string.max_bytes": true, "string.len_bytes": true,
		"bytes.min_len": true, "bytes.max_len": true, "bytes.len": true,
	} {
		text, _ := ruleText(id)
		if strings.Contains(text.JA, "バイト") != bytes || strings.Contains(text.JA, "文字") == bytes ||
			strings.Contains(text.EN, "bytes") != bytes || strings.Contains(text.EN, "characters") == bytes {
			t.Errorf("%s: %v", id, text)
		}
	}
}
