package matrix

import (
	"slices"
	"strings"

	"google.golang.org/grpc/metadata"

	"github.com/dakoku/dakoku/platform/rpc"
	"github.com/dakoku/dakoku/system/internal/operation"
)

// rights are the roles of the contract, written down once more.
var rights = map[string]string{
	"ADMINISTRATOR": "accounts.read accounts.write apiKeys.read apiKeys.write audit.read corrections.request employees.read employees.write events.read events.write integration.read " +
		"integration.write links.read links.write organization.read organization.write punches.read punches.write settings.read settings.write " +
		"timesheets.read timesheets.review timesheets.submit",
	"MANAGER": "corrections.request employees.read employees.write events.read integration.read integration.write links.read links.write organization.read " +
		"punches.read punches.write settings.read settings.write timesheets.read timesheets.review timesheets.submit",
	"EMPLOYEE":           "corrections.requestOwn punches.readOwn punches.writeOwn timesheets.readOwn timesheets.submitOwn",
	"EMPLOYEE_READ_ONLY": "corrections.requestOwn punches.readOwn timesheets.readOwn",
	"AUDITOR":            "accounts.read apiKeys.read audit.read employees.read events.read integration.read links.read organization.read punches.read settings.read timesheets.read",
}

// roles in the order of the table.
var roles = []string{"ADMINISTRATOR", "MANAGER", "EMPLOYEE", "EMPLOYEE_READ_ONLY", "AUDITOR"}

// caller is one column of the matrix.
type caller struct {
	role     string // empty is nobody
	key      bool   // with an API key instead of a session
	old      bool   // whose last proof of identity is more than ten minutes old
	tenant   string
	id       string // of the account or the key
	session  string // id of the session
	employee string // whose account it is; keys have none
	rest     *operation.REST
	grpc     *operation.GRPC
}

// title is the column's heading.
func (c *caller) title() string {
	switch {
	case c.role == "":
		return "nobody"
	case c.key:
		return c.role + " key"
	case c.old:
		return c.role + ", old proof"
	}
	return c.role
}

// callers are nobody, every role with a session and with a key, and an administrator
// whose session is older than a proof of identity counts.
func (w *world) callers() []*caller {
	list := []*caller{{rest: w.through("", ""), grpc: w.behind("admin-gateway")}}
	for _, role := range roles {
		list = append(list, w.person(role, w.home.employeeOf(role)))
	}
	for _, role := range roles {
		made := w.home.do("IdentityService.CreateApiKey", operation.Request{"api_key": map[string]any{"displayName": role, "role": role}})
		c := &caller{role: role, key: true, tenant: w.home.tenant, id: id(text(made, "apiKey", "name"))}
		c.rest = w.through("Authorization", "Bearer "+text(made, "apiKey", "secret"))
		list = append(list, w.behindTheDoor(c))
	}
	return append(list, w.elder())
}

// elder is an administrator who proved to be one eleven minutes ago.
func (w *world) elder() *caller {
	c := w.person("ADMINISTRATOR", "")
	_, err := w.owner.Exec(w.t.Context(), `update identity.sessions set proof_time = now() - interval '11 minutes' where id = $1`, c.session)
	if err != nil {
		w.t.Fatal(err)
	}
	c.old, c.grpc.Caller.Proved = true, false
	return c
}

// employeeOf is the employee whose account a person of a role has.
func (c *company) employeeOf(role string) string {
	if strings.HasPrefix(role, "EMPLOYEE") {
		return c.hire()
	}
	return ""
}

// person is a caller with an account and a session of its own.
func (w *world) person(role, employee string) *caller {
	account, session, secret := w.home.person(role, employee)
	c := &caller{role: role, tenant: w.home.tenant, id: account, session: session, employee: employee}
	c.rest = w.through("Cookie", "dakoku="+secret)
	return w.behindTheDoor(c)
}

// behindTheDoor gives a caller the metadata that the door would send: what the
// door says that the caller may.
func (w *world) behindTheDoor(c *caller) *caller {
	me := w.home.must(c.rest, "IdentityService.GetSession", nil).Body
	kind := rpc.KindAccount
	if c.key {
		kind = rpc.KindAPIKey
	}
	var permissions []string
	granted, _ := me["permissions"].([]any)
	for _, p := range granted {
		permissions = append(permissions, p.(string))
	}
	if got := strings.Join(permissions, " "); got != rights[c.role] {
		w.t.Errorf("%s may %s, want %s", c.title(), got, rights[c.role])
	}
	c.grpc = w.behind("admin-gateway")
	c.grpc.Caller = rpc.Caller{Tenant: c.tenant, Account: c.id, Role: c.role, Kind: kind, Permissions: permissions, Employee: c.employee, Proved: !c.key}
	c.grpc.Extra = metadata.Pairs("dakoku-session-id", c.session)
	return c
}

// reach is how far a caller gets with an operation.
type reach int

const (
	unknown  reach = iota // has to say who it is
	refused               // may not
	stale                 // has to prove to be there
	confined              // may on the data of its own employee
	full                  // may
)

func (c *caller) reach(o *operation.Operation) reach {
	held := strings.Fields(rights[c.role])
	switch needed := o.Permission(); {
	case needed == "public":
		return full
	case c.role == "":
		return unknown
	case c.old && o.StepUp():
		return stale
	case needed == "session" || slices.Contains(held, needed):
		return full
	case o.Own() != "" && slices.Contains(held, o.Own()) && c.employee != "":
		return confined
	}
	return refused
}
