package gateway_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// The door tells every service which departments a manager is limited to; of other roles the departments are no limit.
// As many as an account may have fit into a call.
func TestDepartmentsGoWithEveryCall(t *testing.T) {
	d := openDoor(t)
	admin := d.setUp()
	name, _ := d.member(admin, "m@example.co.jp", "MANAGER")
	change := func(body string, status int) {
		t.Helper()
		if a := d.do(http.MethodPatch, "/v1/"+name, body, "Cookie", admin); a.status != status {
			t.Fatalf("%d %s", a.status, a.raw)
		}
	}
	told := func() []string {
		t.Helper()
		session := d.session(d.logIn("m@example.co.jp", otherPassword))
		if a := d.do(http.MethodGet, "/v1/employees", "", "Cookie", session); a.status != http.StatusOK {
			t.Fatalf("%d %s", a.status, a.raw)
		}
		return d.employees.metadata().Get("dakoku-departments-bin")
	}
	if got := told(); got != nil {
		t.Errorf("without departments: %q", got)
	}
	change(`{"departments":["営業","企画"]}`, http.StatusOK)
	if got := told(); !slices.Equal(got, []string{`["営業","企画"]`}) {
		t.Errorf("%q", got)
	}
	var many []string
	for n := range 100 {
		many = append(many, fmt.Sprintf(`"%s%02d"`, strings.Repeat("部", 18), n))
	}
	change(`{"departments":[`+strings.Join(many, ",")+`]}`, http.StatusOK)
	if got := told(); len(got) != 1 || got[0] != "["+strings.Join(many, ",")+"]" {
		t.Errorf("the longest list: %d", len(got))
	}
	change(`{"departments":["x",`+strings.Join(many[1:], ",")+`,"yy"]}`, http.StatusBadRequest)
	change(`{"departments":["xxxxxxxxxxxxxxxxxxxxxxxxx",`+strings.Join(many[1:], ",")+`]}`, http.StatusBadRequest)
	change(`{"role":"AUDITOR","departments":["営業"]}`, http.StatusOK)
	if got := told(); got != nil {
		t.Errorf("of an auditor: %q", got)
	}
}
