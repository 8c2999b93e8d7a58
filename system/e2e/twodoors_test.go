package e2e

import (
	"net/http"
	"slices"
	"strings"

	"github.com/dakoku/dakoku/system/internal/adminapi"
)

// anotherDoor starts a second process of the admin door beside the first, on the
// same database, and gives its URL.
func (i *installation) anotherDoor() string {
	i.t.Helper()
	const name = "admin-gateway"
	first, address := i.processes[name], freeAddr(i.t)
	env := slices.DeleteFunc(slices.Clone(first.env), func(entry string) bool { return strings.HasPrefix(entry, "DAKOKU_ADMIN_ADDR=") })
	i.add("services/webhook-gateway/cmd/"+name, first.args, append(env, "DAKOKU_ADMIN_ADDR="+address)...)
	second := i.processes[name]
	i.processes[name], i.processes[name+" 2"] = first, second
	second.log += ".2"
	second.start()
	eventually(i.t, "the second admin door is open", func() bool {
		i.alive()
		return answers("http://"+address+"/v1/session", http.StatusUnauthorized)
	})
	return "http://" + address
}

// changesHoldAtEveryDoor changes rights at one process of the admin door and asks
// the other one with the next request: neither may remember anything.
func (i *installation) changesHoldAtEveryDoor(c *company, person string) {
	i.t.Helper()
	t, second := i.t, i.anotherDoor()
	there := adminapi.New(second)
	const email = "elsewhere@example.com"
	i.account(c, "MANAGER", email, "")
	var account string
	if err := i.sql().QueryRow(t.Context(), `select 'accounts/' || id from identity.accounts where email = $1`, email).Scan(&account); err != nil {
		t.Fatal(err)
	}
	enter := func() {
		t.Helper()
		c.logsIn(there, email, 200, "")
		answered(t, there, "GET", "/v1/session", nil, 200, "")
	}
	out := func() { t.Helper(); answered(t, there, "GET", "/v1/session", nil, 401, "UNAUTHENTICATED") }
	change := func(method, path string, body any) { t.Helper(); answered(t, c.admin, method, path, body, 200, "") }
	number := map[string]string{"employeeNumber": "901", "displayName": "x"}

	enter()
	change("PATCH", "/v1/"+account, map[string]string{"role": "AUDITOR"})
	out()
	enter()
	answered(t, there, "POST", "/v1/employees", number, 403, "PERMISSION_MISSING")
	change("PATCH", "/v1/"+account, map[string]any{"role": "MANAGER", "departments": []string{"営業"}})
	out()
	enter()
	answered(t, there, "GET", "/v1/"+person, nil, 404, "EMPLOYEE_NOT_FOUND")
	change("PATCH", "/v1/"+person, map[string]string{"department": "営業"}) // the session lives: the employee has changed
	answered(t, there, "GET", "/v1/"+person, nil, 200, "")
	change("PATCH", "/v1/"+person, map[string]string{"department": "総務"})
	answered(t, there, "GET", "/v1/"+person, nil, 404, "EMPLOYEE_NOT_FOUND")
	change("DELETE", "/v1/"+account+"/sessions", nil)
	out()
	enter()

	key, secret := c.key()
	bearer := func(status int) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, second+"/v1/employees", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+secret)
		answer, err := http.DefaultClient.Do(r)
		if err != nil || answer.Body.Close() != nil || answer.StatusCode != status {
			t.Errorf("the API key: %v %v, want %d", answer, err, status)
		}
	}
	bearer(200)
	change("DELETE", "/v1/"+key, nil)
	bearer(401)
	change("DELETE", "/v1/"+account, nil)
	out()
	c.logsIn(there, email, 401, "CREDENTIALS_WRONG")
}

// key is a new API key of a manager.
func (c *company) key() (name, secret string) {
	c.t.Helper()
	var made struct {
		Name   string `json:"name"`
		Secret string `json:"secret"`
	}
	if err := c.admin.Post(c.t.Context(), "/v1/apiKeys", map[string]string{"displayName": "x", "role": "MANAGER"}, &made); err != nil {
		c.t.Fatal(err)
	}
	return made.Name, made.Secret
}
