package roster

import (
	"encoding/csv"
	"errors"
	"io"
	"strings"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/services/attendance/internal/report"
)

// MaxRows is the most rows of one table.
const MaxRows = 5000

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

// Row is one row of a table; Line counts from the header, which is 1. A column that the table has not is no key of
// Cells; an empty cell is an empty text. A cell that looks like a formula is a text like any other; one that a report
// made safe is again what it was.
type Row struct {
	Line  int
	Cells map[Column]string
}

// headers are the names that are understood. Other columns are ignored: whoever exports a list of people need not cut
// it down first.
var headers = map[string]Column{
	"employee_number": Number, "従業員番号": Number, "社員番号": Number,
	"display_name": DisplayName, "氏名": DisplayName, "名前": DisplayName, "表示名": DisplayName,
	"email": Email, "メールアドレス": Email, "メール": Email,
	"department": Department, "部署": Department, "所属": Department,
	"state": State, "状態": State,
}

// ReadTable reads CSV with a header. It takes a byte order mark, both ends of line and quoted cells. The error is a
// fault that names the field csv.
func ReadTable(text string) ([]Row, error) {
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	r.FieldsPerRecord = -1
	header, err := r.Read()
	if err != nil {
		return nil, unreadable(err)
	}
	columns, err := places(header)
	if err != nil {
		return nil, err
	}
	var rows []Row
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, unreadable(err)
		}
		if len(rows) == MaxRows {
			return nil, badTable("TOO_MANY_ROWS", "CSVは5,000行までです。分けて取り込んでください。", "A CSV has at most 5,000 rows. Import it in parts.")
		}
		line, _ := r.FieldPos(0)
		rows = append(rows, Row{Line: line, Cells: pick(columns, cells)})
	}
}

// places finds the columns. The number is what a row is known by, so it must be there.
func places(header []string) (map[Column]int, error) {
	at := map[Column]int{}
	for i, name := range header {
		column, known := headers[strings.ToLower(strings.TrimSpace(name))]
		if !known {
			continue
		}
		if _, twice := at[column]; twice {
			return nil, badTable("COLUMN_TWICE", "CSVの1行目に同じ列が2つあります。", "The first line of the CSV names a column twice.")
		}
		at[column] = i
	}
	if _, there := at[Number]; !there {
		return nil, badTable("COLUMN_MISSING",
			"CSVの1行目に列名 employee_number(または 社員番号)を入れてください。",
			"The first line of the CSV must name the column employee_number.")
	}
	return at, nil
}

// pick takes the understood cells of a row. A row that ends early has empty cells.
func pick(columns map[Column]int, cells []string) map[Column]string {
	picked := map[Column]string{}
	for column, at := range columns {
		picked[column] = ""
		if at < len(cells) {
			picked[column] = strings.TrimSpace(report.Plain(cells[at]))
		}
	}
	return picked
}

func unreadable(err error) error {
	if errors.Is(err, io.EOF) {
		return badTable("COLUMN_MISSING", "CSVが空です。", "The CSV is empty.")
	}
	return badTable("MALFORMED", "CSVとして読めません。引用符(\")が閉じているか確認してください。",
		"The text cannot be read as CSV. Check that quotation marks are closed.")
}

func badTable(reason, ja, en string) error {
	return fault.Invalid(fault.Field{Path: "csv", Reason: reason, Text: fault.Text{JA: ja, EN: en}})
}
