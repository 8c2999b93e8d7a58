package report

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
	"github.com/dakoku/dakoku/services/attendance/internal/timesheet"
)

func TestSafe(t *testing.T) {
	for cell, want := range map[string]string{
		"": "", "山田": "山田", "09:00": "09:00", "a=b": "a=b", "'x": "'x", " x": " x",
		"=1+1": "'=1+1", "+81": "'+81", "-1": "'-1", "@SUM(A1)": "'@SUM(A1)", "\tx": "'\tx", "\r=1": "'\r'=1", "\nx": "'\nx",
		"＝1": "'＝1", "＋1": "'＋1", "－1": "'－1", "＠a": "'＠a", " =1": "' =1", "\u3000@a": "'\u3000@a", "=": "'=", "\u200b=1": "'\u200b=1", "\ufeff=1": "'\ufeff=1", "\u00ad \u2060@a": "'\u00ad \u2060@a", "\u200b1": "\u200b1",
		"山田;=1+1": "山田;'=1+1", "x; =cmd|' /C calc'!A0": "x;' =cmd|' /C calc'!A0", "a;b;＝1;c": "a;b;'＝1;c", "x;\"=1\"": "x;'\"=1\"", "\"=1": "'\"=1", "x\n-1": "x\n'-1",
		"x\t@a": "x\t'@a", "x;'=1": "x;''=1", "x;'y": "x;'y", "a,b": "a,b", ";": ";",
	} {
		if got := Safe(cell); got != want {
			t.Errorf("Safe(%q) = %q, want %q", cell, got, want)
		}
	}
}

// Whatever a cell holds, it comes back from a spreadsheet's table as it was, and nothing in the table is a formula,
// also where a program splits it at semicolons, tabs or the ends of lines.
func TestPlainGivesBackWhatSafeTook(t *testing.T) {
	for _, head := range []string{"", "'", "''", " ", "\u3000", "\u200b", "\ufeff", "' ", "'' '", "\"", "a;", "';", ";'", "a\n", "a\r\n'", "a\t\""} {
		for _, sign := range append(strings.Split(formulaHeads, ""), "a", "山", "0", ";") {
			for _, cell := range []string{head + sign, head + sign + "1", head + sign + "'" + sign, head + head + sign, head + sign + head + sign} {
				safe := Safe(cell)
				if got := Plain(safe); got != cell {
					t.Errorf("%q is %q in the table and %q again", cell, safe, got)
				}
				for _, part := range strings.FieldsFunc(safe, func(r rune) bool { return strings.ContainsRune(";\t\r\n", r) }) {
					if strings.ContainsAny(string([]rune(strings.TrimLeft(part, " \"\u3000\u200b\ufeff") + "a")[:1]), formulaHeads) {
						t.Errorf("%q is a formula as %q", cell, safe)
					}
				}
			}
		}
	}
}

var tokyo = time.FixedZone("JST", 9*60*60)

func punch(kind timeclock.Kind, at string) timeclock.Punch {
	issued, err := time.ParseInLocation("2006-01-02 15:04", at, tokyo)
	if err != nil {
		panic(err)
	}
	rules := timeclock.Rules{Zone: tokyo, Cutoff: 5 * time.Hour, LongestShift: 16 * time.Hour}
	return timeclock.Punch{Key: at + string(kind), Kind: kind, Issued: issued, Rules: rules}
}

func sheet() Sheet {
	return Sheet{
		Number: "=001", Name: "@山田, \"太郎\"", Department: "-営業", Period: timeclock.Period{Year: 2026, Month: 11}, State: timesheet.SentBack,
		Days: timesheet.Fold([]timeclock.Punch{
			punch(timeclock.ClockIn, "2026-11-23 09:00"), punch(timeclock.BreakStart, "2026-11-23 12:00"), punch(timeclock.BreakEnd, "2026-11-23 13:00"),
			punch(timeclock.GoOut, "2026-11-23 15:00"), punch(timeclock.ComeBack, "2026-11-23 15:10"), punch(timeclock.ClockOut, "2026-11-24 01:30"),
			punch(timeclock.ClockIn, "2026-11-24 09:00"),
		}),
	}
}

func written(t *testing.T, language string, sheets ...Sheet) string {
	t.Helper()
	var out bytes.Buffer
	table := New(&out, language)
	if err := table.Head(); err != nil {
		t.Fatal(err)
	}
	for _, s := range sheets {
		if err := table.Add(s); err != nil {
			t.Fatal(err)
		}
	}
	return out.String()
}

func TestTable(t *testing.T) {
	const whose = `'=001,"'@山田, ""太郎""",'-営業,2026-11,差戻し,`
	want := "\ufeff社員番号,氏名,部署,期間,状態,区分,日付,曜日,出勤,退勤,休憩・外出,休憩・外出(分),勤務(分),勤務時間,出勤日数,要確認日数,要確認\r\n" +
		whose + "日別,2026-11-23,月,09:00,25:30,休憩 12:00〜13:00、外出 15:00〜15:10,70,920,15:20,,,長時間の勤務\r\n" +
		whose + "日別,2026-11-24,火,09:00,,,0,0,0:00,,,退勤なし\r\n" +
		whose + "合計,,,,,,70,920,15:20,2,2,\r\n" +
		"2,花子,,2026-11,未申請,合計,,,,,,0,0,0:00,0,0,\r\n"
	got := written(t, "ja", sheet(), Sheet{Number: "2", Name: "花子", Period: timeclock.Period{Year: 2026, Month: 11}, State: timesheet.Open})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
	english := written(t, "en", sheet())
	if !strings.HasPrefix(english, "\ufeffEmployee number,Name,") || !strings.Contains(english, ",Sent back,Day,2026-11-23,Mon,09:00,25:30,\"Break 12:00-13:00, Out 15:00-15:10\"") {
		t.Error(english)
	}
}

// declaredFlags are those of the source, so that none can be forgotten here.
func declaredFlags(t *testing.T) (flags []timesheet.Flag) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../timesheet/day.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	for node := range ast.Preorder(file) {
		spec, ok := node.(*ast.ValueSpec)
		if !ok {
			continue
		}
		if kind, ok := spec.Type.(*ast.Ident); !ok || kind.Name != "Flag" {
			continue
		}
		text, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		flags = append(flags, timesheet.Flag(text))
	}
	return flags
}

// A state, flag or column that gets no word would leave a hole that nobody sees.
func TestEveryWordIsThere(t *testing.T) {
	if len(japanese.headers) != len(english.headers) || len(japanese.flags) != len(english.flags) || len(japanese.states) != len(english.states) {
		t.Error("one language has more words than the other")
	}
	flags := declaredFlags(t)
	if !slices.Contains(flags, timesheet.ReceivedLate) || len(flags) != len(japanese.flags) {
		t.Errorf("%d words for the flags %v", len(japanese.flags), flags)
	}
	for _, f := range flags {
		if japanese.flags[f] == "" || english.flags[f] == "" {
			t.Errorf("no word for %s", f)
		}
	}
}
