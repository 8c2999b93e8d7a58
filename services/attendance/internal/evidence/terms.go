package evidence

import (
	"time"

	"github.com/dakoku/dakoku/services/attendance/internal/retention"
)

// clocks is how far the clocks of two processes may differ.
const clocks = 10 * time.Minute

// Years is a version of how many years a company keeps its records.
type Years struct {
	Tenant  string
	Order   int64 // of its seal; what has none yet follows what has, in the order of the notes
	Version int64
	Years   int
}

// Hold keeps records of one employee, or without an employee of the company, from being removed.
type Hold struct {
	Tenant, Employee string
	Order            int64  // as of Years
	Released         *int64 // the order of its release; nil while it is in force
	Placed           time.Time
}

// Terms are all decisions about what may be removed. They are facts themselves, so that their order in the chain tells
// what was in force when a tombstone was set.
type Terms struct {
	Years []Years
	Holds []Hold
}

// yearsAt is how many years counted for a tombstone of that order.
func (t Terms) yearsAt(tenant string, order int64) int {
	version, years := int64(0), retention.Usual
	for _, y := range t.Years {
		if y.Tenant == tenant && y.Order < order && y.Version > version {
			version, years = y.Version, y.Years
		}
	}
	return max(years, retention.Least)
}

// heldAt tells whether the company or the employee was on hold for a tombstone.
func (t Terms) heldAt(tenant, employee string, order int64) bool {
	for _, h := range t.Holds {
		of := h.Employee == "" || h.Employee == employee
		if h.Tenant == tenant && of && h.Order < order && (h.Released == nil || *h.Released > order) {
			return true
		}
	}
	return false
}

// keptText tells whether a hold that is in force came before the text's time was over.
func (t Terms) keptText(tenant, employee string, received time.Time) bool {
	for _, h := range t.Holds {
		of := h.Employee == "" || h.Employee == employee
		if h.Tenant == tenant && of && h.Released == nil && h.Placed.Add(clocks).Before(received.Add(TextKept)) {
			return true
		}
	}
	return false
}
