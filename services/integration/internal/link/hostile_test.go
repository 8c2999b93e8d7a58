package link

import (
	"strings"
	"testing"

	"github.com/dakoku/dakoku/platform/sheet"
)

// What a spreadsheet or an attacker may send is refused or read, and never more.
func TestHostileTables(t *testing.T) {
	head := "employee_number,lineworks_account_id\n"
	for name, c := range map[string]struct {
		text string
		rows int
		bad  bool
	}{
		"UTF-16 read as UTF-8": {"\xff\xfee\x00m\x00p\x00", 0, true},
		"NUL header":           {"\x00employee_number,lineworks_account_id\n1,a\n", 0, true},
		"NUL cell":             {head + "1\x00,a\x00b\n", 1, false},
		"formula":              {head + "\"=\"\"001\"\"\",=cmd|'/c calc'!A1\n", 1, false},
		"huge cell":            {head + "1," + strings.Repeat("a", 800_000) + "\n", 1, false},
		"short row":            {head + "1\n", 1, false},
		"most rows":            {head + strings.Repeat("1,a\n", sheet.MaxRows), sheet.MaxRows, false},
		"a row too many":       {head + strings.Repeat("1,a\n", sheet.MaxRows+1), 0, true},
	} {
		rows, err := ReadTable(c.text)
		if len(rows) != c.rows && !c.bad || (err != nil) != c.bad {
			t.Errorf("%s: %d rows, %v", name, len(rows), err)
		}
		for _, o := range Judge(rows, []Employee{{ID: "e", Number: "1", Active: true}}) {
			if o.Result != Failed && name != "most rows" {
				t.Errorf("%s: %+v", name, o.Want)
			}
		}
	}
}
