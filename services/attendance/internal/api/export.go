package api

import (
	"bytes"

	"google.golang.org/grpc"

	"github.com/dakoku/dakoku/platform/rpc"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	"github.com/dakoku/dakoku/services/attendance/internal/report"
	"github.com/dakoku/dakoku/services/attendance/internal/store"
)

const (
	// sheetsAtOnce is how many timesheets are in memory; between two reads no transaction is open, so a reader who is
	// slow holds nothing.
	sheetsAtOnce = 100
	// pieceBytes is from which length on a piece is sent.
	pieceBytes = 32 << 10
)

// ExportAttendance writes every timesheet of a period as CSV.
func (a *Admin) ExportAttendance(req *attendancev1.ExportAttendanceRequest, to grpc.ServerStreamingServer[attendancev1.ExportAttendanceResponse]) error {
	c, err := caller(to.Context())
	if err != nil {
		return err
	}
	period, err := readPeriod(req.GetPeriod())
	if err != nil {
		return err
	}
	rounding, err := readRounding(req.GetRounding())
	if err != nil {
		return err
	}
	var text bytes.Buffer
	table := report.New(&text, rpc.Language(to.Context()))
	if table.Rounding = rounding; rounding.OnlyDown() {
		table.Warning = onlyDown().In(rpc.Language(to.Context()))
	}
	if err := table.Head(); err != nil {
		return err
	}
	filter := store.SheetFilter{Period: &period, Limit: sheetsAtOnce}
	for {
		sheets, err := a.store.ListTimesheets(to.Context(), c.Tenant, filter)
		if err != nil {
			return err
		}
		for _, s := range sheets {
			if err := table.Add(reportSheet(s)); err != nil {
				return err
			}
			if err := send(to, &text, pieceBytes); err != nil {
				return err
			}
		}
		if len(sheets) < sheetsAtOnce {
			return send(to, &text, 1)
		}
		filter.AfterNumber = sheets[len(sheets)-1].Employee.Number
	}
}

func reportSheet(s store.Timesheet) report.Sheet {
	return report.Sheet{
		Number: s.Employee.Number, Name: s.Employee.DisplayName, Department: s.Employee.Department,
		Period: s.Period, State: s.State, Days: daysOf(s),
	}
}

// send sends what has been written when it is at least so many bytes.
func send(to grpc.ServerStreamingServer[attendancev1.ExportAttendanceResponse], text *bytes.Buffer, least int) error {
	if text.Len() < least {
		return nil
	}
	piece := &attendancev1.ExportAttendanceResponse{Csv: text.String()}
	text.Reset()
	return to.Send(piece)
}
