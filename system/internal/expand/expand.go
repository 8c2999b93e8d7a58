// Package expand reads migrations as the version before them meets them: it still runs
// while they are applied and for as long as an upgrade takes, so they may add and must
// not take away, rename or demand (the table in docs/operations.md, "A new version").
//
// It knows the statements that our migrations are written in, and refuses every other
// one. It refuses to know PostgreSQL: whether a statement works is for other tests.
package expand

import (
	"fmt"
	"regexp"
	"strings"
)

// File is one migration.
type File struct {
	Name string // as it is called in its directory
	SQL  string
}

// Finding is a statement that the version before may not live with.
type Finding struct {
	File      string
	Statement string // or the action of an "alter table", with single spaces, in lower case
	Why       string
}

// String is the finding on one line.
func (f Finding) String() string { return fmt.Sprintf("%s: %s: %s", f.File, f.Why, f.Statement) }

// history is what files before the present one have made.
type history struct {
	unique      map[string]bool // unique indexes, by name
	constraints map[string]bool // that were added, by name
}

// Read goes through all migrations of a context in their order and judges those behind
// the first so many, which are released.
func Read(files []File, released int) []Finding {
	var out []Finding
	h := history{unique: map[string]bool{}, constraints: map[string]bool{}}
	for n, f := range files {
		r := &reader{file: f.Name, history: h, tables: map[string]bool{}, columns: map[string]bool{}, dropped: map[string]bool{}}
		for _, s := range statements(strings.ToLower(f.SQL)) {
			r.statement(s)
		}
		if n >= released {
			out = append(out, r.found...)
		}
		h.remember(f)
	}
	return out
}

var (
	uniqueIndex     = regexp.MustCompile(`create unique index (\w+)`)
	addedConstraint = regexp.MustCompile(`constraint (\w+)`)
)

func (h history) remember(f File) {
	sql := strings.ToLower(f.SQL)
	for _, m := range uniqueIndex.FindAllStringSubmatch(sql, -1) {
		h.unique[m[1]] = true
	}
	for _, m := range addedConstraint.FindAllStringSubmatch(sql, -1) {
		h.constraints[m[1]] = true
	}
}

// reader judges one file.
type reader struct {
	file    string
	history history
	tables  map[string]bool // that the file makes: nobody knows them yet
	columns map[string]bool // "table.column" that the file adds; true when it is null until somebody sets it
	dropped map[string]bool // constraints that the file drops
	found   []Finding
}

func (r *reader) refuse(statement, why string) {
	r.found = append(r.found, Finding{File: r.file, Statement: statement, Why: why})
}

// rule says of the statements that match it what is wrong; "" is nothing.
type rule struct {
	what *regexp.Regexp
	why  func(r *reader, match []string) string
}

func when(pattern string, why func(r *reader, match []string) string) rule {
	return rule{regexp.MustCompile(`^(?:` + pattern + `)`), why}
}

func fine(*reader, []string) string { return "" }

func always(why string) func(*reader, []string) string {
	return func(*reader, []string) string { return why }
}

// judge asks the first rule that knows the statement.
func (r *reader) judge(statement string, rules []rule) {
	for _, known := range rules {
		if match := known.what.FindStringSubmatch(statement); match != nil {
			if why := known.why(r, match); why != "" {
				r.refuse(statement, why)
			}
			return
		}
	}
	r.refuse(statement, "nobody has said yet what this is to the version before: add a rule")
}

func (r *reader) statement(s string) {
	table, list, altered := alteration(s)
	switch {
	case altered && r.tables[table]:
	case altered:
		for _, action := range actions(list) {
			r.judge(table+" "+action, tableRules)
		}
	default:
		r.judge(s, rules)
	}
}

var alter = regexp.MustCompile(`^alter table (?:only )?([\w.]+) (.*)$`)

func alteration(s string) (table, list string, ok bool) {
	m := alter.FindStringSubmatch(s)
	if m == nil {
		return "", "", false
	}
	return m[1], m[2], true
}
