package integration_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
)

// A name that mentions everybody, spelled in another way in each language, mentions
// nobody once it is in a reply, above buttons or not, and turns no sentence round.
func TestANameInAReplyMentionsNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	conn, keys := w.activeV2(as(t, tenant), t)
	person := w.user(t, "taro@example")
	names := map[string]string{
		"ja_JP": "＜m", "en_US": "<\u200b\ufe0fm", "ko_KR": "\u202e<\u2066M", "zh_CN": "&lt;\u00adm", "zh_TW": "<\u0301／ｍ",
	}
	texts := func(r *integrationv1.Reply) *integrationv1.Reply {
		r.Texts = nil
		for _, language := range []string{"ja_JP", "en_US", "ko_KR", "zh_CN", "zh_TW"} {
			r.Texts = append(r.Texts, &integrationv1.LocalizedText{Language: language, Text: names[language] + ` userId="all"> 09:00`})
		}
		return r
	}
	withButtons := texts(reply(tenant, conn, key(t), integrationv1.Credentials_V2, person.ID, ""))
	withButtons.Buttons = []*integrationv1.Button{{Postback: "dakoku:CLOCK_IN", Labels: withButtons.GetTexts()}}
	w.send(t, texts(reply(tenant, conn, key(t), integrationv1.Credentials_V2, person.ID, "")), withButtons)
	eventually(t, "both replies", func() bool { return len(w.shown(t, person.ID, keys.BotID)) == 2 })

	want := map[string]string{"ja_JP": "〈m", "en_US": "〈\u200b\ufe0fm", "ko_KR": "〈M", "zh_CN": "& lt;\u00adm", "zh_TW": "〈\u0301／ｍ"}
	for _, m := range w.shown(t, person.ID, keys.BotID) {
		for language, name := range want {
			if got := m.TextIn(language); got != name+` userId="all"> 09:00` {
				t.Errorf("%s %s: %+q", m.Kind, language, got)
			}
		}
		if len(m.Texts) != 4 || strings.Contains(string(m.Content), "\u202e") {
			t.Errorf("%d more languages: %+q", len(m.Texts), m.Content)
		}
	}
}
