package gateway_test

import (
	"net/http"
	"strings"
	"testing"
)

// Only set-up may leave values of the company out: a change to nothing is refused, and never becomes a default that
// nobody asked for, which attendance would follow.
func TestTheCompanysValuesCannotBeEmptied(t *testing.T) {
	d := openDoor(t)
	admin := d.setUp()
	before := d.do(http.MethodGet, "/v1/organization", "", "Cookie", admin)
	a := d.do(http.MethodPatch, "/v1/organization", `{"name":" ","timeZone":"","locale":"","closingDay":0}`, "Cookie", admin)
	if got := strings.Join(a.fields(), ","); a.status != http.StatusBadRequest ||
		got != "name NAME_LENGTH,timeZone TIME_ZONE_UNKNOWN,locale LOCALE_UNKNOWN,closingDay CLOSING_DAY_RANGE" {
		t.Errorf("%d %s", a.status, a.raw)
	}
	for _, body := range []string{`{"timeZone":""}`, `{"locale":""}`, `{"closingDay":0}`, `{"timeZone":"Local"}`} {
		if a := d.do(http.MethodPatch, "/v1/organization", body, "Cookie", admin); a.status != http.StatusBadRequest {
			t.Errorf("%s: %d %s", body, a.status, a.raw)
		}
	}
	if after := d.do(http.MethodGet, "/v1/organization", "", "Cookie", admin); after.raw != before.raw {
		t.Errorf("%s, then %s", before.raw, after.raw)
	}
}
