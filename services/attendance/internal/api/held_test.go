package api

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/dakoku/dakoku/platform/fault"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	"github.com/dakoku/dakoku/services/attendance/internal/store"
)

func (f *fixture) held(t *testing.T, req *attendancev1.ListHeldPunchesRequest) (list []*attendancev1.HeldPunch) {
	t.Helper()
	for range 10 {
		res, err := f.admin.ListHeldPunches(f.ctx(t), req)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, res.GetHeldPunches()...)
		if req.PageToken = res.GetNextPageToken(); req.PageToken == "" {
			return list
		}
	}
	t.Fatal("the list does not end")
	return nil
}

func (f *fixture) apply(t *testing.T, name, reason string) (*attendancev1.HeldPunch, error) {
	t.Helper()
	res, err := f.admin.ApplyHeldPunch(f.ctx(t), &attendancev1.ApplyHeldPunchRequest{HeldPunch: name, Reason: reason})
	return res.GetHeldPunch(), err
}

func (f *fixture) discard(t *testing.T, name, reason string) (*attendancev1.HeldPunch, error) {
	t.Helper()
	res, err := f.admin.DiscardHeldPunch(f.ctx(t), &attendancev1.DiscardHeldPunchRequest{HeldPunch: name, Reason: reason})
	return res.GetHeldPunch(), err
}

// submitted is an employee with a 出勤 in a submitted November and a refused 退勤, which is held.
func (f *fixture) submitted(t *testing.T) (employee string, held *attendancev1.HeldPunch) {
	t.Helper()
	e := f.employee(t, "001")
	f.record(t, f.said(t, e, "23T09:00", "出勤"))
	if _, err := f.do(f.ctx(t), "submit", e, "2026-11"); err != nil {
		t.Fatal(err)
	}
	if o := f.record(t, f.said(t, e, "23T18:00", "では 退勤"))[0]; o.GetReason() != "SUBMITTED" {
		t.Fatalf("outcome %v", o)
	}
	list := f.held(t, &attendancev1.ListHeldPunchesRequest{})
	if len(list) != 1 {
		t.Fatalf("held %v", list)
	}
	return e, list[0]
}

func TestHeldPunchIsApplied(t *testing.T) {
	f := setup(t)
	e, held := f.submitted(t)
	want := &attendancev1.HeldPunch{
		Name: held.GetName(), Employee: "employees/" + e, Kind: attendancev1.Punch_CLOCK_OUT, Time: f.said(t, e, "23T18:00", "").GetIssuedTime(),
		BusinessDay: "2026-11-23", Period: "2026-11", Phrase: "退勤", ReceiveTime: f.said(t, e, "23T18:00", "").GetReceivedTime(),
		State: attendancev1.HeldPunch_PENDING, TimeZone: "Asia/Tokyo", Connection: "connections/" + f.connection,
	}
	if diff := cmp.Diff(want, held, protocmp.Transform()); diff != "" {
		t.Errorf("held (-want +got):\n%s", diff)
	}
	if n := f.count(t, `select count(*) from attendance.punches`); n != 1 {
		t.Errorf("%d punches", n)
	}
	_, err := f.apply(t, held.GetName(), "")
	if meta, _ := refused(t, err, fault.Precondition, "TIMESHEET_SUBMITTED"); meta["state"] != "SUBMITTED" || meta["period"] != "2026-11" {
		t.Errorf("metadata %v", meta)
	}
	saying(t, err, "2026年11月の勤怠は「申請済み」のため変更できません。差戻しをしてからやり直してください。",
		"The timesheet of November 2026 is “Submitted”, so nothing in it changes. Have it sent back first.")
	if _, err := f.do(f.ctx(t), "sendBack", e, "2026-11"); err != nil {
		t.Fatal(err)
	}
	got, err := f.apply(t, held.GetName(), "差戻し後に反映")
	if err != nil || got.GetState() != attendancev1.HeldPunch_APPLIED || got.GetActor() != "accounts/a1" || got.GetReason() != "差戻し後に反映" {
		t.Fatalf("%v, %v", got, err)
	}
	id := held.GetName()[len("heldPunches/"):]
	day := f.sheet(t, e, "2026-11").GetDays()[0]
	if day.GetClockOutText() != "18:00" || day.GetWorkedMinutes() != 540 || day.GetPunches()[1].GetName() != "punches/"+id || day.GetPunches()[1].GetPhrase() != "退勤" {
		t.Errorf("day %v", day)
	}
	f.textOf(t, id, "では 退勤")
	for _, again := range []func(*testing.T, string, string) (*attendancev1.HeldPunch, error){f.apply, f.discard} {
		_, err := again(t, held.GetName(), "もう一度")
		if meta, _ := refused(t, err, fault.Precondition, "HELD_PUNCH_DECIDED"); meta["state"] != "APPLIED" {
			t.Errorf("metadata %v", meta)
		}
	}
	if n := f.count(t, `select count(*) from attendance.punches`); n != 2 {
		t.Errorf("%d punches", n)
	}
}

// A held punch names the settings and the words that made it, as the punch that it becomes does.
func TestHeldPunchNamesItsSettings(t *testing.T) {
	f := setup(t)
	settings := f.settings(t)
	settings.TriggerWords = []string{"勤怠"}
	f.put(t, settings)
	e := f.employee(t, "001")
	f.did(t, "submit", e)
	f.record(t, f.said(t, e, "23T18:00", "勤怠 退勤"))
	held := f.held(t, &attendancev1.ListHeldPunchesRequest{})[0]
	f.did(t, "sendBack", e)
	if _, err := f.apply(t, held.GetName(), ""); err != nil {
		t.Fatal(err)
	}
	p := f.oldestFirst(t)[0]
	if held.GetTriggerWord() != "勤怠" || held.GetSettingsVersion() != 1 || p.GetTriggerWord() != "勤怠" || p.GetSettingsVersion() != 1 || p.GetConnection() != held.GetConnection() {
		t.Errorf("%v, %v", held, p)
	}
}

// textOf opens the sealed text of a punch.
func (f *fixture) textOf(t *testing.T, punch, want string) {
	t.Helper()
	var sealed []byte
	if err := f.database.Owner(t).QueryRow(t.Context(), `select sealed_text from attendance.punches where id = $1`, punch).Scan(&sealed); err != nil {
		t.Fatal(err)
	}
	if plain, err := f.keys.Open(store.TextContext(f.tenant, punch), sealed); err != nil || string(plain) != want {
		t.Errorf("opened %q, %v", plain, err)
	}
}

func TestHeldPunchIsDiscarded(t *testing.T) {
	f := setup(t)
	e, held := f.submitted(t)
	for _, reason := range []string{"", " 　\n", "\u200b", "\u2800", "\u3164", "\u00ad"} {
		_, err := f.discard(t, held.GetName(), reason)
		if _, fields := refused(t, err, fault.InvalidArgument, "REASON_REQUIRED"); !cmp.Equal(fields, []string{"reason REASON_REQUIRED"}) {
			t.Errorf("fields %v", fields)
		}
	}
	_, err := f.discard(t, held.GetName(), "a\x00b")
	refused(t, err, fault.InvalidArgument, "INVALID_ARGUMENT")
	other := *f
	other.tenant = "11111111-1111-4111-8111-111111111111"
	other.company(t, other.tenant, 31)
	for _, name := range []string{"", "heldPunches/x", "heldPunches/11111111-1111-4111-8111-111111111111"} {
		_, err := f.discard(t, name, "理由")
		refused(t, err, fault.NotFound, "HELD_PUNCH_NOT_FOUND")
	}
	_, err = other.discard(t, held.GetName(), "理由")
	refused(t, err, fault.NotFound, "HELD_PUNCH_NOT_FOUND")
	if list := other.held(t, &attendancev1.ListHeldPunchesRequest{}); list != nil {
		t.Errorf("another company sees %v", list)
	}
	got, err := f.discard(t, held.GetName(), " 押し間違い ")
	if err != nil || got.GetState() != attendancev1.HeldPunch_DISCARDED || got.GetReason() != "押し間違い" || got.GetDecideTime() == nil {
		t.Errorf("%v, %v", got, err)
	}
	if n := shown(f.sheet(t, e, "2026-11")); n != 1 {
		t.Errorf("%d punches in the sheet", n)
	}
}

func TestListHeldPunches(t *testing.T) {
	f := setup(t)
	e, held := f.submitted(t)
	f.record(t, f.said(t, e, "23T19:00", "退勤"), f.said(t, e, "23T20:00", "退勤"))
	if _, err := f.discard(t, held.GetName(), "理由"); err != nil {
		t.Fatal(err)
	}
	two := f.employee(t, "002")
	for _, tt := range []struct {
		name string
		req  *attendancev1.ListHeldPunchesRequest
		want int
	}{
		{"all, in pages", &attendancev1.ListHeldPunchesRequest{PageSize: 1}, 3},
		{"pending", &attendancev1.ListHeldPunchesRequest{State: attendancev1.HeldPunch_PENDING}, 2},
		{"discarded", &attendancev1.ListHeldPunchesRequest{State: attendancev1.HeldPunch_DISCARDED}, 1},
		{"of the employee", &attendancev1.ListHeldPunchesRequest{Employee: "employees/" + e}, 3},
		{"of another", &attendancev1.ListHeldPunchesRequest{Employee: two}, 0},
	} {
		list := f.held(t, tt.req)
		if len(list) != tt.want {
			t.Errorf("%s: %v", tt.name, list)
		}
		for i := 1; i < len(list); i++ {
			if list[i].GetTime().AsTime().After(list[i-1].GetTime().AsTime()) {
				t.Errorf("%s: not newest first", tt.name)
			}
		}
	}
	for person, want := range map[string]int{e: 3, two: 0} {
		own, err := f.admin.ListHeldPunches(f.person(t, person, true), &attendancev1.ListHeldPunchesRequest{})
		if err != nil || len(own.GetHeldPunches()) != want || want > 0 && own.GetHeldPunches()[2].GetReason() != "理由" {
			t.Errorf("an employee with %d sees %v, %v", want, own, err)
		}
	}
	_, err := f.admin.ListHeldPunches(f.person(t, two, true), &attendancev1.ListHeldPunchesRequest{Employee: e})
	refused(t, err, fault.NotFound, "EMPLOYEE_NOT_FOUND")
	_, err = f.admin.ListHeldPunches(f.ctx(t), &attendancev1.ListHeldPunchesRequest{Employee: "x"})
	refused(t, err, fault.InvalidArgument, "INVALID_ARGUMENT")
}

// A company that holds instead of refusing tells so; repeating the event tells the same and holds nothing twice.
func TestHoldPolicy(t *testing.T) {
	f := setup(t)
	f.at(t, "01T00:00")
	f.rule(t, &attendancev1.WorkRules{SubmittedPolicy: attendancev1.WorkRules_HOLD})
	e := f.employee(t, "001")
	f.at(t, "30T12:00")
	if _, err := f.do(f.ctx(t), "submit", e, "2026-11"); err != nil {
		t.Fatal(err)
	}
	want := &attendancev1.ReplyDirective{
		Template: attendancev1.ReplyDirective_HELD, Place: attendancev1.PunchSettings_Reply_SAME_ROOM, PunchKind: attendancev1.Punch_CLOCK_IN,
		EmployeeDisplayName: "社員001", TimeText: "09:00", Period: "2026-11", BusinessDate: "2026-11-23",
	}
	for range 2 {
		got := f.record(t, f.said(t, e, "23T09:00", "出勤"))[0]
		if diff := cmp.Diff(want, got.GetReply(), protocmp.Transform()); got.GetReason() != "HELD" || got.GetPunch() != "" || diff != "" {
			t.Errorf("%v (-want +got):\n%s", got, diff)
		}
	}
	if list := f.held(t, &attendancev1.ListHeldPunchesRequest{}); len(list) != 1 || list[0].GetState() != attendancev1.HeldPunch_PENDING {
		t.Errorf("held %v", list)
	}
}

// A held 出勤 of an open month may not take the 退勤 of the night out of a locked one.
func TestHeldPunchMayNotChangeAnotherLockedPeriod(t *testing.T) {
	f := setup(t)
	f.closes(t, 10)
	f.at(t, "30T12:00")
	e := f.employee(t, "001")
	f.record(t, f.said(t, e, "11T06:30", "退勤"))
	for _, period := range []string{"2026-11", "2026-12"} {
		if _, err := f.do(f.ctx(t), "submit", e, period); err != nil {
			t.Fatal(err)
		}
	}
	f.record(t, f.said(t, e, "10T22:00", "出勤"))
	held := f.held(t, &attendancev1.ListHeldPunchesRequest{})[0]
	if _, err := f.do(f.ctx(t), "sendBack", e, "2026-11"); err != nil {
		t.Fatal(err)
	}
	_, err := f.apply(t, held.GetName(), "")
	if meta, _ := refused(t, err, fault.Precondition, "TIMESHEET_SUBMITTED"); meta["period"] != "2026-12" {
		t.Errorf("metadata %v", meta)
	}
	if _, err := f.do(f.ctx(t), "sendBack", e, "2026-12"); err != nil {
		t.Fatal(err)
	}
	if _, err := f.apply(t, held.GetName(), ""); err != nil {
		t.Error(err)
	}
	if days := f.sheet(t, e, "2026-11").GetDays(); len(days) != 1 || days[0].GetClockOutText() != "30:30" {
		t.Errorf("days %v", days)
	}
}

// Two people who decide at the same moment: one of them does.
func TestHeldPunchIsDecidedOnce(t *testing.T) {
	f := setup(t)
	e, held := f.submitted(t)
	if _, err := f.do(f.ctx(t), "sendBack", e, "2026-11"); err != nil {
		t.Fatal(err)
	}
	var work sync.WaitGroup
	var decided atomic.Int32
	for i := range 10 {
		work.Go(func() {
			decide := f.apply
			if i%2 == 0 {
				decide = f.discard
			}
			_, err := decide(t, held.GetName(), "理由")
			switch {
			case err == nil:
				decided.Add(1)
			case !fault.HasReason(err, "HELD_PUNCH_DECIDED"):
				t.Errorf("decide: %v", err)
			}
		})
	}
	work.Wait()
	if n := f.count(t, `select count(*) from attendance.held_punch_decisions`); n != 1 || decided.Load() != 1 {
		t.Errorf("%d decisions, %d answers", n, decided.Load())
	}
}
