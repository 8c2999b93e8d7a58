package api

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dakoku/dakoku/platform/fault"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
)

func (f *fixture) punches(t *testing.T, req *attendancev1.ListPunchesRequest) (list []string) {
	t.Helper()
	for range 10 {
		res, err := f.admin.ListPunches(f.ctx(t), req)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range res.GetPunches() {
			list = append(list, p.GetBusinessDay()+" "+p.GetKind().String()+" "+p.GetPhrase())
		}
		if req.PageToken = res.GetNextPageToken(); req.PageToken == "" {
			return list
		}
	}
	t.Fatal("the list does not end")
	return nil
}

func TestListPunches(t *testing.T) {
	f := setup(t)
	one, two := f.employee(t, "001"), f.employee(t, "002")
	f.record(t, f.said(t, one, "22T22:00", "出勤"), f.said(t, one, "23T06:30", "退勤"), f.said(t, one, "24T09:00", "出勤"),
		f.said(t, two, "24T09:00", "出勤"), f.said(t, two, "24T12:00", "休憩"))
	for _, tt := range []struct {
		name string
		req  *attendancev1.ListPunchesRequest
		want []string
	}{
		{"newest first, in pages", &attendancev1.ListPunchesRequest{PageSize: 1}, []string{
			"2026-11-24 BREAK_START 休憩", "2026-11-24 CLOCK_IN 出勤", "2026-11-24 CLOCK_IN 出勤", "2026-11-22 CLOCK_OUT 退勤", "2026-11-22 CLOCK_IN 出勤"}},
		{"one employee", &attendancev1.ListPunchesRequest{Employee: "employees/" + two, PageSize: 2}, []string{"2026-11-24 BREAK_START 休憩", "2026-11-24 CLOCK_IN 出勤"}},
		{"days", &attendancev1.ListPunchesRequest{StartDay: "2026-11-22", EndDay: "2026-11-23"}, []string{"2026-11-22 CLOCK_OUT 退勤", "2026-11-22 CLOCK_IN 出勤"}},
		{"kind", &attendancev1.ListPunchesRequest{Kind: attendancev1.Punch_CLOCK_OUT}, []string{"2026-11-22 CLOCK_OUT 退勤"}},
		{"source", &attendancev1.ListPunchesRequest{Source: attendancev1.Punch_MANUAL}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, f.punches(t, tt.req)); diff != "" {
				t.Errorf("punches (-want +got):\n%s", diff)
			}
		})
	}
}

// A 出勤 that is entered late takes the 退勤 of its night to its day: the list has it there, as the timesheet does, and
// says what was recorded. What a manual punch was read for is absent.
func TestTheListHasTheDaysOfTimesheets(t *testing.T) {
	f := setup(t)
	e := f.employee(t, "001")
	f.record(t, f.said(t, e, "23T06:30", "退勤"))
	if got := f.punches(t, &attendancev1.ListPunchesRequest{EndDay: "2026-11-22"}); got != nil {
		t.Errorf("before: %v", got)
	}
	made, err := f.admin.CreatePunch(f.ctx(t), &attendancev1.CreatePunchRequest{
		Employee: e, Punch: &attendancev1.ManualPunch{Kind: attendancev1.Punch_CLOCK_IN, Time: f.said(t, e, "22T22:00", "").GetIssuedTime(), Reason: "忘れ"},
	})
	if err != nil || made.GetPunch().SettingsVersion != nil {
		t.Fatal(made, err)
	}
	for _, req := range []*attendancev1.ListPunchesRequest{{}, {StartDay: "2026-11-22", EndDay: "2026-11-22"}, {EndDay: "2026-11-22", PageSize: 1}, {Employee: e, StartDay: "2026-11-22"}} {
		if got := f.punches(t, req); !cmp.Equal(got, []string{"2026-11-22 CLOCK_OUT 退勤", "2026-11-22 CLOCK_IN "}) {
			t.Errorf("%v: %v", req, got)
		}
	}
	if got := f.punches(t, &attendancev1.ListPunchesRequest{StartDay: "2026-11-23"}); got != nil {
		t.Errorf("the day at recording: %v", got)
	}
	res, err := f.admin.ListPunches(f.ctx(t), &attendancev1.ListPunchesRequest{Kind: attendancev1.Punch_CLOCK_OUT})
	if err != nil || res.GetPunches()[0].GetRecordedDay() != "2026-11-23" || res.GetPunches()[0].SettingsVersion == nil {
		t.Error(res, err)
	}
	for _, p := range f.sheet(t, e, "2026-11").GetDays()[0].GetPunches() {
		if p.GetRecordedDay() != "" || p.GetBusinessDay() != "2026-11-22" {
			t.Error(p)
		}
	}
}

func TestListPunchesRefuses(t *testing.T) {
	f := setup(t)
	_, err := f.admin.ListPunches(f.ctx(t), &attendancev1.ListPunchesRequest{Employee: "x", StartDay: "2026-02-30", EndDay: "today"})
	want := []string{"employee BAD_ID", "startDay BAD_DAY", "endDay BAD_DAY"}
	if _, fields := refused(t, err, fault.InvalidArgument, "INVALID_ARGUMENT"); !cmp.Equal(want, fields) {
		t.Errorf("fields %v", fields)
	}
	e := f.employee(t, "001")
	f.record(t, f.said(t, e, "23T09:00", "出勤"), f.said(t, e, "24T09:00", "出勤"))
	res, err := f.admin.ListPunches(f.ctx(t), &attendancev1.ListPunchesRequest{PageSize: 1})
	if err != nil || res.GetNextPageToken() == "" {
		t.Fatalf("%v, %v", res, err)
	}
	_, err = f.admin.ListPunches(f.ctx(t), &attendancev1.ListPunchesRequest{PageToken: res.GetNextPageToken(), StartDay: "2026-11-01"})
	refused(t, err, fault.InvalidArgument, "PAGE_TOKEN_INVALID")
}
