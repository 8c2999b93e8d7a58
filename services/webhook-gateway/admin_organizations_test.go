package gateway_test

import (
	"net/http"
	"strings"
	"testing"

	gateway "github.com/dakoku/dakoku/services/webhook-gateway"
)

// Two companies on one installation see nothing of each other.
func TestAnotherOrganization(t *testing.T) {
	d := openDoor(t)
	admin := d.setUp()
	d.calendars.next(t)
	name, mine := d.member(admin, "m@example.co.jp", "MANAGER")
	n := gateway.NewOrganization{Name: "株式会社富士", Email: "fuji@example.com", Person: "富士太郎", ClosingDay: 15}
	id, link, err := gateway.CreateOrganization(t.Context(), d.cfg.DatabaseURL, "https://admin.example.com", n)
	if err != nil || !strings.HasPrefix(link, "https://admin.example.com/#invitation=dki_") {
		t.Fatal(link, err)
	}
	if got := d.calendars.next(t); got.GetTenant() != id || got.GetClosingDay() != 15 {
		t.Errorf("attendance hears %v", got)
	}
	_, secret, _ := strings.Cut(link, "=")
	d.accept(secret, otherPassword)
	other := d.session(d.logIn("fuji@example.com", otherPassword))
	who := d.do(http.MethodGet, "/v1/session", "", "Cookie", other)
	list := d.do(http.MethodGet, "/v1/accounts", "", "Cookie", other)
	if who.json["organization"].(map[string]any)["id"] != id || len(list.json["accounts"].([]any)) != 1 {
		t.Errorf("%s %s", who.raw, list.raw)
	}
	session := d.sessions("/v1/sessions", mine)[0]["name"].(string)
	key, _ := d.key(admin, "AUDITOR")
	for _, c := range [][3]string{
		{http.MethodGet, "/v1/" + name, ""}, {http.MethodPatch, "/v1/" + name, `{"role":"AUDITOR"}`}, {http.MethodDelete, "/v1/" + name, ""},
		{http.MethodPost, "/v1/" + name + ":invite", "{}"}, {http.MethodGet, "/v1/" + name + "/sessions", ""}, {http.MethodDelete, "/v1/" + name + "/sessions", ""},
		{http.MethodDelete, "/v1/" + name + "/" + session, ""}, {http.MethodDelete, "/v1/" + session, ""}, {http.MethodDelete, "/v1/" + key, ""},
	} {
		if a := d.do(c[0], c[1], c[2], "Cookie", other); a.status != http.StatusNotFound {
			t.Errorf("%v: %d %s", c, a.status, a.raw)
		}
	}
	if !d.live(mine) {
		t.Error("another company ended a session")
	}
	next := d.session(d.logIn("fuji@example.com", otherPassword, "Cookie", mine))
	if d.live(mine) || !d.live(next) {
		t.Error("a log-in to another company leaves the session that the browser had")
	}
	left := d.do(http.MethodGet, "/v1/auditEvents?resource="+session, "", "Cookie", admin)
	gone := d.do(http.MethodGet, "/v1/auditEvents?action=LOG_OUT", "", "Cookie", other)
	if newest := left.json["auditEvents"].([]any)[0].(map[string]any); newest["action"] != "LOG_OUT" || newest["actor"] != name || strings.Contains(gone.raw, "LOG_OUT") {
		t.Errorf("%s, and at the other company %s", left.raw, gone.raw)
	}
	n.Name, n.ClosingDay = "", 30
	if _, _, err := gateway.CreateOrganization(t.Context(), d.cfg.DatabaseURL, "", n); err == nil || !strings.Contains(err.Error(), "organization.closingDay") || !strings.Contains(err.Error(), "organization.name") {
		t.Errorf("%v", err)
	}
	n.Name, n.ClosingDay = "x", 31
	if _, _, err := gateway.CreateOrganization(t.Context(), d.cfg.DatabaseURL, "", n); err == nil || !strings.Contains(err.Error(), "EMAIL_TAKEN") {
		t.Errorf("%v", err)
	}
}

// A change of the organization reaches attendance, and is refused as a whole when
// a part is wrong.
func TestTheOrganizationChanges(t *testing.T) {
	d := openDoor(t)
	admin := d.setUp()
	d.calendars.next(t)
	change := func(query, body string) answer {
		return d.do(http.MethodPatch, "/v1/organization"+query, body, "Cookie", admin)
	}
	before := d.do(http.MethodGet, "/v1/organization", "", "Cookie", admin)
	bad := change("", `{"name":"","timeZone":"Asia/Tokio","locale":"fr","closingDay":30}`)
	if got := strings.Join(bad.fields(), "|"); got != "name NAME_LENGTH|timeZone TIME_ZONE_UNKNOWN|locale LOCALE_UNKNOWN|closingDay CLOSING_DAY_RANGE" {
		t.Errorf("%s", got)
	}
	if a := change("?validateOnly=true", `{"closingDay":15}`); a.status != http.StatusOK || a.json["closingDay"] != 15.0 {
		t.Errorf("%d %s", a.status, a.raw)
	}
	if a := d.do(http.MethodGet, "/v1/organization", "", "Cookie", admin); a.raw != before.raw {
		t.Errorf("a check changes %s to %s", before.raw, a.raw)
	}
	a := change("", `{"closingDay":15,"name":"株式会社新最上","etag":"1"}`)
	if a.status != http.StatusOK || a.json["closingDay"] != 15.0 || a.json["etag"] != "2" || a.json["timeZone"] != "Asia/Tokyo" {
		t.Errorf("%d %s", a.status, a.raw)
	}
	if got := d.calendars.next(t); got.GetClosingDay() != 15 || got.GetRevision() != 2 {
		t.Errorf("attendance hears %v", got)
	}
	if a := change("", `{"closingDay":20,"etag":"1"}`); a.status != http.StatusConflict || a.reason() != "ETAG_STALE" {
		t.Errorf("%d %s", a.status, a.raw)
	}
	change("", `{"name":"株式会社新最上川"}`) // nothing of the calendar
	change("", `{"closingDay":10}`)
	if got := d.calendars.next(t); got.GetRevision() != 4 {
		t.Errorf("attendance hears of a name: %v", got)
	}
	if got, text := d.noted(); strings.Join(got, "|") != "SET_UP setup 127.0.0.1"+strings.Repeat("|ORGANIZATION_UPDATE account 127.0.0.1", 3) || !strings.Contains(text, "新最上") {
		t.Errorf("%v", got)
	}
}
