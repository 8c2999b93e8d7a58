package gateway_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	gateway "github.com/dakoku/dakoku/services/webhook-gateway"
)

// company opens a door with a provider, whose first administrator has a
// password, and an auditor whose way in is the provider.
func company(t *testing.T) (d *door, p *provider, admin, account string) {
	t.Helper()
	p = openProvider(t)
	d = openDoor(t, p.serves)
	p.returns = d.base + "/openid"
	admin = d.setUp()
	account, secret := d.invite(admin, "ichiro@example.co.jp", "AUDITOR")
	if a := d.through(secret); a.status != http.StatusOK {
		t.Fatalf("bind: %d %s", a.status, a.raw)
	}
	return d, p, admin, account
}

// serves makes the provider that of a door.
func (p *provider) serves(d *door) {
	d.cfg.OpenID = gateway.OpenID{Issuer: p.issuer, ClientID: clientID, ClientSecret: clientSecret, Name: "社内ID"}
}

// errand is a log-in on its way: the cookie of the browser and what the provider
// sent it back with.
type errand struct{ cookie, state, code string }

// begin sends the browser away.
func (d *door) begin(invitation string) (address *url.URL, cookie string) {
	d.t.Helper()
	return d.away(d.do(http.MethodPost, "/v1/session:beginOpenIdLogin", body("invitation", invitation)))
}

// away reads where a browser goes, and its cookie.
func (d *door) away(a answer) (address *url.URL, cookie string) {
	d.t.Helper()
	c := a.cookie("dakoku-openid")
	if a.status != http.StatusOK || c == nil {
		d.t.Fatalf("begin: %d %s %v", a.status, a.raw, a.header["Set-Cookie"])
	}
	address, err := url.Parse(a.json["authorizationUri"].(string))
	if err != nil {
		d.t.Fatal(err)
	}
	return address, c.Name + "=" + c.Value
}

// visit goes through the provider and comes back.
func (d *door) visit(address *url.URL, cookie string) errand {
	d.t.Helper()
	browser := &http.Client{CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if r.URL.Path == "/openid" {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	r, err := http.NewRequestWithContext(d.t.Context(), http.MethodGet, address.String(), http.NoBody)
	if err != nil {
		d.t.Fatal(err)
	}
	res, err := browser.Do(r)
	if err != nil {
		d.t.Fatal(err)
	}
	_ = res.Body.Close()
	back, err := res.Location()
	if err != nil || !strings.HasPrefix(back.String(), d.base+"/openid?") {
		d.t.Fatalf("the provider sent the browser to %v: %d %v", back, res.StatusCode, err)
	}
	return errand{cookie: cookie, state: back.Query().Get("state"), code: back.Query().Get("code")}
}

func (d *door) finish(e errand, more ...string) answer {
	d.t.Helper()
	return d.do(http.MethodPost, "/v1/session:finishOpenIdLogin", body(append([]string{"state", e.state, "code", e.code}, more...)...), "Cookie", e.cookie)
}

// through logs in at the provider.
func (d *door) through(invitation string) answer {
	d.t.Helper()
	return d.finish(d.visit(d.begin(invitation)))
}

// What goes out with the browser is what the standard asks for, and nothing that
// would finish the log-in.
func TestABrowserIsSentToTheProvider(t *testing.T) {
	d, p, _, _ := company(t)
	address, cookie := d.begin("")
	_, secret, _ := strings.Cut(cookie, "=")
	q := address.Query()
	for name, want := range map[string]string{
		"response_type": "code", "client_id": clientID, "redirect_uri": d.base + "/openid", "scope": "openid", "code_challenge_method": "S256",
	} {
		if q.Get(name) != want {
			t.Errorf("%s: %q", name, q.Get(name))
		}
	}
	if !strings.HasPrefix(address.String(), p.issuer+"/authorize?") || len(q.Get("state")) != 43 || len(q.Get("nonce")) != 43 || len(q.Get("code_challenge")) != 43 ||
		q.Get("state") == q.Get("nonce") || strings.Contains(address.String(), secret) {
		t.Errorf("%s", address)
	}
	a := d.do(http.MethodPost, "/v1/session:beginOpenIdLogin", "{}", "X-Forwarded-Proto", "https")
	c := a.cookie("__Host-dakoku-openid")
	if c == nil || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.MaxAge != 600 || strings.Contains(a.raw, c.Value) {
		t.Errorf("%v", a.header["Set-Cookie"])
	}
	again, _ := d.begin("")
	for _, name := range []string{"state", "nonce", "code_challenge"} {
		if again.Query().Get(name) == q.Get(name) {
			t.Errorf("two log-ins have the same %s", name)
		}
	}
}

func TestAPersonLogsInAtTheProvider(t *testing.T) {
	d, p, _, account := company(t)
	old := d.session(d.through(""))
	e := d.visit(d.begin(""))
	e.cookie += "; " + old
	a := d.finish(e)
	session := d.session(a)
	if !d.live(session) || d.live(old) || session == old {
		t.Error("the log-in does not replace the session that the browser had")
	}
	if a.json["account"].(map[string]any)["name"] != account || a.json["account"].(map[string]any)["openIdBound"] != true {
		t.Errorf("%s", a.raw)
	}
	if c := a.cookie("dakoku-openid"); c == nil || c.MaxAge >= 0 {
		t.Errorf("the cookie of the log-in stays: %v", a.header["Set-Cookie"])
	}
	actions, text := d.noted()
	if want := "SET_UP setup 127.0.0.1|ACCOUNT_CREATE account 127.0.0.1|OPENID_BIND invitation 127.0.0.1" + strings.Repeat("|LOG_IN account 127.0.0.1", 3); strings.Join(actions, "|") != want ||
		strings.Count(text, p.issuer) != 4 || strings.Contains(text, person) {
		t.Errorf("%v %s", actions, text)
	}
}

// Nobody is let in who is not bound, or not any more, and both are told the same.
func TestOnlyBoundAndActiveAccountsComeIn(t *testing.T) {
	d, p, admin, account := company(t)
	session := d.session(d.through(""))
	p.set(func(p *provider) { p.person = "stranger" })
	stranger := d.through("")
	p.set(func(p *provider) { p.person = person })
	if a := d.do(http.MethodDelete, "/v1/"+account, "", "Cookie", admin); a.status != http.StatusOK {
		t.Fatal(a.raw)
	}
	if d.live(session) {
		t.Error("a session outlives its account")
	}
	disabled := d.through("")
	if stranger.status != http.StatusUnauthorized || stranger.reason() != "OPENID_ACCOUNT_UNKNOWN" || stranger.raw != disabled.raw {
		t.Errorf("%s\n%s", stranger.raw, disabled.raw)
	}
	d.do(http.MethodPatch, "/v1/"+account, `{"state":"ACTIVE"}`, "Cookie", admin)
	if a := d.through(""); a.status != http.StatusOK {
		t.Errorf("active again: %d %s", a.status, a.raw)
	}
}

// The account has one way in: the provider, or a password. An e-mail address
// that the provider knows binds nothing, and an account at the provider is one
// person in the whole installation.
func TestAnAccountHasOneWayIn(t *testing.T) {
	d, p, admin, account := company(t)
	_, other := d.invite(admin, "jiro@example.co.jp", "AUDITOR")
	if a := d.through(other); a.reason() != "OPENID_SUBJECT_TAKEN" || a.status != http.StatusConflict {
		t.Errorf("%d %s", a.status, a.raw)
	}
	p.set(func(p *provider) {
		p.tamper = func(claims map[string]any, _ *header) {
			claims["sub"], claims["email"], claims["email_verified"] = "another", adminEmail, true
		}
	})
	if a := d.through(""); a.reason() != "OPENID_ACCOUNT_UNKNOWN" {
		t.Errorf("by its e-mail address: %d %s", a.status, a.raw)
	}
	p.set(func(p *provider) { p.tamper = nil })
	again := d.do(http.MethodPost, "/v1/"+account+":invite", "{}", "Cookie", admin).json["secret"].(string)
	if a := d.accept(again, otherPassword); a.status != http.StatusOK || a.json["openIdBound"] != false {
		t.Errorf("%d %s", a.status, a.raw)
	}
	if a := d.through(""); a.reason() != "OPENID_ACCOUNT_UNKNOWN" {
		t.Errorf("the provider is a way in beside the password: %d %s", a.status, a.raw)
	}
	if a := d.accept(other, otherPassword); a.status != http.StatusOK {
		t.Errorf("a link that bound nothing is used up: %d %s", a.status, a.raw)
	}
	link := d.do(http.MethodPost, "/v1/"+account+":invite", "{}", "Cookie", admin).json["secret"].(string)
	e := d.visit(d.begin(link))
	if a := d.accept(link, otherPassword); a.status != http.StatusOK {
		t.Fatal(a.raw)
	}
	if a := d.finish(e); a.reason() != "INVITATION_INVALID" {
		t.Errorf("a link works twice: %d %s", a.status, a.raw)
	}
	if a := d.do(http.MethodPost, "/v1/session:beginOpenIdLogin", body("invitation", link)); a.reason() != "INVITATION_INVALID" {
		t.Errorf("a used link: %d %s", a.status, a.raw)
	}
}

// An organization always has an active administrator who needs no provider: the
// last one is not bound, not even when two try at once, nor taken away.
func TestOneAdministratorKeepsAPassword(t *testing.T) {
	d, p, admin, _ := company(t)
	own := d.do(http.MethodGet, "/v1/session", "", "Cookie", admin).json["account"].(map[string]any)["name"].(string)
	link := func(account string) string {
		return d.do(http.MethodPost, "/v1/"+account+":invite", "{}", "Cookie", admin).json["secret"].(string)
	}
	refused := func(name string, a answer) {
		t.Helper()
		if a.status != http.StatusBadRequest || a.reason() != "LAST_LOCAL_ADMINISTRATOR" || a.cookie("dakoku") != nil {
			t.Errorf("%s: %d %s", name, a.status, a.raw)
		}
	}
	p.set(func(p *provider) { p.person = "hanako" })
	again := link(own)
	refused("the only administrator", d.through(again))
	if !d.live(admin) || d.logIn(adminEmail, adminPassword).status != http.StatusOK {
		t.Error("a binding that was refused changes something")
	}
	p.set(func(p *provider) { p.person = "jiro" })
	other, first := d.invite(admin, "jiro@example.co.jp", "ADMINISTRATOR")
	d.session(d.through(first))
	for _, c := range [][2]string{{http.MethodPatch, `{"role":"AUDITOR"}`}, {http.MethodPatch, `{"state":"DEACTIVATED"}`}, {http.MethodDelete, ""}} {
		refused(c[0]+c[1], d.do(c[0], "/v1/"+own, c[1], "Cookie", admin))
	}
	refused("beside one who is bound", d.through(again))
	if a := d.accept(again, adminPassword); a.status != http.StatusOK {
		t.Fatalf("the link was used up: %d %s", a.status, a.raw)
	}
	admin = d.session(d.logIn(adminEmail, adminPassword))

	if a := d.accept(link(other), otherPassword); a.status != http.StatusOK { // two have passwords now
		t.Fatal(a.raw)
	}
	var both []errand
	for person, account := range map[string]string{"hanako": own, "jiro": other} {
		secret := link(account)
		p.set(func(p *provider) { p.person = person })
		both = append(both, d.visit(d.begin(secret)))
	}
	var all sync.WaitGroup
	for _, e := range both {
		all.Go(func() { d.finish(e) })
	}
	all.Wait()
	var local int
	err := d.db.Owner(t).QueryRow(t.Context(),
		"select count(*) from identity.accounts where role = 'ADMINISTRATOR' and state = 'ACTIVE' and password_hash is not null").Scan(&local)
	if err != nil || local != 1 {
		t.Errorf("%d administrators have a password, %v", local, err)
	}
}

// The second factor of an account is asked for after the provider, too; the code
// of the provider is not needed again.
func TestTheSecondFactorIsAskedForAfterTheProvider(t *testing.T) {
	d, p, admin, _ := company(t)
	name, session := d.member(admin, "jiro@example.co.jp", "AUDITOR")
	secret, codes, _ := d.enrol(session, otherPassword)
	link := d.do(http.MethodPost, "/v1/"+name+":invite", "{}", "Cookie", admin).json["secret"].(string)
	p.set(func(p *provider) { p.person = "jiro" })
	if a := d.through(link); a.reason() != "TOTP_REQUIRED" {
		t.Errorf("binding: %d %s", a.status, a.raw)
	}
	e := d.visit(d.begin(""))
	for _, c := range [][]string{nil, {"totpCode", "000000"}} {
		if a := d.finish(e, c...); a.status != http.StatusUnauthorized || !strings.HasPrefix(a.reason(), "TOTP_") {
			t.Errorf("%v: %d %s", c, a.status, a.raw)
		}
	}
	other := e
	_, other.cookie = d.begin("")
	if a := d.finish(other, "totpCode", d.code(secret, 0)); a.reason() != "OPENID_REFUSED" {
		t.Errorf("in another browser: %d %s", a.status, a.raw)
	}
	d.session(d.finish(e, "totpCode", d.code(secret, 0)))
	if a := d.finish(e, "recoveryCode", codes[0].(string)); a.reason() != "OPENID_REFUSED" {
		t.Errorf("a finished log-in: %d %s", a.status, a.raw)
	}
	e = d.visit(d.begin(""))
	d.finish(e)
	d.clock.add(11 * time.Minute)
	if a := d.finish(e, "recoveryCode", codes[0].(string)); a.reason() != "OPENID_REFUSED" {
		t.Errorf("too late: %d %s", a.status, a.raw)
	}
}
