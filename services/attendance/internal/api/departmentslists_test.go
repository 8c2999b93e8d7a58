package api

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/dakoku/dakoku/platform/fault"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
)

// listed is whom every list and the report name, by method.
func (f *fixture) listed(ctx context.Context, t *testing.T) map[string][]string {
	t.Helper()
	a, out := f.admin, map[string][]string{}
	note := func(method string, m proto.Message, err error) {
		if err != nil {
			t.Errorf("%s: %v", method, err)
			return
		}
		found := map[string]bool{}
		employeesIn(m.ProtoReflect(), found)
		out[method] = nil
		for id := range found {
			out[method] = append(out[method], id)
		}
	}
	employees, err := a.ListEmployees(ctx, &attendancev1.ListEmployeesRequest{})
	note("ListEmployees", employees, err)
	punches, err := a.ListPunches(ctx, &attendancev1.ListPunchesRequest{})
	note("ListPunches", punches, err)
	held, err := a.ListHeldPunches(ctx, &attendancev1.ListHeldPunchesRequest{})
	note("ListHeldPunches", held, err)
	requests, err := a.ListCorrectionRequests(ctx, &attendancev1.ListCorrectionRequestsRequest{})
	note("ListCorrectionRequests", requests, err)
	sheets, err := a.ListTimesheets(ctx, &attendancev1.ListTimesheetsRequest{Period: "2026-11"})
	note("ListTimesheets of a period", sheets, err)
	sheets, err = a.ListTimesheets(ctx, &attendancev1.ListTimesheetsRequest{})
	note("ListTimesheets", sheets, err)
	holds, err := a.ListLegalHolds(ctx, &attendancev1.ListLegalHoldsRequest{})
	note("ListLegalHolds", holds, err)
	to := &pieces{ctx: ctx}
	err = a.ExportAttendance(&attendancev1.ExportAttendanceRequest{Period: "2026-11"}, to) //nolint:contextcheck // it is in the stream
	note("ExportAttendance", f.inReport(ctx, strings.Join(to.got, "")), err)
	return out
}

// inReport is the employees whose names the text has.
func (f *fixture) inReport(ctx context.Context, text string) proto.Message {
	var named attendancev1.ListEmployeesResponse
	all, err := f.admin.ListEmployees(as(ctx, f.tenant), &attendancev1.ListEmployeesRequest{})
	for _, e := range all.GetEmployees() {
		if err == nil && strings.Contains(text, e.GetDisplayName()) {
			named.Employees = append(named.Employees, e)
		}
	}
	return &named
}

func maskOf(paths ...string) *fieldmaskpb.FieldMask { return &fieldmaskpb.FieldMask{Paths: paths} }

func (f *fixture) noon() *timestamppb.Timestamp {
	return timestamppb.New(time.Date(2026, time.November, 23, 3, 0, 0, 0, time.UTC))
}

// approveOne makes the answer for one of many the error of the call.
func (f *fixture) approveOne(ctx context.Context, employee, period string) error {
	res, err := f.admin.ApproveTimesheets(ctx, &attendancev1.ApproveTimesheetsRequest{Timesheets: []string{"employees/" + employee + "/timesheets/" + period}, AcknowledgeHeldPunches: true})
	if err != nil || res.GetResults()[0].GetApproved() {
		return err
	}
	return fault.New(fault.NotFound, res.GetResults()[0].GetReason(), fault.Text{JA: res.GetResults()[0].GetExplanation()})
}

// voidAgain voids a punch, or sees that it was voided before.
func (f *fixture) voidAgain(ctx context.Context, punch string) error {
	_, err := f.admin.VoidPunch(ctx, &attendancev1.VoidPunchRequest{Punch: punch, Reason: "理由"})
	if fault.HasReason(err, "PUNCH_VOIDED") {
		return nil
	}
	return err
}

// discardAgain discards a held punch, or sees that it was decided before.
func (f *fixture) discardAgain(ctx context.Context, held string) error {
	_, err := f.admin.DiscardHeldPunch(ctx, &attendancev1.DiscardHeldPunchRequest{HeldPunch: held, Reason: "理由"})
	if fault.HasReason(err, "HELD_PUNCH_DECIDED") {
		return nil
	}
	return err
}

// decidedAgain is what a decision about a request comes to, or nothing when it was decided before.
func decidedAgain[T any](_ T, err error) error {
	if fault.HasReason(err, "CORRECTION_REQUEST_DECIDED") {
		return nil
	}
	return err
}

// rows is all of the tables that administrators change, as text.
func (f *fixture) rows(t *testing.T) string {
	t.Helper()
	var all []string
	for _, table := range []string{"employees", "punches", "punch_voids", "held_punches", "held_punch_decisions", "correction_requests", "correction_decisions", "timesheets", "timesheet_transitions", "legal_holds", "legal_hold_releases"} {
		all = append(all, f.texts(t, "select r::text from attendance."+table+" r order by 1")...)
	}
	return strings.Join(all, "\n")
}

// texts asks the database past row-level security.
func (f *fixture) texts(t *testing.T, query string) (list []string) {
	t.Helper()
	rows, err := f.database.Owner(t).Query(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			t.Fatal(err)
		}
		list = append(list, text)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return slices.Clip(list)
}
