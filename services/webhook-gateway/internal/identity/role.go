package identity

import (
	"slices"
	"strings"
)

// Role is what an account or an API key may do; the names are the contract's.
type Role string

// The roles of the contract.
const (
	Administrator    Role = "ADMINISTRATOR"      // 管理者: everything
	Manager          Role = "MANAGER"            // 経理・マネージャー等: everything but accounts, keys, the audit, the quarantine and the organization
	Employee         Role = "EMPLOYEE"           // 一般社員: own timesheets, with corrections
	EmployeeReadOnly Role = "EMPLOYEE_READ_ONLY" // 一般社員(編集不可): reads own timesheets, and asks for corrections
	Auditor          Role = "AUDITOR"            // reads everything, changes nothing
)

// Permissions returns every permission that exists, sorted. A permission that a
// method declares and that is missing here is one that nobody holds.
func Permissions() []string {
	return []string{
		"accounts.read", "accounts.write",
		"apiKeys.read", "apiKeys.write",
		"audit.read",
		"corrections.request",
		"employees.read", "employees.write",
		"events.read", "events.write",
		"integration.read", "integration.write",
		"links.read", "links.write",
		"organization.read", "organization.write",
		"punches.read", "punches.write",
		"settings.read", "settings.write",
		"timesheets.read", "timesheets.review", "timesheets.submit",
	}
}

// OwnPermissions returns every permission for the data of the one employee whose
// account it is, sorted.
func OwnPermissions() []string {
	return []string{"corrections.requestOwn", "punches.readOwn", "punches.writeOwn", "timesheets.readOwn", "timesheets.submitOwn"}
}

// Permissions returns what the role may do, sorted; none for an unknown role.
func (r Role) Permissions() []string {
	switch r {
	case Administrator:
		return Permissions()
	case Manager:
		return slices.DeleteFunc(Permissions(), reserved)
	case Auditor:
		return slices.DeleteFunc(Permissions(), changes)
	case Employee:
		return OwnPermissions()
	case EmployeeReadOnly:
		return []string{"corrections.requestOwn", "punches.readOwn", "timesheets.readOwn"}
	default:
		return nil
	}
}

// reserved permissions are the administrator's own.
func reserved(permission string) bool {
	return strings.HasPrefix(permission, "apiKeys.") || strings.HasPrefix(permission, "accounts.") ||
		permission == "audit.read" || permission == "organization.write" || permission == "events.write"
}

func changes(permission string) bool { return !strings.HasSuffix(permission, ".read") }

// Known reports whether it is one of the contract's roles.
func (r Role) Known() bool {
	return slices.Contains([]Role{Administrator, Manager, Employee, EmployeeReadOnly, Auditor}, r)
}
