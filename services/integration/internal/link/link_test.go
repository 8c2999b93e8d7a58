package link

import (
	"strings"
	"testing"

	"github.com/dakoku/dakoku/platform/fault"
)

func TestNormalize(t *testing.T) {
	cases := map[string]struct{ raw, want, reason string }{
		"login id":         {"  Taro.Yamada@Example \n", "taro.yamada@example", ""},
		"user id":          {"userf7da-F82C-4284-13e7-030f3b4c756x", "userf7da-f82c-4284-13e7-030f3b4c756x", ""},
		"ideographic trim": {"　taro@example　", "taro@example", ""},
		"empty":            {" ", "", "REQUIRED"},
		"inner space":      {"taro @example", "", "WHITESPACE"},
		"capital user id":  {"USERF7DA-F82C", "userf7da-f82c", ""},
		"no-break space":   {"\u00a0taro@example\ufeff", "", "NOT_ASCII"},
		"Kelvin sign":      {"\u212a@example", "", "FULL_WIDTH"},
		"full width space": {"taro\u3000yamada@example", "", "FULL_WIDTH"},
		"full width at":    {"taro＠example", "", "FULL_WIDTH"},
		"full width name":  {"ｔaro@example", "", "FULL_WIDTH"},
		"ideograph":        {"太郎@example", "", "NOT_ASCII"},
		"zero width":       {"taro\u200b@example", "", "NOT_ASCII"},
		"control":          {"taro\x00@example", "", "NOT_ASCII"},
		"not UTF-8":        {"taro\xff@example", "", "FULL_WIDTH"},
		"too long":         {strings.Repeat("a", 201), "", "TOO_LONG"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := Normalize(c.raw)
			var reason string
			if f, ok := fault.From(err); ok {
				reason = f.Fields()[0].Reason
			}
			if got != c.want || reason != c.reason {
				t.Fatalf("got %q, %q", got, reason)
			}
			if err == nil && Key(got) != got {
				t.Fatal("a normalised account changes when it is looked up")
			}
		})
	}
}
