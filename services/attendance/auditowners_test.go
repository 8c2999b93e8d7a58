package attendance

import (
	"context"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/dakoku/dakoku/platform/rpc"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	auditv1 "github.com/dakoku/dakoku/proto/gen/dakoku/audit/v1"
)

// owners reads the newest hundred events and gives for each resource the employees that its changes are told to be of,
// "" for nobody.
func (a *auditor) owners(ctx context.Context) map[string]map[string]bool {
	a.t.Helper()
	res, err := attendancev1.NewAttendanceAuditServiceClient(a.conn).ListAuditTrail(ctx, &attendancev1.ListAuditTrailRequest{Query: &auditv1.TrailQuery{Limit: 100}})
	if err != nil {
		a.t.Fatal(err)
	}
	told := map[string]map[string]bool{}
	for _, e := range res.GetEntries() {
		for _, c := range e.GetChanges() {
			if told[c.GetResource()] == nil {
				told[c.GetResource()] = map[string]bool{}
			}
			told[c.GetResource()][c.GetEmployee()] = true
		}
	}
	return told
}

// decided makes one thing of each kind that is an employee's, and decides about it; the names of them.
func (a *auditor) decided(employee, punch string) []string {
	a.t.Helper()
	const month = "2025-11"
	a.notes(1, "VoidPunch", &attendancev1.VoidPunchRequest{Punch: punch, Reason: privateReason})
	request, err := a.asked(employee)
	if err != nil {
		a.t.Fatal(err)
	}
	a.notes(1, "RejectCorrectionRequest", &attendancev1.RejectCorrectionRequestRequest{CorrectionRequest: request, Comment: privateReason})
	a.notes(1, "SubmitTimesheet", &attendancev1.SubmitTimesheetRequest{Employee: employee, Period: month})
	held := a.hold(employee, "退勤", 19)
	a.notes(1, "DiscardHeldPunch", &attendancev1.DiscardHeldPunchRequest{HeldPunch: held, Reason: privateReason})
	return []string{"punches/" + punch, "correctionRequests/" + request, "heldPunches/" + held, a.frozen("employees/" + employee)}
}

// frozen places a legal hold and releases it; its name.
func (a *auditor) frozen(employee string) string {
	a.t.Helper()
	hold := &attendancev1.LegalHold{Employee: employee, Reason: privateReason}
	placed, _ := a.notes(1, "CreateLegalHold", &attendancev1.CreateLegalHoldRequest{LegalHold: hold}).(*attendancev1.CreateLegalHoldResponse)
	name := placed.GetLegalHold().GetName()
	a.notes(1, "ReleaseLegalHold", &attendancev1.ReleaseLegalHoldRequest{LegalHold: strings.TrimPrefix(name, "legalHolds/"), Reason: privateReason})
	return name
}

// Whose a punch, a held punch, a correction request or a legal hold is stands in the audit, whatever was done with it.
// What names a person itself, what is the company's and what another company has is told to be nobody's.
func TestTheAuditTellsWhoseItIs(t *testing.T) {
	a := openAuditor(t)
	ours := a.tenant
	a.tenant = uuid.NewString()
	_, err := attendancev1.NewAttendanceProvisioningServiceClient(a.conn).PutCompany(t.Context(), &attendancev1.PutCompanyRequest{
		Tenant: a.tenant, Revision: 1, TimeZone: "Asia/Tokyo", ClosingDay: 31,
	})
	if err != nil {
		t.Fatal(err)
	}
	_, theirs := a.hire("W1")
	a.tenant = ours
	employee, punch := a.hire("W1")
	other, second := a.hire("W2")
	names := a.decided(employee, punch)
	nobody := []string{a.frozen(""), "employees/" + employee, "punches/" + theirs, "punches/" + punch + "/x", "punches"}
	_, err = a.owner.Exec(t.Context(), `insert into attendance.audit_changes (tenant_id, event_id, resource, withheld)
		select tenant_id, id, unnest($2::text[]), '{}' from attendance.audit_events where tenant_id = $1 and action = 'VOID_PUNCH'`, ours, nobody[2:])
	if err != nil {
		t.Fatal(err)
	}
	told := a.owners(a.by("", "audit.read"))
	names, want := append(names, "punches/"+second), "employees/"+employee
	for i, name := range names {
		if i == len(names)-1 {
			want = "employees/" + other
		}
		if of := told[name]; len(of) != 1 || !of[want] {
			t.Errorf("%s is %v, want %s", name, of, want)
		}
	}
	for _, name := range nobody {
		if of := told[name]; len(of) != 1 || !of[""] {
			t.Errorf("%s is %v, want nobody's", name, of)
		}
	}
}

// Whoever reaches some departments only is not told by the audit whose the things of others are.
func TestTheAuditReachesNoFurtherThanTheReader(t *testing.T) {
	a := openAuditor(t)
	employee, punch := a.hire("W1")
	department := &attendancev1.Employee{Department: "営業部"}
	a.notes(1, "UpdateEmployee", &attendancev1.UpdateEmployeeRequest{EmployeeId: employee, Employee: department})
	names := a.decided(employee, punch)
	for of, want := range map[string]string{"営業部": "employees/" + employee, "製造部": ""} {
		told := a.owners(rpc.OutgoingCaller(t.Context(), rpc.Caller{
			Tenant: a.tenant, Account: "a-", Kind: rpc.KindAccount, Proved: true, Permissions: []string{"audit.read"}, Departments: []string{of},
		}, "en"))
		for _, name := range names {
			if told[name] == nil || !told[name][want] || len(told[name]) != 1 {
				t.Errorf("%s is %v to who reaches %s, want %q", name, told[name], of, want)
			}
		}
	}
}
