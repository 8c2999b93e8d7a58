package gateway_test

import (
	"crypto/rand"
	"crypto/rsa"
	"net/http"
	"strings"
	"testing"
	"time"

	gateway "github.com/dakoku/dakoku/services/webhook-gateway"
)

// Every token is signed with the provider's own key unless the row says
// otherwise, and the last row, which changes nothing, logs in.
func TestNoForgedTokenLogsIn(t *testing.T) {
	d, p, _, _ := company(t)
	stranger, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		tamper func(claims map[string]any, h *header)
	}{
		{"wrong nonce", func(c map[string]any, _ *header) { c["nonce"] = strings.Repeat("n", 43) }},
		{"no nonce", func(c map[string]any, _ *header) { delete(c, "nonce") }},
		{"wrong issuer", func(c map[string]any, _ *header) { c["iss"] = "https://evil.example" }},
		{"issuer with a slash more", func(c map[string]any, _ *header) { c["iss"] = p.issuer + "/" }},
		{"issuer without its scheme", func(c map[string]any, _ *header) { c["iss"] = strings.TrimPrefix(p.issuer, "http://") }},
		{"no issuer", func(c map[string]any, _ *header) { delete(c, "iss") }},
		{"wrong audience", func(c map[string]any, _ *header) { c["aud"] = []string{"another"} }},
		{"part of the audience", func(c map[string]any, _ *header) { c["aud"] = clientID + "2" }},
		{"no audience", func(c map[string]any, _ *header) { delete(c, "aud") }},
		{"issued to another", func(c map[string]any, _ *header) { c["azp"] = "another" }},
		{"two audiences and no party", func(c map[string]any, _ *header) { c["aud"] = []string{clientID, "another"}; delete(c, "azp") }},
		{"expired", func(c map[string]any, _ *header) { c["exp"] = time.Now().Add(-time.Second).Unix() }},
		{"without expiry", func(c map[string]any, _ *header) { delete(c, "exp") }},
		{"not yet", func(c map[string]any, _ *header) { c["nbf"] = time.Now().Add(time.Hour).Unix() }},
		{"alg none", func(_ map[string]any, h *header) { h.alg = "none" }},
		{"alg HS256 with the client's secret", func(_ map[string]any, h *header) { h.alg = "HS256" }},
		{"another key", func(_ map[string]any, h *header) { h.key = stranger }},
		{"no subject", func(c map[string]any, _ *header) { delete(c, "sub") }},
		{"a very long subject", func(c map[string]any, _ *header) { c["sub"] = strings.Repeat("s", 256) }},
		{"no token", func(c map[string]any, _ *header) { c["drop"] = true }},
	} {
		p.set(func(p *provider) { p.tamper = c.tamper })
		a := d.through("")
		if a.status != http.StatusUnauthorized || a.reason() != "OPENID_REFUSED" || a.cookie("dakoku") != nil || strings.Contains(a.raw, c.name) {
			t.Errorf("%s: %d %s", c.name, a.status, a.raw)
		}
	}
	p.set(func(p *provider) { p.tamper = func(map[string]any, *header) {} })
	if a := d.through(""); a.status != http.StatusOK {
		t.Errorf("the same, not forged: %d %s", a.status, a.raw)
	}
	d.clock.add(2 * time.Hour) // by the clock of the door, which is the one that counts
	if a := d.through(""); a.reason() != "OPENID_REFUSED" {
		t.Errorf("expired an hour ago: %d %s", a.status, a.raw)
	}
}

// The same subject at another provider is another person.
func TestABindingIsWorthNothingAtAnotherProvider(t *testing.T) {
	d, _, _, _ := company(t)
	other := openProvider(t)
	d.stop()
	other.serves(d)
	d.start()
	other.returns = d.base + "/openid"
	if a := d.through(""); a.status != http.StatusUnauthorized || a.reason() != "OPENID_ACCOUNT_UNKNOWN" {
		t.Errorf("%d %s", a.status, a.raw)
	}
}

// Whoever holds somebody's account at the provider does not guess the code of the
// second factor: wrong ones count as at a log-in with a password.
func TestTheSecondFactorIsNotGuessedAfterTheProvider(t *testing.T) {
	d, _, _, account := company(t)
	enrolled := d.db.Owner(t)
	if _, err := enrolled.Exec(t.Context(), `
		insert into identity.second_factors (tenant_id, account_id, id, secret, create_time, confirm_time)
		select tenant_id, id, gen_random_uuid(), '\x00', now(), now() from identity.accounts where 'accounts/' || id = $1`, account); err != nil {
		t.Fatal(err)
	}
	e := d.visit(d.begin(""))
	reasons := map[string]int{}
	for range 12 {
		reasons[d.finish(e, "recoveryCode", "AAAAAA-AAAAAA-AAAAAA-AAAAAA").reason()]++
	}
	if reasons["TOTP_CODE_WRONG"] == 0 || reasons["TOO_MANY_ATTEMPTS"] == 0 || len(reasons) != 2 {
		t.Errorf("%v", reasons)
	}
}

// What came back belongs to one log-in of one browser, and works once.
func TestALogInAtTheProviderIsBoundToItsBrowser(t *testing.T) {
	d, p, _, _ := company(t)
	refused := func(name string, e errand, more ...string) {
		t.Helper()
		if a := d.finish(e, more...); a.status != http.StatusUnauthorized || a.reason() != "OPENID_REFUSED" || a.cookie("dakoku") != nil {
			t.Errorf("%s: %d %s", name, a.status, a.raw)
		}
	}
	victim, attacker := d.visit(d.begin("")), d.visit(d.begin(""))
	refused("no cookie", errand{"", victim.state, victim.code})
	refused("another browser", errand{attacker.cookie, victim.state, victim.code})
	refused("two cookies", errand{victim.cookie + "; " + attacker.cookie, victim.state, victim.code})
	refused("changed state", errand{victim.cookie, strings.Repeat("x", 43), victim.code})
	refused("another's cookie as state", errand{victim.cookie, attacker.state, victim.code})
	refused("another issuer", attacker, "issuer", "https://evil.example")
	if a := d.finish(victim, "issuer", p.issuer); a.status != http.StatusOK {
		t.Errorf("none of it used the log-in up: %d %s", a.status, a.raw)
	}
	refused("finished before", victim)

	first, second := d.visit(d.begin("")), d.visit(d.begin(""))
	refused("the code of another log-in", errand{first.cookie, first.state, second.code}) // PKCE
	refused("after a wrong code", first)
	used := d.visit(d.begin(""))
	d.finish(used)
	replayed := d.visit(d.begin(""))
	refused("a code that was used", errand{replayed.cookie, replayed.state, used.code})

	late := d.visit(d.begin(""))
	d.clock.add(10*time.Minute + time.Second)
	refused("after ten minutes", late)
}

// PKCE is ours: a provider that would take a code without it is never asked so.
func TestACodeIsRedeemedWithItsVerifierAlone(t *testing.T) {
	d, _, _, _ := company(t)
	address, cookie := d.begin("")
	q := address.Query()
	q.Del("code_challenge")
	q.Del("code_challenge_method")
	address.RawQuery = q.Encode()
	if a := d.finish(d.visit(address, cookie)); a.reason() != "OPENID_REFUSED" {
		t.Errorf("the challenge was taken away on the way: %d %s", a.status, a.raw)
	}
	if a := d.through(""); a.status != http.StatusOK {
		t.Errorf("%d %s", a.status, a.raw)
	}
}

// A provider that is away stops neither the start nor passwords, and is asked
// again after a while, not by every request.
func TestAProviderThatIsAway(t *testing.T) {
	p := openProvider(t)
	p.away = true
	d := openDoor(t, p.serves)
	p.returns = d.base + "/openid"
	admin := d.setUp()
	_, link := d.invite(admin, "ichiro@example.co.jp", "AUDITOR")
	for range 5 {
		if a := d.do(http.MethodPost, "/v1/session:beginOpenIdLogin", "{}", "Accept-Language", "en"); a.status != http.StatusServiceUnavailable ||
			a.reason() != "OPENID_UNAVAILABLE" || !strings.Contains(a.raw, "passwords work meanwhile") || a.cookie("dakoku-openid") != nil {
			t.Errorf("%d %s", a.status, a.raw)
		}
	}
	if p.asked != 1 {
		t.Errorf("asked %d times", p.asked)
	}
	d.session(d.logIn(adminEmail, adminPassword))
	if err := d.admin.Ready(t.Context()); err != nil {
		t.Errorf("not ready without the provider: %v", err)
	}
	p.set(func(p *provider) { p.away = false })
	d.clock.add(2 * time.Second)
	e := d.visit(d.begin(link))
	p.set(func(p *provider) { p.away = true })
	if a := d.finish(e); a.status != http.StatusServiceUnavailable || a.reason() != "OPENID_UNAVAILABLE" {
		t.Errorf("away between: %d %s", a.status, a.raw)
	}
	p.set(func(p *provider) { p.away = false })
	if a := d.through(link); a.status != http.StatusOK {
		t.Errorf("back: %d %s", a.status, a.raw)
	}
}

func TestAHalfConfiguredProviderStopsTheStart(t *testing.T) {
	d := openDoor(t)
	if a := d.do(http.MethodPost, "/v1/session:beginOpenIdLogin", "{}"); a.status != http.StatusBadRequest || a.reason() != "OPENID_OFF" {
		t.Errorf("without a provider: %d %s", a.status, a.raw)
	}
	if a := d.finish(errand{cookie: "dakoku-openid=x", state: "x"}); a.reason() != "OPENID_OFF" {
		t.Errorf("without a provider: %d %s", a.status, a.raw)
	}
	d.stop()
	cfg := d.cfg
	cfg.OpenID, cfg.Listener, cfg.ListenAddr = gateway.OpenID{ClientSecret: clientSecret}, nil, "127.0.0.1:0"
	if _, err := gateway.NewAdmin(t.Context(), cfg); err == nil || !strings.HasPrefix(err.Error(), "DAKOKU_OPENID_ISSUER") || strings.Contains(err.Error(), clientSecret) {
		t.Errorf("%v", err)
	}
}

// Strangers who begin log-ins in masses, or guess codes, are slowed down.
func TestLogInsAtTheProviderAreThrottled(t *testing.T) {
	d, _, _, _ := company(t)
	throttled := func(most int, try func() answer) {
		t.Helper()
		for n := range most {
			a := try()
			if a.status == http.StatusTooManyRequests && a.header.Get("Retry-After") != "" {
				return
			}
			if n == most-1 {
				t.Errorf("%d attempts: %d %s", most, a.status, a.raw)
			}
		}
	}
	e := d.visit(d.begin(""))
	throttled(70, func() answer { return d.finish(errand{e.cookie, e.state, "guess"}) })
	throttled(310, func() answer { return d.do(http.MethodPost, "/v1/session:beginOpenIdLogin", "{}") })
	d.clock.add(10 * time.Second)
	if a := d.finish(d.visit(d.begin(""))); a.status != http.StatusOK {
		t.Errorf("afterwards: %d %s", a.status, a.raw)
	}
}
