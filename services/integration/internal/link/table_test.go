package link

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/sheet"
)

func TestReadTable(t *testing.T) {
	good := []Row{{2, "E1", "taro@x"}, {3, "E2", "hana@x"}}
	for name, c := range map[string]struct {
		csv    string
		want   []Row
		reason string
	}{
		"plain":            {"employee_number,lineworks_account_id\nE1,taro@x\nE2,hana@x\n", good, ""},
		"BOM, CRLF":        {"\ufeffemployee_number,lineworks_account_id\r\nE1,taro@x\r\nE2,hana@x\r\n", good, ""},
		"tabs":             {"社員番号\t氏名\tLINE WORKS ID\nE1\t鈴木\"太\"郎\ttaro@x\nE2\t\thana@x", good, ""},
		"quoted":           {"\"employee_number\",\"lineworks_account_id\"\n\"E1\", taro@x \n E2,\"hana@x\" ", good, ""},
		"Japanese":         {"社員番号,LINE WORKSのアカウントID\nE1,taro@x\nE2,hana@x", good, ""},
		"as on screen":     {"社員番号,LINE WORKS のアカウントID\nE1,taro@x\nE2,hana@x", good, ""},
		"another word":     {"従業員番号,LINE WORKS のアカウントID\nE1,taro@x\nE2,hana@x", good, ""},
		"turned, more":     {"氏名,lineworks_account_id,Employee_Number\n太郎,taro@x,E1\n花子,hana@x,E2", good, ""},
		"short row":        {"employee_number,lineworks_account_id\nE1\n", []Row{{2, "E1", ""}}, ""},
		"lines of cells":   {"employee_number,lineworks_account_id,note\nE1,taro@x,\"a\nb\"\n\nE2,hana@x,", []Row{{2, "E1", "taro@x"}, {5, "E2", "hana@x"}}, ""},
		"header alone":     {"employee_number,lineworks_account_id", nil, ""},
		"no header":        {"E1,taro@x", nil, "COLUMN_MISSING"},
		"one column":       {"employee_number\nE1", nil, "COLUMN_MISSING"},
		"column twice":     {"employee_number,社員番号,lineworks_account_id\nE1,E1,taro@x", nil, "COLUMN_TWICE"},
		"open quote":       {"employee_number,lineworks_account_id\nE1,\"taro@x\n", nil, "MALFORMED"},
		"nothing":          {"\ufeff", nil, "COLUMN_MISSING"},
		"as many as fit":   {"employee_number,lineworks_account_id\n" + strings.Repeat("E1,a\n", sheet.MaxRows), make([]Row, sheet.MaxRows), ""},
		"one row too many": {"employee_number,lineworks_account_id\n" + strings.Repeat("E1,a\n", sheet.MaxRows+1), nil, "TOO_MANY_ROWS"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ReadTable(c.csv)
			var reason string
			if f, ok := fault.From(err); ok {
				reason = f.Fields()[0].Path + " " + f.Fields()[0].Reason
			}
			if strings.TrimPrefix(reason, "csv ") != c.reason || len(got) != len(c.want) {
				t.Fatalf("%d rows, %q", len(got), reason)
			}
			if len(got) < 10 && fmt.Sprint(got) != fmt.Sprint(c.want) {
				t.Errorf("%v", got)
			}
		})
	}
}

func TestJudge(t *testing.T) {
	staff := []Employee{{ID: "t", Number: "1", Active: true}, {ID: "h", Number: "2", Active: true}, {ID: "old", Number: "3"}, {ID: "none", Active: true}}
	rows := []Row{
		{2, "1", " Taro@X "}, {3, "9", "a@x"}, {4, "3", "b@x"}, {5, "", "c@x"}, {6, "2", ""}, {7, "2", "太郎"},
	}
	want := []string{"t|taro@x||", "|a@x|FAILED|EMPLOYEE_NOT_FOUND", "old|b@x|FAILED|EMPLOYEE_INACTIVE", "|c@x|FAILED|EMPLOYEE_NOT_FOUND",
		"h||FAILED|REQUIRED", "h|太郎|FAILED|NOT_ASCII"}
	for i, r := range rows {
		o := Judge([]Row{r}, staff)[0]
		if got := fmt.Sprintf("%s|%s|%s|%s", o.Want.Employee, o.Want.Account, o.Result, o.Reason); got != want[i] || o.Line != r.Line {
			t.Errorf("row %d: %q", i, got)
		}
		if o.Unasked && (o.Text.JA == "" || o.Text.EN == "") {
			t.Errorf("row %d says nothing", i)
		}
	}
	twice := Judge([]Row{{2, "1", "a@x"}, {3, "1", "b@x"}, {4, "2", "B@x"}}, staff)
	if twice[0].Reason != NumberTwice || twice[1].Reason != NumberTwice || twice[2].Reason != AccountTwice {
		t.Errorf("%+v", twice)
	}
}

func TestOnlyOneEmployeeMatches(t *testing.T) {
	m := ByEmail([]Employee{{ID: "t", Email: "Taro@x", Active: true}, {ID: "a", Email: "s@x", Active: true}, {ID: "b", Email: "S@x", Active: true}, {ID: "c", Email: "c@x"}, {ID: "d", Active: true}})
	if got := fmt.Sprint(m.Only([]string{"taro@x", "s@x", "c@x", "", "z@x"})); got != "map[taro@x:t]" {
		t.Error(got)
	}
}
