package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// WorkRules are one version of a company's rules. Version 0 are the defaults, stored nowhere.
type WorkRules struct {
	timeclock.WorkRules
	Version   int64
	Effective time.Time
	Actor     string
	Created   time.Time
	Latest    int64 // the highest version there is, which an update must know of
}

// workRulesRow are the columns of a version, all null where there is none.
type workRulesRow struct {
	cutoff, longest, window *int
	undo                    *int // null in a version from before there was one
	repeats                 *timeclock.Repeats
	locked                  *timeclock.Locked
}

const workRulesColumns = `cutoff_minutes, longest_shift_minutes, double_tap_seconds, duplicate_policy, submitted_policy, undo_seconds`

func (r *workRulesRow) targets() []any {
	return []any{&r.cutoff, &r.longest, &r.window, &r.repeats, &r.locked, &r.undo}
}

func (r *workRulesRow) rules() timeclock.WorkRules {
	if r.cutoff == nil {
		return timeclock.DefaultWorkRules()
	}
	undo := timeclock.DefaultUndo
	if r.undo != nil {
		undo = seconds(*r.undo)
	}
	return timeclock.WorkRules{
		Cutoff: minutes(*r.cutoff), LongestShift: minutes(*r.longest), DoubleTap: seconds(*r.window), Undo: undo,
		Repeats: *r.repeats, Locked: *r.locked,
	}
}

func scanWorkRules(row pgx.CollectableRow) (w WorkRules, err error) {
	var stored workRulesRow
	err = row.Scan(append(stored.targets(), &w.Version, &w.Effective, &w.Actor, &w.Created, &w.Latest)...)
	if err == nil {
		w.WorkRules = stored.rules()
	}
	return w, err
}

// The defaults stand in for the version that a company without one in force does not have.
const currentWorkRules = `
select ` + workRulesColumns + `, coalesce(r.version, 0), coalesce(r.effective_at, 'epoch'), coalesce(r.actor, ''),
       coalesce(r.created_at, 'epoch'), l.latest
  from (select coalesce(max(version), 0) as latest from attendance.work_rules where tenant_id = @tenant) l
  left join lateral (
       select ` + workRulesColumns + `, version, effective_at, actor, created_at from attendance.work_rules
        where tenant_id = @tenant and effective_at <= @now
        order by effective_at desc, version desc
        limit 1) r on true`

// GetWorkRules reads the rules that are in force now, or the defaults.
func (s *Store) GetWorkRules(ctx context.Context, tenant string) (rules WorkRules, err error) {
	err = s.in(ctx, func(ctx context.Context, tx pgx.Tx) (err error) {
		rules, err = s.currentWorkRules(ctx, tx, tenant)
		return err
	}, tenant)
	return rules, err
}

func (s *Store) currentWorkRules(ctx context.Context, tx pgx.Tx, tenant string) (WorkRules, error) {
	rows, err := tx.Query(ctx, currentWorkRules, pgx.NamedArgs{"tenant": tenant, "now": s.now()})
	if err != nil {
		return WorkRules{}, err
	}
	return pgx.CollectExactlyOneRow(rows, scanWorkRules)
}

const insertWorkRules = `
insert into attendance.work_rules (tenant_id, version, effective_at, ` + workRulesColumns + `, actor, created_at)
values (@tenant, @version, @effective, @cutoff, @longest, @window, @repeats, @locked, @undo, @actor, @now)`

// PutWorkRules stores the next version that change makes of the one in force; a zero Effective means now, which
// change is told. With only set it stores nothing. Two at once: one of them gets the fault of StaleEtag.
func (s *Store) PutWorkRules(ctx context.Context, tenant, actor string, only bool, change func(held WorkRules, now time.Time) (WorkRules, error)) (next WorkRules, err error) {
	err = s.in(ctx, dry(only, func(ctx context.Context, tx pgx.Tx) error {
		held, err := s.currentWorkRules(ctx, tx, tenant)
		if err != nil {
			return err
		}
		now := s.now()
		if next, err = change(held, now); err != nil {
			return err
		}
		if next.Effective.IsZero() {
			next.Effective = now
		}
		next.Version, next.Latest, next.Actor, next.Created = held.Latest+1, held.Latest+1, actor, now
		_, err = tx.Exec(ctx, insertWorkRules, next.args(tenant))
		return err
	}), tenant)
	if postgres.Constraint(err) == "work_rules_pkey" {
		err = StaleEtag().Because(err)
	}
	return next, wet(err)
}

func (w WorkRules) args(tenant string) pgx.NamedArgs {
	return pgx.NamedArgs{
		"tenant": tenant, "version": w.Version, "effective": w.Effective, "cutoff": int(w.Cutoff / time.Minute),
		"longest": int(w.LongestShift / time.Minute), "window": int(w.DoubleTap / time.Second), "undo": int(w.Undo / time.Second),
		"repeats": string(w.Repeats), "locked": string(w.Locked), "actor": w.Actor, "now": w.Created,
	}
}

const listWorkRules = `
select ` + workRulesColumns + `, version, effective_at, actor, created_at, version
  from attendance.work_rules
 where tenant_id = @tenant and (@before::bigint = 0 or version < @before)
 order by version desc
 limit @limit`

// ListWorkRules reads up to limit versions, newest first, below the given version; 0 is from the top.
func (s *Store) ListWorkRules(ctx context.Context, tenant string, before int64, limit int) (list []WorkRules, err error) {
	err = s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, listWorkRules, pgx.NamedArgs{"tenant": tenant, "before": before, "limit": limit})
		if err != nil {
			return err
		}
		list, err = pgx.CollectRows(rows, scanWorkRules)
		return err
	}, tenant)
	return list, err
}
