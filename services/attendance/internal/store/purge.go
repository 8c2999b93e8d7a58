package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/failpoint"
	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/services/attendance/internal/evidence"
	"github.com/dakoku/dakoku/services/attendance/internal/retention"
)

// Companies names every company, for the purge.
func (s *Store) Companies(ctx context.Context) (tenants []string, err error) {
	err = s.db.InTx(ctx, postgres.Worker(Migrations().DutyRole(purgeDuty)), func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `select tenant_id::text from attendance.companies order by 1`)
		if err != nil {
			return err
		}
		tenants, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	return tenants, err
}

// PurgeRecord removes at most limit facts of a record if it is past its retention, each with a tombstone, in one
// transaction, and tells how many. done says that there is nothing more to remove now: a punch that another record
// needs waits until that is past its retention, too. Neither a punch, an entry or a
// change of state of the employee nor a hold or a setting of the company happens meanwhile. until bounds the clock.
func (s *Store) PurgeRecord(ctx context.Context, until time.Time, key RecordKey, limit int) (removed int, done bool, err error) {
	ctx = failpoint.Named(ctx, "purge")
	err = s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if err := oneAtATime(ctx, tx, key.Tenant); err != nil {
			return err
		}
		if _, err := lockEmployee(ctx, tx, key.Tenant, key.Employee); err != nil {
			return err
		}
		r, err := s.record(ctx, tx, key)
		if errors.Is(err, pgx.ErrNoRows) || (err == nil && (!r.Sealed || !r.Over(s.UpTo(until)))) {
			removed, done = 0, true
			return nil
		}
		if err != nil {
			return err
		}
		if r.Facts == 0 {
			removed, done = 0, true
			return s.purged(ctx, tx, until, key)
		}
		if removed, err = s.removeRecord(ctx, tx, until, r, limit); err != nil {
			return err
		}
		done = removed == 0 // the rest has no seal yet that a checkpoint covers, or another record needs it
		return noteRemoval(ctx, tx, "PurgeRecord", removal{key.Tenant, "employees/" + key.Employee + "/timesheets/" + key.Period, int64(removed)})
	}, key.Tenant)
	return removed, done, err
}

func (s *Store) purged(ctx context.Context, tx pgx.Tx, until time.Time, key RecordKey) error {
	args := key.args()
	args["now"] = s.UpTo(until)
	_, err := tx.Exec(ctx, `update attendance.timesheets set purged_at = @now where tenant_id = @tenant and employee_id = @employee and period = @period`, args)
	return err
}

func (s *Store) removeRecord(ctx context.Context, tx pgx.Tx, until time.Time, r Record, limit int) (removed int, err error) {
	args := r.args()
	args["first"], args["last"] = r.First.Time(), r.Last.Time()
	if args["needed_first"], args["needed_last"], err = s.needed(ctx, tx, s.UpTo(until), r); err != nil {
		return 0, err
	}
	for _, of := range ofRecord() {
		if removed == limit {
			break
		}
		some, err := s.remove(ctx, tx, until, of.table, of.condition, args, r.Years, limit-removed)
		if err != nil {
			return removed, err
		}
		removed += some
	}
	return removed, nil
}

// remove takes the role of the purge for three statements: tombstones for rows that a checkpoint covers, the end of
// the rows, and that of their salts, without which the leaves tell nothing.
func (s *Store) remove(ctx context.Context, tx pgx.Tx, until time.Time, table, condition string, args pgx.NamedArgs, years, limit int) (int, error) {
	fact, now := factNamed(table), s.UpTo(until)
	args["fact"], args["now"], args["limit"], args["floor"] = table, now, limit, now.AddDate(-years, 0, 0)
	rows, err := tx.Query(ctx, findRemovable(fact, condition), args)
	if err != nil {
		return 0, err
	}
	positions, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil || len(positions) == 0 {
		return 0, err
	}
	args["positions"] = positions
	batch := &pgx.Batch{}
	batch.Queue(`set local role ` + Migrations().DutyRole(purgeDuty))
	batch.Queue(insertTombstones, args)
	batch.Queue(removeRows(fact), args)
	batch.Queue(`update attendance.evidence_seals set salt = null, text_salt = null where tenant_id = @tenant and position = any (@positions)`, args)
	batch.Queue(`set local role ` + Migrations().Role())
	return len(positions), tx.SendBatch(ctx, batch).Close()
}

// factNamed is the declaration of a table with facts; of another table it is empty.
func factNamed(table string) (fact evidence.Fact) {
	for _, f := range evidence.Facts() {
		if f.Table == table {
			fact = f
		}
	}
	return fact
}

// The floor is the verifier's: the company's years since the row was sealed.
func findRemovable(f evidence.Fact, condition string) string {
	return `
select s.position from attendance.` + f.Table + ` f
  join attendance.evidence_seals s on s.tenant_id = f.tenant_id and s.fact = @fact and s.key = ` + f.KeySQL() + `
 where` + condition + `
   and s.sealed_at <= @floor
   and s.position <= (select c.checkpointed from attendance.evidence_chains c where c.tenant_id = @tenant)
 order by s.position
 limit @limit`
}

// A tombstone that stands already is of a purge that somebody undid by hand; it stays.
const insertTombstones = `
insert into attendance.evidence_erasures (tenant_id, position, reason, erased_at)
select @tenant, position, 'RETENTION', @now from unnest(@positions::bigint[]) as p (position)
on conflict on constraint evidence_erasures_pkey do nothing`

func removeRows(f evidence.Fact) string {
	return `
with n as materialized (
     select ` + f.ReadKeySQL("s.key") + ` from attendance.evidence_seals s where s.tenant_id = @tenant and s.position = any (@positions))
delete from attendance.` + f.Table + ` f using n where f.tenant_id = @tenant and ` + f.MatchSQL("f")
}

// PurgeLoose removes at most limit outcomes of events that are of no day: what was no punch, and whose sender nobody
// knew. Their retention counts from the day on which they were judged. It tells how many it removed. until bounds the
// clock.
func (s *Store) PurgeLoose(ctx context.Context, until time.Time, tenant string, limit int) (removed int, err error) {
	const loose = ` f.tenant_id = @tenant and (f.business_day is null or f.employee_id is null) and f.judged_at < @before and not ` + inForce + unused
	err = s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if err := oneAtATime(ctx, tx, tenant); err != nil {
			return err
		}
		before, years, err := s.looseBefore(ctx, tx, until, tenant)
		if err != nil {
			return err
		}
		removed, err = s.remove(ctx, tx, until, "event_outcomes", loose, pgx.NamedArgs{"tenant": tenant, "before": before}, years, limit)
		if err != nil {
			return err
		}
		return noteRemoval(ctx, tx, "PurgeEvents", removal{tenant, "events", int64(removed)})
	}, tenant)
	return removed, err
}

// looseBefore is the end of the last day whose loose outcomes are past the company's retention, and the years of that.
func (s *Store) looseBefore(ctx context.Context, tx pgx.Tx, until time.Time, tenant string) (before time.Time, years int, err error) {
	var name string
	if err := tx.QueryRow(ctx, `select time_zone from attendance.companies where tenant_id = $1`, tenant).Scan(&name); err != nil {
		return before, 0, err
	}
	zone, err := s.zones.load(name)
	if err != nil {
		return before, 0, err
	}
	current, err := currentRetention(ctx, tx, tenant)
	if err != nil {
		return before, 0, err
	}
	next := retention.Before(s.UpTo(until), zone, current.Years).AddDays(1)
	return time.Date(next.Year, next.Month, next.Day, 0, 0, 0, 0, zone), current.Years, nil
}
