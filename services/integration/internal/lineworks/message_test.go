package lineworks

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

func TestPlain(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"ordinary":         {"山田さん 出勤 09:00 <b>", "山田さん 出勤 09:00 <b>"},
		"mention":          {`<m userId="all">`, `〈m userId="all">`},
		"upper case":       {`<M userId="all">`, `〈M userId="all">`},
		"tab":              {"<m\tuserId='all'>", "〈m\tuserId='all'>"},
		"slash":            {"</m>", "〈/m>"},
		"ideographic":      {"<m　userId", "〈m　userId"},
		"at the end":       {"a<m", "a〈m"},
		"not a mention":    {"<mail> < mail ＜m1 R&D AT&T 3 < 4 <あm", "<mail> < mail ＜m1 R&D AT&T 3 < 4 <あm"},
		"full-width":       {`＜m userId="all">`, `〈m userId="all">`},
		"reference":        {"&lt;m &#60;m ＆lt;m R&amp;D", "& lt;m & #60;m & lt;m R& amp;D"},
		"directions":       {"a\u202eb\u2066c\u2069\u200f", "abc"},
		"twice":            {"<m a><m b>", "〈m a>〈m b>"},
		"in each other":    {`<m<m userId="all">`, `〈m〈m userId="all">`},
		"over two lines":   {"a<\nm userId='all'>", "a〈\nm userId='all'>"},
		"not UTF-8":        {"a\xffb", "a\ufffdb"},
		"exactly at limit": {strings.Repeat("あ", 2000), strings.Repeat("あ", 2000)},
		"over the limit":   {strings.Repeat("あ", 2001), strings.Repeat("あ", 1999) + "…"},
		"pairs":            {strings.Repeat("🙂", 1000), strings.Repeat("🙂", 1000)},
		"half a pair":      {strings.Repeat("🙂", 1001), strings.Repeat("🙂", 999) + "…"},
	} {
		t.Run(name, func(t *testing.T) {
			got := plain(c.in, MaxText)
			if got != c.want {
				t.Errorf("got %.60q, want %.60q", got, c.want)
			}
			if n := len(utf16.Encode([]rune(got))); n > MaxText {
				t.Errorf("%d units", n)
			}
		})
	}
}

func TestContent(t *testing.T) {
	texts := []Text{{"ja_JP", "打刻"}, {"en_US", "Punch"}}
	for name, c := range map[string]struct {
		m    Message
		want string
	}{
		"text":         {Message{Texts: texts[:1]}, `{"type":"text","text":"打刻"}`},
		"translations": {Message{Texts: texts}, `{"type":"text","text":"打刻","i18nTexts":[{"language":"en_US","text":"Punch"}]}`},
		"buttons": {Message{Texts: texts, Buttons: []Button{{"dakoku:CLOCK_IN", []Text{{"ja_JP", "出勤"}, {"en_US", "In"}}}}},
			`{"type":"button_template","contentText":"打刻","i18nContentTexts":[{"language":"en_US","contentText":"Punch"}],
			"actions":[{"type":"message","label":"出勤","text":"出勤","postback":"dakoku:CLOCK_IN",
			"i18nLabels":[{"language":"en_US","label":"In"}],"i18nTexts":[{"language":"en_US","text":"In"}]}]}`},
	} {
		t.Run(name, func(t *testing.T) {
			raw, err := json.Marshal(c.m.content())
			if err != nil {
				t.Fatal(err)
			}
			var got, want any
			if json.Unmarshal(raw, &got) != nil || json.Unmarshal([]byte(c.want), &want) != nil {
				t.Fatal("not JSON")
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Error(d)
			}
		})
	}
}
