package gateway_test

import (
	"net/http"
	"strings"
	"testing"
)

// The page to print passes the chain of every request for data: identity,
// permissions, language, no caching.
func TestInspectionPage(t *testing.T) {
	d := openDoor(t)
	session := d.setUp()
	_, auditor := d.key(session, "AUDITOR")
	_, employee := d.key(session, "EMPLOYEE")
	account, _ := d.do("GET", "/v1/session", "", "Cookie", session).json["account"].(map[string]any)
	d.employees.approver, _ = account["name"].(string)
	path := "/employees/" + someID + "/timesheets/2026-11/inspection"
	for language, want := range map[string]string{"ja": "承認済み", "en": "Approved"} {
		a := d.do("GET", path, "", "Authorization", auditor, "Accept-Language", language)
		for _, text := range []string{"株式会社最上", "2026-11", "Asia/Tokyo", want, account["displayName"].(string), "heldPunches/first", "heldPunches/second", "correctionRequests/first", "correctionRequests/second", "04:44", "05:55"} {
			if a.status != http.StatusOK || !strings.Contains(a.raw, text) {
				t.Errorf("%s: no %q: %d %s", language, text, a.status, a.raw)
			}
		}
		if h := a.header; h.Get("Content-Type") != "text/html; charset=utf-8" || h.Get("Cache-Control") != "no-store" ||
			!strings.Contains(h.Get("Content-Security-Policy"), "style-src 'self'") {
			t.Errorf("headers %v", h)
		}
	}
	for _, c := range []struct {
		method, path, who, key string
		status                 int
		reason                 string
	}{
		{"GET", path, "X-Nobody", "", http.StatusUnauthorized, "UNAUTHENTICATED"},
		{"GET", path, "Authorization", employee, http.StatusForbidden, "PERMISSION_MISSING"},
		{"POST", path, "Cookie", session, http.StatusMethodNotAllowed, "METHOD_NOT_ALLOWED"},
		{"GET", strings.Replace(path, someID[:4], "0000", 1), "Cookie", session, http.StatusNotFound, "EMPLOYEE_NOT_FOUND"},
		{"GET", strings.Replace(path, someID, "%FF", 1), "Cookie", session, http.StatusNotFound, "PATH_NOT_FOUND"},
		{"GET", path + "/", "Cookie", session, http.StatusNotFound, "PATH_NOT_FOUND"},
	} {
		if a := d.do(c.method, c.path, "", c.who, c.key); a.status != c.status || a.reason() != c.reason {
			t.Errorf("%s %s by %s: %d %s", c.method, c.path, c.who, a.status, a.raw)
		}
	}
}
