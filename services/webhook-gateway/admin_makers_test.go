package gateway_test

import (
	"net/http"
	"strings"
	"testing"
)

// A link lives by the rights of whoever made it, as keys do; the row of the audit
// that ends it says so, and is found under the account that it was for.
func TestALinkEndsWithTheRightsOfItsMaker(t *testing.T) {
	d := openDoor(t)
	admin := d.setUp()
	boss, _ := d.member(admin, "hr@example.co.jp", "ADMINISTRATOR")
	for _, c := range []struct{ name, method, body, action string }{
		{"deactivated", http.MethodDelete, "", "ACCOUNT_DEACTIVATE"}, {"demoted", http.MethodPatch, `{"role":"MANAGER"}`, "ACCOUNT_UPDATE"},
	} {
		maker, session := d.member(admin, c.name+"@example.co.jp", "ADMINISTRATOR")
		_, bearer := d.key(session, "ADMINISTRATOR")
		reset := d.do(http.MethodPost, "/v1/"+boss+":invite", `{"removeTotp":true}`, "Cookie", session).json["secret"].(string)
		_, first := d.invite(session, c.name+".first@example.co.jp", "EMPLOYEE")
		made := d.do(http.MethodPost, "/v1/accounts", `{"email":"`+c.name+`.key@example.co.jp","name":"x","role":"EMPLOYEE"}`, "Authorization", bearer)
		byKey := made.json["invitation"].(map[string]any)["secret"].(string)
		_, others := d.invite(admin, c.name+".other@example.co.jp", "EMPLOYEE")
		d.do(http.MethodPatch, "/v1/"+maker, `{"displayName":"改名"}`, "Cookie", admin) // no rights
		if a := d.do(c.method, "/v1/"+maker, c.body, "Cookie", admin); a.status != http.StatusOK {
			t.Fatalf("%s: %d %s", c.name, a.status, a.raw)
		}
		for what, secret := range map[string]string{"reset": reset, "first": first, "of its key": byKey} {
			if a := d.accept(secret, otherPassword); a.status != http.StatusNotFound || a.reason() != "INVITATION_INVALID" {
				t.Errorf("%s, and its link works (%s): %d %s", c.name, what, a.status, a.raw)
			}
		}
		if a := d.accept(others, otherPassword); a.status != http.StatusOK {
			t.Errorf("%s: the link of somebody else: %d %s", c.name, a.status, a.raw)
		}
		d.names(admin, boss, c.action)
	}
}

// names sees that the newest event of that kind under a resource names it as one whose link ended.
func (d *door) names(session, resource, action string) {
	d.t.Helper()
	a := d.do(http.MethodGet, "/v1/auditEvents?pageSize=1&action="+action+"&resource="+resource, "", "Cookie", session)
	if _, list, ok := strings.Cut(a.raw, `endedInvitations`); !ok || !strings.Contains(list, resource) {
		d.t.Errorf("%s of the link of %s is not noted: %s", action, resource, a.raw)
	}
}

// A link that a key made ends with the key; what was renamed meanwhile ends none.
func TestALinkEndsWithTheKeyThatMadeIt(t *testing.T) {
	d := openDoor(t)
	admin := d.setUp()
	key, bearer := d.key(admin, "ADMINISTRATOR")
	_, other := d.key(admin, "ADMINISTRATOR")
	invite := func(email, bearer string) (name, secret string) {
		made := d.do(http.MethodPost, "/v1/accounts", `{"email":"`+email+`","name":"x","role":"EMPLOYEE"}`, "Authorization", bearer)
		return made.json["account"].(map[string]any)["name"].(string), made.json["invitation"].(map[string]any)["secret"].(string)
	}
	name, link := invite("a@example.co.jp", bearer)
	_, lives := invite("b@example.co.jp", other)
	if a := d.do(http.MethodDelete, "/v1/"+key, "", "Cookie", admin); a.status != http.StatusOK {
		t.Fatalf("%d %s", a.status, a.raw)
	}
	if a := d.accept(link, otherPassword); a.status != http.StatusNotFound || a.reason() != "INVITATION_INVALID" {
		t.Errorf("the key has ended: %d %s", a.status, a.raw)
	}
	if a := d.accept(lives, otherPassword); a.status != http.StatusOK {
		t.Errorf("of another key: %d %s", a.status, a.raw)
	}
	d.names(admin, name, "API_KEY_DELETE")
}
