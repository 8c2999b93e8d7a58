package api

import (
	"encoding/csv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/dakoku/dakoku/platform/fault"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
)

// Rounded totals stand beside the exact ones, which stay as they are in every answer; who rounds down only is warned.
func TestRoundedTotalsAreAView(t *testing.T) {
	f := setup(t)
	e := f.employee(t, "001")
	f.record(t, f.said(t, e, "20T09:00:00.001", "出勤"), f.said(t, e, "20T17:00", "退勤"), f.said(t, e, "21T09:00", "出勤"), f.said(t, e, "21T16:30:00.001", "退勤"))
	exact := f.sheet(t, e, "2026-11")
	for rounding, want := range map[attendancev1.Timesheet_Rounding]struct {
		minutes  int32
		warnings int
	}{attendancev1.Timesheet_NEAREST_HOUR: {960, 0}, attendancev1.Timesheet_DOWN_TO_HOUR: {900, 1}} {
		got, err := f.admin.GetTimesheet(f.ctx(t), &attendancev1.GetTimesheetRequest{Employee: e, Period: "2026-11", Rounding: rounding})
		if err != nil {
			t.Fatal(err)
		}
		list, err := f.admin.ListTimesheets(f.ctx(t), &attendancev1.ListTimesheetsRequest{Period: "2026-11", Rounding: rounding})
		if err != nil {
			t.Fatal(err)
		}
		view := got.GetTimesheet().GetRoundedTotals()
		if view.GetRounding() != rounding || view.GetWorkedMinutes() != want.minutes || len(view.GetWarnings()) != want.warnings ||
			!proto.Equal(view, list.GetTimesheets()[0].GetRoundedTotals()) {
			t.Errorf("%s: %v, in the list %v", rounding, view, list)
		}
		for _, w := range view.GetWarnings() {
			if w.GetReason() != attendancev1.Timesheet_Warning_ROUNDS_DOWN_ONLY || !strings.Contains(w.GetMessage(), "切捨てのみ") {
				t.Errorf("%v", w)
			}
		}
		got.GetTimesheet().RoundedTotals = nil
		if diff := cmp.Diff(exact, got.GetTimesheet(), protocmp.Transform()); diff != "" {
			t.Errorf("%s changed the sheet: %s", rounding, diff)
		}
	}
	if exact.GetTotals().GetWorkedMinutes() != 930 || exact.GetRoundedTotals() != nil {
		t.Errorf("%v", exact)
	}
	_, err := f.admin.GetTimesheet(f.ctx(t), &attendancev1.GetTimesheetRequest{Employee: e, Period: "2026-11", Rounding: 99})
	refused(t, err, fault.InvalidArgument, "INVALID_ARGUMENT")
}

// The report gets two columns more, filled in the totals; without the wish it is what it was.
func TestRoundedTotalsInTheReport(t *testing.T) {
	f := setup(t)
	e := f.employee(t, "001")
	f.record(t, f.said(t, e, "20T09:00", "出勤"), f.said(t, e, "20T16:45", "退勤"))
	plain, _ := f.export(t, "2026-11")
	for rounding, want := range map[attendancev1.Timesheet_Rounding][2]string{
		attendancev1.Timesheet_NEAREST_HOUR: {"480", ""}, attendancev1.Timesheet_DOWN_TO_HOUR: {"420", onlyDown().JA},
	} {
		to := &pieces{ctx: f.ctx(t)}
		if err := f.admin.ExportAttendance(&attendancev1.ExportAttendanceRequest{Period: "2026-11", Rounding: rounding}, to); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(strings.Join(to.got, ""), "\ufeff"))).ReadAll()
		if err != nil || len(rows) != len(plain) {
			t.Fatalf("%v, %v", rows, err)
		}
		added := [][2]string{}
		for i, row := range rows {
			exact := len(row) - 2
			if !cmp.Equal(row[:exact], plain[i]) {
				t.Errorf("%q became %q", plain[i], row)
			}
			added = append(added, [2]string(row[exact:]))
		}
		if !cmp.Equal(added[1:], [][2]string{{"", ""}, want}) || added[0][1] != "警告" || added[0][0] == "" {
			t.Errorf("%s: %q", rounding, added)
		}
	}
}
