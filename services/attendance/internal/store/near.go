package store

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// Near is what a change of one person's punches must know, read while the person's row is locked.
type Near struct {
	Employee Employee
	Calendar timeclock.Calendar // in force at the last instant that was named
	Punches  []Punch            // around the instants, in order
	Locks    []timeclock.Lock
}

// Set is the punches as the domain knows them.
func (n Near) Set() []timeclock.Punch {
	set := make([]timeclock.Punch, 0, len(n.Punches)+1)
	for _, p := range n.Punches {
		set = append(set, p.Punch)
	}
	return set
}

// near locks the employee and reads what is around the instants.
func (s *Store) near(ctx context.Context, tx pgx.Tx, tenant, employee string, instants ...time.Time) (near Near, err error) {
	first, last := slices.MinFunc(instants, time.Time.Compare), slices.MaxFunc(instants, time.Time.Compare)
	from, to := first.Add(-timeclock.Reach), last.Add(timeclock.Reach)
	if near.Employee, err = lockEmployee(ctx, tx, tenant, employee); err != nil {
		return near, err
	}
	if near.Calendar, err = s.calendar(ctx, tx, tenant, instants[len(instants)-1]); err != nil {
		return near, err
	}
	if near.Punches, err = s.punchesBetween(ctx, tx, tenant, near.Employee.ID, from, to); err != nil {
		return near, err
	}
	locks, err := locksOf(tx.Query(ctx, lockedPeriods, pgx.NamedArgs{
		"tenants": []string{tenant}, "employees": []string{near.Employee.ID}, "froms": []time.Time{from}, "tos": []time.Time{to},
	}))
	near.Locks = locks[Pair{tenant, near.Employee.ID}]
	return near, err
}
