package lineworks

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/dakoku/dakoku/services/integration/internal/credential"
)

// TestACodeIsNoSecret: an answer that repeats a key or a token where its code
// belongs has no code, for codes are logged, stored and shown.
func TestACodeIsNoSecret(t *testing.T) {
	repeated := ""
	client, _ := far(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		_ = json.NewEncoder(w).Encode(map[string]string{"code": repeated, "errorCode": repeated, "error": repeated})
	})
	v2, v1 := setV2(t), setV1(t)
	v2.ClientSecret, v1.APIID = "client_secret", "apiid"
	short := v1
	short.APIID = "x041y"
	for _, c := range []struct {
		set   credential.Set
		code  string
		shown string
	}{
		{v2, v2.ClientSecret.Reveal(), "HTTP_403"},
		{v1, v1.APIID.Reveal(), "HTTP_403"},
		{v2, "vXvm6dOOeG", "HTTP_403"},       // mixed, as keys are
		{v2, "0123456789abcdef", "HTTP_403"}, // of digits and letters
		{v2, "123456789012", "HTTP_403"},     // a long number
		{v2, strings.Repeat("A", 65), "HTTP_403"},
		{v2, "access_denied", "ACCESS_DENIED"},
		{v2, "USER_NOT_EXIST", "USER_NOT_EXIST"},
		{v1, "041", "041"},
		{short, "041", "041"}, // by chance also in a key
		{v2, "12345", "HTTP_403"},
	} {
		repeated = c.code
		_, err := client.Token(context.Background(), c.set)
		if got := FailureOf(err).Code; got != c.shown {
			t.Errorf("%q is shown as %q, want %q", c.code, got, c.shown)
		}
	}
}
