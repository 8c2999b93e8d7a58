package identity

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/dakoku/dakoku/platform/fault"
	"golang.org/x/text/unicode/norm"
)

// State says whether an account can be used; the names are the contract's.
type State string

// The states of an account.
const (
	Invited     State = "INVITED"     // it has no password yet
	Active      State = "ACTIVE"      // it can be used
	Deactivated State = "DEACTIVATED" // nobody can log in with it
)

const (
	// mostDepartments is how many departments an account may name.
	mostDepartments = 100
	// departmentsLength is how many characters their names may have together: they go with every call.
	departmentsLength = 2000
)

// Account is a person who may log in.
type Account struct {
	ID          string
	Tenant      string
	Email       string // as entered
	Name        string
	Role        Role
	State       State
	Departments []string // a manager is responsible for; none means all
	Employee    string   // attendance's id of the person whose account it is; empty when it is nobody's
	Password    bool     // one has been chosen
	TOTP        bool     // a second factor is asked for
	OpenID      bool     // the way in is an account at the provider
	Revision    int64    // grows with every change
	Created     time.Time
}

// resource is the name of the account in the audit.
func (a Account) resource() string { return "accounts/" + a.ID }

// values are what the audit says of an account.
func (a Account) values() Values {
	return Values{"email": a.Email, "displayName": a.Name, "role": a.Role, "state": a.State, "departments": a.Departments, "employee": a.Employee}
}

// entry are what the audit says of an account when the ways into it change.
func (a Account) entry() Values {
	values := a.values()
	values["totpEnabled"], values["openIdBound"] = a.TOTP, a.OpenID
	if a.Password {
		values["password"] = "SET"
	}
	return values
}

// tidied gives texts and ids one spelling and drops doubled departments.
func (a Account) tidied() Account {
	a.Email, a.Name = strings.TrimSpace(a.Email), strings.TrimSpace(norm.NFC.String(a.Name))
	a.Employee = CanonicalID(a.Employee)
	var list []string
	for _, d := range a.Departments {
		if d = strings.TrimSpace(norm.NFC.String(d)); !slices.Contains(list, d) {
			list = append(list, d)
		}
	}
	a.Departments = list
	return a
}

// same reports whether nothing that can be changed differs.
func (a Account) same(b Account) bool {
	return a.Name == b.Name && a.sameRights(b) && slices.Equal(a.Departments, b.Departments)
}

// sameRights reports whether the account may do what the other may. Departments
// that are no limit are no rights.
func (a Account) sameRights(b Account) bool {
	return a.Role == b.Role && a.State == b.State && a.Employee == b.Employee && slices.Equal(a.limits(), b.limits())
}

// limits are the departments that the account may not look beyond; none is no limit.
func (a Account) limits() []string {
	if a.Role != Manager {
		return nil
	}
	return a.Departments
}

// governs reports whether the account keeps the organization governable.
func (a Account) governs() bool { return a.Role == Administrator && a.State == Active }

// governsAlone reports whether it does so without the OpenID provider, too.
func (a Account) governsAlone() bool { return a.governs() && a.Password }

// Others are the other active administrators of the organization of an account.
type Others struct {
	Administrators int // all of them
	Local          int // those who have a password and need no OpenID provider
}

// faults names every wrong field; prefix stands before each name.
func (a Account) faults(prefix, name string) []fault.Field {
	var bad []fault.Field
	if !mail(a.Email) {
		bad = append(bad, fault.Field{Path: prefix + "email", Reason: "EMAIL_FORMAT", Text: fault.Text{
			JA: "メールアドレスの形式が正しくありません。", EN: "This is not an e-mail address."}})
	}
	if !plain(a.Name, 100) {
		bad = append(bad, fault.Field{Path: prefix + name, Reason: "NAME_LENGTH", Text: fault.Text{
			JA: "氏名は1〜100文字で、改行や制御文字を含めずに入力してください。",
			EN: "The name must have 1 to 100 characters, without line breaks or control characters."}})
	}
	return append(bad, a.rightsFaults(prefix)...)
}

func (a Account) rightsFaults(prefix string) []fault.Field {
	var bad []fault.Field
	if !a.Role.Known() {
		bad = append(bad, fault.Field{Path: prefix + "role", Reason: "REQUIRED", Text: fault.Text{
			JA: "権限を指定してください(ADMINISTRATOR、MANAGER、EMPLOYEE、EMPLOYEE_READ_ONLY、AUDITOR)。",
			EN: "Choose the role: ADMINISTRATOR, MANAGER, EMPLOYEE, EMPLOYEE_READ_ONLY or AUDITOR."}})
	}
	if a.Employee != "" && !IsID(a.Employee) {
		bad = append(bad, fault.Field{Path: prefix + "employee", Reason: "EMPLOYEE_NAME", Text: fault.Text{
			JA: "従業員は employees/{employee} の形で指定してください。", EN: "Name the employee as employees/{employee}."}})
	}
	wrong := func(d string) bool { return !plain(d, 100) }
	length := utf8.RuneCountInString(strings.Join(a.Departments, ""))
	if len(a.Departments) > mostDepartments || length > departmentsLength || slices.ContainsFunc(a.Departments, wrong) {
		bad = append(bad, fault.Field{Path: prefix + "departments", Reason: "DEPARTMENTS", Text: fault.Text{
			JA: "部署は1〜100文字で、100件以内、合計2,000文字以内にしてください。",
			EN: "Name at most 100 departments, each of 1 to 100 characters, of 2,000 characters together."}})
	}
	return bad
}

// words are what an attacker knows of the person and the company.
func (a Account) words(company string) []string {
	local, domain, _ := strings.Cut(a.Email, "@")
	words := append(strings.Fields(company), strings.Fields(a.Name)...)
	words = append(words, company, local)
	words = append(words, strings.FieldsFunc(local, func(r rune) bool { return strings.ContainsRune("._-+", r) })...)
	return slices.DeleteFunc(append(words, strings.Split(domain, ".")...), func(w string) bool { return utf8.RuneCountInString(w) < 3 })
}
