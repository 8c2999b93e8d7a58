package gateway_test

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"github.com/dakoku/dakoku/platform/page"
	gateway "github.com/dakoku/dakoku/services/webhook-gateway"
)

// A page token is the door's own, and continues one list of one company under the
// same filters: nobody makes one, changes one or carries one elsewhere.
func TestPageTokensCannotBeForged(t *testing.T) {
	d := openDoor(t)
	session := d.setUp()
	for range 3 {
		d.key(session, "AUDITOR")
	}
	first := d.do(http.MethodGet, "/v1/apiKeys?pageSize=1", "", "Cookie", session)
	token, _ := first.json["nextPageToken"].(string)
	last := d.do(http.MethodGet, "/v1/apiKeys?pageSize=2&pageToken="+token, "", "Cookie", session)
	if keys, _ := last.json["apiKeys"].([]any); len(keys) != 2 || last.json["nextPageToken"] != nil {
		t.Fatalf("with another size: %s", last.raw)
	}
	refused := func(name, path, session string) {
		t.Helper()
		a := d.do(http.MethodGet, path, "", "Cookie", session, "Accept-Language", "en")
		if a.status != http.StatusBadRequest || a.reason() != "PAGE_TOKEN_INVALID" || a.detail("ErrorInfo")["domain"] != "identity.dakoku" ||
			!strings.Contains(a.raw, "Start from the first page") {
			t.Errorf("%s: %d %s", name, a.status, a.raw)
		}
	}
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		t.Fatal(err)
	}
	refused("the token of the service", "/v1/apiKeys?pageToken="+string(raw[16:]), session)
	made, err := page.Of("apiKeys").Token(someID)
	if err != nil {
		t.Fatal(err)
	}
	refused("one that is made", "/v1/apiKeys?pageToken="+made, session)
	refused("one that is made, behind a tag", "/v1/apiKeys?pageToken="+base64.RawURLEncoding.EncodeToString(append(raw[:16:16], made...)), session)
	for i := range raw {
		changed := append([]byte{}, raw...)
		changed[i] ^= 1
		if i%8 == 0 {
			refused("changed", "/v1/apiKeys?pageToken="+base64.RawURLEncoding.EncodeToString(changed), session)
		}
	}
	refused("cut", "/v1/apiKeys?pageToken="+token[:10], session)
	refused("of another list", "/v1/accounts?pageToken="+token, session)

	_, link, err := gateway.CreateOrganization(t.Context(), d.cfg.DatabaseURL, "", gateway.NewOrganization{Name: "株式会社富士", Email: "fuji@example.com", Person: "富士太郎"})
	if err != nil {
		t.Fatal(err)
	}
	_, secret, _ := strings.Cut(link, "=")
	d.accept(secret, otherPassword)
	refused("of another company", "/v1/apiKeys?pageToken="+token, d.session(d.logIn("fuji@example.com", otherPassword)))

	d.stop()
	d.start()
	if a := d.do(http.MethodGet, "/v1/apiKeys?pageToken="+token, "", "Cookie", session); a.status != http.StatusOK {
		t.Errorf("after a restart: %d %s", a.status, a.raw)
	}
}

// The list and its filters are part of what a token belongs to. The services of
// this test go on with any token, so nobody but the door refuses it.
func TestAPageTokenKeepsItsListAndFilters(t *testing.T) {
	d := openDoor(t)
	session := d.setUp()
	list := "/v1/heldPunches?employee=employees/" + someID
	token, _ := d.do(http.MethodGet, list, "", "Cookie", session).json["nextPageToken"].(string)
	if a := d.do(http.MethodGet, list+"&pageToken="+token, "", "Cookie", session); token == "" || a.status != http.StatusOK || !strings.Contains(a.raw, "heldPunches/second") {
		t.Errorf("%q: %d %s", token, a.status, a.raw)
	}
	open, _ := d.do(http.MethodGet, "/v1/heldPunches", "", "Cookie", session).json["nextPageToken"].(string)
	if a := d.do(http.MethodGet, "/v1/workRules/versions?pageToken="+open, "", "Cookie", session); open == "" || a.status != http.StatusBadRequest || a.reason() != "PAGE_TOKEN_INVALID" {
		t.Errorf("%q of another list without filters: %d %s", open, a.status, a.raw)
	}
	for _, other := range []string{"/v1/workRules/versions?", "/v1/heldPunches?", "/v1/heldPunches?employee=employees/0195f000-0000-7000-8000-0000000000ab", list + "&state=PENDING"} {
		a := d.do(http.MethodGet, other+"&pageToken="+token, "", "Cookie", session)
		if a.status != http.StatusBadRequest || a.reason() != "PAGE_TOKEN_INVALID" || a.detail("ErrorInfo")["domain"] != "attendance.dakoku" {
			t.Errorf("%s: %d %s", other, a.status, a.raw)
		}
	}
}
