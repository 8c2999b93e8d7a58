package roster

import (
	"strings"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/sheet"
	"github.com/dakoku/dakoku/services/attendance/internal/report"
)

// Column is the name of a column that is understood, which is also the name of an employee's field.
type Column string

// The columns of a table.
const (
	Number      Column = "employee_number"
	DisplayName Column = "display_name"
	Email       Column = "email"
	Department  Column = "department"
	State       Column = "state"
)

// Row is one row of a table. A cell that looks like a formula is a text like any other; one that a report made safe is
// again what it was.
type Row = sheet.Row[Column]

// format has the number as what a row is known by. Other columns are ignored: whoever exports a list of people need not
// cut it down first.
var format = sheet.Format[Column]{
	Names: map[string]Column{
		"employee_number": Number, "従業員番号": Number, "社員番号": Number,
		"display_name": DisplayName, "氏名": DisplayName, "名前": DisplayName, "表示名": DisplayName,
		"email": Email, "メールアドレス": Email, "メール": Email,
		"department": Department, "部署": Department, "所属": Department,
		"state": State, "状態": State,
	},
	Needed: []Column{Number},
	Missing: fault.Text{
		JA: "CSVの1行目に列名 employee_number(または 社員番号)を入れてください。",
		EN: "The first line of the CSV must name the column employee_number.",
	},
}

// ReadTable reads the text of a table with a header. The error is a fault that names the field csv.
func ReadTable(text string) ([]Row, error) {
	rows, err := format.Read(text)
	for _, r := range rows {
		for column, cell := range r.Cells {
			r.Cells[column] = strings.TrimSpace(report.Plain(cell))
		}
	}
	return rows, err
}
