package faultlab

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/dakoku/dakoku/system/faultlab/checker"
	"github.com/dakoku/dakoku/system/faultlab/controls"
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
	Other            int     `json:"other"`            // what any other check found
	Prompt           float64 `json:"within1500Millis"` // which share of the genuine was answered 200 within 1.5 s, by doors that were there
	Missed           int     `json:"missed"`           // of what the tier asks for
	FurtherControls  string  `json:"furtherControls"`
	NegativeControls string  `json:"negativeControls"`

	checks  []checker.Check
	missed  []string
	slowest time.Duration
	byKind  map[string]int // faults
}

// Clean tells that nothing was found, that the run did all that its tier asks for, and
// that every negative control was caught.
func (r Report) Clean() bool {
	return r.Lost+r.Doubled+r.Phantom+r.WrongTime+r.Other+r.Missed == 0
}

// proven takes in how many negative controls were caught; every one has to be.
func (r *Report) proven(p Proof) {
	r.NegativeControls, r.FurtherControls = p.Goal(), p.Further()
	if !p.Whole() {
		r.fallsShort(fmt.Sprintf("negative controls %s and further ones %s, of %d", r.NegativeControls, r.FurtherControls, len(controls.All())))
	}
}

// fallsShort notes what the run did not do of what its tier asks for.
func (r *Report) fallsShort(of ...string) {
	r.missed = append(r.missed, of...)
	r.Missed = len(r.missed)
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
	for _, line := range r.missed {
		fmt.Fprintf(out, "MISSED %s\n", line)
	}
	fmt.Fprintln(out)
	for _, row := range []struct {
		name  string
		value any
	}{
		{"faults injected", fmt.Sprintf("%d %v", r.Faults, strings.TrimPrefix(fmt.Sprint(r.byKind), "map"))},
		{"events sent", fmt.Sprintf("%d in %d deliveries", r.Events, r.Deliveries)},
		{"answered 200", fmt.Sprintf("%d deliveries, the slowest in %s; %.3f %% within 1.5 s", r.Acknowledged, r.slowest.Round(time.Millisecond), 100*r.Prompt)},
		{"refused / unknown", fmt.Sprintf("%d / %d", r.Refused, r.Unknown)},
		{"lost", r.Lost}, {"doubled", r.Doubled}, {"phantom", r.Phantom}, {"wrong time", r.WrongTime}, {"anything else", r.Other},
		{"missed of the tier", r.Missed}, {"negative controls", r.NegativeControls + " of G32, " + r.FurtherControls + " further"},
	} {
		fmt.Fprintf(out, "| %-18s | %v\n", row.name, row.value)
	}
	line, _ := json.Marshal(r) // numbers and texts only
	fmt.Fprintln(out, string(line))
}
