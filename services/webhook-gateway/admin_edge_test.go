package gateway_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

func TestNothingWithoutIdentityBeforeAndAfterSetUp(t *testing.T) {
	d := openDoor(t)
	check := func(when string) {
		for _, r := range append(routes(t), route{"get", "/v1", ""}, route{"get", "/v1/", ""}, route{"post", "/v1/nothing", "{}"},
			route{"get", "/v1/setup", ""}, route{"post", "/v1/setup/", "{}"}, route{"put", "/v1/session", "{}"},
			route{"post", "/v1/session:x", "{}"}, route{"post", "/v1/../v1/apiKeys", "{}"}, route{"options", "/v1/apiKeys", ""}) {
			method := strings.ToUpper(r.method)
			if method == http.MethodPost && slices.Contains([]string{"/v1/setup", "/v1/session", "/v1/invitations:accept", "/v1/session:beginOpenIdLogin", "/v1/session:finishOpenIdLogin"}, r.path) {
				continue
			}
			a := d.do(method, r.path, r.body)
			if a.status != http.StatusUnauthorized || a.reason() != "UNAUTHENTICATED" || a.json["code"] != 16.0 {
				t.Errorf("%s %s %s: %d %s", when, method, r.path, a.status, a.raw)
			}
		}
	}
	check("before set-up")
	d.setUp()
	check("after set-up")
}

func TestUnknownPathsAndMethodsAreJSON(t *testing.T) {
	d := openDoor(t)
	session := d.setUp()
	for _, c := range []struct {
		method, path string
		status       int
		reason       string
	}{
		{"GET", "/v1/nothing", 404, "PATH_NOT_FOUND"}, {"GET", "/v1/", 404, "PATH_NOT_FOUND"},
		{"GET", "/v1/setup", 405, "METHOD_NOT_ALLOWED"}, {"PUT", "/v1/apiKeys", 405, "METHOD_NOT_ALLOWED"},
		{"POST", "/v1/connections/x:explode", 405, "METHOD_NOT_ALLOWED"}, {"GET", "/elsewhere", 404, "PATH_NOT_FOUND"},
		{"POST", "/docs", 405, "METHOD_NOT_ALLOWED"}, {"GET", "/assets/../console.go", 404, "PATH_NOT_FOUND"}, {"GET", "//v1/apiKeys", 404, "PATH_NOT_FOUND"},
		{"GET", "/v1/employees/%ff", 404, "PATH_NOT_FOUND"}, {"GET", "/v1/employees/x%2FaccountLink", 404, "PATH_NOT_FOUND"},
		{"GET", "/v1/employees%2f" + someID, 404, "PATH_NOT_FOUND"},
	} {
		a := d.do(c.method, c.path, "", "Cookie", session)
		if a.status != c.status || a.reason() != c.reason || a.header.Get("Content-Type") != "application/json" {
			t.Errorf("%s %s: %d %s", c.method, c.path, a.status, a.raw)
		}
	}
	if a := d.do("PUT", "/v1/apiKeys", "{}", "Cookie", session); a.header.Get("Allow") != "GET, POST" {
		t.Errorf("Allow: %q", a.header.Get("Allow"))
	}
}

// A person who mistypes an address reads a page; a program reads JSON, whatever it takes.
func TestAWrongAddressIsAPageForABrowserAlone(t *testing.T) {
	d := openDoor(t)
	const html = "text/html,application/xhtml+xml,*/*;q=0.8"
	for _, path := range []string{"/audit", "/nowhere/else", "/employees/1"} {
		for _, mode := range []string{"", "navigate"} {
			a := d.do("GET", path, "", "Accept", html, "Sec-Fetch-Mode", mode)
			kind, policy := a.header.Get("Content-Type"), a.header.Get("Content-Security-Policy")
			if a.status != 404 || kind != "text/html; charset=utf-8" || !strings.Contains(a.raw, "<html") || policy != d.do("GET", "/", "").header.Get("Content-Security-Policy") {
				t.Errorf("%s %q: %d %s %s", path, mode, a.status, kind, policy)
			}
		}
	}
	for _, c := range []struct{ method, path, accept, mode string }{
		{"GET", "/audit", "", ""}, {"GET", "/audit", "*/*", ""}, {"GET", "/audit", "application/json", "cors"},
		{"GET", "/audit", html, "cors"}, {"POST", "/audit", html, "navigate"}, {"GET", "/v1/nothing", html, "navigate"},
	} {
		a := d.do(c.method, c.path, "", "Accept", c.accept, "Sec-Fetch-Mode", c.mode)
		if a.header.Get("Content-Type") != "application/json" || a.header.Get("Content-Security-Policy") != "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'" {
			t.Errorf("%v: %d %v", c, a.status, a.header)
		}
	}
}

func TestOtherSitesAreRefused(t *testing.T) {
	d := openDoor(t)
	session := d.setUp()
	for _, r := range routes(t) {
		method := strings.ToUpper(r.method)
		if method == http.MethodGet {
			continue
		}
		for _, from := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}} {
			a := d.do(method, r.path, r.body, append(from, "Cookie", session)...)
			if a.status != http.StatusForbidden || a.reason() != "CROSS_ORIGIN" {
				t.Errorf("%s %s from %v: %d %s", method, r.path, from, a.status, a.raw)
			}
		}
	}
	if a := d.do("POST", "/v1/apiKeys", `{"displayName":"x","role":"AUDITOR"}`, "Cookie", session, "Sec-Fetch-Site", "same-origin", "Origin", d.base); a.status != http.StatusOK {
		t.Errorf("same origin: %d %s", a.status, a.raw)
	}
}

func TestBodiesAreJSONWithinBounds(t *testing.T) {
	d := openDoor(t)
	session := d.setUp()
	good := `{"displayName":"x","role":"AUDITOR"}`
	for _, c := range []struct {
		name, body, kind string
		status           int
		reason           string
	}{
		{"form", "displayName=x", "application/x-www-form-urlencoded", 415, "CONTENT_TYPE"},
		{"text", good, "text/plain", 415, "CONTENT_TYPE"}, {"none", good, "", 415, "CONTENT_TYPE"},
		{"other charset", good, "application/json; charset=shift_jis", 415, "CONTENT_TYPE"},
		{"charset", good, "application/json; charset=UTF-8", 200, ""},
		{"too large", `{"displayName":"` + strings.Repeat("x", 256<<10) + `"}`, "application/json", 413, "BODY_TOO_LARGE"},
		{"cut off", good[:10], "application/json", 400, "INVALID_ARGUMENT"}, {"two", good + good, "application/json", 400, "INVALID_ARGUMENT"},
		{"list", "[]", "application/json", 400, "INVALID_ARGUMENT"}, {"latin", "{\"displayName\":\"\xe9\"}", "application/json", 400, "INVALID_ARGUMENT"},
		{"deep", `{"displayName":` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + `}`, "application/json", 400, "INVALID_ARGUMENT"},
	} {
		a := d.do("POST", "/v1/apiKeys", c.body, "Cookie", session, "Content-Type", c.kind)
		if a.status != c.status || a.reason() != c.reason {
			t.Errorf("%s: %d %s", c.name, a.status, a.raw)
		}
	}
	table := `{"csv":"` + strings.Repeat("x", 2<<20) + `"}`
	for path, limit := range map[string]string{"/v1/apiKeys": "262144", "/v1/employees:import": "2097152", "/v1/accountLinks:import": "2097152"} {
		a := d.do("POST", path, table, "Cookie", session)
		if told, _ := a.detail("ErrorInfo")["metadata"].(map[string]any); a.status != 413 || told["limitBytes"] != limit {
			t.Errorf("%s: %d %s, want the limit %s", path, a.status, a.raw, limit)
		}
		way := map[string]string{"262144": "上限は 256 KiB です。内容を短くして", "2097152": "上限は 2048 KiB です。行を複数のファイルに分けて"}[limit]
		if !strings.Contains(a.raw, way) {
			t.Errorf("%s: %s, want %q", path, a.raw, way)
		}
	}
	for query, field := range map[string]string{
		"pageSize=": "pageSize", "kind=": "kind", "startDay=2026-11-01&pageSize=&pageSize=": "pageSize", "%zz": "query", "kind=CLOCK_IN;pageSize=2": "query",
	} {
		if a := d.do("GET", "/v1/punches?"+query, "", "Cookie", session); a.status != 400 || !strings.Contains(strings.Join(a.fields(), ","), field+" ") {
			t.Errorf("?%s: %d %s, want %s named", query, a.status, a.raw, field)
		}
	}
	if a := d.do("GET", "/v1/events?startTime=0000-12-31T14:41:00Z", "", "Cookie", session); a.status != 400 || !strings.Contains(a.raw, "実在する日時") || strings.Contains(a.raw, "RFC") {
		t.Errorf("a time before all years: %d %s, want plain words", a.status, a.raw)
	}
	if a := d.do("DELETE", "/v1/apiKeys/x", `{"x":1}`, "Cookie", session); a.status != 400 {
		t.Errorf("a body where none belongs: %d", a.status)
	}
}

func TestUnknownThingsAreNamed(t *testing.T) {
	d := openDoor(t)
	session := d.setUp()
	for _, c := range []struct{ method, path, body, want string }{
		{"POST", "/v1/apiKeys", `{"displayname":"x","role":"KING","tenantId":"y","expireTime":"soon"}`,
			"displayname UNKNOWN_FIELD|role UNKNOWN_VALUE|tenantId UNKNOWN_FIELD|expireTime WRONG_TYPE"},
		{"POST", "/v1/apiKeys", `{"role":2}`, "role UNKNOWN_VALUE"},
		{"POST", "/v1/apiKeys", `{"role":"AUDITOR","role":"MANAGER"}`, "role DUPLICATE_FIELD"},
		{"POST", "/v1/setup", `{"organization":{"closingDay":"x","color":1}}`, "organization.closingDay WRONG_TYPE|organization.color UNKNOWN_FIELD"},
		{"GET", "/v1/apiKeys?pagesize=1&pageSize=x", "", "pageSize WRONG_TYPE|pagesize UNKNOWN_PARAMETER"},
		{"GET", "/v1/apiKeys?pageSize=1&pageSize=2", "", "pageSize DUPLICATE_PARAMETER"},
		{"GET", "/v1/session?x=1", "", "x UNKNOWN_PARAMETER"}, {"POST", "/v1/setup?validateOnly=true", "{}", "validateOnly UNKNOWN_PARAMETER"},
		{"GET", "/v1/events?outcome=LOST", "", "outcome UNKNOWN_VALUE"},
		{"PUT", "/v1/connections/c/punchSettings?validateOnly=maybe", `{"phrases":{"CLOCK_IN":["出勤",1]},"triggerWords":"x"}`,
			"validateOnly WRONG_TYPE|phrases.CLOCK_IN[1] WRONG_TYPE|triggerWords WRONG_TYPE"},
		{"GET", "/v1/apiKeys?pageSize=501", "", "pageSize INT32_GTE_LTE"},
	} {
		a := d.do(c.method, c.path, c.body, "Cookie", session)
		if got := strings.Join(a.fields(), "|"); a.status != 400 || a.reason() != "INVALID_ARGUMENT" || got != c.want {
			t.Errorf("%s %s: %d %s", c.method, c.path, a.status, got)
		}
	}
}

func TestSecurityHeadersAreEverywhere(t *testing.T) {
	d := openDoor(t)
	const (
		strict = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
		page   = strict + "; style-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'"
		screen = strict + "; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'"
	)
	for path, policy := range map[string]string{
		"/": screen, "/docs": page, "/employees/x/timesheets/2026-11/inspection": page,
		"/openapi.json": strict, "/assets/style.css": strict, "/v1/session": strict, "/nothing": strict,
	} {
		h := d.do("GET", path, "").header
		for name, want := range map[string]string{
			"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer",
			"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "Access-Control-Allow-Origin": "", "Server": "",
		} {
			if got := h.Get(name); got != want {
				t.Errorf("%s, %s: %q", path, name, got)
			}
		}
		if h.Get("X-Request-Id") == "" {
			t.Errorf("%s has no request id", path)
		}
	}
	if h := d.do("GET", "/v1/session", "").header; h.Get("Cache-Control") != "no-store" {
		t.Error("an answer of the API may be cached")
	}
}

func TestPagesArePublicAndBilingual(t *testing.T) {
	d := openDoor(t)
	for _, c := range []struct{ path, language, want string }{
		{"/", "ja", "Dakoku"}, {"/", "en-GB,en;q=0.9", "Dakoku"},
		{"/docs", "ja", "従業員・打刻・勤怠"}, {"/docs", "en", "Employees, punches, timesheets"}, {"/docs", "en", "/v1/connections/{connection}:activate"},
		{"/openapi.json", "", `"title": "Dakoku administration"`}, {"/openapi.json", "", `"openapi": "3.0.3"`},
	} {
		a := d.do("GET", c.path, "", "Accept-Language", c.language)
		if a.status != http.StatusOK || !strings.Contains(a.raw, c.want) || strings.Contains(a.raw, "<script>") ||
			(c.path == "/docs" && strings.Contains(a.raw, "page_token")) {
			t.Errorf("%s %s: %d", c.path, c.language, a.status)
		}
	}
}
