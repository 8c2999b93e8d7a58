package api

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/dakoku/dakoku/platform/fault"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
)

// refused checks kind and reason of an error and gives its metadata and its fields as "path REASON".
func refused(t *testing.T, err error, kind fault.Kind, reason string) (meta map[string]string, fields []string) {
	t.Helper()
	f, ok := fault.From(err)
	if !ok || f.Kind() != kind || f.Reason() != reason {
		t.Fatalf("error %v, want %s", err, reason)
	}
	for _, field := range f.Fields() {
		fields = append(fields, field.Path+" "+field.Reason)
	}
	return f.Meta(), fields
}

// saying checks the sentences of an error in both languages.
func saying(t *testing.T, err error, ja, en string) {
	t.Helper()
	f, ok := fault.From(err)
	if want := (fault.Text{JA: ja, EN: en}); !ok || f.Text() != want {
		t.Errorf("error %v says other than %+v", err, want)
	}
}

func TestEmployeeLife(t *testing.T) {
	f := setup(t)
	created, err := f.admin.CreateEmployee(f.ctx(t), &attendancev1.CreateEmployeeRequest{Employee: &attendancev1.Employee{
		EmployeeNumber: " 001 ", DisplayName: "山田 太郎", Email: "taro@example.co.jp", Department: "営業",
	}})
	if err != nil {
		t.Fatal(err)
	}
	id := employeeOf(created.GetEmployee().GetName())
	got, err := f.admin.GetEmployee(f.ctx(t), &attendancev1.GetEmployeeRequest{Employee: id})
	if err != nil {
		t.Fatal(err)
	}
	want := &attendancev1.Employee{
		Name: "employees/" + id, EmployeeNumber: "001", DisplayName: "山田 太郎", Email: "taro@example.co.jp", Department: "営業",
		State: attendancev1.Employee_ACTIVE, CreateTime: created.GetEmployee().GetCreateTime(), Etag: created.GetEmployee().GetEtag(),
	}
	if diff := cmp.Diff(want, got.GetEmployee(), protocmp.Transform()); diff != "" {
		t.Errorf("employee (-want +got):\n%s", diff)
	}
	update := &attendancev1.UpdateEmployeeRequest{
		EmployeeId: id, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"display_name", "state", "etag"}},
		Employee: &attendancev1.Employee{DisplayName: "山田 花子", State: attendancev1.Employee_INACTIVE, Etag: want.GetEtag()},
	}
	changed, err := f.admin.UpdateEmployee(f.ctx(t), update)
	if err != nil {
		t.Fatal(err)
	}
	want.DisplayName, want.State, want.Etag = "山田 花子", attendancev1.Employee_INACTIVE, changed.GetEmployee().GetEtag()
	if diff := cmp.Diff(want, changed.GetEmployee(), protocmp.Transform()); diff != "" {
		t.Errorf("changed (-want +got):\n%s", diff)
	}
	_, err = f.admin.UpdateEmployee(f.ctx(t), update)
	refused(t, err, fault.Aborted, "ETAG_STALE")
	if o := f.record(t, f.said(t, id, "23T09:00", "出勤"))[0]; o.GetReason() != "EMPLOYEE_INACTIVE" {
		t.Errorf("an inactive employee: %v", o)
	}
}

// PATCH with {} comes without a mask: it changes nothing and is no mistake.
func TestEmployeeUpdateWithoutMask(t *testing.T) {
	f := setup(t)
	id := f.employee(t, "001")
	before, err := f.admin.GetEmployee(f.ctx(t), &attendancev1.GetEmployeeRequest{Employee: id})
	if err != nil {
		t.Fatal(err)
	}
	update := &attendancev1.UpdateEmployeeRequest{EmployeeId: id, Employee: &attendancev1.Employee{}}
	same, err := f.admin.UpdateEmployee(f.ctx(t), update)
	if err != nil || same.GetEmployee().GetDisplayName() != before.GetEmployee().GetDisplayName() {
		t.Fatalf("nothing: %v, %v", same, err)
	}
	update.Employee.Department = "総務"
	changed, err := f.admin.UpdateEmployee(f.ctx(t), update)
	if err != nil || changed.GetEmployee().GetDepartment() != "総務" || changed.GetEmployee().GetEmployeeNumber() != "001" {
		t.Fatalf("one field: %v, %v", changed, err)
	}
}

func TestEmployeeConflicts(t *testing.T) {
	f := setup(t)
	first, second := f.employee(t, "001"), f.employee(t, "002")
	_, err := f.admin.CreateEmployee(f.ctx(t), &attendancev1.CreateEmployeeRequest{
		Employee: &attendancev1.Employee{EmployeeNumber: "001", DisplayName: "x"}, ValidateOnly: true,
	})
	if meta, _ := refused(t, err, fault.Exists, "EMPLOYEE_NUMBER_TAKEN"); meta["employee"] != "employees/"+first {
		t.Errorf("metadata %v", meta)
	}
	_, err = f.admin.UpdateEmployee(f.ctx(t), &attendancev1.UpdateEmployeeRequest{
		EmployeeId: second, Employee: &attendancev1.Employee{EmployeeNumber: "001"},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"employee_number"}},
	})
	if meta, _ := refused(t, err, fault.Exists, "EMPLOYEE_NUMBER_TAKEN"); meta["employee"] != "employees/"+first {
		t.Errorf("metadata %v", meta)
	}
}

func TestEmployeeValidation(t *testing.T) {
	f := setup(t)
	_, err := f.admin.CreateEmployee(f.ctx(t), &attendancev1.CreateEmployeeRequest{
		Employee: &attendancev1.Employee{DisplayName: "a\nb", Email: "Taro <taro@example.jp>", Department: "x\x00", State: 9},
	})
	want := []string{"employee.employeeNumber REQUIRED", "employee.displayName BAD_CHARACTER", "employee.email BAD_EMAIL",
		"employee.department BAD_CHARACTER", "employee.state UNKNOWN_VALUE"}
	if _, fields := refused(t, err, fault.InvalidArgument, "INVALID_ARGUMENT"); !cmp.Equal(want, fields) {
		t.Errorf("fields %v", fields)
	}
	long := strings.Repeat("あ", 101)
	_, err = f.admin.CreateEmployee(f.ctx(t), &attendancev1.CreateEmployeeRequest{
		Employee: &attendancev1.Employee{EmployeeNumber: long, DisplayName: long, Email: strings.Repeat("x", 250) + "@a.jp", Department: long},
	})
	want = []string{"employee.employeeNumber TOO_LONG", "employee.displayName TOO_LONG", "employee.email TOO_LONG", "employee.department TOO_LONG"}
	if _, fields := refused(t, err, fault.InvalidArgument, "INVALID_ARGUMENT"); !cmp.Equal(want, fields) {
		t.Errorf("fields %v", fields)
	}
	turned := "山田\u202e太郎"
	_, err = f.admin.CreateEmployee(f.ctx(t), &attendancev1.CreateEmployeeRequest{
		Employee: &attendancev1.Employee{EmployeeNumber: turned, DisplayName: "山田\u2066", Email: "a\u200f@a.jp", Department: "営\u2028業"},
	})
	want = []string{"employee.employeeNumber BAD_CHARACTER", "employee.displayName BAD_CHARACTER", "employee.email BAD_EMAIL", "employee.department BAD_CHARACTER"}
	if _, fields := refused(t, err, fault.InvalidArgument, "INVALID_ARGUMENT"); !cmp.Equal(want, fields) {
		t.Errorf("fields %v", fields)
	}
	_, err = f.admin.CreateEmployee(f.ctx(t), &attendancev1.CreateEmployeeRequest{
		Employee: &attendancev1.Employee{EmployeeNumber: "\u00ad", DisplayName: "\u200b", Department: "\u2800\u3164"},
	})
	want = []string{"employee.employeeNumber BAD_CHARACTER", "employee.displayName BAD_CHARACTER", "employee.department BAD_CHARACTER"}
	if _, fields := refused(t, err, fault.InvalidArgument, "INVALID_ARGUMENT"); !cmp.Equal(want, fields) {
		t.Errorf("fields %v", fields)
	}
	_, err = f.admin.UpdateEmployee(f.ctx(t), &attendancev1.UpdateEmployeeRequest{
		EmployeeId: uuid.NewString(), Employee: &attendancev1.Employee{}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"salary"}},
	})
	refused(t, err, fault.InvalidArgument, "INVALID_ARGUMENT")
}

// With validateOnly nothing is stored: what is read before and after is the same.
func TestEmployeeValidateOnly(t *testing.T) {
	f := setup(t)
	id := f.employee(t, "001")
	before, err := f.admin.ListEmployees(f.ctx(t), &attendancev1.ListEmployeesRequest{})
	if err != nil {
		t.Fatal(err)
	}
	tried, err := f.admin.CreateEmployee(f.ctx(t), &attendancev1.CreateEmployeeRequest{
		Employee: &attendancev1.Employee{EmployeeNumber: "002", DisplayName: "x"}, ValidateOnly: true,
	})
	if err != nil || tried.GetEmployee().GetName() != "" || tried.GetEmployee().GetEmployeeNumber() != "002" {
		t.Fatalf("%v, %v", tried, err)
	}
	shown, err := f.admin.UpdateEmployee(f.ctx(t), &attendancev1.UpdateEmployeeRequest{
		EmployeeId: id, Employee: &attendancev1.Employee{EmployeeNumber: "9", DisplayName: "y"}, ValidateOnly: true,
	})
	if err != nil || shown.GetEmployee().GetEmployeeNumber() != "9" {
		t.Fatalf("%v, %v", shown, err)
	}
	after, err := f.admin.ListEmployees(f.ctx(t), &attendancev1.ListEmployeesRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, after, protocmp.Transform()); diff != "" {
		t.Errorf("(-before +after):\n%s", diff)
	}
}

func TestForeignEmployeesAreAbsent(t *testing.T) {
	f := setup(t)
	id := f.employee(t, "001")
	for _, name := range []string{id, uuid.NewString(), "x", "", "{" + id + "}"} {
		ctx := as(t.Context(), uuid.NewString())
		_, err := f.admin.GetEmployee(ctx, &attendancev1.GetEmployeeRequest{Employee: name})
		refused(t, err, fault.NotFound, "EMPLOYEE_NOT_FOUND")
		_, err = f.admin.UpdateEmployee(ctx, &attendancev1.UpdateEmployeeRequest{EmployeeId: name, Employee: &attendancev1.Employee{}})
		refused(t, err, fault.NotFound, "EMPLOYEE_NOT_FOUND")
		_, err = f.admin.GetTimesheet(ctx, &attendancev1.GetTimesheetRequest{Employee: name, Period: "2026-11"})
		refused(t, err, fault.NotFound, "EMPLOYEE_NOT_FOUND")
		_, err = f.admin.SubmitTimesheet(ctx, &attendancev1.SubmitTimesheetRequest{Employee: name, Period: "2026-11"})
		refused(t, err, fault.NotFound, "EMPLOYEE_NOT_FOUND")
	}
}

func TestListEmployeesPages(t *testing.T) {
	f := setup(t)
	for i := range 5 {
		f.employee(t, fmt.Sprintf("%03d", 5-i))
	}
	var numbers []string
	req := &attendancev1.ListEmployeesRequest{PageSize: 2}
	for pages := 0; pages < 5; pages++ {
		res, err := f.admin.ListEmployees(f.ctx(t), req)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range res.GetEmployees() {
			numbers = append(numbers, e.GetEmployeeNumber())
		}
		if req.PageToken = res.GetNextPageToken(); req.PageToken == "" {
			break
		}
	}
	if diff := cmp.Diff([]string{"001", "002", "003", "004", "005"}, numbers); diff != "" {
		t.Errorf("numbers (-want +got):\n%s", diff)
	}
	_, err := f.admin.ListEmployees(f.ctx(t), &attendancev1.ListEmployeesRequest{PageToken: "x"})
	refused(t, err, fault.InvalidArgument, "PAGE_TOKEN_INVALID")
	_, err = f.admin.ListEmployees(t.Context(), &attendancev1.ListEmployeesRequest{})
	refused(t, err, fault.Unauthenticated, "UNAUTHENTICATED")
}

// Deleting makes somebody inactive; what was recorded stays.
func TestDeletedEmployeesPunchNoMore(t *testing.T) {
	f := setup(t)
	id := f.employee(t, "001")
	f.record(t, f.said(t, id, "05T09:00", "出勤"))
	remove := func(id string, only bool) error {
		_, err := f.admin.DeleteEmployee(f.ctx(t), &attendancev1.DeleteEmployeeRequest{Employee: id, ValidateOnly: only})
		return err
	}
	if err := remove(id, true); err != nil || f.record(t, f.said(t, id, "05T12:00", "休憩"))[0].GetPunch() == "" {
		t.Errorf("trying deleted: %v", err)
	}
	for range 2 {
		if err := remove(id, false); err != nil {
			t.Fatal(err)
		}
	}
	if o := f.record(t, f.said(t, id, "05T18:00", "退勤"))[0]; o.GetReason() != "EMPLOYEE_INACTIVE" {
		t.Errorf("%v", o)
	}
	if days := f.sheet(t, id, "2026-11").GetDays(); len(days) != 1 || len(days[0].GetPunches()) != 2 {
		t.Errorf("%v", days)
	}
	for _, id := range []string{uuid.NewString(), "x", ""} {
		refused(t, remove(id, false), fault.NotFound, "EMPLOYEE_NOT_FOUND")
	}
}
