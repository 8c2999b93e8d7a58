package api

import (
	"encoding/csv"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	"github.com/dakoku/dakoku/platform/fault"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	"github.com/dakoku/dakoku/services/attendance/internal/store"
)

func (f *fixture) load(t *testing.T, csv string, only bool) *attendancev1.ImportEmployeesResponse {
	t.Helper()
	res, err := f.admin.ImportEmployees(f.ctx(t), &attendancev1.ImportEmployeesRequest{
		Table: &attendancev1.EmployeeTable{Csv: csv}, ValidateOnly: only,
	})
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// staff is every employee as text.
func (f *fixture) staff(t *testing.T) string {
	t.Helper()
	var text string
	err := f.database.Owner(t).QueryRow(t.Context(), `
select coalesce(string_agg(concat_ws('|', number, display_name, email, department, state, revision), chr(10) order by number collate "C"), '')
  from attendance.employees`).Scan(&text)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// brief is each result as "line number RESULT column REASON ...".
func brief(res *attendancev1.ImportEmployeesResponse) (lines []string) {
	for _, r := range res.GetResults() {
		line := fmt.Sprintf("%d %q %s", r.GetLine(), r.GetEmployeeNumber(), r.GetResult())
		for _, p := range r.GetProblems() {
			line += " " + p.GetColumn() + " " + p.GetReason()
		}
		lines = append(lines, line)
	}
	return lines
}

const people = "\ufeff社員番号,氏名,メールアドレス,部署,状態\r\n" +
	"001,山田 太郎,taro@example.jp,営業,\r\n" + // as it is
	"002,山田 花子,,経理,退職\r\n" + // changed
	"003,=1+1,@example,\"-cmd\",在籍\r\n" + // a bad address
	"004,=HYPERLINK(1),,+部署,ACTIVE\r\n" + // a formula is a text
	"004,もう一人,,,\r\n" +
	",名無し,,,\r\n" +
	"\"\x00\",\"a\nb\",,,なし\r\n" +
	"005,,,,\r\n" +
	",もう一人の名無し,,,\r\n" // no number is the number of nobody

// Checking gives the very results of the run that follows and stores nothing; the third run finds all as it is.
func TestImportEmployees(t *testing.T) {
	f := setup(t)
	f.load(t, "employee_number,display_name,email,department\n001,山田 太郎,taro@example.jp,営業\n002,佐藤 花子,hana@example.jp,営業\n", false)
	before := f.staff(t)
	dry := f.load(t, people, true)
	if after := f.staff(t); after != before {
		t.Errorf("a check changed\n%s\ninto\n%s", before, after)
	}
	wet := f.load(t, people, false)
	if !proto.Equal(dry, wet) {
		t.Errorf("checked %v\ndone %v", brief(dry), brief(wet))
	}
	want := []string{
		`2 "001" UNCHANGED`, `3 "002" CHANGED`, `4 "003" FAILED email BAD_EMAIL`, `5 "004" CREATED`,
		`6 "004" FAILED employee_number ROW_TWICE`, `7 "" FAILED employee_number REQUIRED`,
		`8 "\x00" FAILED employee_number BAD_CHARACTER display_name BAD_CHARACTER state UNKNOWN_VALUE`,
		`10 "005" FAILED display_name REQUIRED`, `11 "" FAILED employee_number REQUIRED`,
	}
	if diff := cmp.Diff(want, brief(wet)); diff != "" {
		t.Errorf("results (-want +got):\n%s", diff)
	}
	if c := wet.GetCounts(); c.GetCreated() != 1 || c.GetChanged() != 1 || c.GetUnchanged() != 1 || c.GetFailed() != 6 {
		t.Errorf("counts %v", c)
	}
	const staff = "001|山田 太郎|taro@example.jp|営業|ACTIVE|1\n002|山田 花子||経理|INACTIVE|2\n004|=HYPERLINK(1)||+部署|ACTIVE|1"
	if diff := cmp.Diff(staff, f.staff(t)); diff != "" {
		t.Errorf("stored (-want +got):\n%s", diff)
	}
	if again := f.load(t, people, false).GetCounts(); again.GetUnchanged() != 3 || f.staff(t) != staff {
		t.Errorf("again: %v\n%s", again, f.staff(t))
	}
}

// A column that the table has not, and an empty state, leave what is there.
func TestImportLeavesWhatItDoesNotName(t *testing.T) {
	f := setup(t)
	f.load(t, "employee_number,display_name,email,department,state\n1,A,a@x.jp,B,INACTIVE\n", false)
	f.load(t, "employee_number,department,state\n1,C,\n", false)
	if got := f.staff(t); got != "1|A|a@x.jp|C|INACTIVE|2" {
		t.Error(got)
	}
	if got := brief(f.load(t, "employee_number\n2\n", false)); got[0] != `2 "2" FAILED display_name REQUIRED` {
		t.Error(got)
	}
	_, err := f.admin.ImportEmployees(f.ctx(t), &attendancev1.ImportEmployeesRequest{Table: &attendancev1.EmployeeTable{Csv: "名前\nA\n"}})
	refused(t, err, fault.InvalidArgument, "INVALID_ARGUMENT")
}

// A state is what the screens call it, and another word is answered with those.
func TestImportedStates(t *testing.T) {
	f := setup(t)
	res := f.load(t, "社員番号,氏名,状態\n1,A,在籍\n2,B,退職・休職\n3,C,休職\n4,D,出向\n", false)
	if got := f.staff(t); got != "1|A|||ACTIVE|1\n2|B|||INACTIVE|1\n3|C|||INACTIVE|1" {
		t.Error(got)
	}
	said := res.GetResults()[3].GetProblems()[0]
	if said.GetColumn() != "state" || !strings.Contains(said.GetMessage(), "在籍(ACTIVE)か 退職・休職(INACTIVE)") {
		t.Error(said)
	}
}

// Two companies have their own 001, and a full table is one import of theirs each.
func TestImportOfAFullTable(t *testing.T) {
	f := setup(t)
	var csv strings.Builder
	csv.WriteString("社員番号,氏名,部署\n")
	for i := range 5000 {
		fmt.Fprintf(&csv, "%05d,従業員 %d,部署 %d\n", i, i, i%9)
	}
	if c := f.load(t, csv.String(), false).GetCounts(); c.GetCreated() != 5000 {
		t.Errorf("first: %v", c)
	}
	f.tenant = uuid.NewString()
	f.company(t, f.tenant, 31)
	if c := f.load(t, csv.String(), false).GetCounts(); c.GetCreated() != 5000 {
		t.Errorf("other company: %v", c)
	}
	changed := strings.ReplaceAll(csv.String(), "部署 3", "部署 4")
	if c := f.load(t, changed, false).GetCounts(); c.GetChanged() != 556 || c.GetUnchanged() != 4444 {
		t.Errorf("changed: %v", c)
	}
}

// Somebody adds a number between an import's look at it and its own insert: the import looks again and changes it.
func TestImportLooksAgain(t *testing.T) {
	f := setup(t)
	looks := 0
	err := f.admin.store.PutEmployees(t.Context(), f.tenant, []string{"7"}, false, func(known map[string]store.Employee, _ map[string]bool) []store.Employee {
		if looks++; looks == 1 {
			f.load(t, "employee_number,display_name\n7,B\n", false)
		}
		e := known["7"]
		e.Number, e.DisplayName, e.Active = "7", "A", true
		return []store.Employee{e}
	})
	if got := f.staff(t); err != nil || looks != 2 || got != "7|A|||ACTIVE|2" {
		t.Errorf("%d looks, %v, %q", looks, err, got)
	}
}

// Imports of one table that race add everybody once, and none of them fails.
func TestImportsRace(t *testing.T) {
	f := setup(t)
	var csv strings.Builder
	csv.WriteString("employee_number,display_name\n")
	for i := range 200 {
		fmt.Fprintf(&csv, "%03d,A\n", i)
	}
	var created [4]int32
	var all sync.WaitGroup
	for i := range created {
		all.Go(func() {
			res, err := f.admin.ImportEmployees(f.ctx(t), &attendancev1.ImportEmployeesRequest{Table: &attendancev1.EmployeeTable{Csv: csv.String()}})
			if err != nil {
				t.Error(err)
			}
			created[i] = res.GetCounts().GetCreated()
		})
	}
	all.Wait()
	if sum := created[0] + created[1] + created[2] + created[3]; sum != 200 {
		t.Errorf("created %v", created)
	}
}

// What the report writes into a cell is imported as the value that it came from.
func TestAReportedNameIsImportedAsItWas(t *testing.T) {
	f := setup(t)
	names := []string{"=1+1", "+81", "-山田", "@a", "'=1", "''@x", "＝全角", "'花子", "山田"}
	for i, name := range names {
		if _, err := f.admin.CreateEmployee(f.ctx(t), &attendancev1.CreateEmployeeRequest{
			Employee: &attendancev1.Employee{EmployeeNumber: fmt.Sprint("-", i), DisplayName: name},
		}); err != nil {
			t.Fatal(err)
		}
	}
	rows, _ := f.export(t, "2026-11")
	var table strings.Builder
	w := csv.NewWriter(&table)
	_ = w.Write([]string{"社員番号", "氏名"})
	for _, row := range rows[1:] {
		_ = w.Write(row[:2])
	}
	w.Flush()
	f.load(t, table.String(), false)
	res, err := f.admin.ListEmployees(f.ctx(t), &attendancev1.ListEmployeesRequest{})
	if err != nil || len(res.GetEmployees()) != len(names) {
		t.Fatalf("%d employees, %v", len(res.GetEmployees()), err)
	}
	for i, e := range res.GetEmployees() {
		if e.GetEmployeeNumber() != fmt.Sprint("-", i) || e.GetDisplayName() != names[i] {
			t.Errorf("%q came back as %v", names[i], e)
		}
	}
}
