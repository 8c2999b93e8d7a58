package matrix

import (
	"net/http"
	"strings"
	"time"

	"github.com/pquerna/otp/totp"
	"google.golang.org/grpc/metadata"

	"github.com/dakoku/dakoku/system/internal/operation"
)

// self is a caller for one call that changes the caller, with what the request
// says of it.
func (w *world) self(role, state string) (*caller, props) {
	w.t.Helper()
	c, p := w.person(role, ""), props{}
	if state == "fresh" {
		return c, p
	}
	begun := w.home.must(c.rest, "IdentityService.EnrolTotp", operation.Request{"password": password}).Body
	now := time.Now()
	p["code"] = w.oneTime(text(begun, "secret"), now)
	if state == "enrolled" {
		return c, p
	}
	confirmed := w.home.must(c.rest, "IdentityService.ConfirmTotp", operation.Request{"totp_code": p["code"]})
	codes, _ := confirmed.Body["recoveryCodes"].([]any)
	p["recovery"], _ = codes[0].(string)
	p["code"] = w.oneTime(text(begun, "secret"), now.Add(30*time.Second)) // the one before works once
	for _, cookie := range (&http.Response{Header: confirmed.Header}).Cookies() {
		c.rest = w.through("Cookie", cookie.Name+"="+cookie.Value)
	}
	list := w.home.must(c.rest, "IdentityService.ListSessions", nil).Body
	sessions, _ := list["sessions"].([]any)
	c.session = strings.TrimPrefix(text(sessions[0].(map[string]any), "name"), "sessions/")
	c.grpc.Extra = metadata.Pairs("dakoku-session-id", c.session)
	return c, p
}

func (w *world) oneTime(secret string, at time.Time) string {
	w.t.Helper()
	code, err := totp.GenerateCode(secret, at)
	if err != nil {
		w.t.Fatal(err)
	}
	return code
}
