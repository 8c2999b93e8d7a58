package faultlab

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/dakoku/dakoku/system/faultlab/checker"
)

// Report is what a run came to. Its JSON is the last line of the run.
type Report struct {
	Tier             string  `json:"tier"`
	Seed             uint64  `json:"seed"`
	Seconds          float64 `json:"seconds"`
	Faults           int     `json:"faults"`
	Kills            int     `json:"kills"`
	DatabaseCrashes  int     `json:"databaseCrashes"`
	Failovers        int     `json:"failovers"`
	Events           int64   `json:"events"`
	Deliveries       int64   `json:"deliveries"`
	Acknowledged     int64   `json:"acknowledged"`
	Refused          int64   `json:"refused"`
	Unknown          int64   `json:"unknown"`
	Lost             int     `json:"lost"`
	Doubled          int     `json:"doubled"`
	Phantom          int     `json:"phantom"`
	WrongTime        int     `json:"wrongTime"`
	Other            int     `json:"other"` // what any other check found
	NegativeControls string  `json:"negativeControls"`

	checks  []checker.Check
	slowest time.Duration
	byKind  []string // "freezes 5"
}

// Clean tells that nothing was found and every negative control was.
func (r Report) Clean() bool {
	var caught, of int
	if _, err := fmt.Sscanf(r.NegativeControls, "%d/%d", &caught, &of); err != nil || caught != of {
		return false
	}
	return r.Lost+r.Doubled+r.Phantom+r.WrongTime+r.Other == 0
}

// judged takes the findings in.
func (r *Report) judged(all []checker.Check) {
	r.checks, r.Other = all, 0
	for _, c := range all {
		switch c.Name {
		case "lost":
			r.Lost = c.Count
		case "doubled":
			r.Doubled = c.Count
		case "phantom":
			r.Phantom = c.Count
		case "wrong_time":
			r.WrongTime = c.Count
		default:
			r.Other += c.Count
		}
	}
}

// Tell writes findings, the table, and the whole as one line of JSON, which is last.
func (r Report) Tell(out io.Writer) {
	for _, c := range r.checks {
		for _, line := range c.Findings {
			fmt.Fprintf(out, "FOUND %s: %s\n", c.Name, line)
		}
		if more := c.Count - len(c.Findings); more > 0 {
			fmt.Fprintf(out, "FOUND %s: and %d more\n", c.Name, more)
		}
	}
	fmt.Fprintln(out)
	for _, row := range []struct {
		name  string
		value any
	}{
		{"faults injected", fmt.Sprintf("%d %v", r.Faults, r.byKind)},
		{"events sent", fmt.Sprintf("%d in %d deliveries", r.Events, r.Deliveries)},
		{"answered 200", fmt.Sprintf("%d deliveries, the slowest in %s", r.Acknowledged, r.slowest.Round(time.Millisecond))},
		{"refused / unknown", fmt.Sprintf("%d / %d", r.Refused, r.Unknown)},
		{"lost", r.Lost}, {"doubled", r.Doubled}, {"phantom", r.Phantom}, {"wrong time", r.WrongTime}, {"anything else", r.Other},
		{"negative controls", r.NegativeControls},
	} {
		fmt.Fprintf(out, "| %-18s | %v\n", row.name, row.value)
	}
	line, _ := json.Marshal(r) // numbers and texts only
	fmt.Fprintln(out, string(line))
}
