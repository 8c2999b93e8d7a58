package gateway_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

const prove = "/v1/session:prove"

// sensitive does something that asks for a fresh proof.
func (d *door) sensitive(session string) answer {
	d.t.Helper()
	return d.do(http.MethodPost, "/v1/apiKeys", `{"displayName":"test","role":"AUDITOR"}`, "Cookie", session)
}

// fresh reports whether it goes; anything but the demand for a proof is an error.
func (d *door) fresh(session string) bool {
	d.t.Helper()
	a := d.sensitive(session)
	if a.status == http.StatusOK {
		return true
	}
	if a.status != http.StatusForbidden || a.reason() != "PROOF_REQUIRED" || a.detail("ErrorInfo")["domain"] != "identity.dakoku" ||
		!strings.Contains(a.raw, "改めて本人確認が必要です") {
		d.t.Errorf("%d %s", a.status, a.raw)
	}
	return false
}

// Set-up, a log-in and a proof count for ten minutes each; other requests do not make
// them longer, and a key is asked for nothing.
func TestAProofCountsForTenMinutes(t *testing.T) {
	d := openDoor(t)
	set := d.setUp()
	_, bearer := d.key(set, "ADMINISTRATOR")
	d.clock.add(9*time.Minute + 50*time.Second)
	logged := d.session(d.logIn(adminEmail, adminPassword))
	if !d.fresh(set) {
		t.Error("set-up counts for less than ten minutes")
	}
	d.clock.add(11 * time.Second)
	if d.fresh(set) || !d.fresh(logged) {
		t.Error("set-up counts for more than ten minutes, or the log-in for less")
	}
	d.clock.add(10 * time.Minute)
	if d.fresh(logged) {
		t.Error("a log-in counts for more than ten minutes")
	}
	if a := d.do(http.MethodPost, "/v1/apiKeys?validateOnly=true", `{"displayName":"test","role":"AUDITOR"}`, "Cookie", logged); a.status != http.StatusOK {
		t.Errorf("a mere check: %d %s", a.status, a.raw)
	}
	if a := d.do(http.MethodPost, "/v1/accounts", body("email", "a@example.co.jp", "name", "鈴木", "role", "AUDITOR"), "Authorization", bearer); a.status != http.StatusOK {
		t.Errorf("a program: %d %s", a.status, a.raw)
	}
	again := d.session(d.inTime(http.MethodPost, prove, body("password", adminPassword), "Cookie", logged))
	if d.live(logged) || !d.live(again) || !d.live(set) || !d.fresh(again) {
		t.Error("a proof does not replace its session, or another one, or does not count")
	}
	d.clock.add(10 * time.Minute)
	if d.fresh(again) || !d.live(again) {
		t.Error("a proof counts for more than ten minutes, or the session ends with it")
	}
}

// A proof is judged as a log-in is, and every judgement is noted.
func TestAProofIsJudgedLikeALogIn(t *testing.T) {
	d := openDoor(t)
	secret, codes, session := d.enrol(d.setUp(), adminPassword)
	d.clock.add(11 * time.Minute)
	expect := func(want string, pairs ...string) {
		t.Helper()
		a := d.inTime(http.MethodPost, prove, body(pairs...), "Cookie", session)
		if a.reason() != want || a.cookie("dakoku") != nil || !d.live(session) || d.fresh(session) {
			t.Errorf("%v: %d %s", pairs, a.status, a.raw)
		}
	}
	expect("CREDENTIALS_WRONG", "password", "wrong", "totpCode", d.code(secret, 0))
	expect("TOTP_REQUIRED", "password", adminPassword)
	expect("TOTP_CODE_WRONG", "password", adminPassword, "totpCode", "000000")
	expect("TOTP_CODE_WRONG", "password", adminPassword, "recoveryCode", "AAAAAA-AAAAAA")
	proved := d.session(d.inTime(http.MethodPost, prove, body("password", adminPassword, "totpCode", d.code(secret, 0)), "Cookie", session))
	if !d.fresh(proved) {
		t.Error("password and code are no proof")
	}
	d.clock.add(11 * time.Minute)
	other := d.session(d.inTime(http.MethodPost, prove, body("password", adminPassword, "recoveryCode", codes[0].(string)), "Cookie", proved))
	actions, text := d.noted()
	count := func(action string) (n int) {
		for _, a := range actions {
			if a == action+" account 127.0.0.1" {
				n++
			}
		}
		return n
	}
	if count("SESSION_PROVE") != 2 || count("SESSION_PROVE_REFUSED") != 3 || count("RECOVERY_CODE_USE") != 1 || count("LOG_OUT") != 0 ||
		strings.Count(text, "TOTP_CODE_WRONG") != 2 || strings.Count(text, "CREDENTIALS_WRONG") != 1 {
		t.Errorf("%v\n%s", actions, text)
	}
	if a := d.do(http.MethodPost, prove, body("password", adminPassword), "Cookie", proved); a.status != http.StatusUnauthorized {
		t.Errorf("a session that has ended proves itself: %d %s", a.status, a.raw)
	}
	wrong := func() string {
		return d.inTime(http.MethodPost, prove, body("password", "not the password at all"), "Cookie", other).reason()
	}
	owner, counted := d.db.Owner(t), 0
	if got := wrong(); got != "CREDENTIALS_WRONG" {
		t.Errorf("a guess: %s", got)
	}
	err := owner.QueryRow(t.Context(), `select count(*) from identity.attempts where failures > 0`).Scan(&counted)
	if err != nil || counted < 2 {
		t.Errorf("a guess counts at %d counters, %v", counted, err)
	}
	if _, err := owner.Exec(t.Context(), `update identity.attempts set until_time = now() + interval '1 day'`); err != nil {
		t.Fatal(err)
	}
	if got := wrong(); got != "TOO_MANY_ATTEMPTS" {
		t.Errorf("a guess too many: %s", got)
	}
}

// Whoever gets a new session without all that a log-in asks for has proved nothing.
func TestASessionThatIsRenewedKeepsItsOldProof(t *testing.T) {
	d := openDoor(t)
	session := d.setUp()
	d.clock.add(11 * time.Minute)
	session = d.session(d.inTime(http.MethodPost, "/v1/session:changePassword", body("password", adminPassword, "newPassword", otherPassword), "Cookie", session))
	if d.fresh(session) {
		t.Error("a change of password is a proof")
	}
	_, _, session = d.enrol(session, otherPassword)
	if d.fresh(session) {
		t.Error("the code of an app that nobody knew is a proof")
	}
}

func TestAKeyHasNothingToProve(t *testing.T) {
	d := openDoor(t)
	_, bearer := d.key(d.setUp(), "ADMINISTRATOR")
	if a := d.inTime(http.MethodPost, prove, body("password", adminPassword), "Authorization", bearer); a.reason() != "UNAUTHENTICATED" {
		t.Errorf("%d %s", a.status, a.raw)
	}
	if _, text := d.noted(); strings.Contains(text, "SESSION_PROVE") {
		t.Errorf("a program is noted for a proof: %s", text)
	}
}

// proof goes to the provider to prove a session and comes back with it.
func (d *door) proof(session string) errand {
	d.t.Helper()
	address, cookie := d.away(d.do(http.MethodPost, "/v1/session:beginOpenIdLogin", `{"prove":true}`, "Cookie", session))
	if q := address.Query(); q.Get("prompt") != "login" || q.Get("max_age") != "0" {
		d.t.Errorf("the provider is not told to ask: %s", address)
	}
	e := d.visit(address, cookie)
	e.cookie += "; " + session
	return e
}

// staff is an administrator whose way in is the provider, on the clock of the door.
func staff(t *testing.T) (d *door, p *provider, admin, session string) {
	t.Helper()
	d, p, admin, _ = company(t)
	_, secret := d.invite(admin, "jiro@example.co.jp", "ADMINISTRATOR")
	p.set(func(p *provider) { p.person, p.now = "jiro", d.clock.now })
	return d, p, admin, d.session(d.through(secret))
}

// Whoever logs in at the provider proves it there: the provider is told to ask again,
// and has to say that it did.
func TestAProofAtTheProvider(t *testing.T) {
	d, _, _, session := staff(t)
	if !d.fresh(session) {
		t.Error("a log-in at the provider is no proof")
	}
	d.clock.add(11 * time.Minute)
	if d.fresh(session) {
		t.Error("a log-in at the provider counts for ever")
	}
	proved := d.session(d.finish(d.proof(session)))
	if d.live(session) || !d.fresh(proved) {
		t.Error("the proof does not replace the session, or does not count")
	}
	if actions, _ := d.noted(); !slices.Contains(actions, "SESSION_PROVE account 127.0.0.1") {
		t.Errorf("%v", actions)
	}
	if a := d.inTime(http.MethodPost, prove, body("password", otherPassword), "Cookie", proved); a.reason() != "CREDENTIALS_WRONG" {
		t.Errorf("an account without password: %d %s", a.status, a.raw)
	}
}

func TestWhatIsNoProofAtTheProvider(t *testing.T) {
	d, p, admin, session := staff(t)
	d.clock.add(11 * time.Minute)
	for name, c := range map[string]struct {
		reason string
		change func(p *provider)
		errand func(e errand) errand
	}{
		"a provider that does not ask": {"OPENID_REFUSED", func(p *provider) { p.stubborn, p.since = true, d.clock.now().Add(-90*time.Second) }, nil},
		"one that does not say so": {"OPENID_REFUSED", func(p *provider) {
			p.tamper = func(claims map[string]any, _ *header) { delete(claims, "auth_time") }
		}, nil},
		"one that asks tomorrow": {"OPENID_REFUSED", func(p *provider) {
			p.tamper = func(claims map[string]any, _ *header) { claims["auth_time"] = d.clock.now().Add(24 * time.Hour).Unix() }
		}, nil},
		"somebody else here": {"OPENID_SUBJECT_OTHER", func(p *provider) { p.person = person }, nil},
		"a stranger":         {"OPENID_SUBJECT_OTHER", func(p *provider) { p.person = "stranger" }, nil},
		"another session": {"OPENID_REFUSED", nil, func(e errand) errand {
			e.cookie = strings.Replace(e.cookie, session, d.session(d.logIn(adminEmail, adminPassword)), 1)
			return e
		}},
		"without the session": {"OPENID_REFUSED", nil, func(e errand) errand {
			e.cookie = strings.Replace(e.cookie, "; "+session, "", 1)
			return e
		}},
	} {
		t.Run(name, func(t *testing.T) {
			p.set(func(p *provider) {
				p.person, p.stubborn, p.since, p.tamper = "jiro", false, d.clock.now().Add(-time.Hour), nil
				if c.change != nil {
					c.change(p)
				}
			})
			e := d.proof(session)
			if c.errand != nil {
				e = c.errand(e)
			}
			if a := d.finish(e); a.status != http.StatusUnauthorized || a.reason() != c.reason || a.cookie("dakoku") != nil || !d.live(session) || d.fresh(session) {
				t.Errorf("%d %s", a.status, a.raw)
			}
		})
	}
	p.set(func(p *provider) {
		p.person, p.stubborn, p.since, p.tamper = "jiro", true, d.clock.now().Add(-time.Hour), nil
	})
	if a := d.through(""); a.status != http.StatusOK || !d.fresh(d.session(a)) {
		t.Errorf("a log-in is asked for more than it was: %d %s", a.status, a.raw)
	}
	actions, _ := d.noted()
	refused := strings.Count(strings.Join(actions, "|"), "SESSION_PROVE_REFUSED account")
	if refused != 6 || slices.Contains(actions, "SESSION_PROVE account 127.0.0.1") {
		t.Errorf("%d refusals are noted: %v", refused, actions)
	}
	for name, c := range map[string][2]string{
		"nobody":             {`{"prove":true}`, "UNAUTHENTICATED"},
		"an invitation, too": {`{"prove":true,"invitation":"dki_x"}`, "INVALID_ARGUMENT"},
	} {
		cookie := ""
		if name != "nobody" {
			cookie = admin
		}
		if a := d.do(http.MethodPost, "/v1/session:beginOpenIdLogin", c[0], "Cookie", cookie); a.reason() != c[1] {
			t.Errorf("%s: %d %s", name, a.status, a.raw)
		}
	}
}
