package api

import (
	"context"
	"fmt"
	"strings"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/rpc"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	"github.com/dakoku/dakoku/services/attendance/internal/roster"
	"github.com/dakoku/dakoku/services/attendance/internal/store"
)

// ImportEmployees adds and changes the employees of a table.
func (a *Admin) ImportEmployees(ctx context.Context, req *attendancev1.ImportEmployeesRequest) (*attendancev1.ImportEmployeesResponse, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := roster.ReadTable(req.GetTable().GetCsv())
	if err != nil {
		return nil, err
	}
	var verdicts []verdict
	judge := func(known map[string]store.Employee, elsewhere map[string]bool) (puts []store.Employee) {
		verdicts = judgeRows(rows, known)
		for i, r := range rows {
			verdicts[i].confine(c, elsewhere[r.Cells[roster.Number]])
		}
		for _, v := range verdicts {
			if v.stores() {
				puts = append(puts, v.employee)
			}
		}
		return puts
	}
	if err := a.store.PutEmployees(ctx, c.Tenant, numbersOf(rows), req.GetValidateOnly(), judge); err != nil {
		return nil, err
	}
	return importMessage(rows, verdicts, rpc.Language(ctx)), nil
}

// numbersOf are the numbers that can be somebody's; the database could not even be asked for a text with NUL.
func numbersOf(rows []roster.Row) (numbers []string) {
	for _, r := range rows {
		if number := r.Cells[roster.Number]; checkText("", number, 1, 64) == nil {
			numbers = append(numbers, number)
		}
	}
	return numbers
}

// verdict is what becomes of a row.
type verdict struct {
	result   attendancev1.ImportEmployeesResponse_RowResult_Result
	employee store.Employee // without an id when it is new
	problems []fault.Field
}

func (v verdict) stores() bool {
	return v.result == attendancev1.ImportEmployeesResponse_RowResult_CREATED || v.result == attendancev1.ImportEmployeesResponse_RowResult_CHANGED
}

// confine fails a row by which the caller would change somebody whom he or she may not see, or would put somebody
// where the caller does not reach.
func (v *verdict) confine(c rpc.Caller, elsewhere bool) {
	if !v.stores() {
		return
	}
	if elsewhere {
		v.problems = []fault.Field{invalid(string(roster.Number), "EMPLOYEE_NUMBER_TAKEN",
			"この社員番号は既に使われています。", "Another employee has this number.")}
	} else if refused, ok := fault.From(confine(c, v.employee.Department)); ok {
		v.problems = inColumns(refused.Fields())
	}
	if v.problems != nil {
		v.result, v.employee = attendancev1.ImportEmployeesResponse_RowResult_FAILED, store.Employee{ID: v.employee.ID}
	}
}

// judgeRows judges every row against who is employed already. Of two rows with one number the first counts.
func judgeRows(rows []roster.Row, known map[string]store.Employee) []verdict {
	verdicts, lines := make([]verdict, 0, len(rows)), map[string]int{}
	for _, r := range rows {
		number := r.Cells[roster.Number]
		if line, twice := lines[number]; twice && number != "" {
			verdicts = append(verdicts, verdict{result: attendancev1.ImportEmployeesResponse_RowResult_FAILED, employee: known[number],
				problems: []fault.Field{invalid(string(roster.Number), "ROW_TWICE",
					fmt.Sprintf("%d行目と同じ社員番号です。", line), fmt.Sprintf("Line %d has the same number.", line))}})
			continue
		}
		lines[number] = r.Line
		verdicts = append(verdicts, judgeRow(r, known[number]))
	}
	return verdicts
}

func judgeRow(r roster.Row, before store.Employee) verdict {
	v := verdict{employee: before, result: attendancev1.ImportEmployeesResponse_RowResult_UNCHANGED}
	if before.ID == "" {
		v.employee.Active, v.result = true, attendancev1.ImportEmployeesResponse_RowResult_CREATED
	}
	from, fields, bad := fromRow(r, before.ID == "")
	if refused, ok := fault.From(editEmployee(&v.employee, from, fields)); ok {
		bad = append(inColumns(refused.Fields()), bad...)
	}
	switch {
	case bad != nil:
		v.result, v.problems, v.employee = attendancev1.ImportEmployeesResponse_RowResult_FAILED, bad, before
	case before.ID != "" && v.employee != before:
		v.result = attendancev1.ImportEmployeesResponse_RowResult_CHANGED
	}
	return v
}

// fromRow makes the message that a row stands for and tells which of its fields the table has. A new employee needs a
// name even when the table has no column for it.
func fromRow(r roster.Row, added bool) (from *attendancev1.Employee, fields []string, bad []fault.Field) {
	from = &attendancev1.Employee{
		EmployeeNumber: r.Cells[roster.Number], DisplayName: r.Cells[roster.DisplayName],
		Email: r.Cells[roster.Email], Department: r.Cells[roster.Department],
	}
	for _, field := range employeeFields() {
		if _, has := r.Cells[roster.Column(field)]; has || added && field == string(roster.DisplayName) {
			fields = append(fields, field)
		}
	}
	word := r.Cells[roster.State]
	active, known := roster.Active(word)
	switch {
	case active:
		from.State = attendancev1.Employee_ACTIVE
	case known:
		from.State = attendancev1.Employee_INACTIVE
	case word != "":
		bad = append(bad, invalid(string(roster.State), "UNKNOWN_VALUE",
			"状態は 在籍(ACTIVE)か 退職・休職(INACTIVE)で入力してください。退職、休職だけでも構いません。",
			"The state must be ACTIVE or INACTIVE."))
	}
	return from, fields, bad
}

// inColumns names fields of an employee as the columns of a table.
func inColumns(fields []fault.Field) []fault.Field {
	columns := strings.NewReplacer("employee.", "", "employeeNumber", string(roster.Number), "displayName", string(roster.DisplayName))
	for i := range fields {
		fields[i].Path = columns.Replace(fields[i].Path)
	}
	return fields
}

func importMessage(rows []roster.Row, verdicts []verdict, language string) *attendancev1.ImportEmployeesResponse {
	res := &attendancev1.ImportEmployeesResponse{Counts: &attendancev1.ImportEmployeesResponse_Counts{}}
	for i, v := range verdicts {
		result := &attendancev1.ImportEmployeesResponse_RowResult{
			Line: count(rows[i].Line), EmployeeNumber: rows[i].Cells[roster.Number], Result: v.result,
		}
		if v.employee.ID != "" {
			result.Employee = "employees/" + v.employee.ID
		}
		for _, p := range v.problems {
			result.Problems = append(result.Problems, &attendancev1.ImportEmployeesResponse_Problem{
				Column: p.Path, Reason: p.Reason, Message: p.Text.In(language),
			})
		}
		res.Results = append(res.Results, result)
		addTo(res.GetCounts(), v.result)
	}
	return res
}

func addTo(c *attendancev1.ImportEmployeesResponse_Counts, r attendancev1.ImportEmployeesResponse_RowResult_Result) {
	switch r {
	case attendancev1.ImportEmployeesResponse_RowResult_CREATED:
		c.Created++
	case attendancev1.ImportEmployeesResponse_RowResult_CHANGED:
		c.Changed++
	case attendancev1.ImportEmployeesResponse_RowResult_UNCHANGED:
		c.Unchanged++
	default:
		c.Failed++
	}
}
