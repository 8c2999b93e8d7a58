package api

import (
	"context"
	"strings"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/page"
	"github.com/dakoku/dakoku/platform/rpc"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	"github.com/dakoku/dakoku/services/attendance/internal/store"
	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
	"github.com/dakoku/dakoku/services/attendance/internal/timesheet"
)

// ListTimesheets lists timesheets with their sums.
func (a *Admin) ListTimesheets(ctx context.Context, req *attendancev1.ListTimesheetsRequest) (*attendancev1.ListTimesheetsResponse, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	filter, err := readSheetFilter(req)
	if err != nil {
		return nil, err
	}
	rounding, err := readRounding(req.GetRounding())
	if err != nil {
		return nil, err
	}
	filter.Employee = c.Only()
	list, size := page.Of("timesheets", req.GetPeriod(), req.GetState().String(), filter.Employee), page.Size(req.GetPageSize())
	at, err := list.Read(req.GetPageToken(), 2)
	if err != nil {
		return nil, err
	}
	if at != nil {
		period, err := timeclock.ParsePeriod(at[0])
		if err != nil {
			return nil, page.Invalid()
		}
		filter.AfterPeriod, filter.AfterNumber = period.String(), at[1]
	}
	filter.Limit = size + 1
	sheets, err := a.store.ListTimesheets(ctx, c.Tenant, filter)
	if err != nil {
		return nil, err
	}
	res := &attendancev1.ListTimesheetsResponse{}
	if len(sheets) > size {
		sheets = sheets[:size]
		last := sheets[size-1]
		res.NextPageToken, err = list.Token(last.Period.String(), last.Employee.Number)
	}
	for _, s := range sheets {
		res.Timesheets = append(res.Timesheets, round(ctx, summaryMessage(s, daysOf(s)), s, rounding))
	}
	return res, err
}

func readSheetFilter(req *attendancev1.ListTimesheetsRequest) (f store.SheetFilter, err error) {
	if req.GetPeriod() != "" {
		period, err := readPeriod(req.GetPeriod())
		if err != nil {
			return f, err
		}
		f.Period = &period
	}
	if req.GetState() != attendancev1.Timesheet_STATE_UNSPECIFIED {
		f.State = timesheet.State(req.GetState().String())
	}
	return f, nil
}

// ApproveTimesheets approves many, each for itself.
func (a *Admin) ApproveTimesheets(ctx context.Context, req *attendancev1.ApproveTimesheetsRequest) (*attendancev1.ApproveTimesheetsResponse, error) {
	if _, err := readComment(req.GetComment()); err != nil {
		return nil, err
	}
	res := &attendancev1.ApproveTimesheetsResponse{}
	for _, name := range req.GetTimesheets() {
		employee, period := sheetOf(name)
		_, err := a.move(ctx, employee, period, timesheet.Approve, req.GetComment(), approvable(req.GetAcknowledgeHeldPunches()))
		result := &attendancev1.ApproveTimesheetsResponse_Result{Timesheet: name, Approved: err == nil}
		if err != nil {
			known, ok := fault.From(err)
			if !ok || known.Kind() == fault.Unavailable {
				return nil, err
			}
			result.Reason, result.Explanation = known.Reason(), known.Text().In(rpc.Language(ctx))
		}
		res.Results = append(res.Results, result)
	}
	return res, nil
}

// sheetOf takes the employee and the period out of a timesheet's name; of another name they are none that exist.
func sheetOf(name string) (employee, period string) {
	rest, _ := strings.CutPrefix(name, "employees/")
	employee, period, _ = strings.Cut(rest, "/timesheets/")
	return employee, period
}

func readPeriod(text string) (timeclock.Period, error) {
	period, err := timeclock.ParsePeriod(text)
	if err != nil {
		return period, fault.Invalid(invalid("period", "BAD_PERIOD", "YYYY-MM で指定してください。", "Use YYYY-MM."))
	}
	return period, nil
}
