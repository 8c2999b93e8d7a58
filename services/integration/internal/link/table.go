package link

import (
	"strings"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/sheet"
)

// Row is one row of a table; Line counts from the header, which is 1.
type Row struct {
	Line            int
	Number, Account string
}

type column uint8

const (
	numberColumn column = iota
	accountColumn
)

// format has both columns. Others are ignored: whoever exports a list of people
// need not cut it down first.
var format = sheet.Format[column]{
	Names: map[string]column{
		"employee_number": numberColumn, "従業員番号": numberColumn, "社員番号": numberColumn,
		"lineworks_account_id": accountColumn, "line works のアカウントid": accountColumn,
		"line worksのアカウントid": accountColumn, "line works id": accountColumn,
	},
	Needed: []column{numberColumn, accountColumn},
	Missing: fault.Text{
		JA: "CSVの1行目に列名 employee_number と lineworks_account_id(または 社員番号 と LINE WORKSのアカウントID)を入れてください。",
		EN: "The first line of the CSV must name the columns employee_number and lineworks_account_id.",
	},
}

// ReadTable reads the text of a table with a header. The error is a fault that
// names the field csv.
func ReadTable(text string) ([]Row, error) {
	read, err := format.Read(text)
	rows := make([]Row, 0, len(read))
	for _, r := range read {
		rows = append(rows, Row{
			Line:    r.Line,
			Number:  strings.TrimSpace(r.Cells[numberColumn]),
			Account: strings.TrimSpace(r.Cells[accountColumn]),
		})
	}
	return rows, err
}
