package gateway_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
)

// shortPassword has 8 characters: enough with a second factor, and not without.
const shortPassword = "fjo83-2n"

func body(pairs ...string) string {
	m := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	raw, _ := json.Marshal(m)
	return string(raw)
}

// code is what an app shows so many periods from now.
func (d *door) code(secret string, periods int) string {
	d.t.Helper()
	code, err := totp.GenerateCode(secret, d.clock.now().Add(time.Duration(periods)*30*time.Second))
	if err != nil {
		d.t.Fatal(err)
	}
	return code
}

// enrol enables the second factor and returns its secret, the recovery codes
// and the new session. The code that confirms is then the one of the period before,
// because a period begins with it.
func (d *door) enrol(session, password string) (secret string, codes []any, renewed string) {
	d.t.Helper()
	const period = 30 * time.Second
	now := d.clock.now()
	d.clock.add(now.Truncate(period).Add(period).Sub(now))
	begun := d.inTime(http.MethodPost, "/v1/session/totp", body("password", password), "Cookie", session)
	secret, _ = begun.json["secret"].(string)
	if begun.status != http.StatusOK || !strings.HasPrefix(begun.json["uri"].(string), "otpauth://totp/Dakoku:") {
		d.t.Fatalf("enrol: %d %s", begun.status, begun.raw)
	}
	done := d.do(http.MethodPost, "/v1/session/totp:confirm", body("totpCode", d.code(secret, 0)), "Cookie", session)
	codes, _ = done.json["recoveryCodes"].([]any)
	if len(codes) != 10 {
		d.t.Fatalf("confirm: %d %s", done.status, done.raw)
	}
	d.clock.add(period)
	return secret, codes, d.session(done)
}

func (d *door) logInWith(pairs ...string) answer {
	d.t.Helper()
	return d.inTime(http.MethodPost, "/v1/session", body(append([]string{"email", adminEmail}, pairs...)...))
}

func TestASecondFactorIsAskedForOnceConfirmed(t *testing.T) {
	d := openDoor(t)
	session, other := d.setUp(), d.session(d.logIn(adminEmail, adminPassword))
	for _, c := range [][2]string{{":confirm", body("totpCode", "123456")}, {":remove", body("password", adminPassword, "totpCode", "1")}} {
		if a := d.inTime(http.MethodPost, "/v1/session/totp"+c[0], c[1], "Cookie", session); a.reason() != "TOTP_NOT_ENROLLED" {
			t.Errorf("%s: %d %s", c[0], a.status, a.raw)
		}
	}
	if a := d.inTime(http.MethodPost, "/v1/session/totp", body("password", "wrong"), "Cookie", session); a.reason() != "CREDENTIALS_WRONG" {
		t.Errorf("%d %s", a.status, a.raw)
	}
	d.inTime(http.MethodPost, "/v1/session/totp", body("password", adminPassword), "Cookie", session)
	if a := d.do(http.MethodPost, "/v1/session/totp:confirm", body("totpCode", "000000"), "Cookie", session); a.reason() != "TOTP_CODE_WRONG" {
		t.Errorf("%d %s", a.status, a.raw)
	}
	if a := d.logIn(adminEmail, adminPassword); a.status != http.StatusOK {
		t.Errorf("an unconfirmed factor is asked for: %s", a.raw)
	}
	secret, _, renewed := d.enrol(session, adminPassword)
	if d.live(session) || d.live(other) || !d.live(renewed) {
		t.Error("an old session lives, or the new one does not")
	}
	if a := d.inTime(http.MethodPost, "/v1/session/totp", body("password", adminPassword), "Cookie", renewed); a.reason() != "TOTP_ENABLED" {
		t.Errorf("%d %s", a.status, a.raw)
	}
	who := d.do(http.MethodGet, "/v1/session", "", "Cookie", renewed)
	if who.json["account"].(map[string]any)["totpEnabled"] != true || strings.Contains(who.raw, secret) {
		t.Errorf("%s", who.raw)
	}
	for code, want := range map[string]string{"": "TOTP_REQUIRED", "12345": "TOTP_CODE_WRONG", d.code(secret, 5): "TOTP_CODE_WRONG", d.code(secret, -5): "TOTP_CODE_WRONG"} {
		if a := d.logInWith("password", adminPassword, "totpCode", code); a.status != http.StatusUnauthorized || a.reason() != want || a.cookie("dakoku") != nil {
			t.Errorf("%q: %d %s", code, a.status, a.raw)
		}
	}
	if a := d.logInWith("password", "wrong", "totpCode", d.code(secret, 0)); a.reason() != "CREDENTIALS_WRONG" {
		t.Errorf("a wrong password with a right code: %s", a.raw)
	}
}

// Whoever confirms a factor guesses as slowly as whoever logs in, and waits as long.
func TestGuessesAtTheFirstCodeAreSlowedDown(t *testing.T) {
	d := openDoor(t)
	session := d.setUp()
	begun := d.inTime(http.MethodPost, "/v1/session/totp", body("password", adminPassword), "Cookie", session)
	secret, _ := begun.json["secret"].(string)
	confirm := func(code string) answer {
		return d.do(http.MethodPost, "/v1/session/totp:confirm", body("totpCode", code), "Cookie", session)
	}
	for i := range 8 {
		if a := confirm("nonsense"); a.reason() != "TOTP_CODE_WRONG" {
			t.Fatalf("guess %d: %d %s", i, a.status, a.raw)
		}
	}
	if a := confirm(d.code(secret, 0)); a.status != http.StatusTooManyRequests || a.reason() != "TOO_MANY_ATTEMPTS" {
		t.Errorf("a ninth: %d %s", a.status, a.raw)
	}
	d.clock.add(10 * time.Minute)
	if a := confirm(d.code(secret, 0)); a.status != http.StatusOK {
		t.Errorf("after the pause: %d %s", a.status, a.raw)
	}
}

// A code works once, also at two doors at the same moment, and so does a
// recovery code; codes of one period before and after are right.
func TestACodeWorksOnce(t *testing.T) {
	d := openDoor(t)
	secret, recovery, _ := d.enrol(d.setUp(), adminPassword)
	late, now, early := d.code(secret, -1), d.code(secret, 0), d.code(secret, 1)
	_ = late // used to confirm
	for _, c := range [][3]string{
		{"totpCode", late, "TOTP_CODE_WRONG"}, {"totpCode", now, ""}, {"totpCode", now, "TOTP_CODE_WRONG"}, {"totpCode", early, ""},
		{"totpCode", now, "TOTP_CODE_WRONG"}, {"recoveryCode", strings.ToLower(recovery[0].(string)), ""}, {"recoveryCode", recovery[0].(string), "TOTP_CODE_WRONG"},
		{"recoveryCode", strings.ReplaceAll(recovery[1].(string), "-", " "), ""}, {"recoveryCode", "nonsense", "TOTP_CODE_WRONG"},
	} {
		if a := d.logInWith("password", adminPassword, c[0], c[1]); a.reason() != c[2] {
			t.Errorf("%v: %d %s", c, a.status, a.raw)
		}
	}
	d.clock.add(31 * time.Second)
	if a := d.logInWith("password", adminPassword, "totpCode", d.code(secret, -1)); a.reason() != "TOTP_CODE_WRONG" {
		t.Errorf("the period of the last code, after a drift: %d %s", a.status, a.raw)
	}
	d.clock.add(10 * time.Minute)
	late = d.code(secret, -1)
	var all sync.WaitGroup
	var mu sync.Mutex
	statuses := map[int]int{}
	for range 3 {
		all.Go(func() {
			a := d.logInWith("password", adminPassword, "totpCode", late)
			mu.Lock()
			defer mu.Unlock()
			statuses[a.status]++
		})
	}
	all.Wait()
	if statuses[http.StatusOK] != 1 {
		t.Errorf("a code at three doors at once: %v", statuses)
	}
}

// With a second factor 8 characters are enough; without it they are not.
func TestAShortPasswordNeedsASecondFactor(t *testing.T) {
	d := openDoor(t)
	session := d.setUp()
	change := func(session, old, next string) answer {
		return d.inTime(http.MethodPost, "/v1/session:changePassword", body("password", old, "newPassword", next), "Cookie", session)
	}
	if a := change(session, adminPassword, shortPassword); strings.Join(a.fields(), "") != "newPassword PASSWORD_TOO_SHORT" {
		t.Errorf("%d %s", a.status, a.raw)
	}
	secret, replaced, session := d.enrol(session, adminPassword)
	session = d.session(change(session, adminPassword, shortPassword))
	remove := func(password string, second ...string) answer {
		return d.inTime(http.MethodPost, "/v1/session/totp:remove", body(append(second, "password", password)...), "Cookie", session)
	}
	for _, second := range [][]string{{"totpCode", d.code(secret, 0)}, {"recoveryCode", replaced[1].(string)}, {"recoveryCode", replaced[1].(string)}} { // judged before a code is used up
		if a := remove(shortPassword, second...); strings.Join(a.fields(), "") != "password PASSWORD_TOO_SHORT" {
			t.Errorf("%d %s", a.status, a.raw)
		}
	}
	for range 9 { // the password is right: nobody is slowed down
		if a := d.do(http.MethodPost, "/v1/session/totp:remove", body("password", shortPassword), "Cookie", session); a.status != http.StatusBadRequest {
			t.Fatalf("%d %s", a.status, a.raw)
		}
	}
	session = d.session(change(session, shortPassword, otherPassword))
	d.clock.add(31 * time.Second)
	renewed := d.inTime(http.MethodPost, "/v1/session/totp:renewRecoveryCodes", body("password", otherPassword, "totpCode", d.code(secret, 0)), "Cookie", session)
	codes, _ := renewed.json["recoveryCodes"].([]any)
	if len(codes) != 10 {
		t.Fatalf("%d %s", renewed.status, renewed.raw)
	}
	if a := remove(otherPassword); a.reason() != "TOTP_REQUIRED" {
		t.Errorf("%d %s", a.status, a.raw)
	}
	if a := remove(otherPassword, "recoveryCode", replaced[0].(string)); a.reason() != "TOTP_CODE_WRONG" {
		t.Errorf("a code that was replaced: %d %s", a.status, a.raw)
	}
	gone := session
	session = d.session(remove(otherPassword, "recoveryCode", codes[3].(string)))
	if d.live(gone) || d.logIn(adminEmail, otherPassword).status != http.StatusOK {
		t.Error("an old session lives, or a code is asked for")
	}
}

// A link of an administrator leaves the second factor alone, unless it says so.
func TestALinkLeavesTheSecondFactor(t *testing.T) {
	d := openDoor(t)
	admin := d.setUp()
	name, session := d.member(admin, "a@example.co.jp", "MANAGER")
	d.enrol(session, otherPassword)
	reset := func(body string) string {
		return d.do(http.MethodPost, "/v1/"+name+":invite", body, "Cookie", admin).json["secret"].(string)
	}
	if a := d.accept(reset("{}"), shortPassword); a.status != http.StatusOK || a.json["totpEnabled"] != true {
		t.Errorf("%d %s", a.status, a.raw)
	}
	notes := d.do(http.MethodGet, "/v1/auditEvents?action=INVITATION_ACCEPT&pageSize=1", "", "Cookie", admin).raw
	if !strings.Contains(notes, `{"field":"password","before":"SET","after":"REPLACED"}`) {
		t.Errorf("%s", notes)
	}
	if a := d.logIn("a@example.co.jp", shortPassword); a.reason() != "TOTP_REQUIRED" {
		t.Errorf("%d %s", a.status, a.raw)
	}
	without := reset(`{"removeTotp":true}`)
	if a := d.accept(without, shortPassword); strings.Join(a.fields(), "") != "password PASSWORD_TOO_SHORT" {
		t.Errorf("%d %s", a.status, a.raw)
	}
	if a := d.accept(without, otherPassword); a.status != http.StatusOK || a.json["totpEnabled"] == true {
		t.Errorf("%d %s", a.status, a.raw)
	}
	if a := d.logIn("a@example.co.jp", otherPassword); a.status != http.StatusOK {
		t.Errorf("%d %s", a.status, a.raw)
	}
}

// Whoever has a session and the password, but no telephone, does not guess codes: the
// password alone, given where it is enough, forgives no wrong code.
func TestThePasswordForgivesNoWrongCodes(t *testing.T) {
	d := openDoor(t)
	_, _, session := d.enrol(d.setUp(), adminPassword)
	reasons := map[string]int{}
	for range 12 {
		reasons[d.do(http.MethodPost, prove, body("password", adminPassword, "totpCode", "000000"), "Cookie", session).reason()]++
		reasons[d.do(http.MethodPost, "/v1/session/totp", body("password", adminPassword), "Cookie", session).reason()]++
	}
	if reasons["TOTP_CODE_WRONG"] == 0 || reasons["TOTP_ENABLED"] == 0 || reasons["TOO_MANY_ATTEMPTS"] == 0 || len(reasons) != 3 {
		t.Errorf("%v", reasons)
	}
}
