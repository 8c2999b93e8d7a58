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
		return kind != "apiKeys" && kind != "accounts" && kind != "audit" && permission != "organization.write"
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
