package store

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// purgeRounds is how many purges at random instants the test below makes.
const purgeRounds = 24

// whose is a record as the test knows it, with the facts that are still there.
type whose struct {
	Tenant, Employee, Period string
	Zone                     string
	First, Last              time.Time
	State                    string
	Entered                  time.Time
	Years                    int
	Held                     bool
	Rows                     int
	Inside                   int // punches more than a week from the other months
}

const whoseRecords = `
select t.tenant_id::text, t.employee_id::text, t.period, c.time_zone, t.first_day, t.last_day, t.state,
       greatest((select max(recorded_at) from attendance.punches p where p.employee_id = t.employee_id and p.business_day between t.first_day and t.last_day),
                (select max(occurred_at) from attendance.timesheet_transitions x where x.employee_id = t.employee_id and x.period = t.period)),
       coalesce((select years from attendance.retention_settings r where r.tenant_id = t.tenant_id order by version desc limit 1), 5),
       exists (select from attendance.legal_holds h where h.tenant_id = t.tenant_id and (h.employee_id is null or h.employee_id = t.employee_id)
                  and not exists (select from attendance.legal_hold_releases r where r.hold_id = h.id)),
       ((select count(*) from attendance.punches p where p.employee_id = t.employee_id and p.business_day between t.first_day and t.last_day)
         + (select count(*) from attendance.held_punches p where p.employee_id = t.employee_id and p.business_day between t.first_day and t.last_day)
         + (select count(*) from attendance.event_outcomes p where p.employee_id = t.employee_id and p.business_day between t.first_day and t.last_day)
         + (select count(*) from attendance.timesheet_transitions p where p.employee_id = t.employee_id and p.period = t.period))::int,
       (select count(*) from attendance.punches p where p.employee_id = t.employee_id and p.business_day between t.first_day + 8 and t.last_day - 8)::int
  from attendance.timesheets t join attendance.companies c using (tenant_id)`

func (c *court) whoseRecords(t *testing.T) map[string]whose {
	t.Helper()
	rows, err := c.owner.Query(t.Context(), whoseRecords)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	all := map[string]whose{}
	for rows.Next() {
		var w whose
		var entered *time.Time
		if err := rows.Scan(&w.Tenant, &w.Employee, &w.Period, &w.Zone, &w.First, &w.Last, &w.State, &entered, &w.Years, &w.Held, &w.Rows, &w.Inside); err != nil {
			t.Fatal(err)
		}
		if entered != nil {
			w.Entered = *entered
		}
		all[w.Employee+w.Period] = w
	}
	return all
}

// due tells, in a way of its own, whether the record must be kept at an instant.
func (w whose) due(t *testing.T, now time.Time) bool {
	t.Helper()
	zone, err := time.LoadLocation(w.Zone)
	if err != nil {
		t.Fatal(err)
	}
	local := w.Entered.In(zone)
	completed := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, zone)
	if paid := time.Date(w.Last.Year(), w.Last.Month()+2, 0, 0, 0, 0, 0, zone); paid.After(completed) {
		completed = paid
	}
	return now.Before(completed.AddDate(0, 0, 1).AddDate(w.Years, 0, 0))
}

// Purges at random instants, with holds and years that come and go, never remove a row of a record that is due, on
// hold or not approved, leave its sheet as it was, and remove all of every record that no other needs.
func TestNothingThatIsDueIsEverRemoved(t *testing.T) {
	c := newCourt(t)
	c.leaps = true
	seed := rand.Uint64()
	t.Log("seed", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	for i, zone := range []string{"Asia/Tokyo", "America/New_York", "Pacific/Kiritimati"} {
		c.records(t, 6)
		if err := c.PutCompany(t.Context(), Company{Tenant: c.tenants[i], Revision: int64(i + 2), Zone: zone, ClosingDay: 31}); err != nil {
			t.Fatal(err)
		}
	}
	c.nights(t)
	for _, w := range c.whoseRecords(t) {
		state := []string{"APPROVED", "APPROVED", "APPROVED", "APPROVED", "APPROVED", "SENT_BACK", "SUBMITTED"}[random.IntN(7)]
		c.exec(t, `update attendance.timesheets set state = $2, revision = 9 where employee_id = $1 and period = $3`, w.Employee, state, w.Period)
		later := time.Now().Add(time.Duration(random.IntN(700*24)) * time.Hour).UTC()
		c.exec(t, `insert into attendance.timesheet_transitions values ($1, $2, $5, 9, 'approve', $4, 'a', '', $3)`, w.Tenant, w.Employee, later, state, w.Period)
	}
	c.round(t)
	now, removed := time.Now().AddDate(2, 6, 0), 0
	for round := range purgeRounds {
		now = now.Add(time.Duration(random.IntN(170*24*60)) * time.Minute) // about eight years in all, more than any record is kept
		c.anyChange(t, random, now)
		before, sheets := c.whoseRecords(t), c.sheetsKept(t, now)
		if _, err := sweep(t.Context(), c.at(now), 1+random.IntN(9)); err != nil {
			t.Fatal(err)
		}
		after := c.whoseRecords(t)
		for record, was := range before {
			is := after[record]
			switch {
			case was.kept(t, now) && is.Rows != was.Rows:
				t.Fatalf("round %d at %s: %+v became %d rows", round, now, was, is.Rows)
			case was.kept(t, now) && c.sheetOf(t, was) != sheets[record]:
				t.Fatalf("round %d at %s: the sheet of %+v was\n%s\nand is\n%s", round, now, was, sheets[record], c.sheetOf(t, was))
			case !was.kept(t, now) && (is.Inside != 0 || is.Rows != 0 && !neighbourKept(t, before, was, now)):
				t.Fatalf("round %d at %s: %+v still has %d rows, %d inside", round, now, was, is.Rows, is.Inside)
			}
			removed += was.Rows - is.Rows
		}
	}
	c.roundOf(t, c.at(now))
	c.clean(t, now)
	if removed == 0 {
		t.Error("nothing was ever removed")
	}
}

// anyChange changes something that decides about records: a hold is placed or released, or the years are others.
func (c *court) anyChange(t *testing.T, random *rand.Rand, now time.Time) {
	t.Helper()
	tenant, s := c.tenants[random.IntN(len(c.tenants))], c.at(now)
	var err error
	switch random.IntN(4) {
	case 0:
		_, err = s.PlaceHold(t.Context(), tenant, LegalHold{Reason: "r", Actor: "a"}, false)
	case 1:
		for _, w := range c.whoseRecords(t) {
			if w.Tenant == tenant && random.IntN(6) == 0 {
				_, err = s.PlaceHold(t.Context(), tenant, LegalHold{Employee: w.Employee, Reason: "r", Actor: "a"}, false)
			}
		}
	case 2:
		holds, listErr := s.ListHolds(t.Context(), tenant, "", 100)
		err = listErr
		for _, h := range holds {
			if h.Release == nil && err == nil {
				_, err = s.ReleaseHold(t.Context(), tenant, h.ID, Release{Reason: "r", Actor: "a"})
			}
		}
	case 3:
		_, err = s.PutRetention(t.Context(), tenant, "a", false, func(Retention) (int, error) { return 3 + random.IntN(3), nil })
	}
	if err != nil {
		t.Fatal(fmt.Errorf("change: %w", err))
	}
}
