// Package sheet reads the tables that people keep in spreadsheets, from the text that these save.
//
// It knows what separates cells, what quotation marks do, and that the first line names the columns. It reads a cell as
// a spreadsheet shows it and otherwise refuses the table at a line. It refuses to know what cells mean.
package sheet

import (
	"errors"
	"io"
	"strings"

	"github.com/dakoku/dakoku/platform/fault"
)

// MaxRows is the most rows of one table.
const MaxRows = 5000

// Format is what a table may have.
type Format[C comparable] struct {
	Names   map[string]C // what a column may be called, in lower case; other columns are ignored
	Needed  []C
	Missing fault.Text // is said when a column that is needed is not there
}

// Row is one row of a table; Line counts from the header, which is 1. A column that the table has not is no key of
// Cells; a row that ends early has empty cells.
type Row[C comparable] struct {
	Line  int
	Cells map[C]string
}

// Read reads a table with a header. Cells are separated by commas, or by what else the header is: tabs or semicolons.
// It takes a byte order mark and every end of line. The error is a fault that names the field csv.
func (f Format[C]) Read(text string) ([]Row[C], error) {
	s := scan(text, f.separatorOf(text))
	header, _, err := s.row()
	if errors.Is(err, io.EOF) {
		return nil, empty()
	}
	if err != nil {
		return nil, err
	}
	columns, err := f.places(header)
	if err != nil {
		return nil, err
	}
	s.width = len(header)
	var rows []Row[C]
	for {
		cells, line, err := s.row()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, err
		}
		if len(rows) == MaxRows {
			return nil, tooMany()
		}
		rows = append(rows, Row[C]{Line: line, Cells: pick(columns, cells)})
	}
}

// separatorOf is the one by which the first line names the most columns, and the comma if that settles nothing.
func (f Format[C]) separatorOf(text string) byte {
	best, most := byte(','), 0
	for _, separator := range []byte{',', '\t', ';'} {
		header, _, err := scan(text, separator).row()
		known := 0
		for _, name := range header {
			if _, is := f.column(name); is {
				known++
			}
		}
		if err == nil && known > most {
			best, most = separator, known
		}
	}
	return best
}

func (f Format[C]) column(name string) (C, bool) {
	column, is := f.Names[strings.ToLower(strings.TrimSpace(name))]
	return column, is
}

// places finds the columns.
func (f Format[C]) places(header []string) (map[C]int, error) {
	at := map[C]int{}
	for i, name := range header {
		column, known := f.column(name)
		if !known {
			continue
		}
		if _, twice := at[column]; twice {
			return nil, columnTwice()
		}
		at[column] = i
	}
	for _, column := range f.Needed {
		if _, there := at[column]; !there {
			return nil, refuse("COLUMN_MISSING", f.Missing)
		}
	}
	return at, nil
}

func pick[C comparable](columns map[C]int, cells []string) map[C]string {
	picked := map[C]string{}
	for column, at := range columns {
		picked[column] = ""
		if at < len(cells) {
			picked[column] = cells[at]
		}
	}
	return picked
}
