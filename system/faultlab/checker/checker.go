// Package checker judges a run of the fault lab: what the recorder saw against what
// the product's database says, once everything has come to rest.
//
// It knows the journal and the files of SQL beside it, one for each thing that may
// be wrong; each statement returns a line for every finding. It refuses to know the
// product's code: it shares none, and reads tables as anybody could who has only
// their documentation.
package checker

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/system/faultlab/recorder"
)

//go:embed sql
var files embed.FS

// mostFindings bounds what is shown of one check; all of them are counted.
const mostFindings = 20

// noChecks are the files that find nothing.
var noChecks = []string{"schema", "views", "prompt", "facts"}

// Check is one file of SQL with what it found.
type Check struct {
	Name     string // "lost"
	Count    int
	Findings []string // the first ones
}

// Names are all checks, in order.
func Names() []string {
	list, _ := fs.Glob(files, "sql/*.sql") // the pattern is well-formed
	var names []string
	for _, one := range list {
		if name := strings.TrimSuffix(path.Base(one), ".sql"); !slices.Contains(noChecks, name) {
			names = append(names, name)
		}
	}
	return names
}

// Load puts the journal beside the product's tables, in a schema of its own.
func Load(ctx context.Context, conn *pgx.Conn, journal string) error {
	if err := run(ctx, conn, "schema"); err != nil {
		return err
	}
	var events, attempts, results, calls, gone [][]any
	err := recorder.Read(journal, func(e recorder.Entry) error {
		switch {
		case e.Event != nil:
			v := e.Event
			employee := any(nil)
			if v.Employee != "" {
				employee = v.Employee
			}
			events = append(events, []any{v.ID, v.Tenant, v.Connection, v.User, v.Person, employee, v.Issued, v.Text, v.Verdict, v.Reason, v.Kind, v.Answered, v.Withdrawn})
		case e.Attempt != nil:
			attempts = append(attempts, []any{e.Attempt.ID, e.Attempt.Event, e.Attempt.Door, e.Attempt.Path, e.Attempt.At})
		case e.Result != nil:
			results = append(results, []any{e.Result.Attempt, e.Result.Result, e.Result.Status, e.Result.At})
		case e.Gone != nil:
			gone = append(gone, []any{e.Gone.Door, e.Gone.Since, e.Gone.Until})
		case e.Call != nil:
			calls = append(calls, []any{e.Call.At, e.Call.Bot, e.Call.Path, e.Call.Status, e.Call.Body})
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, t := range []struct {
		name string
		rows [][]any
	}{{"event", events}, {"attempt", attempts}, {"result", results}, {"call", calls}, {"gone", gone}} {
		if err := fill(ctx, conn, t.name, t.rows); err != nil {
			return err
		}
	}
	return nil
}

// fill copies rows into a table of ours.
func fill(ctx context.Context, conn *pgx.Conn, table string, rows [][]any) error {
	columns := map[string][]string{
		"event":   {"id", "tenant", "connection", "usr", "person", "employee", "issued", "body", "verdict", "reason", "kind", "answered", "withdrawn"},
		"attempt": {"id", "event", "door", "path", "at"},
		"result":  {"attempt", "result", "status", "at"},
		"call":    {"at", "bot", "path", "status", "body"},
		"gone":    {"door", "since", "until"},
	}[table]
	_, err := conn.CopyFrom(ctx, pgx.Identifier{"faultlab", table}, columns, pgx.CopyFromRows(rows))
	if err != nil {
		return fmt.Errorf("load %s: %w", table, err)
	}
	return nil
}

// Judge runs every check on what was loaded. It may run again: the views are made anew.
func Judge(ctx context.Context, conn *pgx.Conn) ([]Check, error) {
	if _, err := conn.Exec(ctx, "drop materialized view if exists faultlab.told, faultlab.found"); err != nil {
		return nil, err
	}
	if err := run(ctx, conn, "views"); err != nil {
		return nil, err
	}
	facts, err := files.ReadFile("sql/facts.sql")
	if err != nil {
		return nil, err
	}
	if _, err := conn.Exec(ctx, "create or replace view faultlab.facts as "+string(facts)); err != nil {
		return nil, err
	}
	var all []Check
	for _, name := range Names() {
		one, err := check(ctx, conn, name)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

// Found tells which of the checks found anything.
func Found(all []Check) (names []string) {
	for _, c := range all {
		if c.Count > 0 {
			names = append(names, c.Name)
		}
	}
	slices.Sort(names)
	return names
}

// Count is what a check found.
func Count(all []Check, name string) int {
	for _, c := range all {
		if c.Name == name {
			return c.Count
		}
	}
	return 0
}

// Prompt tells how many deliveries of what was genuine a door was there for, and how
// many of these were answered 200 within 1.5 s (G6).
func Prompt(ctx context.Context, conn *pgx.Conn) (asked, prompt int64, err error) {
	sql, err := files.ReadFile("sql/prompt.sql")
	if err != nil {
		return 0, 0, err
	}
	err = conn.QueryRow(ctx, string(sql)).Scan(&asked, &prompt)
	return asked, prompt, err
}

func check(ctx context.Context, conn *pgx.Conn, name string) (Check, error) {
	c := Check{Name: name}
	sql, err := files.ReadFile("sql/" + name + ".sql")
	if err != nil {
		return c, err
	}
	rows, err := conn.Query(ctx, string(sql))
	if err != nil {
		return c, fmt.Errorf("check %s: %w", name, err)
	}
	var line string
	_, err = pgx.ForEachRow(rows, []any{&line}, func() error {
		if c.Count++; c.Count <= mostFindings {
			c.Findings = append(c.Findings, line)
		}
		return nil
	})
	if err != nil {
		return c, fmt.Errorf("check %s: %w", name, err)
	}
	return c, nil
}

// run runs a file of several statements.
func run(ctx context.Context, conn *pgx.Conn, name string) error {
	sql, err := files.ReadFile("sql/" + name + ".sql")
	if err != nil {
		return err
	}
	if _, err := conn.PgConn().Exec(ctx, string(sql)).ReadAll(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
