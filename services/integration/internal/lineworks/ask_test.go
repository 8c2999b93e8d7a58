package lineworks

import (
	"io"
	"net/http"
	"testing"

	"github.com/dakoku/dakoku/services/integration/internal/credential"
)

// A question carries nothing that anybody could read, and whatever becomes of it, it
// may be asked again.
func TestAQuestionBringsNothingToAnybody(t *testing.T) {
	v1 := credential.Set{Version: credential.V1, Bot: "7", APIID: "jp1", ConsumerKey: "k"}
	for _, c := range []struct {
		set        credential.Set
		path, body string
	}{
		{setV2(t), "/v1.0/bots/" + setV2(t).Bot + "/users/u/messages", `{}`},
		{v1, "/r/jp1/message/v1/bot/7/message/push", `{"accountId":"u"}`},
	} {
		for status, want := range map[int]Class{400: Permanent, 500: Temporary, 502: Temporary, 503: Temporary, 504: Temporary} {
			var path, body string
			client, _ := far(t, func(w http.ResponseWriter, r *http.Request) {
				raw, _ := io.ReadAll(r.Body)
				path, body = r.URL.Path, string(raw)
				w.WriteHeader(status)
			})
			_, err := client.Ask(t.Context(), c.set, "at", Message{User: "u", Texts: []Text{{"ja_JP", "打刻"}}})
			if FailureOf(err).Class != want || path != c.path || body != c.body {
				t.Errorf("%d: %v, %s %s", status, err, path, body)
			}
		}
	}
}
