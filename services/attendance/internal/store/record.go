package store

import (
	"context"
	"encoding/hex"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/dakoku/dakoku/platform/failpoint"
	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// Ref names what one event of a batch needs to be judged.
type Ref struct {
	Tenant, Key, Connection string
	Employee                string // empty unless the sender is linked
	Issued                  time.Time
	Also                    []time.Time // what is around them matters, too
}

// Known is what the database knows about a batch, read while the employees' rows are locked. Keys are the tenant
// with the id in question; what is missing is not there.
type Known struct {
	Calendars map[Moment]timeclock.Calendar // by tenant and issued time
	Employees map[Pair]Employee
	Outcomes  map[Pair]Outcome // by event key: judged before
	Settings  map[Pair]Settings
	Locks     map[Pair][]timeclock.Lock
	Punches   map[Pair][]timeclock.Punch
	Held      map[Pair][]timeclock.HeldPunch // applied and discarded ones, too
}

// Verdicts is what a batch came to.
type Verdicts struct {
	Outcomes []Outcome
	Punches  []NewPunch
	Held     []NewHeldPunch
	Asked    []AskedCorrection
}

// raceTries bounds how often a batch starts again because another one judged the same event meanwhile.
const raceTries = 5

var errRaced = errors.New("an event of the batch was judged by somebody else at the same moment")

// Record judges a batch in one transaction: it locks the employees, reads what is known, lets judge decide, and
// stores the verdicts. The number of statements does not depend on the number of events. judge may be called
// again on newer facts; it must keep no state of an earlier call.
func (s *Store) Record(ctx context.Context, refs []Ref, judge func(Known) (Verdicts, error)) error {
	ctx = failpoint.Named(ctx, "att")
	var err error
	for range raceTries {
		err = s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
			known, err := s.known(ctx, tx, refs)
			if err != nil {
				return err
			}
			verdicts, err := judge(known)
			if err != nil {
				return err
			}
			return s.save(ctx, tx, verdicts)
		}, tenantsOf(refs)...)
		if !errors.Is(err, errRaced) {
			return err
		}
	}
	return err
}

// save sends one round trip. If an outcome was not new, whatever became of the statements behind it is undone with it.
func (s *Store) save(ctx context.Context, tx pgx.Tx, v Verdicts) (err error) {
	if len(v.Outcomes) == 0 {
		return nil
	}
	now := s.now()
	batch := &pgx.Batch{}
	batch.Queue(insertOutcomes, outcomeArgs(v.Outcomes, now))
	if len(v.Punches) > 0 {
		batch.Queue(insertPunches, punchArgs(v.Punches, now))
	}
	if len(v.Held) > 0 {
		batch.Queue(insertHeldPunches, heldArgs(v.Held, now))
	}
	if len(v.Asked) > 0 {
		batch.Queue(insertCorrections, correctionArgs(v.Asked, now))
	}
	results := tx.SendBatch(ctx, batch)
	for i := 0; err == nil && i < batch.Len(); i++ {
		var stored pgconn.CommandTag
		if stored, err = results.Exec(); err == nil && i == 0 && stored.RowsAffected() != int64(len(v.Outcomes)) {
			err = errRaced
		}
	}
	if closed := results.Close(); err == nil { // behind errRaced a statement may have failed, too
		err = closed
	}
	return err
}

const lockEmployees = `
select e.tenant_id::text, ` + employeeColumns + `
  from attendance.employees e
 where e.id = any (@employees::text[]::uuid[])
 order by e.tenant_id, e.id
   for update of e`

// byIndexOnly keeps plans apart from the size of the tables: a statement that was planned while a table was tiny stays
// planned as reading all of it on that connection, however much the table grows before its next analyze. And a connection
// plans each of them once: left to itself the server plans two of them anew for every batch, which takes it a third of a
// millisecond, and all of them the first five times.
const byIndexOnly = `select set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
       set_config('plan_cache_mode', 'force_generic_plan', true)`

// known sends one round trip. The lock comes before every other reading: what is read after it holds until commit.
func (s *Store) known(ctx context.Context, tx pgx.Tx, refs []Ref) (known Known, err error) {
	people, events := people(refs), eventArgs(refs)
	batch := &pgx.Batch{}
	batch.Queue(byIndexOnly)
	batch.Queue(lockEmployees, people)
	batch.Queue(getCalendars, momentArgs(refs))
	batch.Queue(knownOutcomes, events)
	batch.Queue(currentSettings, connectionArgs(refs))
	batch.Queue(lockedPeriods, people)
	batch.Queue(knownPunches, people)
	batch.Queue(knownHeld, people)
	results := tx.SendBatch(ctx, batch)
	defer func() { err = errors.Join(err, results.Close()) }()
	if _, err = results.Exec(); err != nil {
		return known, err
	}
	if known.Employees, err = employeesOf(results.Query()); err != nil {
		return known, err
	}
	if known.Calendars, err = s.calendars(results.Query()); err != nil {
		return known, err
	}
	if known.Outcomes, err = outcomesOf(results.Query()); err != nil {
		return known, err
	}
	if known.Settings, err = settingsOf(results.Query()); err != nil {
		return known, err
	}
	if known.Locks, err = locksOf(results.Query()); err != nil {
		return known, err
	}
	if known.Punches, err = s.punchesOf(results.Query()); err != nil {
		return known, err
	}
	known.Held, err = heldOf(results.Query())
	return known, err
}

func employeesOf(rows pgx.Rows, err error) (map[Pair]Employee, error) {
	if err != nil {
		return nil, err
	}
	employees := map[Pair]Employee{}
	var tenant string
	var e Employee
	targets := []any{&tenant, &e.ID, &e.Number, &e.DisplayName, &e.Email, &e.Department, &e.Active, &e.Revision, &e.Created}
	_, err = pgx.ForEachRow(rows, targets, func() error {
		employees[Pair{tenant, e.ID}] = e
		return nil
	})
	return employees, err
}

func tenantsOf(refs []Ref) []string {
	var tenants []string
	for _, r := range refs {
		tenants = append(tenants, r.Tenant)
	}
	slices.Sort(tenants)
	return slices.Compact(tenants)
}

// momentArgs gives each instant of a tenant once.
func momentArgs(refs []Ref) pgx.NamedArgs {
	seen := map[Moment]bool{}
	tenants, instants := []string{}, []time.Time{}
	for _, r := range refs {
		if of := MomentOf(r.Tenant, r.Issued); !seen[of] {
			seen[of] = true
			tenants, instants = append(tenants, r.Tenant), append(instants, r.Issued)
		}
	}
	return pgx.NamedArgs{"tenants": tenants, "instants": instants}
}

func eventArgs(refs []Ref) pgx.NamedArgs {
	tenants, keys := []string{}, [][]byte{}
	for _, r := range refs {
		if key, err := hex.DecodeString(r.Key); err == nil { // another key is in no row
			tenants, keys = append(tenants, r.Tenant), append(keys, key)
		}
	}
	return pgx.NamedArgs{"tenants": tenants, "keys": keys}
}

func connectionArgs(refs []Ref) pgx.NamedArgs {
	seen := map[Pair]bool{}
	var tenants, connections []string
	for _, r := range refs {
		if of := (Pair{r.Tenant, r.Connection}); !seen[of] {
			seen[of] = true
			tenants, connections = append(tenants, r.Tenant), append(connections, r.Connection)
		}
	}
	return pgx.NamedArgs{"tenants": tenants, "connections": connections}
}
