package sheet

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dakoku/dakoku/platform/fault"
)

var people = Format[string]{
	Names:   map[string]string{"number": "number", "番号": "number", "name": "name", "氏名": "name"},
	Needed:  []string{"number"},
	Missing: fault.Text{JA: "番号がありません。", EN: "There is no number."},
}

// brief is each row as "line number/name".
func brief(rows []Row[string]) (lines []string) {
	for _, r := range rows {
		lines = append(lines, fmt.Sprintf("%d %s/%s", r.Line, r.Cells["number"], r.Cells["name"]))
	}
	return lines
}

// A cell is what a spreadsheet shows of it.
func TestRead(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"commas":                    {"number,name\n1,A\n2,B\n", []string{"2 1/A", "3 2/B"}},
		"BOM, CRLF":                 {"\ufeff番号,氏名\r\n1,A\r\n\r\n2,B", []string{"2 1/A", "4 2/B"}},
		"ends of line of old":       {"number,name\r1,A\r2,B\r", []string{"2 1/A", "3 2/B"}},
		"tabs":                      {"番号\t氏名\n1\t山田, 太郎\n", []string{"2 1/山田, 太郎"}},
		"semicolons":                {"\"Number\";\" Name \"\n1;A,B\n", []string{"2 1/A,B"}},
		"other separators in cells": {"number,name\n1,A;B\tC\n", []string{"2 1/A;B\tC"}},
		"other columns, turned":     {"name,note,number\nA,x,1\n", []string{"2 1/A"}},
		"a row that ends early":     {"number,name\n1\n", []string{"2 1/"}},
		"quoted":                    {"number,name\n\"1\",\"A, \"\"B\"\"\nC\" \n\"\",\"\"\"\"\n", []string{"2 1/A, \"B\"\nC", "4 /\""}},
		"a mark within a cell":      {"number,name\n1,鈴木\"太\"郎\n2,24\"\n", []string{"2 1/鈴木\"太\"郎", "3 2/24\""}},
		"marks within notes": {"number,name,note\n1,A,\"one, two\nthree\nfour, five\"\n2,B,\n",
			[]string{"2 1/A", "5 2/B"}},
		"header alone": {"number", nil},
	} {
		rows, err := people.Read(c.text)
		if diff := cmp.Diff(c.want, brief(rows)); diff != "" || err != nil {
			t.Errorf("%s: %v\nrows (-want +got):\n%s", name, err, diff)
		}
	}
	if rows, err := people.Read("number\n1"); err != nil || len(rows[0].Cells) != 1 {
		t.Errorf("a table of numbers alone: %v, %v", rows, err)
	}
}

// A table that would be read otherwise than it looks is refused, and the refusal says where.
func TestReadRefuses(t *testing.T) {
	full := "number\n" + strings.Repeat("1\n", MaxRows)
	if rows, err := people.Read(full); err != nil || len(rows) != MaxRows {
		t.Errorf("a full table: %d rows, %v", len(rows), err)
	}
	const head = "number,name,note\n1,A,\n"
	for text, want := range map[string][3]string{
		"":                              {"COLUMN_MISSING", "CSVが空", "empty"},
		"\ufeff\r\n\n":                  {"COLUMN_MISSING", "CSVが空", "empty"},
		"name\nA":                       {"COLUMN_MISSING", "番号がありません", "no number"},
		"name\x00number\n1":             {"COLUMN_MISSING", "番号がありません", "no number"},
		"number,番号\n1,1":                {"COLUMN_TWICE", "同じ列", "twice"},
		full + "1\n":                    {"TOO_MANY_ROWS", "5,000行", "5,000 rows"},
		"\"number\n1":                   {"MALFORMED", "1行目の1列目で始まる", "line 1, cell 1"},
		head + "2,\"B,\n3,C,\n4,D,\n":   {"MALFORMED", "3行目の2列目で始まる引用符(\")が、ファイルの終わりまで", "line 3, cell 2 of the CSV is not closed"},
		head + "2,\"太\"郎,\n":            {"MALFORMED", "3行目の2列目で始まる引用符(\")が3行目で閉じ、その後", "line 3, cell 2 of the CSV closes in line 3"},
		head + "2,\"B,\n3,\"C\",\n":     {"MALFORMED", "3行目の2列目で始まる引用符(\")が4行目で閉じ、その後", "line 3, cell 2 of the CSV closes in line 4"},
		head + "2, \"B\",\n":            {"MALFORMED", "3行目の2列目は、引用符(\")の前に空白", "Line 3, cell 2 of the CSV has space"},
		head + "2,B,\"x\n3,C,\n4,D,y\"": {"MALFORMED", "3行目の3列目で始まる引用符(\")が5行目まで", "line 3, cell 3 of the CSV closes only in line 5"},
		"number,name\n1,\"東京都, 港区\n芝, 1-2\nビル, 3F\"": {"MALFORMED", "2行目の2列目で始まる引用符(\")が4行目まで", "line 2, cell 2 of the CSV closes only in line 4"},
	} {
		rows, err := people.Read(text)
		f, ok := fault.From(err)
		if !ok || rows != nil || len(f.Fields()) != 1 {
			t.Errorf("%.40q: %d rows, %v", text, len(rows), err)
			continue
		}
		got := f.Fields()[0]
		if got.Path != "csv" || got.Reason != want[0] || !strings.Contains(got.Text.JA, want[1]) || !strings.Contains(got.Text.EN, want[2]) {
			t.Errorf("%.40q: %+v, want %q", text, got, want)
		}
		way := [2]string{"中の引用符は2つ重ねて", "double"}
		if strings.Contains(want[2], "closes only") { // what has its marks as they should be is not told to have them so
			way = [2]string{"改行を取り除いてください。", "remove the line breaks"}
		}
		if got.Reason == "MALFORMED" && (!strings.HasSuffix(got.Text.JA, "ください。") || !strings.Contains(got.Text.JA, way[0]) || !strings.Contains(got.Text.EN, way[1])) {
			t.Errorf("%.40q says no way out: %+v", text, got.Text)
		}
	}
}

// Whatever is sent is read or refused, and what is read was there.
func FuzzRead(f *testing.F) {
	for _, text := range []string{"number,name\n1,\"A\"\n", "number;name\r1;2", "\"", "number\n\"1\"\"", "\ufeffnumber\t\n \"x"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		rows, err := people.Read(text)
		if _, is := fault.From(err); err != nil && !is {
			t.Errorf("%v is no fault", err)
		}
		for _, r := range rows {
			if r.Line < 2 || r.Line > 1+strings.Count(text, "\n")+strings.Count(text, "\r") {
				t.Errorf("line %d of %q", r.Line, text)
			}
		}
	})
}
