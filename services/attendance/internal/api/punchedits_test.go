package api

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/dakoku/dakoku/platform/fault"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
)

const elsewhere = "11111111-1111-4111-8111-111111111111"

func (f *fixture) time(t *testing.T, at string) *timestamppb.Timestamp {
	t.Helper()
	return f.said(t, "", at, "").GetIssuedTime()
}

func (f *fixture) enter(t *testing.T, employee string, kind attendancev1.Punch_Kind, at string) (*attendancev1.Punch, error) {
	t.Helper()
	res, err := f.admin.CreatePunch(f.ctx(t), &attendancev1.CreatePunchRequest{
		Employee: "employees/" + employee, Punch: &attendancev1.ManualPunch{Kind: kind, Time: f.time(t, at), Reason: "打刻漏れ"},
	})
	return res.GetPunch(), err
}

func (f *fixture) void(t *testing.T, punch, reason string) (*attendancev1.Punch, error) {
	t.Helper()
	res, err := f.admin.VoidPunch(f.ctx(t), &attendancev1.VoidPunchRequest{Punch: punch, Reason: reason})
	return res.GetPunch(), err
}

func TestManualPunch(t *testing.T) {
	f := setup(t)
	f.at(t, "30T12:00")
	e := f.employee(t, "001")
	f.record(t, f.said(t, e, "23T22:00", "出勤"))
	dry := &attendancev1.CreatePunchRequest{Employee: e, ValidateOnly: true, Punch: &attendancev1.ManualPunch{
		Kind: attendancev1.Punch_CLOCK_OUT, Time: f.time(t, "24T06:30"), Reason: "打刻漏れ",
	}}
	if res, err := f.admin.CreatePunch(f.ctx(t), dry); err != nil || res.GetPunch().GetBusinessDay() != "2026-11-23" || res.GetPunch().GetName() != "" {
		t.Errorf("checked only: %v, %v", res, err)
	}
	if n := f.count(t, `select count(*) from attendance.punches`); n != 1 {
		t.Errorf("checking stored %d punches", n)
	}
	got, err := f.enter(t, e, attendancev1.Punch_CLOCK_OUT, "24T06:30:00.123")
	if err != nil {
		t.Fatal(err)
	}
	if got.GetBusinessDay() != "2026-11-23" || got.GetSource() != attendancev1.Punch_MANUAL || got.GetActor() != "accounts/a1" ||
		got.GetReason() != "打刻漏れ" || got.GetState() != attendancev1.Punch_VALID || got.GetVoidTime() != nil {
		t.Errorf("punch %v", got)
	}
	day := f.sheet(t, e, "2026-11").GetDays()[0]
	if day.GetClockOutText() != "30:30" || day.GetWorkedMinutes() != 510 || day.GetPunches()[1].GetReason() != "打刻漏れ" {
		t.Errorf("day %v", day)
	}
	list := f.punches(t, &attendancev1.ListPunchesRequest{Source: attendancev1.Punch_MANUAL})
	if !cmp.Equal(list, []string{"2026-11-23 CLOCK_OUT "}) {
		t.Errorf("list %v", list)
	}
}

func TestManualPunchRefusals(t *testing.T) {
	f := setup(t)
	f.at(t, "30T12:00")
	e := f.employee(t, "001")
	create := func(punch *attendancev1.ManualPunch) []string {
		_, err := f.admin.CreatePunch(f.ctx(t), &attendancev1.CreatePunchRequest{Employee: e, Punch: punch})
		_, fields := refused(t, err, fault.InvalidArgument, "INVALID_ARGUMENT")
		return fields
	}
	if got := create(&attendancev1.ManualPunch{}); !cmp.Equal(got, []string{"punch.kind REQUIRED", "punch.time REQUIRED", "punch.reason REASON_REQUIRED"}) {
		t.Errorf("empty: %v", got)
	}
	bad := &attendancev1.ManualPunch{Kind: 99, Time: f.time(t, "30T12:00:00.001"), Reason: "a\x00"}
	if got := create(bad); !cmp.Equal(got, []string{"punch.kind REQUIRED", "punch.time IN_THE_FUTURE", "punch.reason BAD_CHARACTER"}) {
		t.Errorf("bad: %v", got)
	}
	if _, err := f.enter(t, e, attendancev1.Punch_CLOCK_IN, "30T12:00"); err != nil {
		t.Errorf("at this very moment: %v", err)
	}
	_, err := f.enter(t, elsewhere, attendancev1.Punch_CLOCK_IN, "20T09:00")
	refused(t, err, fault.NotFound, "EMPLOYEE_NOT_FOUND")
	other := *f
	other.tenant = elsewhere
	other.company(t, other.tenant, 31)
	_, err = other.enter(t, e, attendancev1.Punch_CLOCK_IN, "20T09:00")
	refused(t, err, fault.NotFound, "EMPLOYEE_NOT_FOUND")
	if _, err := f.do(f.ctx(t), "submit", e, "2026-11"); err != nil {
		t.Fatal(err)
	}
	_, err = f.enter(t, e, attendancev1.Punch_CLOCK_OUT, "20T18:00")
	if meta, _ := refused(t, err, fault.Precondition, "TIMESHEET_SUBMITTED"); meta["period"] != "2026-11" || meta["state"] != "SUBMITTED" {
		t.Errorf("metadata %v", meta)
	}
}

func TestVoidPunch(t *testing.T) {
	f := setup(t)
	f.at(t, "30T12:00")
	e := f.employee(t, "001")
	f.record(t, f.said(t, e, "23T09:00", "出勤"), f.said(t, e, "23T18:00", "退勤"))
	wrong := "punches/" + f.record(t, f.said(t, e, "23T20:00", "退勤"))[0].GetPunch()
	var err error
	for _, nothing := range []string{" ", "\u200b"} {
		_, err = f.void(t, wrong, nothing)
		refused(t, err, fault.InvalidArgument, "REASON_REQUIRED")
	}
	other := *f
	other.tenant = elsewhere
	_, err = other.void(t, wrong, "理由")
	refused(t, err, fault.NotFound, "PUNCH_NOT_FOUND")
	for _, name := range []string{"", "x", "punches/" + elsewhere} {
		_, err := f.void(t, name, "理由")
		refused(t, err, fault.NotFound, "PUNCH_NOT_FOUND")
	}
	if _, err := f.do(f.ctx(t), "submit", e, "2026-11"); err != nil {
		t.Fatal(err)
	}
	_, err = f.void(t, wrong, "理由")
	refused(t, err, fault.Precondition, "TIMESHEET_SUBMITTED")
	if _, err := f.do(f.ctx(t), "withdraw", e, "2026-11"); err != nil {
		t.Fatal(err)
	}
	got, err := f.void(t, wrong, " 押し間違い ")
	if err != nil || got.GetState() != attendancev1.Punch_VOIDED || got.GetVoidActor() != "accounts/a1" || got.GetVoidReason() != "押し間違い" || got.GetVoidTime() == nil {
		t.Fatalf("%v, %v", got, err)
	}
	day := f.sheet(t, e, "2026-11").GetDays()[0]
	if day.GetClockOutText() != "18:00" || len(day.GetPunches()) != 3 || !cmp.Equal(day.GetUncounted(), []string{wrong}) ||
		len(day.GetFlags()) != 0 || day.GetPunches()[2].GetVoidReason() != "押し間違い" {
		t.Errorf("day %v", day)
	}
	_, err = f.void(t, wrong, "もう一度")
	refused(t, err, fault.Precondition, "PUNCH_VOIDED")
	if got := f.record(t, f.said(t, e, "23T21:00", "退勤"))[0].GetReply().GetPreviousTimeText(); got != "18:00" {
		t.Errorf("the answer names %s", got)
	}
	res, err := f.admin.ListTimesheets(f.ctx(t), &attendancev1.ListTimesheetsRequest{Period: "2026-11"})
	if err != nil || res.GetTimesheets()[0].GetTotals().GetWorkedMinutes() != 720 {
		t.Errorf("list %v, %v", res, err)
	}
}

func TestCorrectPunch(t *testing.T) {
	f := setup(t)
	f.at(t, "30T12:00")
	e := f.employee(t, "001")
	in := f.record(t, f.said(t, e, "23T09:00", "出勤"), f.said(t, e, "23T18:00", "退勤"))[0].GetPunch()
	req := &attendancev1.CorrectPunchRequest{Punch: in, Time: f.time(t, "23T08:30"), Reason: "会議は8時30分から"}
	res, err := f.admin.CorrectPunch(f.ctx(t), req)
	if err != nil {
		t.Fatal(err)
	}
	made, old := res.GetPunch(), res.GetVoided()
	if made.GetCorrects() != "punches/"+in || made.GetKind() != attendancev1.Punch_CLOCK_IN || made.GetReason() != req.GetReason() ||
		old.GetName() != "punches/"+in || old.GetState() != attendancev1.Punch_VOIDED || old.GetVoidReason() != req.GetReason() ||
		!old.GetTime().AsTime().Equal(f.time(t, "23T09:00").AsTime()) {
		t.Errorf("%v", res)
	}
	day := f.sheet(t, e, "2026-11").GetDays()[0]
	if day.GetClockInText() != "08:30" || day.GetWorkedMinutes() != 570 || len(day.GetPunches()) != 3 {
		t.Errorf("day %v", day)
	}
	_, err = f.admin.CorrectPunch(f.ctx(t), req)
	refused(t, err, fault.Precondition, "PUNCH_VOIDED")
	same := &attendancev1.CorrectPunchRequest{Punch: made.GetName(), Kind: attendancev1.Punch_CLOCK_IN, Reason: "x"}
	for want, change := range map[string]func(){
		"time NO_CHANGE": func() {}, "kind UNKNOWN_VALUE": func() { same.Kind = 99 },
		"time IN_THE_FUTURE": func() { same.Time = f.time(t, "30T12:00:01") },
	} {
		same.Kind, same.Time = attendancev1.Punch_CLOCK_IN, nil
		change()
		_, err := f.admin.CorrectPunch(f.ctx(t), same)
		if _, fields := refused(t, err, fault.InvalidArgument, "INVALID_ARGUMENT"); !cmp.Equal(fields, []string{want}) {
			t.Errorf("%s: %v", want, fields)
		}
	}
	if n := f.count(t, `select count(*) from attendance.punches`); n != 3 {
		t.Errorf("%d punches", n)
	}
}

// A correction that reaches into a locked period changes neither the old punch nor the new.
func TestCorrectPunchIntoALockedPeriod(t *testing.T) {
	f := setup(t)
	f.closes(t, 20)
	f.at(t, "30T12:00")
	e := f.employee(t, "001")
	in := f.record(t, f.said(t, e, "21T09:00", "出勤"))[0].GetPunch()
	locked := f.record(t, f.said(t, e, "18T09:00", "出勤"))[0].GetPunch()
	if _, err := f.do(f.ctx(t), "submit", e, "2026-11"); err != nil {
		t.Fatal(err)
	}
	_, err := f.admin.CorrectPunch(f.ctx(t), &attendancev1.CorrectPunchRequest{Punch: in, Time: f.time(t, "20T09:00"), Reason: "日付違い"})
	if meta, _ := refused(t, err, fault.Precondition, "TIMESHEET_SUBMITTED"); meta["period"] != "2026-11" {
		t.Errorf("metadata %v", meta)
	}
	_, err = f.admin.CorrectPunch(f.ctx(t), &attendancev1.CorrectPunchRequest{Punch: in, Time: f.time(t, "01T09:00"), Reason: "日付違い"})
	refused(t, err, fault.Precondition, "TIMESHEET_SUBMITTED")
	_, err = f.admin.CorrectPunch(f.ctx(t), &attendancev1.CorrectPunchRequest{Punch: locked, Time: f.time(t, "22T09:00"), Reason: "日付違い"})
	refused(t, err, fault.Precondition, "TIMESHEET_SUBMITTED")
	if n := f.count(t, `select (select count(*) from attendance.punch_voids) * 10 + count(*) from attendance.punches`); n != 2 {
		t.Errorf("%d", n)
	}
	if _, err := f.admin.CorrectPunch(f.ctx(t), &attendancev1.CorrectPunchRequest{Punch: in, Time: f.time(t, "22T09:00"), Reason: "日付違い"}); err != nil {
		t.Error(err)
	}
}

// Voids of one punch race a submission: one void stands, and a submitted sheet does not change.
func TestEditsRaceSubmission(t *testing.T) {
	f := setup(t)
	e := f.employee(t, "001")
	in := f.record(t, f.said(t, e, "23T09:00", "出勤"))[0].GetPunch()
	var work sync.WaitGroup
	var voided atomic.Int32
	for range 10 {
		work.Go(func() {
			switch _, err := f.void(t, in, "理由"); {
			case err == nil:
				voided.Add(1)
			case !fault.HasReason(err, "PUNCH_VOIDED") && !fault.HasReason(err, "TIMESHEET_SUBMITTED"):
				t.Errorf("void: %v", err)
			}
		})
	}
	submitted, err := f.do(f.ctx(t), "submit", e, "2026-11")
	if err != nil {
		t.Fatal(err)
	}
	work.Wait()
	if a, b := submitted.GetDays(), f.sheet(t, e, "2026-11").GetDays(); len(a) != len(b) || a[0].GetWorkedMinutes() != b[0].GetWorkedMinutes() || len(a[0].GetUncounted()) != len(b[0].GetUncounted()) {
		t.Errorf("a submitted sheet changed:\n%v\n%v", a, b)
	}
	if n := f.count(t, `select count(*) from attendance.punch_voids`); n > 1 || int(voided.Load()) != n {
		t.Errorf("%d voids, %d answers", n, voided.Load())
	}
}

// A punch may be entered and moved as far back as records are usually kept, to the millisecond, and no farther; one
// that is older already keeps its time when another thing of it is corrected.
func TestAPunchIsEnteredForTheLastYearsOnly(t *testing.T) {
	f := setup(t)
	f.at(t, "30T12:00")
	e := f.employee(t, "001")
	first := f.time(t, "30T12:00").AsTime().AddDate(-5, 0, 0)
	create := func(at time.Time) (*attendancev1.CreatePunchResponse, error) {
		return f.admin.CreatePunch(f.ctx(t), &attendancev1.CreatePunchRequest{Employee: e, Punch: &attendancev1.ManualPunch{
			Kind: attendancev1.Punch_CLOCK_IN, Time: timestamppb.New(at), Reason: "r",
		}})
	}
	for _, at := range []time.Time{first.Add(-time.Millisecond), time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)} {
		_, err := create(at)
		if _, fields := refused(t, err, fault.InvalidArgument, "INVALID_ARGUMENT"); !cmp.Equal(fields, []string{"punch.time TOO_OLD"}) {
			t.Errorf("%s: %v", at, fields)
		}
	}
	made, err := create(first)
	if err != nil {
		t.Fatal(err)
	}
	f.at(t, "30T12:01")
	correct := &attendancev1.CorrectPunchRequest{Punch: made.GetPunch().GetName(), Time: timestamppb.New(first.Add(-time.Minute)), Reason: "r"}
	_, err = f.admin.CorrectPunch(f.ctx(t), correct)
	if _, fields := refused(t, err, fault.InvalidArgument, "INVALID_ARGUMENT"); !cmp.Equal(fields, []string{"time TOO_OLD"}) {
		t.Errorf("%v", fields)
	}
	correct.Time, correct.Kind = nil, attendancev1.Punch_CLOCK_OUT
	if _, err := f.admin.CorrectPunch(f.ctx(t), correct); err != nil {
		t.Error(err)
	}
}
