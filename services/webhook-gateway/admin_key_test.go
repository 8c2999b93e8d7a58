package gateway_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	optionsv1 "github.com/dakoku/dakoku/proto/gen/dakoku/options/v1"
	"github.com/dakoku/dakoku/proto/gen/openapi"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/admin/contract"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// Every role at every route: refused exactly where the permission of the RPC is
// not the role's. Backends answer UNIMPLEMENTED to whoever comes through.
func TestEveryRouteForEveryRole(t *testing.T) {
	d := openDoor(t)
	session := d.setUp()
	terms, err := contract.Load(openapi.Document())
	if err != nil {
		t.Fatal(err)
	}
	for _, role := range []string{"ADMINISTRATOR", "MANAGER", "AUDITOR", "EMPLOYEE", "EMPLOYEE_READ_ONLY"} {
		_, bearer := d.key(session, role)
		for _, op := range terms.Operations() {
			permission := permissionOf(t, op.RPC)
			if permission == "public" || permission == "session" {
				continue
			}
			body := ""
			if op.Body != "" {
				body = "{}"
			}
			a := d.do(op.Method, fill(op.Path), body, "Authorization", bearer)
			allowed := may(role, permission)
			if refused := a.status == http.StatusForbidden && a.reason() == "PERMISSION_MISSING"; refused == allowed || a.status == http.StatusUnauthorized {
				t.Errorf("%s %s %s (%s): %d %s", role, op.Method, op.Path, permission, a.status, a.raw)
			}
			if allowed && a.status >= 500 && a.status != http.StatusNotImplemented {
				t.Errorf("%s %s %s: %d %s", role, op.Method, op.Path, a.status, a.raw)
			}
		}
	}
}

// may states the contract's roles once more, apart from the product's table.
func may(role, permission string) bool {
	kind, verb, _ := strings.Cut(permission, ".")
	switch role {
	case "MANAGER":
		return kind != "apiKeys" && kind != "accounts" && kind != "audit" && permission != "organization.write" && permission != "events.write"
	case "AUDITOR":
		return verb == "read"
	case "EMPLOYEE", "EMPLOYEE_READ_ONLY":
		return false // a key is nobody's own
	}
	return true
}

func permissionOf(t *testing.T, rpc string) string {
	t.Helper()
	name := protoreflect.FullName(strings.ReplaceAll(strings.TrimPrefix(rpc, "/"), "/", "."))
	found, err := protoregistry.GlobalFiles.FindDescriptorByName(name)
	if err != nil {
		t.Fatal(err)
	}
	permission, _ := proto.GetExtension(found.Options(), optionsv1.E_Permission).(string)
	if permission == "" {
		t.Fatalf("%s declares no permission", rpc)
	}
	return permission
}

func TestAnAPIKeyEnds(t *testing.T) {
	d := openDoor(t)
	session := d.setUp()
	name, bearer := d.key(session, "ADMINISTRATOR")
	live := func() int { return d.do(http.MethodGet, "/v1/organization", "", "Authorization", bearer).status }
	listed := func() any {
		return d.do(http.MethodGet, "/v1/apiKeys", "", "Cookie", session).json["apiKeys"].([]any)[0].(map[string]any)["lastUseTime"]
	}
	if listed() != nil || live() != http.StatusOK || listed() == nil {
		t.Fatal("a fresh key is refused, or its use is not shown")
	}
	d.clock.add(91 * 24 * time.Hour)
	if live() != http.StatusUnauthorized {
		t.Error("lives after 90 days")
	}
	d.clock.add(-91 * 24 * time.Hour)
	if a := d.do(http.MethodDelete, "/v1/"+name, "", "Cookie", session); a.status != http.StatusOK || a.raw != "{}" {
		t.Errorf("delete: %d %s", a.status, a.raw)
	}
	if live() != http.StatusUnauthorized {
		t.Error("lives after it was deleted")
	}
	for _, path := range []string{"/v1/" + name, "/v1/apiKeys/nonsense"} {
		if a := d.do(http.MethodDelete, path, "", "Cookie", session); a.status != http.StatusNotFound || a.reason() != "API_KEY_NOT_FOUND" {
			t.Errorf("%s: %d %s", path, a.status, a.raw)
		}
	}
}

// A key lives by the rights of the account that made it, and everybody who sees
// the list sees whose it is.
func TestAnAPIKeyEndsWithTheRightsOfItsAccount(t *testing.T) {
	d := openDoor(t)
	admin := d.setUp()
	live := func(bearer string) bool {
		return d.do(http.MethodGet, "/v1/session", "", "Authorization", bearer).status == http.StatusOK
	}
	name, session := d.member(admin, "a@example.co.jp", "ADMINISTRATOR")
	all, mighty := d.key(session, "ADMINISTRATOR")
	_, weak := d.key(session, "MANAGER")
	_, others := d.key(admin, "ADMINISTRATOR")
	list := d.do(http.MethodGet, "/v1/apiKeys", "", "Cookie", admin).json["apiKeys"].([]any)
	if creator := list[0].(map[string]any)["creator"]; creator != name || list[2].(map[string]any)["creator"] == name {
		t.Errorf("made by %v, not by %s", creator, name)
	}
	change := func(body string, mightyLives, weakLives bool) {
		t.Helper()
		if a := d.do(http.MethodPatch, "/v1/"+name, body, "Cookie", admin); a.status != http.StatusOK {
			t.Fatalf("%d %s", a.status, a.raw)
		}
		if live(mighty) != mightyLives || live(weak) != weakLives || !live(others) {
			t.Errorf("after %s: %v %v %v", body, live(mighty), live(weak), live(others))
		}
	}
	change(`{"displayName":"改名"}`, true, true)
	if a := d.do(http.MethodPatch, "/v1/"+name+"?validateOnly=true", `{"role":"MANAGER"}`, "Cookie", admin); a.status != http.StatusOK || !live(mighty) {
		t.Errorf("a check ends a key: %d %s", a.status, a.raw)
	}
	change(`{"role":"MANAGER"}`, false, true)
	change(`{"departments":["営業"]}`, false, false)
	for _, path := range []string{"/v1/auditEvents?resource=" + all, "/v1/auditEvents?action=ACCOUNT_UPDATE&pageSize=2"} {
		a := d.do(http.MethodGet, path, "", "Cookie", admin)
		if strings.Count(a.raw, `"ACCOUNT_UPDATE"`) == 0 || !strings.Contains(a.raw, all) {
			t.Errorf("%s does not say that %s ended: %s", path, all, a.raw)
		}
	}
	change(`{"role":"ADMINISTRATOR","departments":[]}`, false, false)
	_, mighty = d.key(d.session(d.logIn("a@example.co.jp", otherPassword)), "ADMINISTRATOR")
	if a := d.do(http.MethodDelete, "/v1/"+name, "", "Cookie", admin); a.status != http.StatusOK || live(mighty) || !live(others) {
		t.Errorf("deactivated, and its key lives: %d %s", a.status, a.raw)
	}
}

// A key hands out no keys and no administrators.
func TestAnAPIKeyHandsOutNoRights(t *testing.T) {
	d := openDoor(t)
	admin := d.setUp()
	_, bearer := d.key(admin, "ADMINISTRATOR")
	name, _ := d.invite(admin, "m@example.co.jp", "MANAGER")
	boss, _ := d.invite(admin, "b@example.co.jp", "ADMINISTRATOR")
	for _, c := range [][3]string{
		{http.MethodPost, "/v1/apiKeys", `{"displayName":"x","role":"EMPLOYEE"}`}, {http.MethodPost, "/v1/" + boss + ":invite", "{}"},
		{http.MethodPost, "/v1/accounts", `{"email":"c@example.co.jp","name":"x","role":"ADMINISTRATOR"}`}, {http.MethodPatch, "/v1/" + name, `{"role":"ADMINISTRATOR"}`},
	} {
		if a := d.do(c[0], c[1], c[2], "Authorization", bearer); a.status != http.StatusForbidden || a.reason() != "SESSION_REQUIRED" {
			t.Errorf("%v: %d %s", c, a.status, a.raw)
		}
	}
	for _, c := range [][3]string{
		{http.MethodPost, "/v1/" + name + ":invite", "{}"}, {http.MethodPatch, "/v1/" + name, `{"role":"AUDITOR"}`}, {http.MethodPatch, "/v1/" + boss, `{"displayName":"y"}`},
		{http.MethodPost, "/v1/accounts", `{"email":"c@example.co.jp","name":"x","role":"MANAGER"}`}, {http.MethodDelete, "/v1/" + boss, ""},
	} {
		if a := d.do(c[0], c[1], c[2], "Authorization", bearer); a.status != http.StatusOK {
			t.Errorf("%v: %d %s", c, a.status, a.raw)
		}
	}
}

// A link that a key was given is no way into an administrator either.
func TestALinkEndsWhenItsAccountBecomesAnAdministrator(t *testing.T) {
	d := openDoor(t)
	admin := d.setUp()
	_, bearer := d.key(admin, "ADMINISTRATOR")
	made := d.do(http.MethodPost, "/v1/accounts", `{"email":"c@example.co.jp","name":"x","role":"EMPLOYEE"}`, "Authorization", bearer)
	link := made.json["invitation"].(map[string]any)["secret"].(string)
	name := made.json["account"].(map[string]any)["name"].(string)
	if a := d.do(http.MethodPatch, "/v1/"+name, `{"role":"ADMINISTRATOR"}`, "Cookie", admin); a.status != http.StatusOK {
		t.Fatalf("%d %s", a.status, a.raw)
	}
	if a := d.accept(link, otherPassword); a.status != http.StatusNotFound || a.reason() != "INVITATION_INVALID" {
		t.Errorf("%d %s", a.status, a.raw)
	}
}

func TestAPIKeysAreListedWithoutSecretsPageByPage(t *testing.T) {
	d := openDoor(t)
	session := d.setUp()
	empty := d.do(http.MethodGet, "/v1/apiKeys", "", "Cookie", session)
	if empty.raw != `{"apiKeys":[]}` {
		t.Errorf("empty list: %s", empty.raw)
	}
	var names []string
	for range 3 {
		name, _ := d.key(session, "AUDITOR")
		names = append(names, name)
	}
	var got []string
	token := ""
	for range 3 {
		a := d.do(http.MethodGet, "/v1/apiKeys?pageSize=2&pageToken="+token, "", "Cookie", session)
		for _, k := range a.json["apiKeys"].([]any) {
			got = append(got, k.(map[string]any)["name"].(string))
		}
		if strings.Contains(a.raw, "secret") || strings.Contains(a.raw, "dkk_") {
			t.Errorf("secrets in the list: %s", a.raw)
		}
		if token, _ = a.json["nextPageToken"].(string); token == "" {
			break
		}
	}
	if strings.Join(got, " ") != strings.Join(names, " ") {
		t.Errorf("got %v, want %v", got, names)
	}
	if a := d.do(http.MethodGet, "/v1/apiKeys?pageToken=bm9uc2Vuc2U", "", "Cookie", session); a.status != http.StatusBadRequest || a.reason() != "PAGE_TOKEN_INVALID" {
		t.Errorf("forged token: %d %s", a.status, a.raw)
	}
}

func TestAnAPIKeyHasLimits(t *testing.T) {
	d := openDoor(t)
	session := d.setUp()
	late := time.Now().Add(366 * 24 * time.Hour).UTC().Format(time.RFC3339)
	a := d.do(http.MethodPost, "/v1/apiKeys", `{"expireTime":"`+late+`"}`, "Cookie", session)
	want := "displayName NAME_LENGTH|role REQUIRED|expireTime EXPIRE_TIME_RANGE"
	if got := strings.Join(a.fields(), "|"); a.status != http.StatusBadRequest || got != want {
		t.Errorf("%d %s", a.status, got)
	}
	_, bearer := d.key(session, "ADMINISTRATOR")
	who := d.do(http.MethodGet, "/v1/session", "", "Authorization", bearer)
	if who.status != http.StatusOK || who.json["account"] != nil || len(who.json["permissions"].([]any)) == 0 {
		t.Errorf("who am I with a key: %d %s", who.status, who.raw)
	}
	if out := d.do(http.MethodDelete, "/v1/session", "", "Authorization", bearer); out.status != http.StatusUnauthorized {
		t.Errorf("log-out of a key: %d", out.status)
	}
	for _, header := range []string{bearer[:len(bearer)-1] + "0", "Basic " + bearer, strings.ToLower(bearer), "dkk_"} {
		a := d.do(http.MethodGet, "/v1/organization", "", "Authorization", header, "Cookie", session)
		if a.status != http.StatusUnauthorized || a.header.Get("WWW-Authenticate") == "" {
			t.Errorf("a broken key beside a good cookie: %d", a.status)
		}
	}
}
