package retention

import (
	"fmt"
	"time"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

const (
	// Usual are the years of Labour Standards Act art. 109, which a company has that decided nothing.
	Usual = 5
	// Least are the years of art. 143, supplementary provision: for the time being three. No setting goes below.
	Least = 3
	// Most keeps a typing error from meaning for ever.
	Most = 100
	// Edge is how many days around a record's own its sheet is folded from punches, by the business days that these
	// were stored with: the fold looks three days out (timeclock.Reach), and a punch's day is less than four from its
	// instant. A 退勤 that came in before its 出勤 is stored with the next day, maybe of the next record.
	Edge = 7
)

// Check answers an InvalidArgument fault that names the field and the law unless a company may keep its records for
// so many years.
func Check(years int) error {
	field := fault.Field{Path: "retention.years", Reason: "OUT_OF_RANGE", Text: fault.Text{
		JA: fmt.Sprintf("保存期間は%d年から%d年までで指定してください。", Least, Most), EN: fmt.Sprintf("Use %d to %d years.", Least, Most),
	}}
	switch {
	case years < Least:
		field.Reason = "BELOW_LEGAL_MINIMUM"
		field.Text = fault.Text{
			JA: fmt.Sprintf("保存期間は%d年より短くできません(労働基準法第109条、同法附則第143条)。%d年以上を指定してください。", Least, Least),
			EN: fmt.Sprintf("Records are kept for %d years at least (Labour Standards Act, art. 109 and art. 143 of its supplementary provisions). Use %d or more.", Least, Least),
		}
	case years <= Most:
		return nil
	}
	return fault.Invalid(field)
}

// Record is what the retention of one employee's period depends on.
type Record struct {
	Last     timeclock.Date // last business day of the period
	Entered  time.Time      // the last entry about the period: punch, correction, void, decision, change of state
	Finished bool           // approved, and nothing of it waits for a decision
	Held     bool           // by a legal hold on the employee or the company
	Years    int            // of the company
	Zone     *time.Location // of the company
}

// Completed is the day on which the record was completed (完結の日), from which the years count: the day of its last
// entry, and not before the wages of the period were due (Enforcement Ordinance art. 56, para. 2). Those are paid at
// least monthly (art. 24), so the end of the month after the period's stands for a pay day that we do not know.
func (r Record) Completed() timeclock.Date {
	paid := timeclock.NewDate(r.Last.Year, r.Last.Month+2, 0)
	if entered := timeclock.DateOf(r.Entered.In(r.Zone)); entered.Compare(paid) > 0 {
		return entered
	}
	return paid
}

// Free is the first day on which the record need not be kept any more. The day of completion does not count (Civil
// Code art. 140), and where the month of the last year has no such day its end is the end (art. 143): a record
// completed on 28 or 29 February is free on 1 March of a year without a 29th.
func (r Record) Free() timeclock.Date { return Free(r.Completed(), r.Years) }

// Free is the first day after the years since a day.
func Free(completed timeclock.Date, years int) timeclock.Date {
	first := completed.AddDays(1)
	return timeclock.NewDate(first.Year+years, first.Month, first.Day)
}

// Over tells whether the record may be removed at an instant: days begin at midnight in the company's zone.
func (r Record) Over(now time.Time) bool {
	return r.Finished && !r.Held && timeclock.DateOf(now.In(r.Zone)).Compare(r.Free()) >= 0
}

// Before is the last day whose loose facts, those of no period, are free at an instant.
func Before(now time.Time, zone *time.Location, years int) timeclock.Date {
	day := timeclock.DateOf(now.In(zone))
	last := timeclock.NewDate(day.Year-years, day.Month, day.Day)
	for Free(last, years).Compare(day) > 0 {
		last = last.AddDays(-1)
	}
	return last
}
