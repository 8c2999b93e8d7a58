package api

import (
	"context"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/rpc"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	"github.com/dakoku/dakoku/services/attendance/internal/store"
)

// things are what belongs to one employee, by id.
type things struct{ employee, punch, held, hold, request string }

// everything gives a person of a department a punch, a correction request, a submitted period, a held punch and a legal hold.
func (f *fixture) everything(t *testing.T, number, department string) (of things) {
	t.Helper()
	made, err := f.admin.CreateEmployee(f.ctx(t), &attendancev1.CreateEmployeeRequest{
		Employee: &attendancev1.Employee{EmployeeNumber: number, DisplayName: "社員" + number, Department: department},
	})
	if err != nil {
		t.Fatal(err)
	}
	of.employee = employeeOf(made.GetEmployee().GetName())
	of.punch = strings.TrimPrefix(f.record(t, f.said(t, of.employee, "23T09:00", "出勤"))[0].GetPunch(), "punches/")
	of.request = f.asks(f.ctx(t), t, f.forgotten(of.employee)).GetName()[len("correctionRequests/"):]
	if _, err := f.do(f.ctx(t), "submit", of.employee, "2026-11"); err != nil {
		t.Fatal(err)
	}
	f.record(t, f.said(t, of.employee, "23T18:00", "退勤"))
	list := f.held(t, &attendancev1.ListHeldPunchesRequest{Employee: of.employee})
	hold, err := f.admin.CreateLegalHold(f.ctx(t), &attendancev1.CreateLegalHoldRequest{
		LegalHold: &attendancev1.LegalHold{Employee: of.employee, Reason: "調査"},
	})
	if err != nil || len(list) != 1 || of.punch == "" {
		t.Fatal(list, err)
	}
	of.held, of.hold = strings.TrimPrefix(list[0].GetName(), "heldPunches/"), strings.TrimPrefix(hold.GetLegalHold().GetName(), "legalHolds/")
	return of
}

// managing is a context of a manager of departments.
func (f *fixture) managing(t *testing.T, departments ...string) context.Context {
	return rpc.WithCaller(t.Context(), rpc.Caller{Tenant: f.tenant, Account: "m1", Kind: rpc.KindAccount, Role: "MANAGER", Departments: departments})
}

// objectCall is a method about a thing of one employee, and a call of it.
type objectCall struct {
	method string
	do     func() error
}

// objectCalls is every method about a thing of one employee, done to those things. What changes something comes in an
// order in which each works.
func (f *fixture) objectCalls(ctx context.Context, of things) []objectCall {
	a, reason := f.admin, "理由"
	const month = "2026-11"
	entered := &attendancev1.ManualPunch{Kind: attendancev1.Punch_BREAK_START, Time: f.noon(), Reason: reason}
	return slices.Concat([]objectCall{
		{"GetEmployee", func() error {
			_, err := a.GetEmployee(ctx, &attendancev1.GetEmployeeRequest{Employee: of.employee})
			return err
		}},
		{"GetTimesheet", func() error {
			_, err := a.GetTimesheet(ctx, &attendancev1.GetTimesheetRequest{Employee: of.employee, Period: month})
			return err
		}},
		{"ApproveTimesheet", func() error {
			_, err := a.ApproveTimesheet(ctx, &attendancev1.ApproveTimesheetRequest{Employee: of.employee, Period: month, AcknowledgeHeldPunches: true})
			return err
		}},
		{"CancelTimesheetApproval", func() error {
			_, err := a.CancelTimesheetApproval(ctx, &attendancev1.CancelTimesheetApprovalRequest{Employee: of.employee, Period: month})
			return err
		}},
		{"WithdrawTimesheet", func() error {
			_, err := a.WithdrawTimesheet(ctx, &attendancev1.WithdrawTimesheetRequest{Employee: of.employee, Period: month})
			return err
		}},
		{"SubmitTimesheet", func() error {
			_, err := a.SubmitTimesheet(ctx, &attendancev1.SubmitTimesheetRequest{Employee: of.employee, Period: month})
			return err
		}},
		{"ApproveTimesheets", func() error { return f.approveOne(ctx, of.employee, month) }},
		{"SendBackTimesheet", func() error {
			_, err := a.SendBackTimesheet(ctx, &attendancev1.SendBackTimesheetRequest{Employee: of.employee, Period: month, Comment: reason})
			return err
		}},
		{"CreatePunch", func() error {
			_, err := a.CreatePunch(ctx, &attendancev1.CreatePunchRequest{Employee: of.employee, Punch: entered})
			return err
		}},
		{"CorrectPunch", func() error {
			_, err := a.CorrectPunch(ctx, &attendancev1.CorrectPunchRequest{Punch: of.punch, Kind: attendancev1.Punch_GO_OUT, Reason: reason})
			return err
		}},
		{"VoidPunch", func() error { return f.voidAgain(ctx, of.punch) }},
		{"ApplyHeldPunch", func() error {
			_, err := a.ApplyHeldPunch(ctx, &attendancev1.ApplyHeldPunchRequest{HeldPunch: of.held})
			return err
		}},
		{"DiscardHeldPunch", func() error { return f.discardAgain(ctx, of.held) }},
	}, f.requestCalls(ctx, of), []objectCall{
		{"CreateLegalHold", func() error {
			_, err := a.CreateLegalHold(ctx, &attendancev1.CreateLegalHoldRequest{LegalHold: &attendancev1.LegalHold{Employee: of.employee, Reason: reason}})
			return err
		}},
		{"ReleaseLegalHold", func() error {
			_, err := a.ReleaseLegalHold(ctx, &attendancev1.ReleaseLegalHoldRequest{LegalHold: of.hold, Reason: reason})
			return err
		}},
		{"UpdateEmployee", func() error {
			_, err := a.UpdateEmployee(ctx, &attendancev1.UpdateEmployeeRequest{EmployeeId: of.employee, Employee: &attendancev1.Employee{DisplayName: "改名"}})
			return err
		}},
		{"DeleteEmployee", func() error {
			_, err := a.DeleteEmployee(ctx, &attendancev1.DeleteEmployeeRequest{Employee: of.employee})
			return err
		}},
	})
}

// requestCalls is every method about a correction that was asked for.
func (f *fixture) requestCalls(ctx context.Context, of things) []objectCall {
	a, reason := f.admin, "理由"
	return []objectCall{
		{"CreateCorrectionRequest", func() error {
			_, err := a.CreateCorrectionRequest(ctx, &attendancev1.CreateCorrectionRequestRequest{CorrectionRequest: f.forgotten(of.employee)})
			return err
		}},
		{"GetCorrectionRequest", func() error {
			_, err := a.GetCorrectionRequest(ctx, &attendancev1.GetCorrectionRequestRequest{CorrectionRequest: of.request})
			return err
		}},
		{"ApproveCorrectionRequest", func() error {
			_, err := a.ApproveCorrectionRequest(ctx, &attendancev1.ApproveCorrectionRequestRequest{CorrectionRequest: of.request})
			return err
		}},
		{"RejectCorrectionRequest", func() error {
			return decidedAgain(a.RejectCorrectionRequest(ctx, &attendancev1.RejectCorrectionRequestRequest{CorrectionRequest: of.request, Comment: reason}))
		}},
		{"WithdrawCorrectionRequest", func() error {
			return decidedAgain(a.WithdrawCorrectionRequest(ctx, &attendancev1.WithdrawCorrectionRequestRequest{CorrectionRequest: of.request}))
		}},
	}
}

// companyWide are the methods about no one employee, and those whose answers other tests compare: lists, streams,
// imports and new employees.
var companyWide = []string{
	"GetPunchSettings", "UpdatePunchSettings", "TestPunchSettings", "GetWorkRules", "UpdateWorkRules", "ListWorkRulesVersions",
	"GetRetention", "UpdateRetention", "ListRetentionVersions",
	"ListEmployees", "ListPunches", "ListHeldPunches", "ListCorrectionRequests", "ListTimesheets", "ListLegalHolds", "PreviewPurge", "ExportAttendance",
	"ImportEmployees", "CreateEmployee",
}

// A manager of a department does everything to its people and nothing to others', who answer as if they were absent.
func TestForeignDepartmentsAreAbsent(t *testing.T) {
	f := setup(t)
	own, foreign := f.everything(t, "001", "営業"), f.everything(t, "002", "総務")
	absent := things{pageID, pageID, pageID, pageID, pageID}
	ctx := f.managing(t, "営業", "'\"{,}\\ 企画")
	before := f.rows(t)
	gone := f.objectCalls(ctx, absent)
	var tried []string
	for i, call := range f.objectCalls(ctx, foreign) {
		got, want := call.do(), gone[i].do()
		if got == nil || want == nil || got.Error() != want.Error() || !isGone(got) {
			t.Errorf("%s: foreign %v, absent %v", call.method, got, want)
		}
		tried = append(tried, call.method)
	}
	if after := f.rows(t); after != before {
		t.Errorf("something changed:\n%s\n%s", before, after)
	}
	for _, call := range f.objectCalls(ctx, own) {
		if err := call.do(); err != nil {
			t.Errorf("%s of the own department: %v", call.method, err)
		}
	}
	methods := attendancev1.File_dakoku_attendance_v1_attendance_admin_service_proto.Services().ByName("AttendanceAdminService").Methods()
	for i := range methods.Len() {
		if name := string(methods.Get(i).Name()); slices.Contains(tried, name) == slices.Contains(companyWide, name) {
			t.Errorf("%s is not tried, or twice", name)
		}
	}
}

// isGone tells NOT_FOUND by its reason.
func isGone(err error) bool {
	known, ok := fault.From(err)
	return ok && known.Kind() == fault.NotFound && strings.HasSuffix(known.Reason(), "_NOT_FOUND")
}

// Lists, sums and the report have the people of the departments only, whatever the filter says.
func TestListsOfADepartment(t *testing.T) {
	f := setup(t)
	own, foreign := f.everything(t, "001", "営業"), f.everything(t, "002", "総務")
	for _, tt := range []struct {
		ctx  context.Context
		want []string
	}{
		{f.ctx(t), []string{own.employee, foreign.employee}},
		{f.managing(t, "営業"), []string{own.employee}},
		{f.managing(t, "総務", "営業"), []string{own.employee, foreign.employee}},
		{f.managing(t, "営"), nil},
	} {
		slices.Sort(tt.want)
		for name, got := range f.listed(tt.ctx, t) {
			slices.Sort(got)
			if !slices.Equal(got, tt.want) {
				t.Errorf("%s: %v, want %v", name, got, tt.want)
			}
		}
	}
	res, err := f.admin.ListPunches(f.managing(t, "営業"), &attendancev1.ListPunchesRequest{Employee: foreign.employee})
	if err != nil || len(res.GetPunches()) != 0 {
		t.Errorf("by the filter: %v %v", res, err)
	}
	// Whoever moves to another department is out of reach with the next call.
	if _, err := f.admin.UpdateEmployee(f.ctx(t), &attendancev1.UpdateEmployeeRequest{EmployeeId: own.employee, Employee: &attendancev1.Employee{Department: "企画"}}); err != nil {
		t.Fatal(err)
	}
	for name, got := range f.listed(f.managing(t, "営業"), t) {
		if got != nil {
			t.Errorf("%s after the move: %v", name, got)
		}
	}
}

// Nobody is added to or pushed off into a department that the manager has not, and numbers of others stay unnamed.
func TestManagersStaffTheirOwnDepartments(t *testing.T) {
	f := setup(t)
	own, foreign := f.everything(t, "001", "営業"), f.everything(t, "002", "総務")
	ctx := f.managing(t, "営業")
	outside := func(err error) bool {
		fields := rpc.FaultFrom(err).Fields()
		return len(fields) == 1 && fields[0].Path == "employee.department" && fields[0].Reason == "DEPARTMENT_OUTSIDE"
	}
	for _, department := range []string{"総務", ""} {
		_, err := f.admin.CreateEmployee(ctx, &attendancev1.CreateEmployeeRequest{Employee: &attendancev1.Employee{EmployeeNumber: "9", DisplayName: "x", Department: department}})
		if err == nil || !outside(err) {
			t.Errorf("created in %q: %v", department, err)
		}
		_, err = f.admin.UpdateEmployee(ctx, &attendancev1.UpdateEmployeeRequest{EmployeeId: own.employee, Employee: &attendancev1.Employee{Department: department},
			UpdateMask: maskOf("department")})
		if err == nil || !outside(err) {
			t.Errorf("moved to %q: %v", department, err)
		}
	}
	_, err := f.admin.CreateEmployee(ctx, &attendancev1.CreateEmployeeRequest{Employee: &attendancev1.Employee{EmployeeNumber: "002", DisplayName: "x", Department: "営業"}})
	if known := rpc.FaultFrom(err); known.Reason() != "EMPLOYEE_NUMBER_TAKEN" || strings.Contains(known.Error(), foreign.employee) || known.Meta()["employee"] != "" {
		t.Errorf("a foreign number: %v", err)
	}
	before := f.rows(t)
	res, err := f.admin.ImportEmployees(ctx, &attendancev1.ImportEmployeesRequest{Table: &attendancev1.EmployeeTable{
		Csv: "employee_number,display_name,department\n002,奪取,営業\n003,新人,営業\n004,他部署,総務\n001,移動,総務\n",
	}})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range res.GetResults() {
		line := r.GetEmployeeNumber() + " " + r.GetResult().String()
		for _, p := range r.GetProblems() {
			line += " " + p.GetColumn() + " " + p.GetReason()
		}
		got = append(got, line)
	}
	want := []string{"002 FAILED employee_number EMPLOYEE_NUMBER_TAKEN", "003 CREATED", "004 FAILED department DEPARTMENT_OUTSIDE", "001 FAILED department DEPARTMENT_OUTSIDE"}
	if !slices.Equal(got, want) || res.GetResults()[0].GetEmployee() != "" {
		t.Errorf("import: %v", res.GetResults())
	}
	if after := f.rows(t); after == before || strings.Contains(after, "奪取") || strings.Contains(after, "移動") || strings.Contains(after, "他部署") {
		t.Errorf("after the import: %s", after)
	}
}

// Whom a limited manager reaches is told to other contexts, page by page.
func TestMembersOfDepartments(t *testing.T) {
	f := setup(t)
	own, foreign := f.everything(t, "001", "営業"), f.everything(t, "002", "総務")
	members := NewMembers(store.New(f.db, nil))
	for _, tt := range []struct{ departments, want []string }{
		{[]string{"営業"}, []string{own.employee}}, {[]string{"営業", "総務"}, []string{own.employee, foreign.employee}}, {[]string{"営"}, nil},
	} {
		res, err := members.ListDepartmentMembers(t.Context(), &attendancev1.ListDepartmentMembersRequest{Tenant: f.tenant, Departments: tt.departments})
		slices.Sort(tt.want)
		if err != nil || !slices.Equal(res.GetEmployees(), tt.want) || res.GetNextPageToken() != "" {
			t.Errorf("%v: %v %v", tt.departments, res, err)
		}
	}
	other := f.tenant
	f.closes(t, 31)
	res, err := members.ListDepartmentMembers(t.Context(), &attendancev1.ListDepartmentMembersRequest{Tenant: f.tenant, Departments: []string{"営業"}})
	if err != nil || len(res.GetEmployees()) != 0 || other == f.tenant {
		t.Errorf("another organization: %v %v", res, err)
	}
}

// Every table of what is somebody's has the policy, those of later migrations too.
func TestEveryTableOfAPersonIsLimited(t *testing.T) {
	f := setup(t)
	bare := f.texts(t, `
select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
  join pg_attribute a on a.attrelid = c.oid and a.attname = 'employee_id' and not a.attisdropped
 where n.nspname = 'attendance' and c.relkind in ('r', 'p') and not c.relispartition
   and not exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'department' and not p.polpermissive and p.polcmd = '*')`)
	if bare != nil {
		t.Errorf("no policy for departments on %v", bare)
	}
}

// protoreflect is how the test finds what a list names.
func employeesIn(m protoreflect.Message, found map[string]bool) {
	m.Range(func(field protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case field.Kind() == protoreflect.MessageKind && field.IsList():
			for i := range v.List().Len() {
				employeesIn(v.List().Get(i).Message(), found)
			}
		case field.Kind() == protoreflect.MessageKind && !field.IsMap():
			employeesIn(v.Message(), found)
		case field.Kind() == protoreflect.StringKind && !field.IsList():
			if rest, is := strings.CutPrefix(v.String(), "employees/"); is {
				found[rest[:36]] = true
			}
		}
		return true
	})
}
