package lineworks

import (
	"encoding/json"
	"strings"
	"testing"
)

// Every text that leaves, in every language, above buttons and on them, mentions
// nobody and is as short as its place allows.
func TestEveryTextThatLeavesIsHarmlessAndShort(t *testing.T) {
	long := func(language string) Text {
		return Text{language, `<m userId="all">` + strings.Repeat("あ", MaxText)}
	}
	texts := []Text{long("ja_JP"), long("en_US"), long("ko_KR"), long("zh_CN"), long("zh_TW")}
	for name, c := range map[string]struct {
		m              Message
		limit, strings int
	}{
		"text":    {Message{Texts: texts}, MaxText, 5},
		"buttons": {Message{Texts: texts, Buttons: []Button{{"x", texts}}}, MaxPrompt, 15},
	} {
		raw, err := json.Marshal(c.m.content())
		var content any
		if err != nil || json.Unmarshal(raw, &content) != nil {
			t.Fatal(err)
		}
		found := written(content)
		if len(found) < c.strings {
			t.Fatalf("%s: %d texts", name, len(found))
		}
		for _, text := range found {
			if strings.Contains(text, "<m") || Units(text) > c.limit {
				t.Errorf("%s: %d units, %.20s", name, Units(text), text)
			}
		}
	}
}

// written are all the texts with the mention in what goes to the platform.
func written(v any) (out []string) {
	switch v := v.(type) {
	case string:
		if strings.Contains(v, "m userId") {
			out = append(out, v)
		}
	case []any:
		for _, member := range v {
			out = append(out, written(member)...)
		}
	case map[string]any:
		for _, member := range v {
			out = append(out, written(member)...)
		}
	}
	return out
}
