package attendance

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/dakoku/dakoku/platform/postgres/pgtest"
	"github.com/dakoku/dakoku/platform/rpc"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	optionsv1 "github.com/dakoku/dakoku/proto/gen/dakoku/options/v1"
)

// office is a company with a running service in which people look after their own records.
type office struct {
	t      *testing.T
	conn   *grpc.ClientConn
	public *grpc.ClientConn // of the other door
	data   *pgtest.Database
	tenant string
	admin  attendancev1.AttendanceAdminServiceClient
}

func openOffice(t *testing.T) *office {
	t.Helper()
	dir, database := identities(t), pgtest.New(t, Migrations())
	addr := start(t, Config{
		DatabaseURL: database.URL, DataDir: t.TempDir(), Identity: identity(t, dir, Name), ListenAddr: "127.0.0.1:0",
	})
	o := &office{t: t, conn: dial(t, dir, "admin-gateway", addr), public: dial(t, dir, "webhook-gateway", addr), data: database, tenant: uuid.NewString()}
	o.admin = attendancev1.NewAttendanceAdminServiceClient(o.conn)
	_, err := attendancev1.NewAttendanceProvisioningServiceClient(o.conn).PutCompany(t.Context(), &attendancev1.PutCompanyRequest{
		Tenant: o.tenant, Revision: 1, TimeZone: "Asia/Tokyo", ClosingDay: 31,
	})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// by is a context of an account of the company; the employee may be nobody.
func (o *office) by(employee string, permissions ...string) context.Context {
	return rpc.OutgoingCaller(o.t.Context(), rpc.Caller{
		Tenant: o.tenant, Account: "a-" + employee, Kind: rpc.KindAccount, Proved: true, Employee: employee, Permissions: permissions,
	}, "en")
}

// hire adds an employee with one punch on 2025-11-04 and returns the ids.
func (o *office) hire(number string) (employee, punch string) {
	o.t.Helper()
	boss := o.by("", "employees.write", "punches.write")
	made, err := o.admin.CreateEmployee(boss, &attendancev1.CreateEmployeeRequest{
		Employee: &attendancev1.Employee{EmployeeNumber: number, DisplayName: "社員" + number},
	})
	if err != nil {
		o.t.Fatal(err)
	}
	employee = strings.TrimPrefix(made.GetEmployee().GetName(), "employees/")
	entered, err := o.admin.CreatePunch(boss, &attendancev1.CreatePunchRequest{Employee: employee, Punch: manual(9, "入社日")})
	if err != nil {
		o.t.Fatal(err)
	}
	return employee, strings.TrimPrefix(entered.GetPunch().GetName(), "punches/")
}

// asked is a request for a 退勤 of an employee that the employee made.
func (o *office) asked(employee string) (request string, err error) {
	o.t.Helper()
	wish := &attendancev1.CorrectionRequest{Kind: attendancev1.Punch_CLOCK_OUT, Time: manual(18, "").GetTime(), Reason: "打刻漏れ"}
	made, err := o.admin.CreateCorrectionRequest(o.by(employee, "corrections.requestOwn"), &attendancev1.CreateCorrectionRequestRequest{CorrectionRequest: wish})
	return strings.TrimPrefix(made.GetCorrectionRequest().GetName(), "correctionRequests/"), err
}

func manual(hour int, reason string) *attendancev1.ManualPunch {
	at := time.Date(2025, time.November, 4, hour, 0, 0, 0, time.FixedZone("", 9*3600))
	return &attendancev1.ManualPunch{Kind: attendancev1.Punch_CLOCK_IN, Time: timestamppb.New(at), Reason: reason}
}

// ownCalls is every method that takes a permission for own data, with a request about an employee, a punch and a
// correction request.
func ownCalls(employee, punch, request string) map[string]proto.Message {
	const month = "2025-11"
	return map[string]proto.Message{
		"CreateCorrectionRequest": &attendancev1.CreateCorrectionRequestRequest{CorrectionRequest: &attendancev1.CorrectionRequest{
			Employee: employee, Kind: attendancev1.Punch_CLOCK_OUT, Time: manual(18, "").GetTime(), Reason: "打刻漏れ"}},
		"ListCorrectionRequests":    &attendancev1.ListCorrectionRequestsRequest{Employee: employee},
		"GetCorrectionRequest":      &attendancev1.GetCorrectionRequestRequest{CorrectionRequest: request},
		"WithdrawCorrectionRequest": &attendancev1.WithdrawCorrectionRequestRequest{CorrectionRequest: request},
		"ListHeldPunches":           &attendancev1.ListHeldPunchesRequest{Employee: employee},
		"ListPunches":               &attendancev1.ListPunchesRequest{Employee: employee},
		"CreatePunch":               &attendancev1.CreatePunchRequest{Employee: employee, Punch: manual(8, "早出")},
		"VoidPunch":                 &attendancev1.VoidPunchRequest{Punch: punch, Reason: "誤り"},
		"CorrectPunch":              &attendancev1.CorrectPunchRequest{Punch: punch, Time: manual(10, "").GetTime(), Reason: "誤り"},
		"GetTimesheet":              &attendancev1.GetTimesheetRequest{Employee: employee, Period: month},
		"ListTimesheets":            &attendancev1.ListTimesheetsRequest{},
		"SubmitTimesheet":           &attendancev1.SubmitTimesheetRequest{Employee: employee, Period: month},
		"WithdrawTimesheet":         &attendancev1.WithdrawTimesheetRequest{Employee: employee, Period: month},
	}
}

// ownOption is the permission for own data of each method of the administrators' service, empty without one.
func ownOption() map[string]string {
	options := map[string]string{}
	methods := attendancev1.File_dakoku_attendance_v1_attendance_admin_service_proto.Services().ByName("AttendanceAdminService").Methods()
	for i := range methods.Len() {
		own, _ := proto.GetExtension(methods.Get(i).Options(), optionsv1.E_OwnPermission).(string)
		options[string(methods.Get(i).Name())] = own
	}
	return options
}

func (o *office) call(ctx context.Context, method string, request proto.Message) (proto.Message, error) {
	o.t.Helper()
	answer, err := protoregistry.GlobalTypes.FindMessageByName(protoreflect.FullName("dakoku.attendance.v1." + method + "Response"))
	if err != nil {
		o.t.Fatal(err)
	}
	into := answer.New().Interface()
	err = o.conn.Invoke(ctx, "/"+attendancev1.AttendanceAdminService_ServiceDesc.ServiceName+"/"+method, request, into)
	return into, err
}

// closed calls a method with an empty request.
func (o *office) closed(ctx context.Context, method string) error {
	request, err := protoregistry.GlobalTypes.FindMessageByName(protoreflect.FullName("dakoku.attendance.v1." + method + "Request"))
	if err != nil {
		o.t.Fatal(err)
	}
	if method != "ExportAttendance" {
		_, err = o.call(ctx, method, request.New().Interface())
		return err
	}
	stream, err := o.admin.ExportAttendance(ctx, &attendancev1.ExportAttendanceRequest{})
	if err == nil {
		_, err = stream.Recv()
	}
	return err
}

// What belongs to somebody else is not found, with the very answer of what does not exist, by every method that takes a
// permission for own data; and no other method lets such a caller in.
func TestOwnDataOnly(t *testing.T) {
	o := openOffice(t)
	mine, myPunch := o.hire("001")
	other, otherPunch := o.hire("002")
	absent := uuid.NewString()
	myRequest, err := o.asked(mine)
	otherRequest, otherErr := o.asked(other)
	if err != nil || otherErr != nil {
		t.Fatal(err, otherErr)
	}
	options := ownOption()
	for _, method := range slices.Sorted(maps.Keys(options)) {
		own := options[method]
		request, known := ownCalls(other, otherPunch, otherRequest)[method]
		if known != (own != "") {
			t.Errorf("%s: own permission %q, in the test: %v", method, own, known)
		}
		everything := slices.Compact(slices.Sorted(maps.Values(options)))
		if !known {
			if err := o.closed(o.by(mine, everything...), method); status.Code(err) != codes.PermissionDenied {
				t.Errorf("%s is open to an employee: %v", method, err)
			}
			continue
		}
		if method == "ListTimesheets" {
			continue // it takes no employee; see below
		}
		foreign, err := o.call(o.by(mine, own), method, request)
		_, gone := o.call(o.by(mine, own), method, ownCalls(absent, absent, absent)[method])
		if status.Code(err) != codes.NotFound || !cmp.Equal(status.Convert(err).String(), status.Convert(gone).String()) {
			t.Errorf("%s of somebody else: %v, %v; absent: %v", method, foreign, err, gone)
		}
		if _, err := o.call(o.by("", own), method, ownCalls(mine, myPunch, myRequest)[method]); status.Code(err) != codes.PermissionDenied {
			t.Errorf("%s by an account that is nobody's: %v", method, err)
		}
		if _, err := o.call(o.by(mine, slices.DeleteFunc(everything, func(p string) bool { return p == own })...), method, ownCalls(mine, myPunch, myRequest)[method]); status.Code(err) != codes.PermissionDenied {
			t.Errorf("%s without its permission: %v", method, err)
		}
	}
}

// An employee sees the whole history of each of his or her values, corrects with a reason, hands in and takes back.
func TestAnEmployeeLooksAfterHisOwnRecords(t *testing.T) {
	o := openOffice(t)
	mine, punch := o.hire("001")
	o.hire("002")
	me := o.by(mine, "punches.readOwn", "punches.writeOwn", "timesheets.readOwn", "timesheets.submitOwn")
	for _, method := range []string{"CorrectPunch", "CreatePunch", "GetTimesheet", "SubmitTimesheet", "WithdrawTimesheet"} {
		if _, err := o.call(me, method, ownCalls(mine, punch, "")[method]); err != nil {
			t.Fatalf("%s: %v", method, err)
		}
	}
	sheet, err := o.admin.GetTimesheet(me, &attendancev1.GetTimesheetRequest{Employee: "employees/" + strings.ToUpper(mine), Period: "2025-11"})
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, p := range sheet.GetTimesheet().GetDays()[0].GetPunches() {
		told = append(told, p.GetState().String()+" "+p.GetActor()+" "+p.GetReason()+" / "+p.GetVoidActor()+" "+p.GetVoidReason())
	}
	want := []string{"VALID accounts/a-" + mine + " 早出 /  ", "VOIDED accounts/a- 入社日 / accounts/a-" + mine + " 誤り", "VALID accounts/a-" + mine + " 誤り /  "}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Error(diff)
	}
	list, err := o.admin.ListPunches(me, &attendancev1.ListPunchesRequest{})
	if err != nil || len(list.GetPunches()) != 3 || list.GetPunches()[0].GetEmployee() != "employees/"+mine {
		t.Errorf("punches %v, %v", list, err)
	}
	for _, period := range []string{"", "2025-11"} {
		sheets, err := o.admin.ListTimesheets(me, &attendancev1.ListTimesheetsRequest{Period: period})
		if err != nil || len(sheets.GetTimesheets()) != 1 || sheets.GetTimesheets()[0].GetEmployee() != "employees/"+mine {
			t.Errorf("timesheets of %q: %v, %v", period, sheets, err)
		}
	}
}
