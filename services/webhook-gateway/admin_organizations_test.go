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
	n.Name, n.ClosingDay = "", 30
	if _, _, err := gateway.CreateOrganization(t.Context(), d.cfg.DatabaseURL, "", n); err == nil || !strings.Contains(err.Error(), "organization.closingDay") || !strings.Contains(err.Error(), "organization.name") {
		t.Errorf("%v", err)
	}
	n.Name, n.ClosingDay = "x", 31
	if _, _, err := gateway.CreateOrganization(t.Context(), d.cfg.DatabaseURL, "", n); err == nil || !strings.Contains(err.Error(), "EMAIL_TAKEN") {
		t.Errorf("%v", err)
	}
}
