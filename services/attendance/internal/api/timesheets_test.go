package api

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/dakoku/dakoku/platform/fault"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
)

func (f *fixture) sheet(t *testing.T, employee, period string) *attendancev1.Timesheet {
	t.Helper()
	res, err := f.admin.GetTimesheet(f.ctx(t), &attendancev1.GetTimesheetRequest{Employee: employee, Period: period})
	if err != nil {
		t.Fatal(err)
	}
	return res.GetTimesheet()
}

func TestTimesheetShowsTheNight(t *testing.T) {
	f := setup(t)
	e := f.employee(t, "001")
	f.record(t, f.said(t, e, "30T22:00", "出勤"), f.said(t, e, "30T23:00", "休憩"), f.said(t, e, "30T23:30", "復帰"))
	late := f.said(t, e, "30T09:00", "退勤")
	late.IssuedTime.Seconds += int64((21*time.Hour + 30*time.Minute).Seconds()) // 12-01T06:30
	f.record(t, late)
	sheet := f.sheet(t, e, "2026-11")
	if len(sheet.GetDays()) != 1 || len(f.sheet(t, e, "2026-12").GetDays()) != 0 {
		t.Fatalf("days %v", sheet.GetDays())
	}
	day := sheet.GetDays()[0]
	if day.GetDate() != "2026-11-30" || day.GetClockInText() != "22:00" || day.GetClockOutText() != "30:30" ||
		day.GetWorkedMinutes() != 480 || len(day.GetBreaks()) != 1 || len(day.GetPunches()) != 4 || len(day.GetFlags()) != 0 {
		t.Errorf("day %v", day)
	}
	if sheet.GetState() != attendancev1.Timesheet_OPEN || sheet.GetTotals().GetWorkedDays() != 1 || sheet.GetTotals().GetWorkedMinutes() != 480 ||
		sheet.GetName() != "employees/"+e+"/timesheets/2026-11" {
		t.Errorf("sheet %v", sheet)
	}
}

func TestSubmittedPeriodRefusesPunches(t *testing.T) {
	f := setup(t)
	e := f.employee(t, "001")
	f.record(t, f.said(t, e, "23T09:00", "出勤"))
	submitted, err := f.admin.SubmitTimesheet(f.ctx(t), &attendancev1.SubmitTimesheetRequest{Employee: "employees/" + e, Period: "2026-11", Comment: "お願いします"})
	if err != nil || submitted.GetTimesheet().GetState() != attendancev1.Timesheet_SUBMITTED {
		t.Fatalf("%v, %v", submitted, err)
	}
	out := f.said(t, e, "23T18:00", "退勤")
	got := f.record(t, out)[0]
	want := &attendancev1.ReplyDirective{
		Template: attendancev1.ReplyDirective_SUBMITTED, Place: attendancev1.PunchSettings_Reply_SAME_ROOM,
		PunchKind: attendancev1.Punch_CLOCK_OUT, EmployeeDisplayName: "社員001", TimeText: "18:00", Period: "2026-11", BusinessDate: "2026-11-23",
	}
	if diff := cmp.Diff(want, got.GetReply(), protocmp.Transform()); got.GetReason() != "SUBMITTED" || diff != "" {
		t.Errorf("%v (-want +got):\n%s", got, diff)
	}
	_, err = f.admin.SubmitTimesheet(f.ctx(t), &attendancev1.SubmitTimesheetRequest{Employee: e, Period: "2026-11"})
	if meta, _ := refused(t, err, fault.Precondition, "TIMESHEET_STATE"); meta["state"] != "SUBMITTED" || meta["allowed"] == "" {
		t.Errorf("metadata %v", meta)
	}
	_, err = f.admin.SendBackTimesheet(f.ctx(t), &attendancev1.SendBackTimesheetRequest{Employee: e, Period: "2026-11", Comment: " "})
	if _, fields := refused(t, err, fault.InvalidArgument, "COMMENT_REQUIRED"); !cmp.Equal(fields, []string{"comment COMMENT_REQUIRED"}) {
		t.Errorf("fields %v", fields)
	}
	_, err = f.admin.SendBackTimesheet(f.ctx(t), &attendancev1.SendBackTimesheetRequest{Employee: e, Period: "2026-11", Comment: "a\x00b"})
	refused(t, err, fault.InvalidArgument, "INVALID_ARGUMENT")
	back, err := f.admin.SendBackTimesheet(f.ctx(t), &attendancev1.SendBackTimesheetRequest{Employee: e, Period: "2026-11", Comment: "退勤がありません"})
	if err != nil {
		t.Fatal(err)
	}
	if o := f.record(t, f.said(t, e, "23T18:01", "退勤"))[0]; o.GetKind() != attendancev1.EventOutcome_RECORDED {
		t.Errorf("after 差戻し: %v", o)
	}
	repeated := proto.CloneOf(got)
	repeated.RepeatedKey = true
	if diff := cmp.Diff(repeated, f.record(t, out)[0], protocmp.Transform()); diff != "" {
		t.Errorf("the refused event again (-want +got):\n%s", diff)
	}
	f.history(t, back.GetTimesheet())
}

func (f *fixture) history(t *testing.T, sheet *attendancev1.Timesheet) {
	t.Helper()
	var got []string
	for _, h := range sheet.GetHistory() {
		got = append(got, h.GetVerb()+" "+h.GetActor()+" "+h.GetComment())
	}
	if diff := cmp.Diff([]string{"submit accounts/a1 お願いします", "sendBack accounts/a1 退勤がありません"}, got); diff != "" {
		t.Errorf("history (-want +got):\n%s", diff)
	}
}

// A timesheet tells its days and the company's last checkpoint; one of another company is none of its.
func TestTimesheetTellsDaysAndCheckpoint(t *testing.T) {
	f := setup(t)
	f.closes(t, 20)
	e := f.employee(t, "001")
	sheet := f.sheet(t, e, "2026-11")
	if sheet.GetStartDate() != "2026-10-21" || sheet.GetEndDate() != "2026-11-20" || sheet.GetEvidence() != nil {
		t.Errorf("%v", sheet)
	}
	owner := f.database.Owner(t)
	for number, tenant := range []string{f.tenant, f.tenant, "11111111-1111-4111-8111-111111111111"} {
		_, err := owner.Exec(t.Context(), `insert into attendance.evidence_checkpoints values ($1, $2, $3, '\xab12', '2026-11-23T00:00Z', 'key', 'x')`, tenant, number+1, 10*(number+1))
		if err != nil {
			t.Fatal(err)
		}
	}
	want := &attendancev1.Timesheet_Evidence{Checkpoint: 2, Position: 20, Head: "ab12", MakeTime: timestamppb.New(time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)), Key: "key"}
	if diff := cmp.Diff(want, f.sheet(t, e, "2026-11").GetEvidence(), protocmp.Transform()); diff != "" {
		t.Errorf("evidence (-want +got):\n%s", diff)
	}
}

// What was submitted stays locked when the company changes its closing day afterwards.
func TestLockKeepsItsDays(t *testing.T) {
	f := setup(t)
	e := f.employee(t, "001")
	f.record(t, f.said(t, e, "25T07:00", "出勤"))
	if _, err := f.admin.SubmitTimesheet(f.ctx(t), &attendancev1.SubmitTimesheetRequest{Employee: e, Period: "2026-11"}); err != nil {
		t.Fatal(err)
	}
	f.company(t, f.tenant, 20)
	if list := f.sheets(t, &attendancev1.ListTimesheetsRequest{Period: "2026-11"}); !cmp.Equal(list, []string{"001 2026-11 SUBMITTED 1/0/1"}) {
		t.Errorf("list %v", list)
	}
	if o := f.record(t, f.said(t, e, "25T09:00", "出勤"))[0]; o.GetReason() != "SUBMITTED" || o.GetReply().GetPeriod() != "2026-11" {
		t.Errorf("a day of the submitted period: %v", o)
	}
	f.closes(t, 20)
	other := f.employee(t, "002")
	f.record(t, f.said(t, other, "20T09:00", "出勤"), f.said(t, other, "21T09:00", "出勤"))
	if n := len(f.sheet(t, other, "2026-11").GetDays()); n != 1 {
		t.Errorf("%d days until the 20th", n)
	}
	if n := len(f.sheet(t, other, "2026-12").GetDays()); n != 1 {
		t.Errorf("%d days from the 21st", n)
	}
}
