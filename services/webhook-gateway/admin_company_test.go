package gateway_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/dakoku/dakoku/proto/gen/openapi"
)

// setupBody is a good set-up with one secret.
func setupBody(secret string) string {
	raw, _ := json.Marshal(map[string]any{
		"setupSecret":   secret,
		"organization":  map[string]any{"name": "株式会社最上", "timeZone": "Asia/Tokyo", "locale": "ja", "closingDay": 20},
		"administrator": map[string]any{"email": adminEmail, "name": "山田花子", "password": adminPassword},
	})
	return string(raw)
}

// setUp makes the company and returns the session cookie as a header value.
func (d *door) setUp() string {
	d.t.Helper()
	secret, _ := d.admin.SetupSecret()
	a := d.inTime(http.MethodPost, "/v1/setup", setupBody(secret.Reveal()))
	if a.reason() == "SETUP_DONE" { // by a request whose answer came too late
		a = d.logIn(adminEmail, adminPassword)
	}
	return d.session(a)
}

// inTime repeats a request for which a busy machine has no time: a door gives each
// nine seconds, and one password hash may take that long there.
func (d *door) inTime(method, path, body string, headers ...string) (a answer) {
	d.t.Helper()
	eventually(d.t, "there is time for "+path, func() bool {
		a = d.do(method, path, body, headers...)
		return a.status != http.StatusGatewayTimeout
	})
	return a
}

func (d *door) session(a answer) string {
	d.t.Helper()
	if c := a.cookie("dakoku"); a.status == http.StatusOK && c != nil {
		return "dakoku=" + c.Value
	}
	d.t.Fatalf("no session: %d %s", a.status, a.raw)
	return ""
}

func (d *door) logIn(email, password string, headers ...string) answer {
	d.t.Helper()
	raw, _ := json.Marshal(map[string]string{"email": email, "password": password})
	return d.inTime(http.MethodPost, "/v1/session", string(raw), headers...)
}

// key makes an API key of a role and returns its id and the header value.
func (d *door) key(session, role string) (id, bearer string) {
	d.t.Helper()
	a := d.do(http.MethodPost, "/v1/apiKeys", `{"displayName":"test","role":"`+role+`"}`, "Cookie", session)
	if a.status != http.StatusOK {
		d.t.Fatalf("key: %d %s", a.status, a.raw)
	}
	return a.json["name"].(string), "Bearer " + a.json["secret"].(string)
}

// route is one route of the contract with parameters filled in.
type route struct{ method, path, body string }

// routes walks the OpenAPI document, so that a new route is tested at once.
func routes(t *testing.T) []route {
	t.Helper()
	var doc struct {
		Paths map[string]map[string]struct {
			Parameters []struct{ Name, In string }
		}
	}
	if err := json.Unmarshal(openapi.Document(), &doc); err != nil {
		t.Fatal(err)
	}
	var list []route
	for path, methods := range doc.Paths {
		for method, op := range methods {
			r := route{method: method, path: fill(path)}
			for _, p := range op.Parameters {
				if p.In == "body" {
					r.body = "{}"
				}
			}
			list = append(list, r)
		}
	}
	if len(list) < 30 {
		t.Fatalf("only %d routes", len(list))
	}
	return list
}

// eventually polls until ok, within a bound that only a broken system reaches.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline, tick := time.After(patience), time.NewTicker(20*time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-deadline:
			t.Fatalf("never: %s", what)
		case <-tick.C:
		}
	}
}

// someID is the id of everything that the backends know.
const someID = "01890000-0000-7000-8000-000000000001"

// fill puts an id into every parameter of a path.
func fill(path string) string {
	path = strings.ReplaceAll(path, "{period}", "2026-11")
	for strings.Contains(path, "{") {
		from, to := strings.Index(path, "{"), strings.Index(path, "}")
		path = path[:from] + someID + path[to+1:]
	}
	return path
}
