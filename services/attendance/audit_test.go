package attendance

import (
	"context"
	"crypto/sha256"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"google.golang.org/protobuf/proto"

	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
)

// Words that stand in what the test changes, and never in the audit.
const (
	privateName   = "非公開氏名"
	privateReason = "非公開理由"
	privateMail   = "private@example.co.jp"
	privateNumber = "P-4711"
)

// auditor counts what an office notes.
type auditor struct {
	*office
	owner *pgx.Conn
	boss  context.Context
	tried []string
}

func openAuditor(t *testing.T) *auditor {
	o := openOffice(t)
	boss := o.by("", "corrections.request", "employees.read", "employees.write", "punches.read", "punches.write", "settings.read", "settings.write", "timesheets.read", "timesheets.review", "timesheets.submit")
	return &auditor{office: o, owner: o.data.Owner(t), boss: boss}
}

func (a *auditor) number(question string) (n int) {
	a.t.Helper()
	if err := a.owner.QueryRow(a.t.Context(), question).Scan(&n); err != nil {
		a.t.Fatal(err)
	}
	return n
}

// rows are the tables that are noted, with the transaction of each row.
const rows = `(select xmin from attendance.employees union all select xmin from attendance.companies union all select xmin from attendance.punch_settings
	union all select xmin from attendance.work_rules union all select xmin from attendance.retention_settings union all select xmin from attendance.legal_holds
	union all select xmin from attendance.legal_hold_releases union all select xmin from attendance.timesheets union all select xmin from attendance.punch_voids
	union all select xmin from attendance.held_punch_decisions union all select xmin from attendance.correction_requests union all select xmin from attendance.correction_decisions
	union all select xmin from attendance.punches) r`

// notes calls a method and expects so many events more, each of the transaction of what changed.
func (a *auditor) notes(more int, method string, request proto.Message) proto.Message {
	a.t.Helper()
	const all = `select count(*) from attendance.audit_events`
	before := a.number(all)
	answer, err := a.call(a.boss, method, request)
	if got := a.number(all) - before; got != more || err != nil && more > 0 {
		a.t.Errorf("%s is noted %d times, want %d: %v", method, got, more, err)
	}
	if apart := a.number(`select count(*) from (select *, xmin as moved from attendance.audit_events order by id desc limit 1) e where not exists (select from ` + rows + ` where r.xmin = e.moved)`); more > 0 && apart > 0 {
		a.t.Errorf("%s is noted in a transaction of its own", method)
	}
	if more > 0 && a.number(`select count(*) from (select *, xmin as moved from attendance.audit_events order by id desc limit 1) e where lower(replace(action, '_', '')) = '`+strings.ToLower(method)+`' and action = upper(action) and actor = 'a-' and actor_kind = 'account'`) != 1 {
		a.t.Errorf("%s is noted as something else", method)
	}
	a.tried = append(a.tried, method)
	return answer
}

// hold makes a held punch and returns its id.
func (a *auditor) hold(employee, text string, hour int) string {
	a.t.Helper()
	key, at := sha256.Sum256([]byte(text)), manual(hour, "").GetTime()
	_, err := attendancev1.NewAttendanceServiceClient(a.public).RecordEvents(a.t.Context(), &attendancev1.RecordEventsRequest{Events: []*attendancev1.ChatEvent{{
		Tenant: a.tenant, EventKey: key[:], Connection: uuid.NewString(), Employee: employee, IssuedTime: at, ReceivedTime: at,
		RoomKind: attendancev1.RoomKind_DIRECT, SenderState: attendancev1.ChatEvent_LINKED, Content: &attendancev1.ChatEvent_Text{Text: &attendancev1.TextContent{Text: text}},
	}}})
	if err != nil {
		a.t.Fatal(err)
	}
	list, err := a.admin.ListHeldPunches(a.boss, &attendancev1.ListHeldPunchesRequest{Employee: employee})
	if err != nil || len(list.GetHeldPunches()) == 0 {
		a.t.Fatal(list, err)
	}
	return strings.TrimPrefix(list.GetHeldPunches()[0].GetName(), "heldPunches/")
}

// Each call that changes something is noted exactly once, in the transaction of the change; what only checks, fails or
// changes nothing is not. No method of the contract is left out.
func TestEachChangeIsNotedOnce(t *testing.T) {
	a := openAuditor(t)
	a.staff()
	a.settings()
	a.records()
	methods := attendancev1.File_dakoku_attendance_v1_attendance_admin_service_proto.Services().ByName("AttendanceAdminService").Methods()
	for i := range methods.Len() {
		name := string(methods.Get(i).Name())
		reads := slices.ContainsFunc([]string{"Get", "List", "Preview", "Test", "Export"}, func(p string) bool { return strings.HasPrefix(name, p) })
		if reads == slices.Contains(a.tried, name) {
			t.Errorf("%s: it reads: %v, and is not tried, or is", name, reads)
		}
	}
	for _, private := range []string{privateName, privateReason, privateMail, privateNumber, `\\x`} {
		if n := a.number(`select count(*) from attendance.audit_changes c where position('` + private + `' in c::text) > 0`); n != 0 {
			t.Errorf("%s is in the audit %d times", private, n)
		}
	}
}

func (a *auditor) staff() {
	fresh := &attendancev1.Employee{EmployeeNumber: privateNumber, DisplayName: privateName, Email: privateMail}
	a.notes(0, "CreateEmployee", &attendancev1.CreateEmployeeRequest{Employee: fresh, ValidateOnly: true})
	made, _ := a.notes(1, "CreateEmployee", &attendancev1.CreateEmployeeRequest{Employee: fresh}).(*attendancev1.CreateEmployeeResponse)
	a.notes(0, "CreateEmployee", &attendancev1.CreateEmployeeRequest{Employee: fresh})
	id := strings.TrimPrefix(made.GetEmployee().GetName(), "employees/")
	renamed := &attendancev1.Employee{DisplayName: privateName + "改"}
	a.notes(0, "UpdateEmployee", &attendancev1.UpdateEmployeeRequest{EmployeeId: id, Employee: renamed, ValidateOnly: true})
	a.notes(1, "UpdateEmployee", &attendancev1.UpdateEmployeeRequest{EmployeeId: id, Employee: renamed})
	a.notes(0, "UpdateEmployee", &attendancev1.UpdateEmployeeRequest{EmployeeId: id, Employee: renamed})
	table := &attendancev1.EmployeeTable{Csv: "employee_number,display_name\n" + privateNumber + "," + privateName + "\nP2," + privateName + "\nP3," + privateName + "\n"}
	a.notes(0, "ImportEmployees", &attendancev1.ImportEmployeesRequest{Table: table, ValidateOnly: true})
	a.notes(1, "ImportEmployees", &attendancev1.ImportEmployeesRequest{Table: table})
	a.notes(0, "ImportEmployees", &attendancev1.ImportEmployeesRequest{Table: table})
	a.notes(0, "DeleteEmployee", &attendancev1.DeleteEmployeeRequest{Employee: id, ValidateOnly: true})
	a.notes(1, "DeleteEmployee", &attendancev1.DeleteEmployeeRequest{Employee: id})
	a.notes(0, "DeleteEmployee", &attendancev1.DeleteEmployeeRequest{Employee: id})
	hold := &attendancev1.LegalHold{Employee: "employees/" + id, Reason: privateReason}
	a.notes(0, "CreateLegalHold", &attendancev1.CreateLegalHoldRequest{LegalHold: hold, ValidateOnly: true})
	placed, _ := a.notes(1, "CreateLegalHold", &attendancev1.CreateLegalHoldRequest{LegalHold: hold}).(*attendancev1.CreateLegalHoldResponse)
	release := &attendancev1.ReleaseLegalHoldRequest{LegalHold: strings.TrimPrefix(placed.GetLegalHold().GetName(), "legalHolds/"), Reason: privateReason}
	a.notes(1, "ReleaseLegalHold", release)
	a.notes(0, "ReleaseLegalHold", release)
	if n := a.number(`select count(*) from attendance.audit_events e where action = 'IMPORT_EMPLOYEES' and 3 =
		(select count(*) from attendance.audit_changes c where c.event_id = e.id)`); n != 1 {
		a.t.Error("the import is not one event with three changes")
	}
	if n := a.number(`select count(*) from attendance.audit_changes where resource = 'employees/` + id + `' and before ->> 'state' = 'ACTIVE' and after ->> 'state' = 'INACTIVE' and withheld = '{}'`); n != 1 {
		a.t.Error("the state is not noted before and after")
	}
	if n := a.number(`select count(*) from attendance.audit_changes where resource = 'employees/` + id + `' and before is not null and withheld = '{display_name}'`); n != 2 {
		a.t.Error("that the name changed is not noted")
	}
}

func (a *auditor) settings() {
	connection := uuid.NewString()
	for _, word := range []string{"勤怠", "出退勤"} {
		words := &attendancev1.PunchSettings{TriggerWords: []string{word}}
		a.notes(0, "UpdatePunchSettings", &attendancev1.UpdatePunchSettingsRequest{Connection: connection, PunchSettings: words, ValidateOnly: true})
		a.notes(1, "UpdatePunchSettings", &attendancev1.UpdatePunchSettingsRequest{Connection: connection, PunchSettings: words})
	}
	a.notes(0, "UpdatePunchSettings", &attendancev1.UpdatePunchSettingsRequest{Connection: connection, PunchSettings: &attendancev1.PunchSettings{Etag: "old"}})
	a.notes(0, "UpdateWorkRules", &attendancev1.UpdateWorkRulesRequest{WorkRules: &attendancev1.WorkRules{DayCutoff: "04:00"}, ValidateOnly: true})
	a.notes(1, "UpdateWorkRules", &attendancev1.UpdateWorkRulesRequest{WorkRules: &attendancev1.WorkRules{DayCutoff: "04:00"}})
	a.notes(0, "UpdateRetention", &attendancev1.UpdateRetentionRequest{Retention: &attendancev1.Retention{Years: 7}, ValidateOnly: true})
	a.notes(1, "UpdateRetention", &attendancev1.UpdateRetentionRequest{Retention: &attendancev1.Retention{Years: 7}})
	a.notes(0, "UpdateRetention", &attendancev1.UpdateRetentionRequest{Retention: &attendancev1.Retention{Years: 1}})
	if n := a.number(`select count(*) from attendance.audit_changes where resource = 'connections/` + connection + `/punchSettings'
		and before -> 'triggers' = '["勤怠"]' and after -> 'triggers' = '["出退勤"]'`); n != 1 {
		a.t.Error("the settings are not noted before and after")
	}
}

func (a *auditor) records() {
	const month = "2025-11"
	id, punch := a.hire("R1")
	other, _ := a.hire("R2")
	entered := &attendancev1.ManualPunch{Kind: attendancev1.Punch_CLOCK_OUT, Time: manual(18, "").GetTime(), Reason: privateReason}
	a.notes(1, "CreatePunch", &attendancev1.CreatePunchRequest{Employee: id, Punch: entered})
	a.notes(0, "CreatePunch", &attendancev1.CreatePunchRequest{Employee: id, Punch: &attendancev1.ManualPunch{}})
	a.notes(1, "CorrectPunch", &attendancev1.CorrectPunchRequest{Punch: punch, Time: manual(10, "").GetTime(), Reason: privateReason})
	a.notes(0, "CorrectPunch", &attendancev1.CorrectPunchRequest{Punch: punch, Time: manual(11, "").GetTime(), Reason: privateReason})
	list, err := a.admin.ListPunches(a.boss, &attendancev1.ListPunchesRequest{Employee: other})
	if err != nil {
		a.t.Fatal(err)
	}
	void := &attendancev1.VoidPunchRequest{Punch: strings.TrimPrefix(list.GetPunches()[0].GetName(), "punches/"), Reason: privateReason}
	a.notes(1, "VoidPunch", void)
	a.notes(0, "VoidPunch", void)
	a.corrections(other)
	submit := &attendancev1.SubmitTimesheetRequest{Employee: id, Period: month}
	a.notes(1, "SubmitTimesheet", submit)
	a.notes(0, "SubmitTimesheet", submit)
	a.notes(1, "WithdrawTimesheet", &attendancev1.WithdrawTimesheetRequest{Employee: id, Period: month})
	a.notes(1, "SubmitTimesheet", submit)
	a.notes(1, "SubmitTimesheet", &attendancev1.SubmitTimesheetRequest{Employee: other, Period: month})
	a.notes(1, "ApproveTimesheet", &attendancev1.ApproveTimesheetRequest{Employee: id, Period: month})
	a.notes(1, "CancelTimesheetApproval", &attendancev1.CancelTimesheetApprovalRequest{Employee: id, Period: month})
	sheets := []string{"employees/" + id + "/timesheets/" + month, "employees/" + other + "/timesheets/" + month}
	a.notes(1, "ApproveTimesheets", &attendancev1.ApproveTimesheetsRequest{Timesheets: sheets})
	a.notes(0, "ApproveTimesheets", &attendancev1.ApproveTimesheetsRequest{Timesheets: sheets})
	before := a.number(`select count(*) from attendance.audit_events`)
	held := []string{a.hold(id, "退勤", 19), a.hold(id, "出勤", 20)}
	if after := a.number(`select count(*) from attendance.audit_events`); after != before || held[0] == held[1] {
		a.t.Errorf("what is said in the chat is noted: %d", after-before)
	}
	a.notes(1, "CancelTimesheetApproval", &attendancev1.CancelTimesheetApprovalRequest{Employee: id, Period: month})
	a.notes(1, "SendBackTimesheet", &attendancev1.SendBackTimesheetRequest{Employee: id, Period: month, Comment: privateReason})
	a.notes(1, "ApplyHeldPunch", &attendancev1.ApplyHeldPunchRequest{HeldPunch: held[0]})
	a.notes(0, "ApplyHeldPunch", &attendancev1.ApplyHeldPunchRequest{HeldPunch: held[0]})
	a.notes(1, "DiscardHeldPunch", &attendancev1.DiscardHeldPunchRequest{HeldPunch: held[1], Reason: privateReason})
	a.notes(0, "DiscardHeldPunch", &attendancev1.DiscardHeldPunchRequest{HeldPunch: held[1], Reason: privateReason})
	if n := a.number(`select count(*) from attendance.audit_changes where resource = '` + sheets[0] + `' and before ->> 'state' = 'SUBMITTED' and after ->> 'state' = 'APPROVED'`); n != 2 {
		a.t.Error("the state of the timesheet is not noted before and after")
	}
}

// corrections asks for punches of an employee, as somebody else, and decides about them.
func (a *auditor) corrections(employee string) {
	wish := &attendancev1.CorrectionRequest{Employee: employee, Kind: attendancev1.Punch_CLOCK_OUT, Time: manual(18, "").GetTime(), Reason: privateReason}
	a.notes(0, "CreateCorrectionRequest", &attendancev1.CreateCorrectionRequestRequest{CorrectionRequest: wish, ValidateOnly: true})
	a.notes(1, "CreateCorrectionRequest", &attendancev1.CreateCorrectionRequestRequest{CorrectionRequest: wish})
	asked := func() string {
		id, _ := a.asked(employee)
		return id
	}
	a.notes(1, "ApproveCorrectionRequest", &attendancev1.ApproveCorrectionRequestRequest{CorrectionRequest: asked(), Comment: privateReason})
	rejected, withdrawn := asked(), asked()
	a.notes(1, "RejectCorrectionRequest", &attendancev1.RejectCorrectionRequestRequest{CorrectionRequest: rejected, Comment: privateReason})
	a.notes(0, "RejectCorrectionRequest", &attendancev1.RejectCorrectionRequestRequest{CorrectionRequest: rejected, Comment: privateReason})
	a.notes(1, "WithdrawCorrectionRequest", &attendancev1.WithdrawCorrectionRequestRequest{CorrectionRequest: withdrawn, Comment: privateReason})
	a.notes(0, "ApproveCorrectionRequest", &attendancev1.ApproveCorrectionRequestRequest{CorrectionRequest: withdrawn})
}

// What the system does by itself is noted as that: the calendar that it was told, and what the purge removed.
func TestTheSystemIsNoted(t *testing.T) {
	a := openAuditor(t)
	client := attendancev1.NewAttendanceProvisioningServiceClient(a.conn)
	for _, c := range []struct {
		revision int64
		closing  int32
		noted    int
	}{{1, 31, 1}, {2, 20, 2}, {2, 10, 2}, {1, 5, 2}} {
		_, err := client.PutCompany(t.Context(), &attendancev1.PutCompanyRequest{Tenant: a.tenant, Revision: c.revision, TimeZone: "Asia/Tokyo", ClosingDay: c.closing})
		if n := a.number(`select count(*) from attendance.audit_events where actor_kind = 'system' and action = 'PUT_COMPANY'`); n != c.noted || err != nil {
			t.Errorf("revision %d: %d, %v", c.revision, n, err)
		}
	}
	if n := a.number(`select count(*) from attendance.audit_changes where before ->> 'closing_day' = '31' and after ->> 'closing_day' = '20'`); n != 1 {
		t.Error("the closing day is not noted before and after")
	}
}

// Every table of a company is noted, or named here with the reason.
func TestEveryTableIsNoted(t *testing.T) {
	a := openAuditor(t)
	unnoted, err := a.owner.Query(t.Context(), `
select c.relname::text from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
 where c.relnamespace = 'attendance'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
   and not exists (select from pg_trigger g where g.tgrelid = c.oid and g.tgname = 'audit_inserted')
 order by 1`)
	if err != nil {
		t.Fatal(err)
	}
	names, err := pgx.CollectRows(unnoted, pgx.RowTo[string])
	want := []string{
		"audit_changes", "audit_events", // the audit
		"employee_versions",                       // with each change of an employee
		"event_outcomes",                          // what was said in the chat
		"evidence_chains", "evidence_checkpoints", // the seals
		"evidence_erasures", "evidence_seals", "evidence_todo",
		"held_punches",          // what was said in the chat
		"punch_keys",            // with each punch
		"timesheet_transitions", // with each change of a timesheet
	}
	if err != nil || !slices.Equal(names, want) {
		t.Errorf("%v, want %v: %v", names, want, err)
	}
}
