package evidence

import (
	"strings"
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

// heldAt tells whether the company, or the employee where the row's key tells one, was on hold for a tombstone.
func (t Terms) heldAt(tenant, key string, order int64) bool {
	for _, h := range t.Holds {
		of := h.Employee == "" || strings.HasPrefix(key, `["`+h.Employee+`"`)
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

// Stone marks a row as removed because its time was over.
type Stone struct {
	Erased time.Time
	Order  int64      // as of Years
	Sealed *time.Time // nil as long as it has no seal
}

// early tells whether the row of the seal was not over yet when its tombstone was set: by the years and holds then in
// force, and not by a time that had not come.
func (c *check) early(tenant string, s Seal, t Stone) bool {
	latest := c.now
	if t.Sealed != nil {
		latest = t.Sealed.Add(clocks)
	}
	years := c.terms.yearsAt(tenant, t.Order)
	return !expires(s.Fact) || t.Erased.After(latest) || t.Erased.After(c.now) ||
		t.Erased.UTC().AddDate(-years, 0, 0).Before(s.At) || c.terms.heldAt(tenant, s.Key, t.Order)
}

func expires(table string) bool {
	for _, f := range Facts() {
		if f.Table == table {
			return f.Expires
		}
	}
	return false
}
