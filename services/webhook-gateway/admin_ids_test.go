package gateway_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// respelled are the other ways in which lenient readers take a UUID, as they
// stand in a path. PostgreSQL takes the first three and refuses the fourth.
func respelled(id string) []string {
	return []string{strings.ReplaceAll(id, "-", ""), "%7B" + id + "%7D", "%7b" + strings.ToUpper(strings.ReplaceAll(id, "-", "")) + "%7d", "urn:uuid:" + id}
}

// history is what the audit says of a thing, oldest first.
func (d *door) history(session, name string) string {
	d.t.Helper()
	a := d.do(http.MethodGet, "/v1/auditEvents?pageSize=500&resource="+url.QueryEscape(name), "", "Cookie", session)
	if a.status != http.StatusOK {
		d.t.Fatalf("%d %s", a.status, a.raw)
	}
	actions := []string{}
	for _, e := range a.json["auditEvents"].([]any) {
		if e := e.(map[string]any); e["context"] == "IDENTITY" { // the others do not look at the name
			actions = append([]string{e["action"].(string)}, actions...)
		}
	}
	return strings.Join(actions, " ")
}

// Whoever ends something spells its id in no way that keeps it out of its audit.
func TestAnIdInCapitalsIsNotedAsWhatItIs(t *testing.T) {
	d := openDoor(t)
	admin := d.setUp()
	name, session := d.member(admin, "a@example.co.jp", "AUDITOR")
	d.session(d.logIn("a@example.co.jp", otherPassword))
	key, _ := d.key(admin, "AUDITOR")
	capital := func(name string) string {
		collection, id, _ := strings.Cut(name, "/")
		return "/v1/" + collection + "/" + strings.ToUpper(id)
	}
	remove := func(path string) {
		t.Helper()
		if a := d.do(http.MethodDelete, path, "", "Cookie", admin); a.status != http.StatusOK {
			t.Errorf("%s: %d %s", path, a.status, a.raw)
		}
	}
	remove(capital(key))
	if got := d.history(admin, key); got != "API_KEY_CREATE API_KEY_DELETE" {
		t.Errorf("of the key: %s", got)
	}
	first := d.sessions(capital(name)+"/sessions", admin)[1]["name"].(string)
	remove(capital(name) + strings.TrimPrefix(capital(first), "/v1"))
	if got := d.history(admin, first); !strings.HasSuffix(got, "SESSION_END") || d.live(session) {
		t.Errorf("of the session: %s", got)
	}
	remove(capital(name) + "/sessions")
	if got := d.history(admin, name); !strings.HasSuffix(got, "SESSIONS_END") {
		t.Errorf("of the account: %s", got)
	}
}

// Every other spelling names nothing: nothing ends, and nothing is noted.
func TestAnIdInAnotherSpellingNamesNothing(t *testing.T) {
	d := openDoor(t)
	admin := d.setUp()
	name, session := d.member(admin, "a@example.co.jp", "AUDITOR")
	account, own := strings.TrimPrefix(name, "accounts/"), d.sessions("/v1/sessions", admin)[0]["name"].(string)
	key, bearer := d.key(admin, "AUDITOR")
	theirs := strings.TrimPrefix(d.sessions("/v1/"+name+"/sessions", admin)[0]["name"].(string), "sessions/")
	noted, _ := d.noted()
	refused := func(method, path, body string) {
		t.Helper()
		if a := d.do(method, path, body, "Cookie", admin); a.status != http.StatusNotFound {
			t.Errorf("%s %s: %d %s", method, path, a.status, a.raw)
		}
	}
	for _, id := range respelled(account) {
		at := "/v1/accounts/" + id
		refused(http.MethodGet, at, "")
		refused(http.MethodPatch, at, `{"displayName":"x"}`)
		refused(http.MethodPost, at+":invite", "{}")
		refused(http.MethodGet, at+"/sessions", "")
		refused(http.MethodDelete, at+"/sessions", "")
		refused(http.MethodDelete, at+"/sessions/"+theirs, "")
		refused(http.MethodDelete, at, "")
	}
	for _, id := range respelled(theirs) {
		refused(http.MethodDelete, "/v1/"+name+"/sessions/"+id, "")
	}
	for _, id := range respelled(strings.TrimPrefix(own, "sessions/")) {
		refused(http.MethodDelete, "/v1/sessions/"+id, "")
	}
	for _, id := range respelled(strings.TrimPrefix(key, "apiKeys/")) {
		refused(http.MethodDelete, "/v1/apiKeys/"+id, "")
	}
	if after, _ := d.noted(); len(after) != len(noted) {
		t.Errorf("noted: %v", after[len(noted):])
	}
	if !d.live(session) || !d.live(admin) || d.do(http.MethodGet, "/v1/session", "", "Authorization", bearer).status != http.StatusOK {
		t.Error("something ended")
	}
}

// What ends is noted with what it was.
func TestWhatEndedIsNotedWithWhatItWas(t *testing.T) {
	d := openDoor(t)
	admin := d.setUp()
	name, _ := d.member(admin, "a@example.co.jp", "AUDITOR")
	d.session(d.logIn("a@example.co.jp", otherPassword))
	key, _ := d.key(admin, "AUDITOR")
	for path, want := range map[string][]string{
		"/v1/" + key:                {"API_KEY_DELETE", `{"field":"role","before":"AUDITOR"}`, `"field":"displayName"`, `"field":"expireTime"`},
		"/v1/" + name + "/sessions": {"SESSIONS_END", `{"field":"sessions","before":"2","after":"0"}`},
	} {
		if a := d.do(http.MethodDelete, path, "", "Cookie", admin); a.status != http.StatusOK {
			t.Fatalf("%s: %d %s", path, a.status, a.raw)
		}
		a := d.do(http.MethodGet, "/v1/auditEvents?action="+want[0], "", "Cookie", admin)
		for _, part := range want {
			if !strings.Contains(a.raw, part) {
				t.Errorf("%s is not in %s", part, a.raw)
			}
		}
	}
}
