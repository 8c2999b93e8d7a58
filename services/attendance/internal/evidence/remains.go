package evidence

import "time"

// Remain is what is left of a row that was or may be removed: its seal, or the tombstone of that. The subjects of seals
// tell of which record a row was, and how far the record had come, when the row itself does not tell any more.
type Remain struct {
	Tenant, Employee string // the employee is empty where the row was of nobody
	Record           string // the period, or the day that is in none; empty where the row was of no day
	Kept             bool   // the record's timesheet is there
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

// tale is what the seals of one record tell, up to a point of the chain.
type tale struct {
	tenant, employee, record string
	state                    string    // the last one
	latest                   time.Time // of the seals
	waiting                  int       // held punches without a decision
}

// remain follows records in the order of the chain and judges each tombstone by what came before it.
func (c *check) remain(r Remain) {
	if t := &c.tale; t.tenant != r.Tenant || t.employee != r.Employee || t.record != r.Record {
		c.tale = tale{tenant: r.Tenant, employee: r.Employee, record: r.Record}
	}
	if r.Stone == nil {
		c.tale.goOn(r)
		return
	}
	switch {
	case c.early(r):
		c.buried[rowOf{r.Tenant, r.Fact, r.Key}] = ErasedEarly
	case r.Employee != "" && r.Record != "" && (!r.Kept || c.tale.state != approved || c.tale.waiting > 0):
		c.buried[rowOf{r.Tenant, r.Fact, r.Key}] = ErasedUnfinished
	}
}

// approved is the state of a record that is complete.
const approved = "APPROVED"

func (t *tale) goOn(r Remain) {
	if r.At.After(t.latest) {
		t.latest = r.At
	}
	switch r.Fact {
	case "timesheet_transitions":
		t.state = r.State
	case "held_punches":
		t.waiting++
	case "held_punch_decisions":
		t.waiting--
	}
}

// early tells whether the row was not over yet when its tombstone was set: by the years since it was sealed, and of a
// record since all of it was, by the holds then in force, and not by a time that had not come.
func (c *check) early(r Remain) bool {
	t, latest, from := *r.Stone, c.now, r.At
	if t.Sealed != nil {
		latest = t.Sealed.Add(clocks)
	}
	if r.Employee != "" && r.Record != "" && c.tale.latest.After(from) {
		from = c.tale.latest
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
