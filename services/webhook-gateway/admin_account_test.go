package gateway_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

const otherPassword = "閑さや岩にしみ入る蝉の声 1689"

// invite makes an account and returns its name and the secret of its link.
func (d *door) invite(session, email, role string) (name, secret string) {
	d.t.Helper()
	a := d.do(http.MethodPost, "/v1/accounts", `{"email":"`+email+`","name":"鈴木一郎","role":"`+role+`"}`, "Cookie", session)
	if a.status != http.StatusOK {
		d.t.Fatalf("invite: %d %s", a.status, a.raw)
	}
	invitation := a.json["invitation"].(map[string]any)
	secret = invitation["secret"].(string)
	if !strings.HasSuffix(invitation["link"].(string), "/#invitation="+secret) || !strings.HasPrefix(secret, "dki_") {
		d.t.Errorf("link %s", a.raw)
	}
	return a.json["account"].(map[string]any)["name"].(string), secret
}

func (d *door) accept(secret, password string) answer {
	d.t.Helper()
	raw, _ := json.Marshal(map[string]string{"secret": secret, "password": password})
	return d.inTime(http.MethodPost, "/v1/invitations:accept", string(raw))
}

// member is a second person with a session.
func (d *door) member(admin, email, role string) (name, session string) {
	d.t.Helper()
	name, secret := d.invite(admin, email, role)
	if a := d.accept(secret, otherPassword); a.status != http.StatusOK || a.json["state"] != "ACTIVE" || a.json["etag"] != "2" {
		d.t.Fatalf("accept: %d %s", a.status, a.raw)
	}
	return name, d.session(d.logIn(email, otherPassword))
}

func (d *door) live(session string) bool {
	d.t.Helper()
	return d.do(http.MethodGet, "/v1/session", "", "Cookie", session).status == http.StatusOK
}

// No e-mail address has a NUL, which the database could not even look for.
func TestAnAddressThatCannotBeIsUnknown(t *testing.T) {
	d := openDoor(t)
	d.setUp()
	if a := d.logIn("a\x00@example.co.jp", otherPassword); a.status != http.StatusUnauthorized || a.reason() != "CREDENTIALS_WRONG" {
		t.Errorf("%d %s", a.status, a.raw)
	}
}

func TestAnInvitationWorksOnce(t *testing.T) {
	d := openDoor(t)
	admin := d.setUp()
	name, secret := d.invite(admin, "ichiro@example.co.jp", "AUDITOR")
	if a := d.logIn("ichiro@example.co.jp", otherPassword); a.reason() != "CREDENTIALS_WRONG" {
		t.Errorf("an invited account logs in: %d %s", a.status, a.raw)
	}
	if a := d.accept(secret, "short"); a.status != http.StatusBadRequest || strings.Join(a.fields(), "") != "password PASSWORD_TOO_SHORT" {
		t.Errorf("%d %s", a.status, a.raw)
	}
	if a := d.accept(secret, "鈴木一郎@ichiro-最上-2026"); strings.Join(a.fields(), "") != "password PASSWORD_GUESSABLE" {
		t.Errorf("%d %s", a.status, a.raw)
	}
	var mu sync.Mutex
	statuses := map[int]int{}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			a := d.accept(secret, otherPassword)
			mu.Lock()
			defer mu.Unlock()
			statuses[a.status]++
		})
	}
	all.Wait()
	if statuses[http.StatusOK] != 1 || statuses[http.StatusNotFound]+statuses[http.StatusTooManyRequests] != 3 {
		t.Errorf("accepted at once: %v", statuses)
	}
	session := d.session(d.logIn("ichiro@example.co.jp", otherPassword))
	got := d.do(http.MethodGet, "/v1/"+name, "", "Cookie", session)
	if got.status != http.StatusOK || got.json["state"] != "ACTIVE" || got.json["role"] != "AUDITOR" {
		t.Errorf("%d %s", got.status, got.raw)
	}
}

func TestALinkEndsByTimeReplacementAndDeactivation(t *testing.T) {
	d := openDoor(t)
	admin := d.setUp()
	invalid := func(what, secret string) {
		t.Helper()
		if a := d.accept(secret, otherPassword); a.status != http.StatusNotFound || a.reason() != "INVITATION_INVALID" {
			t.Errorf("%s: %d %s", what, a.status, a.raw)
		}
	}
	name, first := d.invite(admin, "a@example.co.jp", "MANAGER")
	again := d.do(http.MethodPost, "/v1/"+name+":invite", "{}", "Cookie", admin)
	invalid("replaced", first)
	second := again.json["secret"].(string)
	d.clock.add(73 * time.Hour)
	invalid("late", second)
	d.clock.add(-73 * time.Hour)
	if a := d.do(http.MethodDelete, "/v1/"+name, "", "Cookie", admin); a.status != http.StatusOK {
		t.Fatalf("%d %s", a.status, a.raw)
	}
	invalid("deactivated", second)
	if a := d.do(http.MethodPost, "/v1/"+name+":invite", "{}", "Cookie", admin); a.reason() != "ACCOUNT_DEACTIVATED" {
		t.Errorf("%d %s", a.status, a.raw)
	}
	for _, secret := range []string{"dki_", first[:len(first)-1] + "!", "dks_" + first[4:]} {
		invalid("malformed", secret)
	}
	back := d.do(http.MethodPatch, "/v1/"+name, `{"state":"ACTIVE"}`, "Cookie", admin)
	if back.json["state"] != "INVITED" {
		t.Errorf("never accepted, and %s", back.raw)
	}
	invalid("deactivated meanwhile", second)
}

func TestAForgottenPasswordIsReplacedByALink(t *testing.T) {
	d := openDoor(t)
	admin := d.setUp()
	name, session := d.member(admin, "a@example.co.jp", "MANAGER")
	link := d.do(http.MethodPost, "/v1/"+name+":invite", "{}", "Cookie", admin)
	if !d.live(session) || d.logIn("a@example.co.jp", otherPassword).status != http.StatusOK {
		t.Error("a link that nobody used changes something")
	}
	if a := d.accept(link.json["secret"].(string), adminPassword); a.status != http.StatusOK || a.header.Get("Set-Cookie") != "" {
		t.Fatalf("%d %s", a.status, a.raw)
	}
	if d.live(session) || d.logIn("a@example.co.jp", otherPassword).status != http.StatusUnauthorized ||
		d.logIn("a@example.co.jp", adminPassword).status != http.StatusOK {
		t.Error("the old password or the old session lives")
	}
}

func TestAnEMailAddressHasOneAccount(t *testing.T) {
	d := openDoor(t)
	admin := d.setUp()
	for _, email := range []string{adminEmail, "HANAKO@Example.co.jp"} {
		for _, query := range []string{"", "?validateOnly=true"} {
			a := d.do(http.MethodPost, "/v1/accounts"+query, `{"email":"`+email+`","name":"x","role":"MANAGER"}`, "Cookie", admin)
			if a.status != http.StatusConflict || a.reason() != "EMAIL_TAKEN" {
				t.Errorf("%s: %d %s", email, a.status, a.raw)
			}
		}
	}
	dry := d.do(http.MethodPost, "/v1/accounts?validateOnly=true", `{"email":"new@example.co.jp","name":"x","role":"MANAGER"}`, "Cookie", admin)
	list := d.do(http.MethodGet, "/v1/accounts", "", "Cookie", admin)
	if dry.status != http.StatusOK || dry.json["invitation"] != nil || len(list.json["accounts"].([]any)) != 1 {
		t.Errorf("%s, then %s", dry.raw, list.raw)
	}
	bad := d.do(http.MethodPost, "/v1/accounts", `{"email":"x","name":"","departments":[""]}`, "Cookie", admin)
	if got := strings.Join(bad.fields(), "|"); got != "email EMAIL_FORMAT|name NAME_LENGTH|role REQUIRED|departments DEPARTMENTS" {
		t.Errorf("%s", got)
	}
}

// Whose rights change is out at once, and an organization always has somebody
// who governs it.
func TestRightsChangeAtOnce(t *testing.T) {
	d := openDoor(t)
	admin := d.setUp()
	name, session := d.member(admin, "a@example.co.jp", "MANAGER")
	for _, body := range []string{`{"departments":["営業"]}`, `{"role":"AUDITOR"}`, `{"state":"DEACTIVATED"}`} {
		if a := d.do(http.MethodPatch, "/v1/"+name, body, "Cookie", admin); a.status != http.StatusOK {
			t.Fatalf("%s: %d %s", body, a.status, a.raw)
		}
		if d.live(session) {
			t.Errorf("the session lives after %s", body)
		}
		if strings.Contains(body, "DEACTIVATED") {
			break
		}
		session = d.session(d.logIn("a@example.co.jp", otherPassword))
	}
	if a := d.logIn("a@example.co.jp", otherPassword); a.reason() != "CREDENTIALS_WRONG" {
		t.Errorf("a deactivated account logs in: %d", a.status)
	}
	d.do(http.MethodPatch, "/v1/"+name, `{"state":"ACTIVE"}`, "Cookie", admin)
	session = d.session(d.logIn("a@example.co.jp", otherPassword))
	for _, body := range []string{`{"displayName":"改名"}`, `{"departments":["企画"]}`} { // departments limit managers alone
		if a := d.do(http.MethodPatch, "/v1/"+name, body, "Cookie", admin); a.status != http.StatusOK || !d.live(session) {
			t.Errorf("%s ends a session: %s", body, a.raw)
		}
	}
	stale := d.do(http.MethodPatch, "/v1/"+name, `{"displayName":"x","etag":"1"}`, "Cookie", admin)
	if stale.status != http.StatusConflict || stale.reason() != "ETAG_STALE" {
		t.Errorf("%d %s", stale.status, stale.raw)
	}
	if a := d.do(http.MethodPatch, "/v1/"+name, `{"email":"new@example.co.jp"}`, "Cookie", admin); a.status != http.StatusBadRequest {
		t.Errorf("%d %s", a.status, a.raw)
	}
}

// Whoever changes the own rights goes on with a new session, and none is made by a check or for somebody else.
func TestWhoChangesTheOwnRightsGetsANewSession(t *testing.T) {
	d := openDoor(t)
	admin := d.setUp()
	name, mine := d.member(admin, "a@example.co.jp", "ADMINISTRATOR")
	elsewhere := d.session(d.logIn("a@example.co.jp", otherPassword))
	change := func(query, body, session string) answer {
		return d.do(http.MethodPatch, "/v1/"+name+query, body, "Cookie", session)
	}
	for _, a := range []answer{change("?validateOnly=true", `{"role":"MANAGER"}`, mine), change("", `{"displayName":"改名"}`, mine)} {
		if a.status != http.StatusOK || a.cookie("dakoku") != nil || !d.live(mine) || !d.live(elsewhere) {
			t.Errorf("%d %s", a.status, a.raw)
		}
	}
	next := d.session(change("", `{"role":"MANAGER"}`, mine))
	if d.live(mine) || d.live(elsewhere) || !d.live(next) {
		t.Error("an old session lives, or the new one does not")
	}
	if a := change("", `{"role":"AUDITOR"}`, admin); a.status != http.StatusOK || a.cookie("dakoku") != nil || d.live(next) {
		t.Errorf("%d %s", a.status, a.raw)
	}
	if a := change("", `{"role":"ADMINISTRATOR"}`, admin); a.status != http.StatusOK {
		t.Fatal(a.raw)
	}
	mine = d.session(d.logIn("a@example.co.jp", otherPassword))
	if a := change("", `{"state":"DEACTIVATED"}`, mine); a.status != http.StatusOK || a.cookie("dakoku") != nil || d.live(mine) {
		t.Errorf("%d %s", a.status, a.raw)
	}
}

func TestTheLastAdministratorStays(t *testing.T) {
	d := openDoor(t)
	admin := d.setUp()
	own := d.do(http.MethodGet, "/v1/session", "", "Cookie", admin).json["account"].(map[string]any)["name"].(string)
	d.member(admin, "m@example.co.jp", "MANAGER")
	_, _ = d.invite(admin, "i@example.co.jp", "ADMINISTRATOR") // governs nothing yet
	last := func(method, body string) {
		t.Helper()
		if a := d.do(method, "/v1/"+own, body, "Cookie", admin); a.status != http.StatusBadRequest || a.reason() != "LAST_ADMINISTRATOR" {
			t.Errorf("%s %s: %d %s", method, body, a.status, a.raw)
		}
	}
	last(http.MethodPatch, `{"role":"MANAGER"}`)
	last(http.MethodPatch, `{"state":"DEACTIVATED"}`)
	last(http.MethodDelete, "")

	for round := range 5 { // two of them take each other's rights
		other, otherSession := d.member(admin, fmt.Sprintf("admin%d@example.co.jp", round), "ADMINISTRATOR")
		var all sync.WaitGroup
		all.Go(func() { d.do(http.MethodPatch, "/v1/"+other, `{"role":"AUDITOR"}`, "Cookie", admin) })
		all.Go(func() { d.do(http.MethodPatch, "/v1/"+own, `{"role":"AUDITOR"}`, "Cookie", otherSession) })
		all.Wait()
		var left int
		err := d.db.Owner(t).QueryRow(context.Background(),
			"select count(*) from identity.accounts where role = 'ADMINISTRATOR' and state = 'ACTIVE'").Scan(&left)
		if err != nil || left != 1 {
			t.Fatalf("%d administrators are left, %v", left, err)
		}
		if !d.live(admin) {
			admin, own = otherSession, other
		}
	}
}

func TestAForeignAccountIsAbsent(t *testing.T) {
	d := openDoor(t)
	admin := d.setUp()
	for _, id := range []string{someID, "nonsense"} {
		for _, c := range [][3]string{
			{http.MethodGet, "", ""}, {http.MethodPatch, "", `{"role":"MANAGER"}`}, {http.MethodDelete, "", ""}, {http.MethodPost, ":invite", "{}"},
			{http.MethodGet, "/sessions", ""}, {http.MethodDelete, "/sessions", ""},
		} {
			if a := d.do(c[0], "/v1/accounts/"+id+c[1], c[2], "Cookie", admin); a.status != http.StatusNotFound || a.reason() != "ACCOUNT_NOT_FOUND" {
				t.Errorf("%v %s: %d %s", c, id, a.status, a.raw)
			}
		}
		if a := d.do(http.MethodDelete, "/v1/accounts/"+id+"/sessions/"+id, "", "Cookie", admin); a.reason() != "SESSION_NOT_FOUND" {
			t.Errorf("%d %s", a.status, a.raw)
		}
	}
}

// The employee whose account it is exists, and who becomes somebody else's
// account is out at once.
func TestAnAccountBelongsToAnEmployeeWhoExists(t *testing.T) {
	d := openDoor(t)
	admin := d.setUp()
	body := func(employee string) string {
		return `{"email":"e@example.co.jp","name":"社員","role":"EMPLOYEE","employee":"` + employee + `"}`
	}
	absent := "employees/01890000-0000-7000-8000-00000000dead"
	for employee, want := range map[string]int{absent: http.StatusNotFound, "nonsense": http.StatusNotFound} {
		if a := d.do(http.MethodPost, "/v1/accounts", body(employee), "Cookie", admin); a.status != want || a.reason() != "EMPLOYEE_NOT_FOUND" {
			t.Errorf("%s: %d %s", employee, a.status, a.raw)
		}
	}
	made := d.do(http.MethodPost, "/v1/accounts", body("employees/"+someID), "Cookie", admin)
	account := made.json["account"].(map[string]any)
	if made.status != http.StatusOK || account["employee"] != "employees/"+someID {
		t.Fatalf("%d %s", made.status, made.raw)
	}
	d.accept(made.json["invitation"].(map[string]any)["secret"].(string), otherPassword)
	session := d.session(d.logIn("e@example.co.jp", otherPassword))
	path := "/v1/" + account["name"].(string)
	if a := d.do(http.MethodPatch, path, `{"employee":"`+absent+`"}`, "Cookie", admin); a.status != http.StatusNotFound || !d.live(session) {
		t.Errorf("%d %s", a.status, a.raw)
	}
	if a := d.do(http.MethodPatch, path, `{"employee":""}`, "Cookie", admin); a.status != http.StatusOK || a.json["employee"] != nil || d.live(session) {
		t.Errorf("%d %s", a.status, a.raw)
	}
}
