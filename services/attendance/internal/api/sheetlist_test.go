package api

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dakoku/dakoku/platform/fault"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
)

// do moves a timesheet by one of its verbs.
func (f *fixture) do(ctx context.Context, verb, employee, period string) (*attendancev1.Timesheet, error) {
	switch verb {
	case "submit":
		res, err := f.admin.SubmitTimesheet(ctx, &attendancev1.SubmitTimesheetRequest{Employee: employee, Period: period, Comment: verb})
		return res.GetTimesheet(), err
	case "withdraw":
		res, err := f.admin.WithdrawTimesheet(ctx, &attendancev1.WithdrawTimesheetRequest{Employee: employee, Period: period, Comment: verb})
		return res.GetTimesheet(), err
	case "approve":
		res, err := f.admin.ApproveTimesheet(ctx, &attendancev1.ApproveTimesheetRequest{Employee: employee, Period: period, Comment: verb, AcknowledgeHeldPunches: true})
		return res.GetTimesheet(), err
	case "cancelApproval":
		res, err := f.admin.CancelTimesheetApproval(ctx, &attendancev1.CancelTimesheetApprovalRequest{Employee: employee, Period: period, Comment: verb})
		return res.GetTimesheet(), err
	default:
		res, err := f.admin.SendBackTimesheet(ctx, &attendancev1.SendBackTimesheetRequest{Employee: employee, Period: period, Comment: verb})
		return res.GetTimesheet(), err
	}
}

// A sheet goes through every verb, each refused one says which are allowed, and the history has who, what, why.
func TestTimesheetVerbs(t *testing.T) {
	f := setup(t)
	e := f.employee(t, "001")
	var history []string
	for _, step := range []struct{ verb, state, refused string }{
		{"submit", "SUBMITTED", "withdraw approve cancelApproval sendBack"},
		{"withdraw", "OPEN", "submit cancelApproval"},
		{"submit", "SUBMITTED", ""},
		{"approve", "APPROVED", "submit cancelApproval"},
		{"cancelApproval", "SUBMITTED", "submit withdraw approve"},
		{"approve", "APPROVED", ""},
		{"sendBack", "SENT_BACK", "submit withdraw approve"},
		{"submit", "SUBMITTED", "withdraw approve cancelApproval sendBack"},
	} {
		for verb := range strings.FieldsSeq(step.refused) {
			_, err := f.do(f.ctx(t), verb, e, "2026-11")
			if meta, _ := refused(t, err, fault.Precondition, "TIMESHEET_STATE"); meta["state"] == "" || !strings.Contains(meta["allowed"], step.verb) {
				t.Errorf("%s before %s: %v", verb, step.verb, meta)
			}
		}
		sheet, err := f.do(f.ctx(t), step.verb, e, "2026-11")
		if err != nil || sheet.GetState().String() != step.state {
			t.Fatalf("%s: %v, %v", step.verb, sheet, err)
		}
		history = append(history, step.verb+" accounts/a1 "+step.verb)
	}
	var got []string
	for _, h := range f.sheet(t, e, "2026-11").GetHistory() {
		got = append(got, h.GetVerb()+" "+h.GetActor()+" "+h.GetComment())
		if h.GetTime() == nil {
			t.Errorf("%s has no time", h.GetVerb())
		}
	}
	if diff := cmp.Diff(history, got); diff != "" {
		t.Errorf("history (-want +got):\n%s", diff)
	}
}

// Punches are refused while a sheet is approved as well, and taken again after each way out.
func TestApprovedPeriodRefusesPunches(t *testing.T) {
	f := setup(t)
	e := f.employee(t, "001")
	minute := 0
	for _, step := range []struct{ verbs, want string }{
		{"submit", "SUBMITTED"}, {"withdraw", ""}, {"submit approve", "SUBMITTED"}, {"cancelApproval", "SUBMITTED"}, {"sendBack", ""}, {"submit approve sendBack", ""},
	} {
		for verb := range strings.FieldsSeq(step.verbs) {
			if _, err := f.do(f.ctx(t), verb, e, "2026-11"); err != nil {
				t.Fatal(err)
			}
		}
		minute++
		if got := f.record(t, f.said(t, e, fmt.Sprintf("23T09:%02d", minute), "休憩"))[0]; got.GetReason() != step.want {
			t.Errorf("after %s: %v", step.verbs, got)
		}
	}
}

func (f *fixture) sheets(t *testing.T, req *attendancev1.ListTimesheetsRequest) (list []string) {
	t.Helper()
	for range 10 {
		res, err := f.admin.ListTimesheets(f.ctx(t), req)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range res.GetTimesheets() {
			_, id, _ := strings.Cut(s.GetEmployee(), "/")
			list = append(list, fmt.Sprintf("%s %s %s %d/%d/%d", f.number(t, id), s.GetPeriod(), s.GetState(),
				s.GetTotals().GetWorkedDays(), s.GetTotals().GetWorkedMinutes(), s.GetTotals().GetFlaggedDays()))
		}
		if req.PageToken = res.GetNextPageToken(); req.PageToken == "" {
			return list
		}
	}
	t.Fatal("the list does not end")
	return nil
}

func (f *fixture) number(t *testing.T, employee string) string {
	t.Helper()
	res, err := f.admin.GetEmployee(f.ctx(t), &attendancev1.GetEmployeeRequest{Employee: employee})
	if err != nil {
		t.Fatal(err)
	}
	return res.GetEmployee().GetEmployeeNumber()
}

func TestListTimesheets(t *testing.T) {
	f := setup(t)
	one, two := f.employee(t, "001"), f.employee(t, "002")
	f.employee(t, "003")
	f.record(t, f.said(t, one, "20T09:00", "出勤"), f.said(t, one, "20T18:00", "退勤"), f.said(t, one, "21T09:00", "出勤"),
		f.said(t, two, "01T06:00", "出勤"), f.said(t, two, "01T07:00", "退勤"))
	for _, step := range [][2]string{{one, "2026-11"}, {two, "2026-11"}, {one, "2026-10"}} {
		if _, err := f.do(f.ctx(t), "submit", step[0], step[1]); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := f.do(f.ctx(t), "approve", two, "2026-11"); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		req  *attendancev1.ListTimesheetsRequest
		want []string
	}{
		{"a period, in pages", &attendancev1.ListTimesheetsRequest{Period: "2026-11", PageSize: 1},
			[]string{"001 2026-11 SUBMITTED 2/540/1", "002 2026-11 APPROVED 1/60/0", "003 2026-11 OPEN 0/0/0"}},
		{"of a state", &attendancev1.ListTimesheetsRequest{Period: "2026-11", State: attendancev1.Timesheet_OPEN}, []string{"003 2026-11 OPEN 0/0/0"}},
		{"of every period, in pages", &attendancev1.ListTimesheetsRequest{PageSize: 2},
			[]string{"001 2026-11 SUBMITTED 2/540/1", "002 2026-11 APPROVED 1/60/0", "001 2026-10 SUBMITTED 0/0/0"}},
		{"of every period and a state", &attendancev1.ListTimesheetsRequest{State: attendancev1.Timesheet_SUBMITTED, PageSize: 1},
			[]string{"001 2026-11 SUBMITTED 2/540/1", "001 2026-10 SUBMITTED 0/0/0"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, f.sheets(t, tt.req)); diff != "" {
				t.Errorf("timesheets (-want +got):\n%s", diff)
			}
		})
	}
	_, err := f.admin.ListTimesheets(f.ctx(t), &attendancev1.ListTimesheetsRequest{Period: "November"})
	refused(t, err, fault.InvalidArgument, "INVALID_ARGUMENT")
	other := *f
	other.tenant = "11111111-1111-4111-8111-111111111111"
	other.company(t, other.tenant, 31)
	if got := other.sheets(t, &attendancev1.ListTimesheetsRequest{}); got != nil {
		t.Errorf("another company sees %v", got)
	}
}

// One that cannot be approved stops none of the others and says why.
func TestApproveTimesheets(t *testing.T) {
	f := setup(t)
	one, two := f.employee(t, "001"), f.employee(t, "002")
	if _, err := f.do(f.ctx(t), "submit", one, "2026-11"); err != nil {
		t.Fatal(err)
	}
	names := []string{
		"employees/" + two + "/timesheets/2026-11", "employees/" + one + "/timesheets/2026-11", "employees/" + one + "/timesheets/November",
		"timesheets", "employees/11111111-1111-4111-8111-111111111111/timesheets/2026-11",
	}
	res, err := f.admin.ApproveTimesheets(f.ctx(t), &attendancev1.ApproveTimesheetsRequest{Timesheets: names})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for i, r := range res.GetResults() {
		got = append(got, fmt.Sprint(r.GetApproved(), " ", r.GetReason()))
		if r.GetTimesheet() != names[i] || (r.GetExplanation() == "") != r.GetApproved() {
			t.Errorf("result %v", r)
		}
	}
	want := []string{"false TIMESHEET_STATE", "true ", "false INVALID_ARGUMENT", "false INVALID_ARGUMENT", "false EMPLOYEE_NOT_FOUND"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("results (-want +got):\n%s", diff)
	}
	if state := f.sheet(t, one, "2026-11").GetState(); state != attendancev1.Timesheet_APPROVED {
		t.Errorf("state %s", state)
	}
	_, err = f.admin.ApproveTimesheets(f.ctx(t), &attendancev1.ApproveTimesheetsRequest{Timesheets: names, Comment: "\x00"})
	refused(t, err, fault.InvalidArgument, "INVALID_ARGUMENT")
}
