package controls

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// goal is the list of G32.
var goal = []string{
	"commit off", "DO NOTHING", "no unique index", "200 before commit", "key without issuedTime", "key without separators", "id > last poller",
	"completion without fence", "reply outside the transaction", "unknown commit treated as failed", "4xx on own fault", "truncating body reader",
	"== on MAC", "stale token cache", "SET instead of SET LOCAL", "role with BYPASSRLS", "foreign-id 403 instead of 404", "log of URL path",
	"chain without salt", "worked time = arrival", "keep-alives on during drain", "two retry layers", "backoff without jitter",
	"no statement timeout", "panic on NUL",
}

// A control whose defect does not fit the code any more proves nothing.
func TestEveryDefectFitsTheCode(t *testing.T) {
	names := map[string]bool{}
	for _, c := range All() {
		var ways int
		for _, way := range []bool{c.Rows != "", c.Service != "", c.Test.Name != ""} {
			if way {
				ways++
			}
		}
		if names[c.Name] || ways != 1 || (len(c.Checks) == 0) != (c.Test.Name != "") {
			t.Errorf("%q: twice, not one of a program, rows and a test, or neither a check nor a test", c.Name)
		}
		names[c.Name] = true
		if _, err := c.Overlay("../../..", t.TempDir()); err != nil {
			t.Error(err)
		}
	}
}

// Every defect of the goal has its control, one for one.
func TestTheGoalIsCovered(t *testing.T) {
	var list []string
	for _, c := range All() {
		if c.G32 != "" {
			list = append(list, c.G32)
		}
	}
	slices.Sort(list)
	want := slices.Sorted(slices.Values(goal))
	if len(want) != 25 || !slices.Equal(list, want) {
		t.Errorf("%d controls of the goal: %q", len(list), list)
	}
}

// The tests that controls name are there.
func TestNamedTestsExist(t *testing.T) {
	for _, c := range All() {
		if c.Test.Name == "" {
			continue
		}
		files, err := filepath.Glob(filepath.Join("../../..", c.Test.Module, c.Test.Package, "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		declared := regexp.MustCompile(`(?m)^func ` + c.Test.Name + `\(t \*testing\.T\)`)
		if !slices.ContainsFunc(files, func(file string) bool {
			text, err := os.ReadFile(file)
			return err == nil && declared.Match(text)
		}) {
			t.Errorf("%q: %s has no %s", c.Name, c.Test.Package, c.Test.Name)
		}
	}
}

// The documentation names every control, beside its name in the goal.
func TestControlsAreDocumented(t *testing.T) {
	page, err := os.ReadFile("../../../docs/faultlab.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range All() {
		row := strings.Replace("\n| "+c.G32+" | "+c.Name+" |", "|  |", "| |", 1)
		if !strings.Contains(string(page), row) {
			t.Errorf("docs/faultlab.md has no row %q", row)
		}
	}
}
