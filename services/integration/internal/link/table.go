package link

import (
	"encoding/csv"
	"errors"
	"io"
	"strings"

	"github.com/dakoku/dakoku/platform/fault"
)

// MaxRows is the most rows of one table.
const MaxRows = 5000

// Row is one row of a table; Line counts from the header, which is 1.
type Row struct {
	Line            int
	Number, Account string
}

// columns are the headers that are understood. Others are ignored: whoever
// exports a list of people need not cut it down first.
var columns = map[string]int{
	"employee_number": 0, "従業員番号": 0, "社員番号": 0,
	"lineworks_account_id": 1, "line works のアカウントid": 1, "line worksのアカウントid": 1, "line works id": 1,
}

// ReadTable reads CSV with a header. It takes a byte order mark, both ends of
// line and quoted cells. The error is a fault that names the field csv.
func ReadTable(text string) ([]Row, error) {
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	r.FieldsPerRecord = -1
	header, err := r.Read()
	if err != nil {
		return nil, unreadable(err)
	}
	at, err := places(header)
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
		rows = append(rows, Row{Line: line, Number: cell(cells, at[0]), Account: cell(cells, at[1])})
	}
}

// places finds both columns.
func places(header []string) (at [2]int, err error) {
	at = [2]int{-1, -1}
	for i, name := range header {
		column, known := columns[strings.ToLower(strings.TrimSpace(name))]
		if known && at[column] >= 0 {
			return at, badTable("COLUMN_TWICE", "CSVの1行目に同じ列が2つあります。", "The first line of the CSV names a column twice.")
		}
		if known {
			at[column] = i
		}
	}
	if at[0] < 0 || at[1] < 0 {
		return at, badTable("COLUMN_MISSING",
			"CSVの1行目に列名 employee_number と lineworks_account_id(または 社員番号 と LINE WORKSのアカウントID)を入れてください。",
			"The first line of the CSV must name the columns employee_number and lineworks_account_id.")
	}
	return at, nil
}

func cell(cells []string, at int) string {
	if at >= len(cells) {
		return ""
	}
	return strings.TrimSpace(cells[at])
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
