package e2e

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/dakoku/dakoku/system/internal/adminapi"
)

// manager makes a manager of a department and logs in; set changes the departments and logs in anew.
func (i *installation) manager(c *company, department string) (client *adminapi.Client, set func(department string)) {
	i.t.Helper()
	const email = "manager@example.com"
	client = i.account(c, "MANAGER", email, "")
	var id string
	if err := i.sql().QueryRow(i.t.Context(), `select id::text from identity.accounts where email = $1`, email).Scan(&id); err != nil {
		i.t.Fatal(err)
	}
	set = func(department string) {
		i.t.Helper()
		answered(i.t, c.admin, "PATCH", "/v1/accounts/"+id, map[string]any{"departments": []string{department}}, 200, "")
		answered(i.t, client, "GET", "/v1/employees", nil, 401, "UNAUTHENTICATED") // what the session may do has changed
		c.logsIn(client, email, 200, "")
	}
	set(department)
	return client, set
}

// aboutOne is every path about one employee, what it is sent, and what it answers for somebody who is not there.
func aboutOne(employee, punch string) []struct {
	method, path string
	body         any
	reason       string
} {
	type list = []struct {
		method, path string
		body         any
		reason       string
	}
	who, month, why := "/v1/"+employee, "/timesheets/2026-11", map[string]string{"reason": "x"}
	const gone, lost = "EMPLOYEE_NOT_FOUND", "PUNCH_NOT_FOUND"
	all := list{
		{"GET", who, nil, gone},
		{"PATCH", who, map[string]string{"displayName": "改名"}, gone},
		{"DELETE", who, nil, gone},
		{"GET", who + "/timesheets/2026-11", nil, gone},
		{"POST", who + "/punches", map[string]string{"kind": "CLOCK_OUT", "time": "2026-11-02T09:00:00Z", "reason": "x"}, gone},
		{"GET", who + "/accountLink", nil, "ACCOUNT_LINK_NOT_FOUND"},
		{"PUT", who + "/accountLink", map[string]string{"lineWorksAccountId": "x@example"}, gone},
		{"DELETE", who + "/accountLink", nil, "ACCOUNT_LINK_NOT_FOUND"},
		{"GET", who + "/accountLink/changes", nil, gone},
		{"POST", "/v1/" + punch + ":void", why, lost},
		{"POST", "/v1/" + punch + ":correct", map[string]string{"kind": "GO_OUT", "reason": "x"}, lost},
		{"POST", "/v1/legalHolds", map[string]string{"employee": employee, "reason": "x"}, gone},
	}
	for _, verb := range []string{"submit", "withdraw", "approve", "cancelApproval", "sendBack"} {
		all = append(all, list{{"POST", who + month + ":" + verb, map[string]string{"comment": "x"}, gone}}...)
	}
	return all
}

// page reads what is no JSON: the report and the page to print.
func (i *installation) page(client *adminapi.Client, path string) (status int, text string) {
	i.t.Helper()
	response, err := client.Raw(i.t.Context(), http.MethodGet, path)
	if err != nil {
		i.t.Fatal(err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		i.t.Fatal(err)
	}
	return response.StatusCode, string(raw)
}

// sees compares whom every list of the door names.
func (i *installation) sees(client *adminapi.Client, who, not punch) {
	i.t.Helper()
	month := who.BusinessDay[:7]
	for _, path := range []string{"/v1/employees", "/v1/punches", "/v1/events", "/v1/accountLinks", "/v1/timesheets?period=" + month, "/v1/reports/attendance.csv?period=" + month} {
		status, text := i.page(client, path)
		in, out := who.Employee, not.Employee
		if strings.Contains(path, "reports") { // which names people, not ids
			in, out = i.named(who.Employee), i.named(not.Employee)
		}
		if status != 200 || !strings.Contains(text, in) || strings.Contains(text, out) {
			i.t.Errorf("%s: %d, has %s: %t, has %s: %t", path, status, in, strings.Contains(text, in), out, strings.Contains(text, out))
		}
	}
	inspection := func(p punch) string { return "/" + p.Employee + "/timesheets/" + month + "/inspection" }
	if status, text := i.page(client, inspection(who)); status != 200 || !strings.Contains(text, i.named(who.Employee)) {
		i.t.Errorf("the page to print: %d", status)
	}
	if status, text := i.page(client, inspection(not)); status != 404 || strings.Contains(text, i.named(not.Employee)) {
		i.t.Errorf("the page to print of somebody else: %d", status)
	}
}

func (i *installation) named(employee string) (name string) {
	i.t.Helper()
	err := i.sql().QueryRow(i.t.Context(), `select display_name from attendance.employees where id = $1`, strings.TrimPrefix(employee, "employees/")).Scan(&name)
	if err != nil {
		i.t.Fatal(err)
	}
	return name
}

// TestManagersOfDepartments walks a manager through the REST door and four processes: whom every list and page shows,
// that others are as absent as nobody, and that a change of the manager or of an employee counts with the next request,
// also at another process of the door.
func TestManagersOfDepartments(t *testing.T) {
	t.Parallel()
	i := separate(t)
	c := i.company()
	var own, foreign punch
	for n, into := range []*punch{&own, &foreign} {
		post := firstPunch(c)
		post.User = c.world.People[n].ID
		c.expect(post, "RECORDED", "")
		*into = c.punches()[0]
	}
	answered(t, c.admin, "PATCH", "/v1/"+own.Employee, map[string]string{"department": "営業"}, 200, "")
	answered(t, c.admin, "PATCH", "/v1/"+foreign.Employee, map[string]string{"department": "総務"}, 200, "")
	manager, set := i.manager(c, "営業")
	i.sees(manager, own, foreign)
	const nobody = "11111111-1111-4111-8111-111111111111"
	gone := aboutOne("employees/"+nobody, "punches/"+nobody)
	for n, call := range aboutOne(foreign.Employee, foreign.Name) {
		got := fmt.Sprint(manager.Call(t.Context(), call.method, call.path, call.body, nil))
		want := fmt.Sprint(manager.Call(t.Context(), gone[n].method, gone[n].path, gone[n].body, nil))
		if got != want || !strings.HasPrefix(got, "404 "+call.reason+":") {
			t.Errorf("%s %s: %s, and for nobody: %s", call.method, call.path, got, want)
		}
	}
	answered(t, manager, "POST", "/v1/employees", map[string]string{"employeeNumber": "900", "displayName": "x", "department": "総務"}, 400, "INVALID_ARGUMENT")
	answered(t, manager, "PATCH", "/v1/"+own.Employee, map[string]string{"department": "総務"}, 400, "INVALID_ARGUMENT")
	answered(t, manager, "POST", "/v1/accountLinks:sync", map[string]string{}, 403, "PERMISSION_MISSING")
	set("総務")
	i.sees(manager, foreign, own)
	answered(t, c.admin, "PATCH", "/v1/"+foreign.Employee, map[string]string{"department": "企画"}, 200, "")
	answered(t, c.admin, "PATCH", "/v1/"+own.Employee, map[string]string{"department": "総務"}, 200, "")
	i.sees(manager, own, foreign)
	i.changesHoldAtEveryDoor(c, own.Employee)
}
