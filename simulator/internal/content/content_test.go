package content_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/dakoku/dakoku/simulator/internal/content"
)

func codeOf(err error) string {
	var problem *content.Problem
	if errors.As(err, &problem) {
		return problem.Code
	}
	return ""
}

func TestDocumentedContentIsAccepted(t *testing.T) {
	for name, raw := range map[string]string{
		"text":     `{"type":"text","text":"a","i18nTexts":[{"language":"en_US","text":"b"}]}`,
		"buttons":  `{"type":"button_template","contentText":"打刻","i18nContentTexts":[{"language":"ko_KR","contentText":"c"}],"actions":[{"type":"message","label":"出勤","text":"出勤","postback":"dakoku:CLOCK_IN"},{"type":"uri","label":"x","uri":"https://example.jp"},{"type":"copy","label":"y","copyText":"z"}]}`,
		"quick":    `{"type":"text","text":"a","quickReply":{"items":[{"action":{"type":"postback","label":"出勤","data":"punch=in","displayText":"出勤"}}]}}`,
		"link":     `{"type":"link","contentText":"a","linkText":"b","link":"https://example.jp"}`,
		"sticker":  `{"type":"sticker","packageId":"1","stickerId":"2"}`,
		"location": `{"type":"location","title":"t","address":"a","latitude":35.6,"longitude":139.7}`,
		"flex":     `{"type":"flex","altText":"a","contents":{"type":"bubble"}}`,
		"list":     `{"type":"list_template","coverData":{"title":"t"},"elements":[{"title":"e"}],"actions":[[{"type":"message","label":"l"}]]}`,
		"carousel": `{"type":"carousel","columns":[{"text":"a","actions":[{"type":"postback","label":"l","data":"d"}]}]}`,
		"image":    `{"type":"image","fileId":"f"}`,
	} {
		if _, err := content.Read(json.RawMessage(raw), content.Dialect{}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLimitsCountUTF16Units(t *testing.T) {
	text := func(s string) json.RawMessage {
		return json.RawMessage(fmt.Sprintf(`{"type":"text","text":%q}`, s))
	}
	for _, c := range []struct {
		text, code string
	}{
		{strings.Repeat("あ", 2000), ""},
		{strings.Repeat("あ", 2001), "LIMIT_EXCEEDED"},
		{strings.Repeat("🙂", 1000), ""},
		{strings.Repeat("🙂", 1000) + "a", "LIMIT_EXCEEDED"},
		{"", "MISSING_PARAMETER"},
	} {
		if _, err := content.Read(text(c.text), content.Dialect{}); codeOf(err) != c.code {
			t.Errorf("%d bytes: %v, want %q", len(c.text), err, c.code)
		}
	}
}

func TestUndocumentedOrOversizedContentIsRefused(t *testing.T) {
	action := `{"type":"message","label":"l"}`
	eleven := strings.TrimSuffix(strings.Repeat(action+",", 11), ",")
	for name, c := range map[string]struct{ raw, code string }{
		"unknown member":    {`{"type":"text","text":"a","colour":"red"}`, "INVALID_PARAMETER"},
		"unknown type":      {`{"type":"poll","text":"a"}`, "INVALID_PARAMETER"},
		"no object":         {`"text"`, "INVALID_PARAMETER"},
		"absent":            {``, "MISSING_PARAMETER"},
		"unknown language":  {`{"type":"text","text":"a","i18nTexts":[{"language":"ja","text":"b"}]}`, "INVALID_PARAMETER"},
		"postback button":   {`{"type":"button_template","contentText":"a","actions":[{"type":"postback","label":"l","data":"d"}]}`, "INVALID_PARAMETER"},
		"eleven buttons":    {`{"type":"button_template","contentText":"a","actions":[` + eleven + `]}`, "LIMIT_EXCEEDED"},
		"long label":        {`{"type":"text","text":"a","quickReply":{"items":[{"action":{"type":"postback","label":"` + strings.Repeat("l", 21) + `","data":"d","displayText":"x"}}]}}`, "LIMIT_EXCEEDED"},
		"no display text":   {`{"type":"text","text":"a","quickReply":{"items":[{"action":{"type":"postback","label":"l","data":"d"}}]}}`, "MISSING_PARAMETER"},
		"mention all":       {`{"type":"text","text":"<m userId=\"all\"> hi"}`, "INVALID_PARAMETER"},
		"many mentions":     {`{"type":"text","text":"` + strings.Repeat(`<m userId=\"u\">`, 51) + `"}`, "LIMIT_EXCEEDED"},
		"nested unknown":    {`{"type":"button_template","contentText":"a","actions":[{"type":"message","label":"l","data":"d"}]}`, "INVALID_PARAMETER"},
		"API 1.0 url in V2": {`{"type":"button_template","contentText":"a","actions":[{"type":"uri","label":"l","url":"https://x"}]}`, "MISSING_PARAMETER"},
	} {
		if _, err := content.Read(json.RawMessage(c.raw), content.Dialect{}); codeOf(err) != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
}

func TestAMenuHasFourActionsAtMostAndNoPostback(t *testing.T) {
	action := `{"type":"message","label":"出勤","text":"出勤","postback":"dakoku:CLOCK_IN"}`
	menu := func(n int) json.RawMessage {
		return json.RawMessage(`{"actions":[` + strings.TrimSuffix(strings.Repeat(action+",", n), ",") + `]}`)
	}
	if actions, err := content.ReadMenu(menu(4)); err != nil || len(actions) != 4 || actions[0].Postback != "dakoku:CLOCK_IN" {
		t.Fatalf("four actions: %+v, %v", actions, err)
	}
	if _, err := content.ReadMenu(menu(5)); codeOf(err) != "LIMIT_EXCEEDED" {
		t.Fatalf("five actions: %v", err)
	}
	postback := json.RawMessage(`{"actions":[{"type":"postback","label":"l","data":"d"}]}`)
	if _, err := content.ReadMenu(postback); codeOf(err) != "INVALID_PARAMETER" {
		t.Fatalf("postback action: %v", err)
	}
}
