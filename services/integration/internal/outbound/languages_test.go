package outbound

import (
	"strings"
	"testing"

	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
)

// What is added to a message is in each of the five languages.
func TestAddedWordsAreInFiveLanguages(t *testing.T) {
	m := Message{ID: "0123456789ab", Ambiguous: 1}
	for _, language := range []string{"ja_JP", "en_US", "ko_KR", "zh_CN", "zh_TW"} {
		m.Content.Texts = append(m.Content.Texts, lineworks.Text{Language: language, Text: "text in " + language})
	}
	texts := Letter{Messages: []Message{m}, Digest: true}.Content().Texts
	if len(texts) != 5 {
		t.Fatalf("%v", texts)
	}
	seen := map[string]bool{}
	for i, text := range texts {
		heading, rest, _ := strings.Cut(text.Text, "\n")
		mark, own := strings.CutSuffix(rest, m.Content.Texts[i].Text)
		if text.Language != m.Content.Texts[i].Language || !own || !strings.Contains(mark, "6789AB") || seen[heading] || seen[mark] {
			t.Errorf("%s: %q", text.Language, text.Text)
		}
		seen[heading], seen[mark] = true, true
	}
}
