package evidence

import (
	"time"

	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// Remain is what is left of a row that was or may be removed: its seal, or the tombstone of that. The subjects of seals
// tell of which record a row was, and how far the record had come, when the row itself does not tell any more.
type Remain struct {
	Tenant, Employee string         // the employee is empty where the row was of nobody
	Record           string         // the period, or the day that is in none; empty where the row was of no day
	Kept             bool           // the record's timesheet is there
	Day              timeclock.Date // business day of the row; zero without one
	First, Last      timeclock.Date // of the record; zero without a day
	Fact, Key        string
	At               time.Time // of the seal
	State            string    // that a timesheet's transition led to
	Stone            *Stone    // nil for a seal
}

// Stone marks a row as removed because its time was over.
type Stone struct {
	Erased time.Time
	Order  int64      // as of Years
	Sealed *time.Time // nil as long as it has no seal
}

// remain follows the records of an employee in the order of the chain and judges each tombstone by what came before it.
func (c *check) remain(r Remain) {
	if c.whose != (person{r.Tenant, r.Employee}) {
		c.whose, c.tales = person{r.Tenant, r.Employee}, map[string]*tale{}
	}
	t := c.tales[r.Record]
	if t == nil {
		t = &tale{first: r.First, last: r.Last, kept: r.Kept, live: map[string]time.Time{}}
		c.tales[r.Record] = t
	}
	if r.Stone == nil {
		t.goOn(r)
		return
	}
	if wrong := c.judge(r, t); wrong != "" {
		c.buried[rowOf{r.Tenant, r.Fact, r.Key}] = wrong
	}
	t.end(r)
}

// judge tells what is wrong with a tombstone; nothing where the row was over, and no other record needed it.
func (c *check) judge(r Remain, of *tale) Problem {
	switch {
	case c.early(r, of):
		return ErasedEarly
	case r.Employee == "" || r.Record == "":
		return ""
	case !r.Kept || of.state != approved || of.waiting > 0:
		return ErasedUnfinished
	case r.Fact != "punches" && r.Fact != "punch_voids":
		return ""
	}
	years := c.terms.yearsAt(r.Tenant, r.Stone.Order)
	for _, other := range c.tales {
		if other == of || !other.needs(r.Day) {
			continue
		}
		if other.unfinished() {
			return ErasedUnfinished
		}
		if r.Stone.Erased.UTC().AddDate(-years, 0, 0).Before(other.living()) {
			return ErasedEarly
		}
	}
	return ""
}

// early tells whether the row was not over yet when its tombstone was set: by the years since it was sealed, and of a
// record since all of it was, by the holds then in force, and not by a time that had not come.
func (c *check) early(r Remain, of *tale) bool {
	t, latest, from := *r.Stone, c.now, r.At
	if t.Sealed != nil {
		latest = t.Sealed.Add(clocks)
	}
	if r.Employee != "" && r.Record != "" && of.latest.After(from) {
		from = of.latest
	}
	years := c.terms.yearsAt(r.Tenant, t.Order)
	return !expires(r.Fact) || t.Erased.After(latest) || t.Erased.After(c.now) ||
		t.Erased.UTC().AddDate(-years, 0, 0).Before(from) || c.terms.heldAt(r.Tenant, r.Employee, t.Order)
}

func expires(table string) bool {
	for _, f := range Facts() {
		if f.Table == table {
			return f.Expires
		}
	}
	return false
}

// Sheet is a timesheet as it is kept.
type Sheet struct {
	Tenant, Employee, Period string
	Fits                     bool // its days are those that the company's calendars give its period
}
