package identity

import (
	"strings"
	"testing"
)

const anID = "0189abcd-0000-7000-8000-00000000000f"

func TestAnIdHasOneSpelling(t *testing.T) {
	if got := CanonicalID(strings.ToUpper(anID)); got != anID || !IsID(got) || IsID(strings.ToUpper(anID)) {
		t.Errorf("in capitals: %s", got)
	}
	for _, other := range []string{"", "nonsense", strings.ReplaceAll(anID, "-", ""), "{" + anID + "}", "urn:uuid:" + anID, anID + "\x00", " " + anID} {
		if got := CanonicalID(other); got != other || IsID(got) {
			t.Errorf("%q is read as %q", other, got)
		}
	}
}

// Attendance finds an employee by an id in capitals, too: it is no other employee.
func TestAnEmployeeHasOneSpelling(t *testing.T) {
	as := func(employee string) Account {
		return Account{Email: "a@example.co.jp", Name: "x", Role: Auditor, Employee: employee}.tidied()
	}
	if a := as(strings.ToUpper(anID)); !a.sameRights(as(anID)) || len(a.faults("", "name")) > 0 {
		t.Errorf("in capitals: %s", a.Employee)
	}
	for _, other := range []string{strings.ReplaceAll(anID, "-", ""), "{" + anID + "}", "urn:uuid:" + anID} {
		if bad := as(other).faults("", "name"); len(bad) != 1 || bad[0].Reason != "EMPLOYEE_NAME" {
			t.Errorf("%s: %v", other, bad)
		}
	}
}
