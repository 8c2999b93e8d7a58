package api

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/dakoku/dakoku/platform/fault"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	"github.com/dakoku/dakoku/services/attendance/internal/store"
)

func (f *fixture) keep(t *testing.T, years int32, etag string, only bool) (*attendancev1.Retention, error) {
	t.Helper()
	res, err := f.admin.UpdateRetention(f.ctx(t), &attendancev1.UpdateRetentionRequest{
		Retention: &attendancev1.Retention{Years: years, Etag: etag}, ValidateOnly: only,
	})
	return res.GetRetention(), err
}

// Five years are the default, fewer than three are refused by name of the law, and every change stays in the history.
func TestRetentionIsVersioned(t *testing.T) {
	f := setup(t)
	res, err := f.admin.GetRetention(f.ctx(t), &attendancev1.GetRetentionRequest{})
	if got := res.GetRetention(); err != nil || got.GetYears() != 5 || got.GetVersion() != 0 || got.GetUpdateTime() != nil {
		t.Fatalf("defaults: %v, %v", got, err)
	}
	for _, years := range []int32{-1, 0, 2, 101} {
		_, err := f.keep(t, years, "", false)
		named, ok := fault.From(err)
		if !ok || named.Kind() != fault.InvalidArgument || named.Fields()[0].Path != "retention.years" {
			t.Fatalf("%d years: %v", years, err)
		}
		for _, law := range []string{"労働基準法第109条", "附則第143条"} {
			if text := named.Fields()[0].Text; years < 3 && !strings.Contains(text.JA, law) {
				t.Errorf("%d years: %v", years, text)
			}
		}
	}
	if dry, err := f.keep(t, 3, etagOf(0), true); err != nil || dry.GetYears() != 3 || f.count(t, `select count(*) from attendance.retention_settings`) != 0 {
		t.Errorf("checked only: %v, %v", dry, err)
	}
	if first, err := f.keep(t, 3, etagOf(0), false); err != nil || first.GetVersion() != 1 || first.GetActor() != "accounts/a1" || first.GetUpdateTime() == nil {
		t.Errorf("%v, %v", first, err)
	}
	if _, err := f.keep(t, 4, etagOf(0), false); !fault.HasReason(err, "ETAG_STALE") {
		t.Error(err)
	}
	if second, err := f.keep(t, 7, "", false); err != nil || second.GetVersion() != 2 {
		t.Errorf("%v, %v", second, err)
	}
	page, err := f.admin.ListRetentionVersions(f.ctx(t), &attendancev1.ListRetentionVersionsRequest{PageSize: 1})
	if err != nil || len(page.GetVersions()) != 1 || page.GetVersions()[0].GetYears() != 7 {
		t.Fatal(page, err)
	}
	page, err = f.admin.ListRetentionVersions(f.ctx(t), &attendancev1.ListRetentionVersionsRequest{PageToken: page.GetNextPageToken()})
	if err != nil || len(page.GetVersions()) != 1 || page.GetVersions()[0].GetYears() != 3 || page.GetNextPageToken() != "" {
		t.Error(page, err)
	}
	other := as(t.Context(), uuid.NewString())
	if res, err := f.admin.GetRetention(other, &attendancev1.GetRetentionRequest{}); err != nil || res.GetRetention().GetYears() != 5 {
		t.Errorf("another company: %v, %v", res, err)
	}
}

func (f *fixture) hold(t *testing.T, employee, reason string, only bool) (*attendancev1.LegalHold, error) {
	t.Helper()
	res, err := f.admin.CreateLegalHold(f.ctx(t), &attendancev1.CreateLegalHoldRequest{
		LegalHold: &attendancev1.LegalHold{Employee: employee, Reason: reason}, ValidateOnly: only,
	})
	return res.GetLegalHold(), err
}

// A hold names who, when and why, is released once, with a reason, and stays in the list.
func TestLegalHoldsAreHistory(t *testing.T) {
	f := setup(t)
	employee := f.employee(t, "1")
	for reason, err := range map[string]error{
		"REASON_REQUIRED":    second(f.hold(t, "", "  ", false)),
		"EMPLOYEE_NOT_FOUND": second(f.hold(t, "employees/"+uuid.NewString(), "訴訟", false)),
		"INVALID_ARGUMENT":   second(f.hold(t, "", strings.Repeat("長", 1001), false)),
	} {
		if !fault.HasReason(err, reason) {
			t.Errorf("not %s: %v", reason, err)
		}
	}
	if dry, err := f.hold(t, "employees/"+employee, "訴訟", true); err != nil || dry.GetReason() != "訴訟" || dry.GetName() != "" || f.count(t, `select count(*) from attendance.legal_holds`) != 0 {
		t.Errorf("checked only: %v, %v", dry, err)
	}
	company, err := f.hold(t, "", "労基署の調査", false)
	if err != nil || company.GetEmployee() != "" || company.GetState() != attendancev1.LegalHold_IN_FORCE || company.GetActor() != "accounts/a1" {
		t.Fatal(company, err)
	}
	person, err := f.hold(t, "employees/"+employee, "訴訟", false)
	if err != nil || person.GetEmployee() != "employees/"+employee {
		t.Fatal(person, err)
	}
	release := func(name, reason string) (*attendancev1.LegalHold, error) {
		res, err := f.admin.ReleaseLegalHold(f.ctx(t), &attendancev1.ReleaseLegalHoldRequest{LegalHold: strings.TrimPrefix(name, "legalHolds/"), Reason: reason})
		return res.GetLegalHold(), err
	}
	if _, err := release(company.GetName(), ""); !fault.HasReason(err, "REASON_REQUIRED") {
		t.Error(err)
	}
	if _, err := release(uuid.NewString(), "終結"); !fault.HasReason(err, "LEGAL_HOLD_NOT_FOUND") {
		t.Error(err)
	}
	if done, err := release(company.GetName(), "終結"); err != nil || done.GetState() != attendancev1.LegalHold_RELEASED || done.GetReleaseReason() != "終結" || done.GetReleaser() != "accounts/a1" {
		t.Error(done, err)
	}
	if _, err := release(company.GetName(), "終結"); !fault.HasReason(err, "LEGAL_HOLD_RELEASED") {
		t.Error(err)
	}
	page, err := f.admin.ListLegalHolds(f.ctx(t), &attendancev1.ListLegalHoldsRequest{PageSize: 1})
	if err != nil || len(page.GetLegalHolds()) != 1 || page.GetLegalHolds()[0].GetName() != person.GetName() {
		t.Fatal(page, err)
	}
	page, err = f.admin.ListLegalHolds(f.ctx(t), &attendancev1.ListLegalHoldsRequest{PageToken: page.GetNextPageToken()})
	if err != nil || len(page.GetLegalHolds()) != 1 || page.GetLegalHolds()[0].GetReleaseTime() == nil {
		t.Error(page, err)
	}
	if page, err := f.admin.ListLegalHolds(as(t.Context(), uuid.NewString()), &attendancev1.ListLegalHoldsRequest{}); err != nil || len(page.GetLegalHolds()) != 0 {
		t.Error("another company sees them:", page, err)
	}
}

func second[T any](_ T, err error) error { return err }

// The preview tells of each old record what the next purge does with it, and changes nothing.
func TestThePreviewTellsWhatAPurgeWouldDo(t *testing.T) {
	f := setup(t)
	employee := f.employee(t, "1")
	f.record(t, f.said(t, employee, "23T09:00", "出勤"), f.said(t, employee, "23T18:00", "退勤"))
	for _, verb := range []func() error{
		func() error {
			_, err := f.admin.SubmitTimesheet(f.ctx(t), &attendancev1.SubmitTimesheetRequest{Employee: employee, Period: "2026-11"})
			return err
		},
		func() error {
			_, err := f.admin.ApproveTimesheet(f.ctx(t), &attendancev1.ApproveTimesheetRequest{Employee: employee, Period: "2026-11"})
			return err
		},
	} {
		if err := verb(); err != nil {
			t.Fatal(err)
		}
	}
	preview := func(day string) []*attendancev1.PurgeRecord {
		now, err := time.Parse(time.RFC3339, day+"T00:00:00+09:00")
		if err != nil {
			t.Fatal(err)
		}
		admin := NewAdmin(store.New(f.db, func() time.Time { return now }))
		res, err := admin.preview(f.ctx(t), &attendancev1.PreviewPurgeRequest{}, now)
		if err != nil {
			t.Fatal(err)
		}
		if ahead, err := admin.PreviewPurge(f.ctx(t), &attendancev1.PreviewPurgeRequest{}); err != nil || len(ahead.GetRecords()) != 0 {
			t.Error("a clock that runs ahead is believed:", ahead, err)
		}
		return res.GetRecords()
	}
	if got := preview("2028-12-01"); len(got) != 0 {
		t.Errorf("young: %v", got)
	}
	completed, err := time.Parse(time.DateOnly, preview("2031-12-31")[0].GetCompletedDay())
	if err != nil {
		t.Fatal(err)
	}
	free := completed.AddDate(5, 0, 1)
	for day, want := range map[time.Time]attendancev1.PurgeRecord_Verdict{
		free.AddDate(0, 0, -1): attendancev1.PurgeRecord_DUE, free: attendancev1.PurgeRecord_REMOVE,
	} {
		got := preview(day.Format(time.DateOnly))
		if len(got) != 1 || got[0].GetVerdict() != want || got[0].GetPeriod() != "2026-11" || got[0].GetFreeDay() != free.Format(time.DateOnly) ||
			got[0].GetEmployee() != "employees/"+employee || got[0].GetPunches() != 2 || got[0].GetRows() != 6 {
			t.Errorf("%s: %v", day, got)
		}
	}
	if _, err := f.hold(t, "employees/"+employee, "訴訟", false); err != nil {
		t.Fatal(err)
	}
	if got := preview("2040-01-01"); len(got) != 1 || got[0].GetVerdict() != attendancev1.PurgeRecord_ON_HOLD {
		t.Errorf("on hold: %v", got)
	}
	if f.count(t, `select count(*) from attendance.punches`) != 2 {
		t.Error("a preview removed something")
	}
}
