package api

import (
	"context"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"

	"github.com/dakoku/dakoku/platform/rpc"
	"github.com/dakoku/dakoku/services/integration/internal/link"
)

// ImportAccountLinks links the employees of a table.
func (l *Links) ImportAccountLinks(ctx context.Context, req *integrationv1.ImportAccountLinksRequest) (*integrationv1.ImportAccountLinksResponse, error) {
	org, err := tenant(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := link.ReadTable(req.GetTable().GetCsv())
	if err != nil {
		return nil, err
	}
	employees, err := l.staff.Employees(ctx, org)
	if err != nil {
		return nil, err
	}
	reached, err := reachOf(ctx, l.staff, org)
	if err != nil {
		return nil, err
	}
	employees = reached.within(employees)
	outcomes := link.Judge(rows, employees)
	verdicts, err := l.store.AssignLinks(ctx, org, link.Wants(outcomes), by(ctx, link.ByImport), req.GetValidateOnly())
	if err != nil {
		return nil, err
	}
	out := &integrationv1.ImportAccountLinksResponse{Counts: &integrationv1.LinkCounts{}}
	for _, o := range link.Settle(outcomes, verdicts, reached.holder(employees)) {
		out.Results = append(out.Results, resultOut(o, rpc.Language(ctx)))
		count(out.GetCounts(), o.Result)
	}
	return out, nil
}

func resultOut(o link.Outcome, language string) *integrationv1.LinkResult {
	out := &integrationv1.LinkResult{
		Line: int32(o.Line), EmployeeNumber: o.Number, LineWorksAccountId: o.Want.Account,
		Result: integrationv1.LinkResult_Result(integrationv1.LinkResult_Result_value[string(o.Result)]), Reason: o.Reason,
	}
	if o.Want.Employee != "" {
		out.Employee = "employees/" + o.Want.Employee
	}
	if o.Holder != "" {
		out.Holder = "employees/" + o.Holder
	}
	if o.Reason != "" {
		out.Message = o.Text.In(language)
	}
	return out
}

func count(c *integrationv1.LinkCounts, r link.Result) {
	switch r {
	case link.Created:
		c.Created++
	case link.Changed:
		c.Changed++
	case link.Unchanged:
		c.Unchanged++
	case link.NoMatch:
		c.NoMatch++
	case link.Lost:
		c.Gone++
	default:
		c.Failed++
	}
}
