package gateway_test

import (
	"net/http"
	"strings"
	"testing"
)

// Punch settings hang on a connection and links on an employee; both belong to
// another context than what hangs on them, and 404 must not depend on that.
func TestNothingHangsOnWhatIsNotThere(t *testing.T) {
	d := openDoor(t)
	session := d.setUp()
	other := strings.Replace(someID, "1", "2", 1)
	for _, c := range []struct{ method, path, body, reason string }{
		{"GET", "/v1/connections/" + other + "/punchSettings", "", "CONNECTION_NOT_FOUND"},
		{"GET", "/v1/connections/nonsense/punchSettings", "", "CONNECTION_NOT_FOUND"},
		{"PUT", "/v1/connections/" + other + "/punchSettings", "{}", "CONNECTION_NOT_FOUND"},
		{"PUT", "/v1/connections/" + other + "/punchSettings?validateOnly=true", "{}", "CONNECTION_NOT_FOUND"},
		{"POST", "/v1/connections/" + other + "/punchSettings:test", "{}", "CONNECTION_NOT_FOUND"},
		{"PUT", "/v1/employees/" + other + "/accountLink", `{"lineWorksAccountId":"a@b"}`, "EMPLOYEE_NOT_FOUND"},
		{"PUT", "/v1/employees/nonsense/accountLink", `{"lineWorksAccountId":"a@b"}`, "EMPLOYEE_NOT_FOUND"},
		{"GET", "/v1/employees/" + other + "/accountLink/changes", "", "EMPLOYEE_NOT_FOUND"},
		{"POST", "/v1/unlinkedSenders/" + someID + ":link", `{"employee":"employees/` + other + `"}`, "EMPLOYEE_NOT_FOUND"},
		{"POST", "/v1/unlinkedSenders/" + someID + ":link", `{"employee":"` + other + `"}`, "EMPLOYEE_NOT_FOUND"},
		{"POST", "/v1/unlinkedSenders/" + someID + ":link", `{"employee":"nonsense"}`, "EMPLOYEE_NOT_FOUND"},
	} {
		a := d.do(c.method, c.path, c.body, "Cookie", session)
		if a.status != http.StatusNotFound || a.reason() != c.reason {
			t.Errorf("%s %s: %d %s", c.method, c.path, a.status, a.raw)
		}
	}
	if d.links.links.Load() != 0 {
		t.Error("a link was made to nobody")
	}
	if a := d.do("PUT", "/v1/employees/"+someID+"/accountLink", `{"lineWorksAccountId":"a@b"}`, "Cookie", session); a.status != http.StatusOK {
		t.Errorf("an employee who is there: %d %s", a.status, a.raw)
	}
	for _, employee := range []string{someID, "employees/" + someID} {
		a := d.do("POST", "/v1/unlinkedSenders/"+someID+":link", `{"employee":"`+employee+`"}`, "Cookie", session)
		if a.status != http.StatusOK || d.many.linked.Load() == 0 {
			t.Errorf("%s is there: %d %s", employee, a.status, a.raw)
		}
	}
	_, auditor := d.key(session, "AUDITOR")
	if a := d.do("POST", "/v1/unlinkedSenders/"+someID+":link", `{"employee":"`+other+`"}`, "Authorization", auditor); a.status != http.StatusForbidden {
		t.Errorf("without permission the answer tells who is there: %d %s", a.status, a.raw)
	}
	for _, path := range []string{"/v1/connections/" + other + "/punchSettings", "/v1/employees/" + other + "/accountLink"} {
		if a := d.do("PUT", path, "{}", "Authorization", auditor); a.status != http.StatusForbidden {
			t.Errorf("without permission the answer tells what is there: %d %s", a.status, a.raw)
		}
	}
}

// Who names an employee who is not there and fills in other fields wrongly is told of those fields, as by every service
// that knows both; without a wrong field, the employee is what is missing.
func TestWrongFieldsComeBeforeAnAbsentEmployee(t *testing.T) {
	d := openDoor(t)
	session := d.setUp()
	member, _ := d.member(session, "a@example.co.jp", "EMPLOYEE")
	absent := `"employee":"employees/` + strings.Replace(someID, "1", "2", 1) + `"`
	for _, c := range []struct{ method, path, body, reason, fields string }{
		{"POST", "/v1/accounts", `{"email":"x","name":"","role":"EMPLOYEE",` + absent + `}`, "INVALID_ARGUMENT", "email EMAIL_FORMAT|name NAME_LENGTH"},
		{"POST", "/v1/accounts?validateOnly=true", `{"email":"x@example.co.jp","name":"x",` + absent + `}`, "INVALID_ARGUMENT", "role REQUIRED"},
		{"POST", "/v1/accounts", `{"email":"x@example.co.jp","name":"x","role":"EMPLOYEE",` + absent + `}`, "EMPLOYEE_NOT_FOUND", ""},
		{"POST", "/v1/accounts", `{"email":"a@example.co.jp","name":"x","role":"EMPLOYEE",` + absent + `}`, "EMPLOYEE_NOT_FOUND", ""},
		{"PATCH", "/v1/" + member, `{"displayName":"",` + absent + `}`, "INVALID_ARGUMENT", "displayName NAME_LENGTH"},
		{"PATCH", "/v1/" + member, `{"displayName":"y",` + absent + `}`, "EMPLOYEE_NOT_FOUND", ""},
		{"PATCH", "/v1/" + member, `{` + absent + `}`, "EMPLOYEE_NOT_FOUND", ""},
		{"PUT", "/v1/employees/new/accountLink?validateOnly=true", `{"lineWorksAccountId":"taro @example"}`, "INVALID_ARGUMENT", "lineWorksAccountId WHITESPACE"},
		{"PUT", "/v1/employees/new/accountLink", `{"lineWorksAccountId":"taro @example"}`, "INVALID_ARGUMENT", "lineWorksAccountId WHITESPACE"},
		{"PUT", "/v1/employees/new/accountLink?validateOnly=true", `{"lineWorksAccountId":"taro@example"}`, "EMPLOYEE_NOT_FOUND", ""},
	} {
		a := d.do(c.method, c.path, c.body, "Cookie", session)
		if a.reason() != c.reason || strings.Join(a.fields(), "|") != c.fields {
			t.Errorf("%s %s %s: %d %s", c.method, c.path, c.body, a.status, a.raw)
		}
	}
	list := d.do("GET", "/v1/accounts", "", "Cookie", session)
	if len(list.json["accounts"].([]any)) != 2 || strings.Contains(list.raw, `"y"`) {
		t.Errorf("something was stored: %s", list.raw)
	}
}

// A table of 5,000 rows is longer than other requests may be.
func TestALongTableIsRead(t *testing.T) {
	d := openDoor(t)
	session := d.setUp()
	table := strings.Repeat("x", 880_000)
	if a := d.do("POST", "/v1/accountLinks:import?validateOnly=true", `{"csv":"`+table+`"}`, "Cookie", session); a.status != http.StatusOK || d.many.read.Load() != 880_000 {
		t.Errorf("%d %s", a.status, a.raw)
	}
	if a := d.do("POST", "/v1/employees:import", `{"csv":"`+table+`"}`, "Cookie", session); a.status != http.StatusOK || d.employees.read.Load() != 880_000 {
		t.Errorf("%d %s", a.status, a.raw)
	}
	for path, size := range map[string]int{"/v1/accountLinks:import": 2 << 20, "/v1/employees:import": 2 << 20, "/v1/unlinkedSenders/" + someID + ":link": 256 << 10} {
		if a := d.do("POST", path, `{"csv":"`+strings.Repeat("x", size)+`"}`, "Cookie", session); a.status != http.StatusRequestEntityTooLarge {
			t.Errorf("%s: %d %s", path, a.status, a.raw)
		}
	}
}

// The contract has the field; no account has a second factor yet.
func TestLogInTakesATotpCode(t *testing.T) {
	d := openDoor(t)
	d.setUp()
	a := d.inTime("POST", "/v1/session", `{"email":"`+adminEmail+`","password":"`+adminPassword+`","totpCode":""}`)
	if a.status != http.StatusOK {
		t.Errorf("%d %s", a.status, a.raw)
	}
}

func TestAKeyIsShownAsItIsStored(t *testing.T) {
	d := openDoor(t)
	session := d.setUp()
	made := d.do("POST", "/v1/apiKeys", `{"displayName":"x","role":"AUDITOR"}`, "Cookie", session)
	list := d.do("GET", "/v1/apiKeys", "", "Cookie", session)
	stored := list.json["apiKeys"].([]any)[0].(map[string]any)
	for _, field := range []string{"createTime", "expireTime"} {
		if made.json[field] != stored[field] {
			t.Errorf("%s: %v, then %v", field, made.json[field], stored[field])
		}
	}
}
