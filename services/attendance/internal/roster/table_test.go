package roster

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/sheet"
)

func TestReadTable(t *testing.T) {
	const text = "\ufeff社員番号,備考,\"氏名\",EMAIL,部署,状態\r\n" +
		"001,x, 山田 太郎 ,taro@example.jp,\"営業,東京\",在籍\r\n" +
		"\r\n" +
		"=1+1,x,\"@SUM(A1)\r\n\"\"二行\"\"\"\r\n"
	want := []Row{
		{Line: 2, Cells: map[Column]string{Number: "001", DisplayName: "山田 太郎", Email: "taro@example.jp", Department: "営業,東京", State: "在籍"}},
		{Line: 4, Cells: map[Column]string{Number: "=1+1", DisplayName: "@SUM(A1)\n\"二行\"", Email: "", Department: "", State: ""}},
	}
	got, err := ReadTable(text)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	if rows, err := ReadTable("社員番号\t氏名\n1\t鈴木\"太\"郎"); err != nil || rows[0].Cells[DisplayName] != "鈴木\"太\"郎" {
		t.Errorf("tabs and marks within a cell: %v, %v", rows, err)
	}
	if rows, err := ReadTable("employee_number\n1"); err != nil || len(rows[0].Cells) != 1 {
		t.Errorf("a table of numbers alone: %v, %v", rows, err)
	}
}

func TestUnreadableTables(t *testing.T) {
	full := "employee_number\n" + strings.Repeat("1\n", sheet.MaxRows)
	if rows, err := ReadTable(full); err != nil || len(rows) != sheet.MaxRows {
		t.Errorf("a full table: %d rows, %v", len(rows), err)
	}
	for text, reason := range map[string]string{
		"":                          "COLUMN_MISSING",
		"氏名\n山田":                    "COLUMN_MISSING",
		"社員番号,employee_number\n1,1": "COLUMN_TWICE",
		"employee_number\n\"1":      "MALFORMED",
		"社員番号;氏名;社員番号\n1;A;1": "COLUMN_TWICE",
		full + "1\n":                    "TOO_MANY_ROWS",
		"employee_number\x00,email\n1,": "COLUMN_MISSING",
	} {
		_, err := ReadTable(text)
		f, ok := fault.From(err)
		if !ok || f.Fields()[0].Path != "csv" || f.Fields()[0].Reason != reason {
			t.Errorf("%.20q: %v, want %s", text, err, reason)
		}
	}
}

func TestActive(t *testing.T) {
	for word, want := range map[string][2]bool{
		"ACTIVE": {true, true}, "在籍": {true, true}, "Inactive": {false, true}, "退職": {false, true},
		"休職": {false, true}, "退職・休職": {false, true}, "退職･休職": {false, true}, "": {false, false}, "休職?": {false, false},
	} {
		if active, known := Active(word); active != want[0] || known != want[1] {
			t.Errorf("%q: %v %v", word, active, known)
		}
	}
}
