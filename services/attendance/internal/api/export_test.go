package api

import (
	"context"
	"encoding/csv"
	"fmt"
	"strings"
	"testing"

	"google.golang.org/grpc"

	"github.com/dakoku/dakoku/platform/fault"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
)

// pieces is the other end of an export.
type pieces struct {
	grpc.ServerStream
	ctx context.Context
	got []string
}

func (p *pieces) Context() context.Context { return p.ctx }

func (p *pieces) Send(m *attendancev1.ExportAttendanceResponse) error {
	p.got = append(p.got, m.GetCsv())
	return nil
}

func (f *fixture) export(t *testing.T, period string) (rows [][]string, sent []string) {
	t.Helper()
	to := &pieces{ctx: f.ctx(t)}
	if err := f.admin.ExportAttendance(&attendancev1.ExportAttendanceRequest{Period: period}, to); err != nil {
		t.Fatal(err)
	}
	text, marked := strings.CutPrefix(strings.Join(to.got, ""), "\ufeff")
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || !marked {
		t.Fatalf("marked %v: %v", marked, err)
	}
	return rows, to.got
}

// More employees than are read at once are all there once, in order, in pieces of whole lines; other companies are not.
func TestExportOfACompany(t *testing.T) {
	f := setup(t)
	var table strings.Builder
	table.WriteString("employee_number,display_name,department\n")
	for i := range 2*sheetsAtOnce + 50 {
		fmt.Fprintf(&table, "%04d,=%d,%s\n", i, i, strings.Repeat("部", 90))
	}
	f.load(t, table.String(), false)
	other := setup(t)
	f.load(t, "employee_number,display_name\n9999,A\n", false)
	rows, sent := f.export(t, "2026-11")
	if len(rows) != 2+2*sheetsAtOnce+50 || len(sent) < 3 {
		t.Fatalf("%d rows in %d pieces", len(rows), len(sent))
	}
	for i, row := range rows[1 : len(rows)-1] {
		if row[0] != fmt.Sprintf("%04d", i) || row[1] != fmt.Sprintf("'=%d", i) {
			t.Fatalf("row %d: %q", i, row)
		}
	}
	for _, piece := range sent {
		if !strings.HasSuffix(piece, "\r\n") || len(piece) > pieceBytes+4096 {
			t.Errorf("a piece of %d bytes ends with %q", len(piece), piece[len(piece)-5:])
		}
	}
	if rows, _ := other.export(t, "2026-11"); len(rows) != 1 {
		t.Errorf("a company without employees: %q", rows)
	}
}

// The report says of days and totals what the timesheets say.
func TestExportIsTheTimesheet(t *testing.T) {
	f := setup(t)
	e := f.employee(t, "001")
	f.record(t, f.said(t, e, "20T09:00", "出勤"), f.said(t, e, "20T12:00", "休憩"), f.said(t, e, "20T12:45", "復帰"), f.said(t, e, "21T01:15", "退勤"),
		f.said(t, e, "24T09:00", "出勤"))
	if _, err := f.do(f.ctx(t), "submit", e, "2026-11"); err != nil {
		t.Fatal(err)
	}
	sheet := f.sheet(t, e, "2026-11")
	rows, _ := f.export(t, "2026-11")
	if len(rows) != 4 || sheet.GetTotals().GetWorkedMinutes() != 930 {
		t.Fatalf("%q, %v", rows, sheet.GetTotals())
	}
	for i, day := range sheet.GetDays() {
		row := rows[1+i]
		if row[4] != "申請済み" || row[6] != day.GetDate() || row[8] != day.GetClockInText() || row[9] != day.GetClockOutText() || row[12] != fmt.Sprint(day.GetWorkedMinutes()) {
			t.Errorf("%q is not %v", row, day)
		}
	}
	if total := rows[3]; total[11] != "45" || total[12] != "930" || total[13] != "15:30" || total[14] != "2" || total[15] != fmt.Sprint(sheet.GetTotals().GetFlaggedDays()) {
		t.Errorf("totals %q", total)
	}
	err := f.admin.ExportAttendance(&attendancev1.ExportAttendanceRequest{Period: "2026-13"}, &pieces{ctx: f.ctx(t)})
	if _, fields := refused(t, err, fault.InvalidArgument, "INVALID_ARGUMENT"); fields[0] != "period BAD_PERIOD" {
		t.Error(fields)
	}
}
