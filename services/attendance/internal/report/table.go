package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
	"github.com/dakoku/dakoku/services/attendance/internal/timesheet"
)

// Sheet is one timesheet with whose it is.
type Sheet struct {
	Number, Name, Department string
	Period                   timeclock.Period
	State                    timesheet.State
	Days                     []timesheet.Day
}

// Table writes sheets as CSV (RFC 4180) to a writer. Make it with New.
type Table struct {
	words *words
	to    io.Writer
	cells *csv.Writer

	// Rounding adds the totals rounded in a column of their own and Warning in another; set before Head. The exact
	// numbers stay where they are.
	Rounding timesheet.Rounding
	Warning  string
}

// New makes a table in a language, "en" or else Japanese. Nothing is written yet.
func New(to io.Writer, language string) *Table {
	t := &Table{words: wordsIn(language), to: to, cells: csv.NewWriter(to)}
	t.cells.UseCRLF = true
	return t
}

// Head writes the byte order mark, by which spreadsheets know UTF-8, and the headers.
func (t *Table) Head() error {
	if _, err := io.WriteString(t.to, "\ufeff"); err != nil {
		return err
	}
	if t.Rounding != timesheet.NoRounding {
		return t.rows(append(slices.Clone(t.words.headers), t.words.rounded[t.Rounding], t.words.warning))
	}
	return t.rows(t.words.headers)
}

// Add writes a row for each day of the sheet and one for its totals.
func (t *Table) Add(s Sheet) error {
	var rows [][]string
	for _, d := range s.Days {
		rows = append(rows, append(t.whose(s, t.words.day), t.day(d)...))
	}
	totals := append(t.whose(s, t.words.total), t.totals(s.Days)...)
	if t.Rounding != timesheet.NoRounding {
		for i := range rows {
			rows[i] = append(rows[i], "", "")
		}
		totals = append(totals, minutes(t.Rounding.Of(timesheet.Sum(s.Days).Worked)), t.Warning)
	}
	return t.rows(append(rows, totals)...)
}

func (t *Table) rows(rows ...[]string) error {
	for _, row := range rows {
		safe := slices.Clone(row)
		for i := range safe {
			safe[i] = Safe(safe[i])
		}
		if err := t.cells.Write(safe); err != nil {
			return err
		}
	}
	t.cells.Flush()
	return t.cells.Error()
}

func (t *Table) whose(s Sheet, kind string) []string {
	return []string{s.Number, s.Name, s.Department, s.Period.String(), t.words.states[s.State], kind}
}

func (t *Table) day(d timesheet.Day) []string {
	var flags []string
	for _, f := range d.Flags {
		flags = append(flags, t.words.flags[f])
	}
	weekday := t.words.weekdays[d.Date.Time().Weekday()]
	return []string{d.Date.String(), weekday, d.TimeText(d.ClockIn), d.TimeText(d.ClockOut), t.spans(d),
		minutes(d.Away()), minutes(d.Worked), hours(d.Worked), "", "", strings.Join(flags, t.words.separator)}
}

func (t *Table) spans(d timesheet.Day) string {
	var list []string
	for _, s := range d.Spans {
		word := t.words.breakWord
		if s.Kind == timeclock.GoOut {
			word = t.words.outing
		}
		list = append(list, fmt.Sprintf("%s %s%s%s", word, d.TimeText(s.Start), t.words.openPeriod, d.TimeText(s.End)))
	}
	return strings.Join(list, t.words.separator)
}

func (t *Table) totals(days []timesheet.Day) []string {
	sum, away := timesheet.Sum(days), time.Duration(0)
	for _, d := range days {
		away += d.Away()
	}
	return []string{"", "", "", "", "", minutes(away), minutes(sum.Worked), hours(sum.Worked),
		strconv.Itoa(sum.Days), strconv.Itoa(sum.Flagged), ""}
}

// minutes and hours cut and never round, like every whole minute that is shown.
func minutes(d time.Duration) string { return strconv.Itoa(int(d / time.Minute)) }

func hours(d time.Duration) string {
	return fmt.Sprintf("%d:%02d", int(d/time.Hour), int(d/time.Minute)%60)
}
