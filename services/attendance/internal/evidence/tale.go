package evidence

import (
	"time"

	"github.com/dakoku/dakoku/services/attendance/internal/retention"
	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// person is an employee of a company.
type person struct{ tenant, employee string }

// tale is what the seals of one record tell, up to a point of the chain.
type tale struct {
	first, last timeclock.Date
	kept        bool                 // its timesheet is there
	state       string               // the last one; empty before it was first submitted
	latest      time.Time            // of the seals
	waiting     int                  // held punches without a decision
	live        map[string]time.Time // of the seals of rows without a tombstone
	punches     int                  // of those
}

// approved is the state of a record that is complete.
const approved = "APPROVED"

func (t *tale) goOn(r Remain) {
	if r.At.After(t.latest) {
		t.latest = r.At
	}
	t.live[r.Fact+r.Key] = r.At
	switch r.Fact {
	case "punches":
		t.punches++
	case "timesheet_transitions":
		t.state = r.State
	case "held_punches":
		t.waiting++
	case "held_punch_decisions":
		t.waiting--
	}
}

// end notes that a row of the record is gone.
func (t *tale) end(r Remain) {
	if _, there := t.live[r.Fact+r.Key]; there && r.Fact == "punches" {
		t.punches--
	}
	delete(t.live, r.Fact+r.Key)
}

// needs tells whether the record's sheet may be folded from a punch of another record's day. One that nobody ever
// submitted is a sheet only where it has punches.
func (t *tale) needs(day timeclock.Date) bool {
	if day.IsZero() || t.first.IsZero() || t.state == "" && t.punches == 0 {
		return false
	}
	return day.Compare(t.first.AddDays(-retention.Edge)) >= 0 && day.Compare(t.last.AddDays(retention.Edge)) <= 0
}

// unfinished tells whether the record is not complete.
func (t *tale) unfinished() bool { return !t.kept || t.state != approved || t.waiting > 0 }

// living is the latest seal of what is still there of the record.
func (t *tale) living() (latest time.Time) {
	for _, at := range t.live {
		if at.After(latest) {
			latest = at
		}
	}
	return latest
}
