package api

import (
	"context"
	"strings"
	"testing"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/rpc"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
)

// A month with held punches that wait is approved only when that is said, one by one and with others.
func TestHeldPunchesAreNotPassedOver(t *testing.T) {
	f := setup(t)
	e, held := f.submitted(t)
	name := "employees/" + e + "/timesheets/2026-11"
	if n := f.sheet(t, e, "2026-11").GetWaitingHeldPunches(); n != 1 {
		t.Errorf("%d wait", n)
	}
	_, err := f.admin.ApproveTimesheet(f.ctx(t), &attendancev1.ApproveTimesheetRequest{Employee: e, Period: "2026-11"})
	if meta, _ := refused(t, err, fault.Precondition, "HELD_PUNCHES_WAITING"); meta["count"] != "1" || meta["period"] != "2026-11" {
		t.Errorf("metadata %v", meta)
	}
	many := func(acknowledged bool) *attendancev1.ApproveTimesheetsResponse_Result {
		res, err := f.admin.ApproveTimesheets(f.ctx(t), &attendancev1.ApproveTimesheetsRequest{Timesheets: []string{name}, AcknowledgeHeldPunches: acknowledged})
		if err != nil {
			t.Fatal(err)
		}
		return res.GetResults()[0]
	}
	if got := many(false); got.GetApproved() || got.GetReason() != "HELD_PUNCHES_WAITING" {
		t.Error(got)
	}
	if got := many(true); !got.GetApproved() {
		t.Error(got)
	}
	f.did(t, "cancelApproval", e)
	if res, err := f.admin.ApproveTimesheet(f.ctx(t), &attendancev1.ApproveTimesheetRequest{Employee: e, Period: "2026-11", AcknowledgeHeldPunches: true}); err != nil || res.GetTimesheet().GetWaitingHeldPunches() != 1 {
		t.Error(res, err)
	}
	f.did(t, "sendBack", e)
	if _, err := f.discard(t, held.GetName(), "重複"); err != nil {
		t.Fatal(err)
	}
	f.did(t, "submit", e)
	if _, err := f.admin.ApproveTimesheet(f.ctx(t), &attendancev1.ApproveTimesheetRequest{Employee: e, Period: "2026-11"}); err != nil {
		t.Error("nothing waits any more:", err)
	}
}

// What waits is counted of the month and the person asked for, and only what nobody has decided.
func TestOnlyWhatWaitsInTheMonthIsCounted(t *testing.T) {
	f := setup(t)
	e, held := f.submitted(t)
	other := f.employee(t, "002")
	f.did(t, "submit", other)
	if _, err := f.do(f.ctx(t), "submit", e, "2026-10"); err != nil {
		t.Fatal(err)
	}
	october := f.said(t, e, "01T04:00", "退勤") // before the cutoff: the day before
	for _, o := range f.record(t, f.said(t, other, "23T18:00", "退勤"), f.said(t, other, "24T18:00", "退勤"), f.said(t, other, "25T18:00", "退勤"), october, f.said(t, e, "24T18:00", "退勤")) {
		if o.GetReason() != "SUBMITTED" {
			t.Fatal(o)
		}
	}
	count := func(employee, period string, want int32) {
		t.Helper()
		if n := f.sheet(t, employee, period).GetWaitingHeldPunches(); n != want {
			t.Errorf("%s: %d wait, not %d", period, n, want)
		}
	}
	count(e, "2026-11", 2)
	count(e, "2026-10", 1)
	count(other, "2026-11", 3)
	if _, err := f.discard(t, held.GetName(), "重複"); err != nil {
		t.Fatal(err)
	}
	count(e, "2026-11", 1)
	count(other, "2026-11", 3)
}

func (f *fixture) did(t *testing.T, verb, employee string) {
	t.Helper()
	if _, err := f.do(f.ctx(t), verb, employee, "2026-11"); err != nil {
		t.Fatal(verb, err)
	}
}

// Nobody but an administrator approves a month of his or her own.
func TestNobodyApprovesAnOwnMonth(t *testing.T) {
	f := setup(t)
	mine, other := f.employee(t, "001"), f.employee(t, "002")
	as := func(permissions ...string) context.Context {
		return rpc.WithCaller(t.Context(), rpc.Caller{Tenant: f.tenant, Account: "a1", Kind: rpc.KindAccount, Employee: mine, Permissions: permissions})
	}
	manager, administrator := as("timesheets.review"), as("timesheets.review", "organization.write")
	f.did(t, "submit", mine)
	f.did(t, "submit", other)
	_, err := f.admin.ApproveTimesheet(manager, &attendancev1.ApproveTimesheetRequest{Employee: "employees/" + mine, Period: "2026-11"})
	refused(t, err, fault.Precondition, "OWN_TIMESHEET")
	res, err := f.admin.ApproveTimesheets(manager, &attendancev1.ApproveTimesheetsRequest{
		Timesheets: []string{"employees/" + mine + "/timesheets/2026-11", "employees/" + other + "/timesheets/2026-11"},
	})
	if err != nil || res.GetResults()[0].GetReason() != "OWN_TIMESHEET" || !res.GetResults()[1].GetApproved() {
		t.Fatal(res, err)
	}
	if _, err := f.admin.ApproveTimesheet(administrator, &attendancev1.ApproveTimesheetRequest{Employee: mine, Period: "2026-11"}); err != nil {
		t.Error("an administrator:", err)
	}
}

// A punch of an open month that would change a day of a submitted one is held for the latter, and waits in both: the one
// is where it will be, the other has to be sent back for it.
func TestWhatWaitsForAnotherMonthIsNotPassedOver(t *testing.T) {
	f := setup(t)
	e := f.employee(t, "001")
	f.record(t, f.said(t, e, "01T05:30", "退勤"))
	f.did(t, "submit", e)
	late := f.record(t, f.said(t, e, "01T00:30", "出勤"))[0] // of October, to whose night the 退勤 belongs then
	held := f.held(t, &attendancev1.ListHeldPunchesRequest{})
	if len(held) != 1 || held[0].GetBusinessDay() != "2026-10-31" || held[0].GetPeriod() != "2026-11" || late.GetReply().GetPeriod() != "2026-11" || late.GetReply().GetTimeText() != "24:30" {
		t.Fatalf("%v %v", held, late)
	}
	if _, err := f.do(f.ctx(t), "submit", e, "2026-10"); err != nil {
		t.Fatal(err)
	}
	for _, period := range []string{"2026-10", "2026-11"} {
		if n := f.sheet(t, e, period).GetWaitingHeldPunches(); n != 1 {
			t.Errorf("%s: %d wait", period, n)
		}
		_, err := f.admin.ApproveTimesheet(f.ctx(t), &attendancev1.ApproveTimesheetRequest{Employee: e, Period: period})
		if meta, _ := refused(t, err, fault.Precondition, "HELD_PUNCHES_WAITING"); meta["period"] != period || meta["heldFor"] != "2026-11" {
			t.Errorf("%s: %v", period, meta)
		}
		failure, _ := fault.From(err)
		said := failure.Text()
		other := period != "2026-11"
		month := map[string]fault.Text{"2026-10": {JA: "2026年10月", EN: "October 2026"}, "2026-11": {JA: "2026年11月", EN: "November 2026"}}[period]
		if !strings.HasPrefix(said.JA, month.JA+"には") || !strings.HasPrefix(said.EN, "Held punches of "+month.EN+" wait") ||
			strings.Contains(said.JA, "2026年11月の申請により") != other || strings.Contains(said.EN, "held for November 2026,") != other {
			t.Errorf("%s: %v", period, said)
		}
	}
	if n := f.sheet(t, e, "2026-09").GetWaitingHeldPunches(); n != 0 {
		t.Errorf("%d wait in a month that has nothing to do with it", n)
	}
}
