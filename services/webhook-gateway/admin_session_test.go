package gateway_test

import (
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestCookieFlags(t *testing.T) {
	d := openDoor(t)
	d.setUp()
	for _, c := range []struct {
		name    string
		headers []string
		cookie  string
		secure  bool
	}{
		{"http on this machine", nil, "dakoku", false},
		{"https in front", []string{"X-Forwarded-Proto", "https"}, "__Host-dakoku", true},
		{"plain http under another name", []string{"Host", "admin.example.com"}, "__Host-dakoku", true},
	} {
		a := d.logIn(adminEmail, adminPassword, c.headers...)
		got := a.cookie(c.cookie)
		if got == nil || got.Secure != c.secure || !got.HttpOnly || got.SameSite != http.SameSiteLaxMode || got.Path != "/" || got.Domain != "" {
			t.Errorf("%s: %v", c.name, a.header["Set-Cookie"])
			continue
		}
		if len(a.header["Set-Cookie"]) != 1 || strings.Contains(a.raw, got.Value) {
			t.Errorf("%s: more than the cookie carries the secret", c.name)
		}
		for name, values := range a.header {
			if name != "Set-Cookie" && strings.Contains(strings.Join(values, " "), got.Value) {
				t.Errorf("%s: header %s carries the secret", c.name, name)
			}
		}
		if hsts := a.header.Get("Strict-Transport-Security"); (hsts != "") != (c.name == "https in front") {
			t.Errorf("%s: HSTS %q", c.name, hsts)
		}
	}
}

func TestAPlainCookieDoesNotCountOverHTTPS(t *testing.T) {
	d := openDoor(t)
	session := d.setUp()
	if a := d.do(http.MethodGet, "/v1/session", "", "Cookie", session, "X-Forwarded-Proto", "https"); a.status != http.StatusUnauthorized {
		t.Errorf("%d", a.status)
	}
	if a := d.do(http.MethodGet, "/v1/session", "", "Cookie", session+"; "+session); a.status != http.StatusUnauthorized {
		t.Errorf("two cookies: %d", a.status)
	}
}

func TestASessionEnds(t *testing.T) {
	d := openDoor(t)
	session := d.setUp()
	live := func(session string) int { return d.do(http.MethodGet, "/v1/session", "", "Cookie", session).status }

	next := d.session(d.logIn(adminEmail, adminPassword, "Cookie", session))
	if next == session || live(session) != http.StatusUnauthorized || live(next) != http.StatusOK {
		t.Error("a log-in does not replace the session that the browser had")
	}
	out := d.do(http.MethodDelete, "/v1/session", "", "Cookie", next)
	if c := out.cookie("dakoku"); out.status != http.StatusOK || out.raw != "{}" || c == nil || c.MaxAge >= 0 {
		t.Errorf("log-out: %d %s %v", out.status, out.raw, out.header["Set-Cookie"])
	}
	if live(next) != http.StatusUnauthorized {
		t.Error("the session outlives the log-out")
	}

	idle := d.session(d.logIn(adminEmail, adminPassword))
	d.clock.add(29 * time.Minute)
	if live(idle) != http.StatusOK {
		t.Error("ended before 30 idle minutes")
	}
	d.clock.add(29 * time.Minute)
	if live(idle) != http.StatusOK {
		t.Error("a request does not renew the idle time")
	}
	d.clock.add(31 * time.Minute)
	if live(idle) != http.StatusUnauthorized {
		t.Error("lives after 31 idle minutes")
	}

	busy := d.session(d.logIn(adminEmail, adminPassword))
	for n := range 24 { // 11 hours and 36 minutes
		d.clock.add(29 * time.Minute)
		if live(busy) != http.StatusOK {
			t.Fatalf("ended after %d minutes of requests", 29*(n+1))
		}
	}
	d.clock.add(25 * time.Minute)
	if live(busy) != http.StatusUnauthorized {
		t.Error("lives after 12 hours")
	}
}

func TestARoleChangeHoldsAtOnce(t *testing.T) {
	d := openDoor(t)
	session := d.setUp()
	if _, err := d.db.Owner(t).Exec(t.Context(), "set row_security = off; update identity.accounts set role = 'AUDITOR'"); err != nil {
		t.Fatal(err)
	}
	if a := d.do(http.MethodPost, "/v1/apiKeys", `{"displayName":"x","role":"AUDITOR"}`, "Cookie", session); a.status != http.StatusForbidden || a.reason() != "PERMISSION_MISSING" {
		t.Errorf("%d %s", a.status, a.raw)
	}
}

func TestUnknownAddressAndWrongPasswordLookTheSame(t *testing.T) {
	d := openDoor(t)
	d.setUp()
	wrong := d.logIn(adminEmail, "not the password at all")
	unknown := d.logIn("nobody@example.co.jp", "not the password at all")
	if wrong.status != http.StatusUnauthorized || wrong.status != unknown.status || wrong.raw != unknown.raw || wrong.reason() != "CREDENTIALS_WRONG" {
		t.Errorf("%d %s\n%d %s", wrong.status, wrong.raw, unknown.status, unknown.raw)
	}
	if a := d.logIn("  HANAKO@Example.co.jp", adminPassword); a.status != http.StatusOK {
		t.Errorf("the address in another spelling: %d %s", a.status, a.raw)
	}
}

func TestLogInIsThrottledPerAccountAndOpensAgain(t *testing.T) {
	d := openDoor(t)
	d.setUp()
	last := answer{}
	for range 12 {
		last = d.logIn(adminEmail, "not the password at all")
	}
	if last.status != http.StatusTooManyRequests || last.reason() != "TOO_MANY_ATTEMPTS" || last.header.Get("Retry-After") == "" {
		t.Fatalf("%d %s", last.status, last.raw)
	}
	if a := d.logIn(adminEmail, adminPassword); a.status != http.StatusTooManyRequests {
		t.Errorf("the right password jumps the queue: %d", a.status)
	}
	if a := d.logIn("somebody.else@example.co.jp", "not the password at all"); a.status != http.StatusUnauthorized {
		t.Errorf("another account: %d", a.status)
	}
	d.clock.add(6 * time.Minute)
	if a := d.logIn(adminEmail, adminPassword); a.status != http.StatusOK {
		t.Errorf("still locked: %d", a.status)
	}
}

// Every secret that somebody is given is kept as a hash or sealed: it is nowhere in
// the database, neither as text nor as bytes, which PostgreSQL writes in hexadecimal.
func TestSecretsAreNotInTheDatabase(t *testing.T) {
	p := openProvider(t)
	d := openDoor(t, p.serves)
	secret, _ := d.admin.SetupSecret()
	var canaries []string
	look := func(secrets ...string) {
		t.Helper()
		rows, tables := d.identityRows()
		for _, s := range append(canaries, secrets...) {
			if canaries = append(canaries, s); strings.Contains(rows, s) || strings.Contains(rows, hex.EncodeToString([]byte(s))) {
				t.Errorf("a secret is in clear in one of %v", tables)
			}
		}
	}
	look(secret.Reveal(), strings.TrimPrefix(secret.Reveal(), "dks_"))
	session := d.setUp()
	_, bearer := d.key(session, "ADMINISTRATOR")
	_, link := d.invite(session, "a@example.co.jp", "AUDITOR")
	_, errand := d.begin("")
	look(strings.TrimPrefix(session, "dakoku="), strings.TrimPrefix(bearer, "Bearer "), link, strings.TrimPrefix(errand, "dakoku-openid="), adminPassword)
	totp, codes, _ := d.enrol(session, adminPassword)
	for _, code := range codes {
		look(code.(string), strings.ReplaceAll(code.(string), "-", ""))
	}
	look(totp)
}

// identityRows is every row of every table of the context as text.
func (d *door) identityRows() (all string, tables []string) {
	d.t.Helper()
	owner := d.db.Owner(d.t)
	err := owner.QueryRow(d.t.Context(), `select array_agg(tablename order by tablename) from pg_tables where schemaname = 'identity'`).Scan(&tables)
	for _, table := range tables {
		var rows string
		if err == nil {
			err = owner.QueryRow(d.t.Context(), "select coalesce(string_agg(t::text, ' '), '') from identity."+table+" t").Scan(&rows)
		}
		all += rows
	}
	if err != nil || len(tables) < 10 {
		d.t.Fatal(tables, err)
	}
	return all, tables
}

// A session value of the right form that nobody was given finds nobody.
func TestATamperedCookieIsNobody(t *testing.T) {
	d := openDoor(t)
	session := []byte(d.setUp())
	session[len(session)-1] ^= 1
	a := d.do(http.MethodGet, "/v1/session", "", "Cookie", string(session))
	var body map[string]any
	if err := json.Unmarshal([]byte(a.raw), &body); err != nil || a.status != http.StatusUnauthorized {
		t.Errorf("%d %s", a.status, a.raw)
	}
}
