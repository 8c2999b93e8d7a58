package api

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/dakoku/dakoku/platform/fault"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	"github.com/dakoku/dakoku/services/attendance/internal/store"
)

func (f *fixture) workRules(t testing.TB) *attendancev1.WorkRules {
	t.Helper()
	res, err := f.admin.GetWorkRules(f.ctx(t), &attendancev1.GetWorkRulesRequest{})
	if err != nil {
		t.Fatal(err)
	}
	return res.GetWorkRules()
}

func (f *fixture) rule(t testing.TB, rules *attendancev1.WorkRules) *attendancev1.WorkRules {
	t.Helper()
	res, err := f.admin.UpdateWorkRules(f.ctx(t), &attendancev1.UpdateWorkRulesRequest{WorkRules: rules})
	if err != nil {
		t.Fatal(err)
	}
	return res.GetWorkRules()
}

// at moves the clock of the store to a Tokyo time in November 2026.
func (f *fixture) at(t testing.TB, text string) {
	t.Helper()
	now := f.said(t, "", text, "").GetIssuedTime().AsTime()
	f.admin = NewAdmin(store.New(f.db, func() time.Time { return now }))
}

// Who may read a timesheet alone is told with it when the day changes.
func TestTimesheetTellsTheCutoffOfNow(t *testing.T) {
	f := setup(t)
	e := f.employee(t, "001")
	if got := f.sheet(t, e, "2026-11").GetDayCutoff(); got != "05:00" {
		t.Errorf("the default cutoff is %q", got)
	}
	f.rule(t, &attendancev1.WorkRules{DayCutoff: "02:30"})
	if got := f.sheet(t, e, "2026-11").GetDayCutoff(); got != "02:30" {
		t.Errorf("the cutoff is %q", got)
	}
}

func TestWorkRulesAreVersioned(t *testing.T) {
	f := setup(t)
	defaults := &attendancev1.WorkRules{
		Name: "workRules", DayCutoff: "05:00", LongestShift: durationpb.New(16 * time.Hour), DoubleTapWindow: durationpb.New(time.Minute),
		UndoWindow:      durationpb.New(time.Minute),
		DuplicatePolicy: attendancev1.WorkRules_FIRST_IN_LAST_OUT, SubmittedPolicy: attendancev1.WorkRules_REFUSE, Etag: etagOf(0),
	}
	if diff := cmp.Diff(defaults, f.workRules(t), protocmp.Transform()); diff != "" {
		t.Errorf("defaults (-want +got):\n%s", diff)
	}
	dry := &attendancev1.UpdateWorkRulesRequest{WorkRules: &attendancev1.WorkRules{DayCutoff: "04:00"}, ValidateOnly: true}
	if res, err := f.admin.UpdateWorkRules(f.ctx(t), dry); err != nil || res.GetWorkRules().GetDayCutoff() != "04:00" {
		t.Errorf("checked only: %v, %v", res, err)
	}
	if diff := cmp.Diff(defaults, f.workRules(t), protocmp.Transform()); diff != "" {
		t.Errorf("checking stored something:\n%s", diff)
	}
	first := f.rule(t, &attendancev1.WorkRules{
		DayCutoff: "23:59", LongestShift: durationpb.New(time.Hour), DoubleTapWindow: durationpb.New(0), Etag: etagOf(0),
		DuplicatePolicy: attendancev1.WorkRules_ERROR_ON_REPEAT, SubmittedPolicy: attendancev1.WorkRules_HOLD,
	})
	if first.GetVersion() != 1 || first.GetActor() != "accounts/a1" || first.GetEffectiveTime() == nil {
		t.Errorf("stored %v", first)
	}
	if diff := cmp.Diff(first, f.workRules(t), protocmp.Transform()); diff != "" {
		t.Errorf("read again (-want +got):\n%s", diff)
	}
	_, err := f.admin.UpdateWorkRules(f.ctx(t), &attendancev1.UpdateWorkRulesRequest{WorkRules: &attendancev1.WorkRules{Etag: etagOf(0)}})
	refused(t, err, fault.Aborted, "ETAG_STALE")
	later := f.rule(t, &attendancev1.WorkRules{EffectiveTime: timestamppb.New(time.Now().Add(24 * time.Hour))})
	now := f.workRules(t)
	if now.GetVersion() != 1 || now.GetEtag() != later.GetEtag() || later.GetVersion() != 2 {
		t.Errorf("before its time: %v in force, %v stored", now, later)
	}
	other := *f
	other.tenant = "11111111-1111-4111-8111-111111111111"
	if got := other.workRules(t).GetVersion(); got != 0 {
		t.Errorf("another company reads version %d", got)
	}
}

func TestWorkRulesVersionsAreListed(t *testing.T) {
	f := setup(t)
	for _, cutoff := range []string{"01:00", "02:00", "03:00"} {
		f.rule(t, &attendancev1.WorkRules{DayCutoff: cutoff})
	}
	req, got := &attendancev1.ListWorkRulesVersionsRequest{PageSize: 2}, []string{}
	for range 2 {
		res, err := f.admin.ListWorkRulesVersions(f.ctx(t), req)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range res.GetVersions() {
			got = append(got, v.GetDayCutoff())
		}
		req.PageToken = res.GetNextPageToken()
	}
	if !cmp.Equal(got, []string{"03:00", "02:00", "01:00"}) || req.GetPageToken() != "" {
		t.Errorf("%v, %q", got, req.GetPageToken())
	}
}

func TestWorkRulesRefuseBadValues(t *testing.T) {
	f := setup(t)
	_, err := f.admin.UpdateWorkRules(f.ctx(t), &attendancev1.UpdateWorkRulesRequest{WorkRules: &attendancev1.WorkRules{
		DayCutoff: "24:00", LongestShift: durationpb.New(25 * time.Hour), DoubleTapWindow: durationpb.New(time.Millisecond),
		UndoWindow: durationpb.New(601 * time.Second), DuplicatePolicy: 9, SubmittedPolicy: 9, EffectiveTime: timestamppb.New(time.Now().Add(-time.Minute)),
	}})
	want := []string{
		"workRules.dayCutoff OUT_OF_RANGE", "workRules.longestShift OUT_OF_RANGE", "workRules.doubleTapWindow OUT_OF_RANGE", "workRules.undoWindow OUT_OF_RANGE",
		"workRules.duplicatePolicy OUT_OF_RANGE", "workRules.submittedPolicy OUT_OF_RANGE", "workRules.effectiveTime IN_THE_PAST",
	}
	if _, fields := refused(t, err, fault.InvalidArgument, "INVALID_ARGUMENT"); !cmp.Equal(want, fields) {
		t.Errorf("fields %v", fields)
	}
	for _, cutoff := range []string{"5:00", "05:60", "0500", "-1:00", "05:00:00", "5", "あ"} {
		_, err := f.admin.UpdateWorkRules(f.ctx(t), &attendancev1.UpdateWorkRulesRequest{WorkRules: &attendancev1.WorkRules{DayCutoff: cutoff}})
		if _, fields := refused(t, err, fault.InvalidArgument, "INVALID_ARGUMENT"); !cmp.Equal(want[:1], fields) {
			t.Errorf("%q: %v", cutoff, fields)
		}
	}
}

// A change of the cutoff moves no record, and a punch is judged by the rules of the instant at which it was made,
// however late it arrives.
func TestWorkRulesHoldFromTheirInstant(t *testing.T) {
	f := setup(t)
	e := f.employee(t, "001")
	f.record(t, f.said(t, e, "10T06:00", "出勤"), f.said(t, e, "10T15:00", "退勤"))
	before := f.sheet(t, e, "2026-11").GetDays()
	f.at(t, "14T12:00")
	f.rule(t, &attendancev1.WorkRules{DayCutoff: "03:00"})
	f.at(t, "15T12:00")
	f.rule(t, &attendancev1.WorkRules{DayCutoff: "09:00"})
	f.record(t, f.said(t, e, "11T06:30", "出勤"), f.said(t, e, "16T06:30", "出勤"),
		f.said(t, e, "15T11:59:59.999", "休憩"), f.said(t, e, "20T08:59:59.999", "出勤"), f.said(t, e, "21T09:00", "出勤"))
	days := map[string]int{}
	for _, d := range f.sheet(t, e, "2026-11").GetDays() {
		days[d.GetDate()] = len(d.GetPunches())
	}
	want := map[string]int{"2026-11-10": 2, "2026-11-11": 1, "2026-11-15": 2, "2026-11-19": 1, "2026-11-21": 1}
	if diff := cmp.Diff(want, days); diff != "" {
		t.Errorf("days (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(before[0], f.sheet(t, e, "2026-11").GetDays()[0], protocmp.Transform()); diff != "" {
		t.Errorf("an old record moved:\n%s", diff)
	}
}

// The window and the policy are applied to what is shown and to what is answered.
func TestWorkRulesDecideRepeats(t *testing.T) {
	f := setup(t)
	e := f.employee(t, "001")
	f.record(t, f.said(t, e, "23T09:00", "出勤"), f.said(t, e, "23T18:00", "退勤"))
	tap := f.record(t, f.said(t, e, "23T18:00:30", "退勤"))[0]
	want := &attendancev1.ReplyDirective{
		Template: attendancev1.ReplyDirective_REPEATED, PunchKind: attendancev1.Punch_CLOCK_OUT, TimeText: "18:00", PreviousTimeText: "18:00",
		Place: attendancev1.PunchSettings_Reply_SAME_ROOM, EmployeeDisplayName: "社員001", BusinessDate: "2026-11-23",
	}
	if diff := cmp.Diff(want, tap.GetReply(), protocmp.Transform()); tap.GetPunch() == "" || diff != "" {
		t.Errorf("%v (-want +got):\n%s", tap, diff)
	}
	day := f.sheet(t, e, "2026-11").GetDays()[0]
	if !cmp.Equal(day.GetFlags(), []string{"DOUBLE_TAP"}) || !cmp.Equal(day.GetUncounted(), []string{"punches/" + tap.GetPunch()}) || day.GetWorkedMinutes() != 540 {
		t.Errorf("day %v", day)
	}
	f.at(t, "24T00:00")
	f.rule(t, &attendancev1.WorkRules{DuplicatePolicy: attendancev1.WorkRules_ERROR_ON_REPEAT})
	f.record(t, f.said(t, e, "24T09:00", "出勤"), f.said(t, e, "24T18:00", "退勤"))
	if got := f.record(t, f.said(t, e, "24T18:30", "退勤"))[0]; got.GetReply().GetTemplate() != attendancev1.ReplyDirective_REPEATED || got.GetPunch() == "" {
		t.Errorf("repeated 退勤: %v", got)
	}
	day = f.sheet(t, e, "2026-11").GetDays()[1]
	if day.GetWorkedMinutes() != 540 || day.GetClockOutText() != "18:00" || !cmp.Equal(day.GetFlags(), []string{"REPEATED_CLOCK_OUT"}) {
		t.Errorf("day %v", day)
	}
}
