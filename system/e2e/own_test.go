package e2e

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/dakoku/dakoku/system/internal/adminapi"
)

// account makes an account bound to an employee and logs it in over REST.
func (i *installation) account(c *company, role, email, employee string) *adminapi.Client {
	i.t.Helper()
	_, err := i.sql().Exec(i.t.Context(), `
		insert into identity.accounts (tenant_id, id, email, email_key, display_name, role, employee_id, password_hash, create_time)
		select tenant_id, gen_random_uuid(), $1, $1, $1, $2, nullif($3, '')::uuid, password_hash, now()
		  from identity.accounts where role = 'ADMINISTRATOR'`, email, role, strings.TrimPrefix(employee, "employees/"))
	if err != nil {
		i.t.Fatal(err)
	}
	client := adminapi.New(i.admin)
	c.logsIn(client, email, 200, "")
	return client
}

// logsIn compares the answer to a log-in, for which a busy machine may have no time at once.
func (c *company) logsIn(client *adminapi.Client, email string, status int, reason string) {
	c.t.Helper()
	var got int
	var why string
	eventually(c.t, "there is time to log in", func() bool {
		got, why = outcome(c.t, client, "POST", "/v1/session", map[string]string{"email": email, "password": c.password})
		return got != http.StatusGatewayTimeout
	})
	if got != status || why != reason {
		c.t.Fatalf("log-in of %s: %d %s, want %d %s", email, got, why, status, reason)
	}
}

// outcome is the status and reason of a call; 200 stands for every success.
func outcome(t *testing.T, client *adminapi.Client, method, path string, body any) (status int, reason string) {
	t.Helper()
	err := client.Call(t.Context(), method, path, body, nil)
	var failed *adminapi.Error
	switch {
	case err == nil:
		return http.StatusOK, ""
	case !errors.As(err, &failed):
		t.Fatal(err)
	}
	return failed.HTTP, failed.Reason()
}

// answered compares the outcome of a call.
func answered(t *testing.T, client *adminapi.Client, method, path string, body any, status int, reason string) {
	t.Helper()
	got, why := outcome(t, client, method, path, body)
	if got != status || why != reason {
		t.Errorf("%s %s: %d %s, want %d %s", method, path, got, why, status, reason)
	}
}

// TestEmployeesLookAfterTheirOwnRecords walks the roles through the REST door with sessions of their own: what is a
// person's own, what is somebody else's, what exists nowhere, and what is no business of employees.
func TestEmployeesLookAfterTheirOwnRecords(t *testing.T) {
	t.Parallel()
	i := allInOne(t)
	c := i.company()
	var own, foreign punch
	for n, into := range []*punch{&own, &foreign} {
		post := firstPunch(c)
		post.User = c.world.People[n].ID
		c.expect(post, "RECORDED", "")
		*into = c.punches()[0]
	}
	const absent = "11111111-1111-4111-8111-111111111111"
	month := "/timesheets/" + own.BusinessDay[:7]
	mine, theirs, nobodys := "/v1/"+own.Employee, "/v1/"+foreign.Employee, "/v1/employees/"+absent
	reason := map[string]string{"reason": "会議は別の時刻から"}
	entered := map[string]string{"kind": "CLOCK_OUT", "time": own.Time, "reason": "打刻漏れ"}
	reader := i.account(c, "EMPLOYEE_READ_ONLY", "reader@example.com", own.Employee)
	person := i.account(c, "EMPLOYEE", "person@example.com", own.Employee)
	stray := i.account(c, "EMPLOYEE", "stray@example.com", "")
	const missing, gone, lost = "PERMISSION_MISSING", "EMPLOYEE_NOT_FOUND", "PUNCH_NOT_FOUND"
	for _, who := range []*adminapi.Client{reader, person} {
		answered(t, who, "GET", mine+month, nil, 200, "")
		answered(t, who, "GET", "/v1/punches", nil, 200, "")
		answered(t, who, "GET", "/v1/heldPunches", nil, 200, "")
		answered(t, who, "GET", "/v1/timesheets", nil, 200, "")
		for _, other := range []string{theirs, nobodys} {
			answered(t, who, "GET", other+month, nil, 404, gone)
			for _, list := range []string{"punches", "heldPunches"} {
				answered(t, who, "GET", "/v1/"+list+"?employee="+strings.TrimPrefix(other, "/v1/"), nil, 404, gone)
			}
		}
		for _, path := range []string{
			"/v1/employees", mine, "/v1/events", "/v1/workRules", "/v1/connections", "/v1/apiKeys", "/v1/accountLinks",
			"/v1/unlinkedSenders", "/v1/reports/attendance.csv?period=" + own.BusinessDay[:7],
		} {
			answered(t, who, "GET", path, nil, 403, missing)
		}
		answered(t, who, "POST", mine+month+":approve", map[string]string{}, 403, missing)
		answered(t, who, "POST", mine+month+":sendBack", map[string]string{"comment": "x"}, 403, missing)
	}
	answered(t, reader, "POST", "/v1/"+own.Name+":void", reason, 403, missing)
	answered(t, reader, "POST", mine+"/punches", entered, 403, missing)
	answered(t, reader, "POST", mine+month+":submit", map[string]string{}, 403, missing)
	answered(t, stray, "GET", mine+month, nil, 403, missing)
	for _, other := range []string{foreign.Name, "punches/" + absent} {
		answered(t, person, "POST", "/v1/"+other+":void", reason, 404, lost)
		answered(t, person, "POST", "/v1/"+other+":correct", map[string]string{"kind": "CLOCK_OUT", "reason": "x"}, 404, lost)
	}
	for _, other := range []string{theirs, nobodys} {
		answered(t, person, "POST", other+"/punches", entered, 404, gone)
		answered(t, person, "POST", other+month+":submit", map[string]string{}, 404, gone)
	}
	answered(t, person, "POST", mine+"/punches", entered, 200, "")
	answered(t, person, "POST", "/v1/"+own.Name+":void", map[string]string{"reason": " "}, 400, "REASON_REQUIRED")
	answered(t, person, "POST", "/v1/"+own.Name+":void", reason, 200, "")
	answered(t, person, "POST", mine+month+":submit", map[string]string{}, 200, "")
	answered(t, person, "POST", mine+"/punches", entered, 400, "TIMESHEET_SUBMITTED")
	answered(t, person, "POST", mine+month+":withdraw", map[string]string{}, 200, "")
	i.seesItsHistory(reader, own, reason["reason"])
}

// seesItsHistory reads the month as the person: the voided punch is there with who, when and why, and nobody else's is.
func (i *installation) seesItsHistory(who *adminapi.Client, own punch, reason string) {
	i.t.Helper()
	type record struct {
		Name       string `json:"name"`
		Employee   string `json:"employee"`
		State      string `json:"state"`
		VoidReason string `json:"voidReason"`
		VoidActor  string `json:"voidActor"`
		VoidTime   string `json:"voidTime"`
	}
	var list struct {
		Punches []record `json:"punches"`
	}
	var sheet struct {
		Days []struct {
			Punches []record `json:"punches"`
		} `json:"days"`
		History []struct {
			Verb string `json:"verb"`
		} `json:"history"`
	}
	month := "/v1/" + own.Employee + "/timesheets/" + own.BusinessDay[:7]
	if err := errors.Join(who.Get(i.t.Context(), "/v1/punches", &list), who.Get(i.t.Context(), month, &sheet)); err != nil {
		i.t.Fatal(err)
	}
	if len(list.Punches) != 2 || len(sheet.Days) != 1 || len(sheet.Days[0].Punches) != 2 || len(sheet.History) != 2 {
		i.t.Fatalf("%+v, %+v", list, sheet)
	}
	for _, p := range append(list.Punches, sheet.Days[0].Punches...) {
		voided := p.State == "VOIDED" && p.VoidReason == reason && strings.HasPrefix(p.VoidActor, "accounts/") && p.VoidTime != ""
		if p.Employee != own.Employee || (p.Name == own.Name) != voided {
			i.t.Errorf("%+v", p)
		}
	}
}
