package api

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/dakoku/dakoku/platform/fault"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
)

// A hundred punches race twenty submissions and the sendings back: every punch is either recorded while the period
// was open or refused, told so and held, and what a submitted sheet shows never grows. The chain, which is sealed
// meanwhile, has no punch in a submitted period either.
func TestPunchesRaceSubmissions(t *testing.T) {
	const punches, submissions = 100, 20
	f := setup(t)
	sealer, sound := f.sealing(t)
	e := f.employee(t, "001")
	var work sync.WaitGroup
	outcomes := make([]*attendancev1.EventOutcome, punches)
	for i := range punches {
		event := f.said(t, e, fmt.Sprintf("23T09:%02d:%02d", i/60, i%60), "休憩")
		work.Go(func() {
			res, err := f.machine.RecordEvents(t.Context(), &attendancev1.RecordEventsRequest{Events: []*attendancev1.ChatEvent{event}})
			if err != nil {
				t.Errorf("record: %v", err)
				return
			}
			outcomes[i] = res.GetOutcomes()[0]
		})
		if i%(punches/submissions) == 0 {
			f.submitAndSendBack(t, e)
			if err := sealer.Round(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	work.Wait()
	sound()
	recorded := 0
	for i, o := range outcomes {
		switch {
		case o == nil:
			t.Errorf("punch %d has no outcome", i)
		case o.GetKind() == attendancev1.EventOutcome_RECORDED:
			recorded++
		case o.GetReason() != "SUBMITTED":
			t.Errorf("punch %d: %v", i, o)
		}
	}
	if n := f.count(t, `select count(*) from attendance.event_outcomes`); n != punches {
		t.Errorf("%d outcomes stored", n)
	}
	if n := f.count(t, `select count(*) from attendance.punches`); n != recorded {
		t.Errorf("%d punches stored, %d answered", n, recorded)
	}
	if n := f.count(t, `select count(*) from attendance.held_punches`); n != punches-recorded {
		t.Errorf("%d punches held, %d refused", n, punches-recorded)
	}
	t.Logf("%d recorded, %d refused", recorded, punches-recorded)
}

// submitAndSendBack submits, looks again at the frozen sheet, and sends it back.
func (f *fixture) submitAndSendBack(t *testing.T, employee string) {
	sheet, err := f.admin.SubmitTimesheet(f.ctx(t), &attendancev1.SubmitTimesheetRequest{Employee: employee, Period: "2026-11"})
	if err != nil {
		t.Fatalf("submit: %v", err)
	}
	later, err := f.admin.GetTimesheet(f.ctx(t), &attendancev1.GetTimesheetRequest{Employee: employee, Period: "2026-11"})
	if err != nil {
		t.Fatalf("get: %v", err)
	}
	if a, b := shown(sheet.GetTimesheet()), shown(later.GetTimesheet()); a != b {
		t.Errorf("a submitted sheet grew from %d to %d punches", a, b)
	}
	_, err = f.admin.SendBackTimesheet(f.ctx(t), &attendancev1.SendBackTimesheetRequest{Employee: employee, Period: "2026-11", Comment: "直して"})
	if err != nil {
		t.Fatalf("send back: %v", err)
	}
}

func shown(sheet *attendancev1.Timesheet) (n int) {
	for _, d := range sheet.GetDays() {
		n += len(d.GetPunches())
	}
	return n
}

// At the same moment a punch and a submission take turns, whichever is first: the other one waits for the employee, and
// then sees what the first has made of the month.
func TestAPunchAndASubmissionTakeTurns(t *testing.T) {
	f := setup(t)
	for number, first := range map[string]string{"001": "punch", "002": "submission"} {
		e := f.employee(t, number)
		var outcome *attendancev1.EventOutcome
		var sheet *attendancev1.Timesheet
		acts := map[string]func() error{
			"punch": func() error {
				res, err := f.machine.RecordEvents(t.Context(), &attendancev1.RecordEventsRequest{Events: []*attendancev1.ChatEvent{f.said(t, e, "23T09:00", "出勤")}})
				if err == nil {
					outcome = res.GetOutcomes()[0]
				}
				return err
			},
			"submission": func() (err error) {
				sheet, err = f.do(f.ctx(t), "submit", e, "2026-11")
				return err
			},
		}
		second := "punch"
		if first == "punch" {
			second = "submission"
		}
		f.queue(t, e, acts[first], acts[second])
		want := map[string]string{"punch": "RECORDED  1 0", "submission": "REFUSED SUBMITTED 0 1"}[first]
		held := f.count(t, `select count(*) from attendance.held_punches where employee_id = $1`, e)
		if got := fmt.Sprint(outcome.GetKind(), " ", outcome.GetReason(), " ", shown(sheet), " ", held); got != want {
			t.Errorf("%s first: outcome, reason, punches in the submitted sheet, held: %s, want %s", first, got, want)
		}
		if a, b := shown(sheet), shown(f.sheet(t, e, "2026-11")); a != b {
			t.Errorf("%s first: the submitted sheet went from %d to %d punches", first, a, b)
		}
	}
}

// queue starts acts about an employee, who is locked until all of them wait, one after the other.
func (f *fixture) queue(t *testing.T, employee string, acts ...func() error) {
	t.Helper()
	watch := f.database.Owner(t)
	other, err := f.database.Owner(t).Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Exec(t.Context(), `select from attendance.employees where id = $1 for update`, employee); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, len(acts))
	for i, act := range acts {
		go func() { done <- act() }()
		for n, end := 0, time.Now().Add(5*time.Minute); n <= i; {
			if err := watch.QueryRow(t.Context(), waiting).Scan(&n); err != nil || len(done) > 0 || time.Now().After(end) {
				t.Fatalf("act %d does not wait for the employee: %v", i, err)
			}
		}
	}
	if err := other.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range acts {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

const waiting = `select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`

// Fifty simultaneous deliveries of one event are one punch and one outcome.
func TestRepeatedKeysRace(t *testing.T) {
	f := setup(t)
	e := f.employee(t, "001")
	events := []*attendancev1.ChatEvent{f.said(t, e, "23T09:00", "出勤"), f.said(t, "", "23T09:00", "出勤")}
	var work sync.WaitGroup
	for range 50 {
		work.Go(func() {
			_, err := f.machine.RecordEvents(t.Context(), &attendancev1.RecordEventsRequest{Events: events})
			if got, ok := fault.From(err); err != nil && (!ok || got.Kind() != fault.Unavailable) {
				t.Errorf("record: %v", err)
			}
		})
	}
	work.Wait()
	if n := f.count(t, `select count(*) from attendance.punches`); n != 1 {
		t.Errorf("%d punches", n)
	}
	if n := f.count(t, `select count(*) from attendance.event_outcomes`); n != 2 {
		t.Errorf("%d outcomes", n)
	}
}
