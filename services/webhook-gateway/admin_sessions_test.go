package gateway_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
)

func (d *door) sessions(path, session string) []map[string]any {
	d.t.Helper()
	a := d.do(http.MethodGet, path, "", "Cookie", session)
	if a.status != http.StatusOK {
		d.t.Fatalf("%s: %d %s", path, a.status, a.raw)
	}
	var list struct{ Sessions []map[string]any }
	if err := json.Unmarshal([]byte(a.raw), &list); err != nil {
		d.t.Fatal(err)
	}
	return list.Sessions
}

func TestSessionsAreListedAndEnded(t *testing.T) {
	d := openDoor(t, func(d *door) { d.cfg.Proxies = []string{"127.0.0.0/8"} })
	admin := d.setUp()
	name, mine := d.member(admin, "a@example.co.jp", "AUDITOR")
	phone := d.session(d.logIn("a@example.co.jp", otherPassword, "User-Agent", "Phone\t 1é", "X-Forwarded-For", "6.6.6.6, 203.0.113.9"))
	list := d.sessions("/v1/sessions", mine)
	if len(list) != 2 || list[0]["userAgent"] != "Phone 1" || list[0]["address"] != "203.0.113.9" || list[0]["current"] == true || list[1]["current"] != true {
		t.Errorf("%v", list)
	}
	for path, session := range map[string]string{"/v1/sessions": mine, "/v1/" + name + "/sessions": admin} {
		first := d.do(http.MethodGet, path+"?pageSize=1", "", "Cookie", session)
		token, _ := first.json["nextPageToken"].(string)
		second := d.sessions(path+"?pageSize=1&pageToken="+token, session)
		if token == "" || len(second) != 1 || second[0]["name"] != list[1]["name"] {
			t.Errorf("%s by pages: %s, then %v", path, first.raw, second)
		}
	}
	if got := d.sessions("/v1/"+name+"/sessions", admin); len(got) != 2 {
		t.Errorf("seen by an administrator: %v", got)
	}
	theirs := d.sessions("/v1/sessions", admin)[0]["name"].(string)
	if a := d.do(http.MethodDelete, "/v1/"+theirs, "", "Cookie", mine); a.status != http.StatusNotFound || a.reason() != "SESSION_NOT_FOUND" || !d.live(admin) {
		t.Errorf("somebody else's session: %d %s", a.status, a.raw)
	}
	if a := d.do(http.MethodDelete, "/v1/"+list[0]["name"].(string), "", "Cookie", mine); a.status != http.StatusOK || d.live(phone) || !d.live(mine) {
		t.Errorf("%d %s", a.status, a.raw)
	}
	id := d.sessions("/v1/"+name+"/sessions", admin)[0]["name"].(string)
	if a := d.do(http.MethodDelete, "/v1/"+name+"/"+id, "", "Cookie", admin); a.status != http.StatusOK || d.live(mine) {
		t.Errorf("one by an administrator: %d %s", a.status, a.raw)
	}
	mine, phone = d.session(d.logIn("a@example.co.jp", otherPassword)), d.session(d.logIn("a@example.co.jp", otherPassword))
	if a := d.do(http.MethodDelete, "/v1/"+name+"/sessions", "", "Cookie", admin); a.status != http.StatusOK || d.live(mine) || d.live(phone) || !d.live(admin) {
		t.Errorf("all by an administrator: %d %s", a.status, a.raw)
	}
	idle := d.session(d.logIn("a@example.co.jp", otherPassword))
	d.clock.add(31 * time.Minute)
	if d.live(idle) || len(d.sessions("/v1/"+name+"/sessions", d.session(d.logIn(adminEmail, adminPassword)))) != 0 {
		t.Error("a session that is over is listed")
	}
}

func TestAPasswordIsChangedByWhoKnowsIt(t *testing.T) {
	d := openDoor(t)
	session, other := d.setUp(), d.session(d.logIn(adminEmail, adminPassword))
	change := func(session, old, next string) answer {
		raw, _ := json.Marshal(map[string]string{"password": old, "newPassword": next})
		return d.inTime(http.MethodPost, "/v1/session:changePassword", string(raw), "Cookie", session)
	}
	if a := change(session, "wrong", otherPassword); a.status != http.StatusUnauthorized || a.reason() != "CREDENTIALS_WRONG" {
		t.Errorf("%d %s", a.status, a.raw)
	} else if strings.Contains(a.raw, "メールアドレス") || !strings.Contains(a.raw, "パスワードが正しくありません。") {
		t.Errorf("nobody was asked for an e-mail address: %s", a.raw)
	}
	if a := change(session, adminPassword, "hanako-example-2026"); len(a.fields()) != 1 || a.fields()[0] != "newPassword PASSWORD_GUESSABLE" {
		t.Errorf("%d %s", a.status, a.raw)
	}
	done := change(session, adminPassword, otherPassword)
	renewed := d.session(done)
	if d.live(session) || d.live(other) || !d.live(renewed) {
		t.Error("an old session lives, or the new one does not")
	}
	if d.logIn(adminEmail, adminPassword).status != http.StatusUnauthorized || d.logIn(adminEmail, otherPassword).status != http.StatusOK {
		t.Error("the password is not the new one")
	}
	_, bearer := d.key(renewed, "ADMINISTRATOR")
	for _, c := range [][3]string{{http.MethodPost, "/v1/session:changePassword", `{"password":"x","newPassword":"y"}`}, {http.MethodGet, "/v1/sessions", ""}} {
		if a := d.do(c[0], c[1], c[2], "Authorization", bearer); a.status != http.StatusUnauthorized {
			t.Errorf("a program: %s %d %s", c[1], a.status, a.raw)
		}
	}
	for range 12 {
		change(renewed, "wrong", otherPassword)
	}
	if a := change(renewed, "wrong", adminPassword); a.status != http.StatusTooManyRequests {
		t.Errorf("guessing at a session is free: %d", a.status)
	}
}

// Guessers elsewhere do not keep out somebody who has logged in from here.
func TestGuessingElsewhereLocksNobodyOut(t *testing.T) {
	d := openDoor(t, func(d *door) { d.cfg.Proxies = []string{"127.0.0.1"} })
	d.setUp()
	from := func(address, email, password string) answer {
		return d.logIn(email, password, "X-Forwarded-For", address)
	}
	if a := from("203.0.113.1", adminEmail, adminPassword); a.status != http.StatusOK {
		t.Fatalf("%d %s", a.status, a.raw)
	}
	refused := 0
	for range 12 {
		if from("198.51.100.7", adminEmail, "wrong").status == http.StatusTooManyRequests {
			refused++
		}
	}
	if refused == 0 {
		t.Error("guessing is not slowed down")
	}
	if a := from("198.51.100.8", adminEmail, adminPassword); a.status != http.StatusTooManyRequests || a.header.Get("Retry-After") == "" {
		t.Errorf("a stranger's address is not slowed down for the account: %d", a.status)
	}
	if a := from("203.0.113.1", adminEmail, adminPassword); a.status != http.StatusOK {
		t.Errorf("the owner is locked out: %d %s", a.status, a.raw)
	}
	known, unknown := map[string]int{}, map[string]int{}
	for range 12 { // an unknown address is slowed down alike
		known[from("192.0.2.1", "a@example.co.jp", "wrong").reason()]++
		unknown[from("192.0.2.2", "b@example.co.jp", "wrong").reason()]++
	}
	if known["TOO_MANY_ATTEMPTS"] == 0 || known["TOO_MANY_ATTEMPTS"] != unknown["TOO_MANY_ATTEMPTS"] {
		t.Errorf("%v, %v", known, unknown)
	}
}

// What one process is told holds in another one with the next request: nothing is
// remembered.
func TestWhatEndsEndsInEveryProcess(t *testing.T) {
	here := openDoor(t)
	admin := here.setUp()
	copied := *here
	there := &copied
	there.start()
	name, session := here.member(admin, "a@example.co.jp", "MANAGER")
	key, bearer := here.key(admin, "ADMINISTRATOR")
	if !there.live(session) || there.do(http.MethodGet, "/v1/organization", "", "Authorization", bearer).status != http.StatusOK {
		t.Fatal("not known in the other process")
	}
	here.do(http.MethodPatch, "/v1/"+name, `{"role":"AUDITOR"}`, "Cookie", admin)
	if there.live(session) {
		t.Error("a session outlives a change of role")
	}
	session = here.session(here.logIn("a@example.co.jp", otherPassword))
	if a := there.do(http.MethodPost, "/v1/employees", "{}", "Cookie", session); a.status != http.StatusForbidden {
		t.Errorf("the old role holds: %d %s", a.status, a.raw)
	}
	here.do(http.MethodDelete, "/v1/"+name, "", "Cookie", admin)
	here.do(http.MethodDelete, "/v1/"+key, "", "Cookie", admin)
	if there.live(session) || there.do(http.MethodGet, "/v1/organization", "", "Authorization", bearer).status != http.StatusUnauthorized {
		t.Error("a deactivated account or an ended key gets in")
	}
	for range 12 { // guesses count together
		here.logIn("a@example.co.jp", "wrong")
	}
	if a := there.logIn("a@example.co.jp", otherPassword); a.status != http.StatusTooManyRequests {
		t.Errorf("guesses count for one process alone: %d", a.status)
	}
}
