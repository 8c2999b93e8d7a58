package api

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/rpc"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
)

// forgotten is a request for a 休憩終了 at noon of the 23rd.
func (f *fixture) forgotten(employee string) *attendancev1.CorrectionRequest {
	return &attendancev1.CorrectionRequest{Employee: employee, Kind: attendancev1.Punch_BREAK_END, Time: f.noon(), Reason: "打刻を忘れました"}
}

func (f *fixture) asks(ctx context.Context, t *testing.T, wish *attendancev1.CorrectionRequest) *attendancev1.CorrectionRequest {
	t.Helper()
	res, err := f.admin.CreateCorrectionRequest(ctx, &attendancev1.CreateCorrectionRequestRequest{CorrectionRequest: wish})
	if err != nil {
		t.Fatal(err)
	}
	return res.GetCorrectionRequest()
}

// person is a context of an employee's own account.
func (f *fixture) person(t testing.TB, employee string, confined bool) context.Context {
	return rpc.WithCaller(t.Context(), rpc.Caller{Tenant: f.tenant, Account: "p-" + employee, Kind: rpc.KindAccount, Employee: employee, Confined: confined})
}

func (f *fixture) approves(ctx context.Context, name, corrects string) (*attendancev1.CorrectionRequest, error) {
	res, err := f.admin.ApproveCorrectionRequest(ctx, &attendancev1.ApproveCorrectionRequestRequest{CorrectionRequest: name, Comment: "確認済み", Corrects: corrects})
	return res.GetCorrectionRequest(), err
}

// Who forgot to punch asks; nothing counts until somebody else approves; then it is a punch that says who asked, why and
// who approved.
func TestACorrectionIsAskedForAndApproved(t *testing.T) {
	f := setup(t)
	e := f.employee(t, "001")
	f.record(t, f.said(t, e, "23T18:00", "退勤"))
	me := f.person(t, e, true)
	at := f.said(t, e, "23T09:00", "").GetIssuedTime()
	asked := f.asks(me, t, &attendancev1.CorrectionRequest{Kind: attendancev1.Punch_CLOCK_IN, Time: at, Reason: " 打刻を忘れました "})
	want := &attendancev1.CorrectionRequest{
		Name: asked.GetName(), Employee: "employees/" + e, Kind: attendancev1.Punch_CLOCK_IN, Time: at, Reason: "打刻を忘れました",
		BusinessDay: "2026-11-23", Period: "2026-11", Source: attendancev1.Punch_MANUAL, State: attendancev1.CorrectionRequest_REQUESTED,
		CreateTime: asked.GetCreateTime(), Actor: "accounts/p-" + e, TimeZone: "Asia/Tokyo",
	}
	if diff := cmp.Diff(want, asked, protocmp.Transform()); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
	if day := f.sheet(t, e, "2026-11").GetDays()[0]; day.GetClockInText() != "" {
		t.Errorf("it counts before it is approved: %v", day)
	}
	got, err := f.approves(f.ctx(t), asked.GetName(), "")
	if err != nil {
		t.Fatal(err)
	}
	id := asked.GetName()[len("correctionRequests/"):]
	want.State, want.Decider, want.Comment, want.Punch, want.DecideTime = attendancev1.CorrectionRequest_APPROVED, "accounts/a1", "確認済み", "punches/"+id, got.GetDecideTime()
	if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" {
		t.Errorf("approved (-want +got):\n%s", diff)
	}
	read, err := f.admin.GetCorrectionRequest(me, &attendancev1.GetCorrectionRequestRequest{CorrectionRequest: asked.GetName()})
	if diff := cmp.Diff(got, read.GetCorrectionRequest(), protocmp.Transform()); err != nil || diff != "" {
		t.Errorf("read: %v\n%s", err, diff)
	}
	day := f.sheet(t, e, "2026-11").GetDays()[0]
	punch := day.GetPunches()[0]
	if day.GetClockInText() != "09:00" || day.GetWorkedMinutes() != 540 || punch.GetName() != "punches/"+id || punch.GetSource() != attendancev1.Punch_REQUEST ||
		punch.GetActor() != "accounts/a1" || punch.GetReason() != "打刻を忘れました" || punch.SettingsVersion != nil {
		t.Errorf("day %v", day)
	}
}

// A wrong punch is voided when the right one is approved, and stays. Whoever decides reads in the request what it says.
func TestACorrectionTakesThePlaceOfAPunch(t *testing.T) {
	f := setup(t)
	e, other := f.employee(t, "001"), f.employee(t, "002")
	wrong := "punches/" + f.record(t, f.said(t, e, "23T09:00", "出勤"))[0].GetPunch()
	foreign := "punches/" + f.record(t, f.said(t, other, "23T09:00", "出勤"))[0].GetPunch()
	wish := &attendancev1.CorrectionRequest{Kind: attendancev1.Punch_CLOCK_IN, Time: f.said(t, e, "23T10:00", "").GetIssuedTime(), Reason: "時刻の誤り"}
	me := f.person(t, e, true)
	wish.Corrects = foreign
	_, err := f.admin.CreateCorrectionRequest(me, &attendancev1.CreateCorrectionRequestRequest{CorrectionRequest: wish})
	refused(t, err, fault.NotFound, "PUNCH_NOT_FOUND")
	wish.Corrects = ""
	first := f.asks(me, t, wish)
	wish.Corrects = wrong
	second := f.asks(me, t, wish)
	if said(first) != "" || said(second) != "CLOCK_IN 09:00" {
		t.Error("asked:", first, second)
	}
	f.saidByAll(t, map[string]string{first.GetName(): "", second.GetName(): "CLOCK_IN 09:00"})
	_, err = f.approves(f.ctx(t), first.GetName(), foreign)
	refused(t, err, fault.NotFound, "PUNCH_NOT_FOUND")
	got, err := f.approves(f.ctx(t), first.GetName(), wrong)
	if err != nil || got.GetCorrects() != wrong || said(got) != "CLOCK_IN 09:00" {
		t.Fatal(got, err)
	}
	read, err := f.admin.GetCorrectionRequest(me, &attendancev1.GetCorrectionRequestRequest{CorrectionRequest: first.GetName()})
	if diff := cmp.Diff(got, read.GetCorrectionRequest(), protocmp.Transform()); err != nil || diff != "" {
		t.Error(err, diff)
	}
	f.saidByAll(t, map[string]string{first.GetName(): "CLOCK_IN 09:00", second.GetName(): "CLOCK_IN 09:00"})
	_, err = f.approves(f.ctx(t), second.GetName(), "")
	refused(t, err, fault.Precondition, "PUNCH_VOIDED")
	day := f.sheet(t, e, "2026-11").GetDays()[0]
	if p := day.GetPunches(); day.GetClockInText() != "10:00" || len(p) != 2 || p[0].GetName() != wrong || p[0].GetVoidReason() != "時刻の誤り" || p[1].GetCorrects() != wrong {
		t.Errorf("day %v", day)
	}
}

// said is what the punch says that a request takes the place of, by the clock of Japan; empty without one.
func said(asked *attendancev1.CorrectionRequest) string {
	old := asked.GetReplaced()
	if old == nil {
		return ""
	}
	return old.GetKind().String() + " " + old.GetTime().AsTime().In(time.FixedZone("JST", 9*60*60)).Format("15:04")
}

// saidByAll compares what the requests of the list say of the punches that they take the place of.
func (f *fixture) saidByAll(t *testing.T, want map[string]string) {
	t.Helper()
	list, err := f.admin.ListCorrectionRequests(f.ctx(t), &attendancev1.ListCorrectionRequestsRequest{})
	got := map[string]string{}
	for _, asked := range list.GetCorrectionRequests() {
		got[asked.GetName()] = said(asked)
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

// Nobody approves what he or she asked for, were it an administrator.
func TestNobodyApprovesAnOwnCorrection(t *testing.T) {
	f := setup(t)
	e := f.employee(t, "001")
	boss := f.person(t, e, false)
	mine, asBoss := f.asks(f.ctx(t), t, f.forgotten(e)), f.asks(boss, t, f.forgotten(f.employee(t, "002")))
	for _, asked := range []*attendancev1.CorrectionRequest{mine, asBoss} {
		_, err := f.approves(boss, asked.GetName(), "")
		refused(t, err, fault.Precondition, "OWN_CORRECTION_REQUEST")
	}
	if n := f.count(t, `select (select count(*) from attendance.punches) + (select count(*) from attendance.correction_decisions)`); n != 0 {
		t.Errorf("%d rows", n)
	}
	if _, err := f.approves(f.ctx(t), asBoss.GetName(), ""); err != nil {
		t.Error("somebody else:", err)
	}
}

// What cannot be approved is not asked for, and a month that is handed in afterwards is not changed by an approval.
func TestCorrectionsObeyTheLock(t *testing.T) {
	f := setup(t)
	e := f.employee(t, "001")
	asked := f.asks(f.ctx(t), t, f.forgotten(e))
	f.did(t, "submit", e)
	_, err := f.admin.CreateCorrectionRequest(f.ctx(t), &attendancev1.CreateCorrectionRequestRequest{CorrectionRequest: f.forgotten(e)})
	refused(t, err, fault.Precondition, "TIMESHEET_SUBMITTED")
	_, err = f.approves(f.as(t, "a2"), asked.GetName(), "")
	if meta, _ := refused(t, err, fault.Precondition, "TIMESHEET_SUBMITTED"); meta["period"] != "2026-11" {
		t.Errorf("metadata %v", meta)
	}
	f.did(t, "sendBack", e)
	if _, err := f.approves(f.as(t, "a2"), asked.GetName(), ""); err != nil {
		t.Error(err)
	}
}

// as is a context of another administrator.
func (f *fixture) as(t testing.TB, account string) context.Context {
	return rpc.WithCaller(t.Context(), rpc.Caller{Tenant: f.tenant, Account: account, Kind: rpc.KindAccount})
}

// A request is decided once, whoever decides at the same moment.
func TestTwoDecideAboutOneCorrection(t *testing.T) {
	f := setup(t)
	asked := f.asks(f.ctx(t), t, f.forgotten(f.employee(t, "001")))
	var decided atomic.Int32
	var work sync.WaitGroup
	verbs := []func() error{
		func() error { _, err := f.approves(f.as(t, "a2"), asked.GetName(), ""); return err },
		func() error {
			_, err := f.admin.RejectCorrectionRequest(f.ctx(t), &attendancev1.RejectCorrectionRequestRequest{CorrectionRequest: asked.GetName(), Comment: "記録と違います"})
			return err
		},
		func() error {
			_, err := f.admin.WithdrawCorrectionRequest(f.ctx(t), &attendancev1.WithdrawCorrectionRequestRequest{CorrectionRequest: asked.GetName()})
			return err
		},
	}
	for i := range 12 {
		work.Go(func() {
			if err := verbs[i%len(verbs)](); err == nil {
				decided.Add(1)
			} else if !fault.HasReason(err, "CORRECTION_REQUEST_DECIDED") {
				t.Error(err)
			}
		})
	}
	work.Wait()
	if n := f.count(t, `select count(*) from attendance.correction_decisions`); n != 1 || decided.Load() != 1 {
		t.Errorf("%d decisions, %d answered", n, decided.Load())
	}
	if n := f.count(t, `select count(*) from attendance.punches p full join (select * from attendance.correction_decisions where verb = 'approve') d on d.request_id = p.id where p.id is null or d.request_id is null`); n != 0 {
		t.Error("punches and approvals differ")
	}
}

// An employee finds his or her own requests only, and takes them back.
func TestOwnCorrectionsOnly(t *testing.T) {
	f := setup(t)
	e, other := f.employee(t, "001"), f.employee(t, "002")
	me := f.person(t, e, true)
	mine, foreign := f.asks(me, t, f.forgotten("")), f.asks(f.ctx(t), t, f.forgotten(other))
	list, err := f.admin.ListCorrectionRequests(me, &attendancev1.ListCorrectionRequestsRequest{})
	if diff := cmp.Diff([]*attendancev1.CorrectionRequest{mine}, list.GetCorrectionRequests(), protocmp.Transform()); err != nil || diff != "" {
		t.Error(err, diff)
	}
	_, err = f.admin.WithdrawCorrectionRequest(me, &attendancev1.WithdrawCorrectionRequestRequest{CorrectionRequest: foreign.GetName()})
	refused(t, err, fault.NotFound, "CORRECTION_REQUEST_NOT_FOUND")
	_, err = f.admin.CreateCorrectionRequest(me, &attendancev1.CreateCorrectionRequestRequest{CorrectionRequest: f.forgotten(other)})
	refused(t, err, fault.NotFound, "EMPLOYEE_NOT_FOUND")
	got, err := f.admin.WithdrawCorrectionRequest(me, &attendancev1.WithdrawCorrectionRequestRequest{CorrectionRequest: mine.GetName()})
	if err != nil || got.GetCorrectionRequest().GetState() != attendancev1.CorrectionRequest_WITHDRAWN || got.GetCorrectionRequest().GetPunch() != "" {
		t.Error(got, err)
	}
	_, err = f.approves(f.ctx(t), mine.GetName(), "")
	if meta, _ := refused(t, err, fault.Precondition, "CORRECTION_REQUEST_DECIDED"); meta["state"] != "WITHDRAWN" {
		t.Errorf("metadata %v", meta)
	}
}

func TestCorrectionsThatAreNone(t *testing.T) {
	f := setup(t)
	e := f.employee(t, "001")
	bad := &attendancev1.CorrectionRequest{Employee: e, Reason: "\u200b", Time: timestamppb.New(f.noon().AsTime().AddDate(50, 0, 0))}
	_, err := f.admin.CreateCorrectionRequest(f.ctx(t), &attendancev1.CreateCorrectionRequestRequest{CorrectionRequest: bad})
	_, fields := refused(t, err, fault.InvalidArgument, "INVALID_ARGUMENT")
	want := []string{"correctionRequest.kind REQUIRED", "correctionRequest.time IN_THE_FUTURE", "correctionRequest.reason REASON_REQUIRED"}
	if diff := cmp.Diff(want, fields); diff != "" {
		t.Error(diff)
	}
	asked := f.asks(f.ctx(t), t, f.forgotten(e))
	_, err = f.admin.RejectCorrectionRequest(f.ctx(t), &attendancev1.RejectCorrectionRequestRequest{CorrectionRequest: asked.GetName(), Comment: " \u3164"})
	refused(t, err, fault.InvalidArgument, "COMMENT_REQUIRED")
	if tried, err := f.admin.CreateCorrectionRequest(f.ctx(t), &attendancev1.CreateCorrectionRequestRequest{CorrectionRequest: f.forgotten(e), ValidateOnly: true}); err != nil || tried.GetCorrectionRequest().GetName() != "" {
		t.Error(tried, err)
	}
	if n := f.count(t, `select count(*) from attendance.correction_requests`); n != 1 {
		t.Errorf("%d requests", n)
	}
}
