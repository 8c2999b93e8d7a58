package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/failpoint"
	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/services/attendance/internal/evidence"
)

// inForce is the condition that a hold on the employee or the company of row f is in force.
const inForce = `exists (
       select from attendance.legal_holds h
        where h.tenant_id = f.tenant_id and (h.employee_id is null or h.employee_id = f.employee_id)
          and not exists (select from attendance.legal_hold_releases r where r.tenant_id = h.tenant_id and r.hold_id = h.id))`

// A text goes with its salt, in one statement. One that has no seal yet waits for it: sealed afterwards, its salt
// would stay.
func eraseTexts(f evidence.Fact) string {
	return `
with due as (
    select f.tenant_id, f.id from attendance.` + f.Table + ` f
     where f.sealed_text is not null and f.received_at <= @before and not ` + inForce + `
       and exists (select from attendance.evidence_seals s where s.tenant_id = f.tenant_id and s.fact = '` + f.Table + `' and s.key = ` + f.KeySQL() + `)
     order by f.received_at
     limit @limit
       for update of f skip locked
), erased as (
    update attendance.` + f.Table + ` f set sealed_text = null from due
     where f.tenant_id = due.tenant_id and f.id = due.id
    returning f.tenant_id, ` + f.KeySQL() + ` as key
), unsalted as (
    update attendance.evidence_seals s set text_salt = null from erased
     where s.tenant_id = erased.tenant_id and s.fact = '` + f.Table + `' and s.key = erased.key
)
select tenant_id::text, 'texts', count(*) from erased group by tenant_id`
}

// EraseTexts erases at most limit texts of each kind that were received 90 days ago or earlier, of any company, and
// tells how many. Those of people and companies on legal hold stay. until bounds the clock.
func (s *Store) EraseTexts(ctx context.Context, until time.Time, limit int) (erased int64, err error) {
	before := s.UpTo(until).Add(-evidence.TextKept)
	for _, fact := range evidence.Facts() {
		if fact.Text == "" {
			continue
		}
		some, err := s.eraseTexts(ctx, fact, before, limit)
		if erased += some; err != nil {
			return erased, err
		}
	}
	return erased, nil
}

func (s *Store) eraseTexts(ctx context.Context, fact evidence.Fact, before time.Time, limit int) (erased int64, err error) {
	ctx = failpoint.Named(ctx, "purge.texts")
	err = s.db.InTx(ctx, postgres.Worker(Migrations().DutyRole(purgeDuty)), func(ctx context.Context, tx pgx.Tx) error {
		erased = 0
		if err := noHoldMeanwhile(ctx, tx); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, eraseTexts(fact), pgx.NamedArgs{"before": before, "limit": limit})
		if err != nil {
			return err
		}
		removals, err := pgx.CollectRows(rows, pgx.RowToStructByPos[removal])
		if err != nil || len(removals) == 0 {
			return err
		}
		for _, r := range removals {
			erased += r.Removed
		}
		return noteErasure(ctx, tx, removals)
	})
	return erased, err
}

// noHoldMeanwhile keeps the erasure of texts and the placing of holds apart until the transaction ends.
func noHoldMeanwhile(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, `select pg_advisory_xact_lock(hashtextextended('erasure of texts', 0))`)
	return err
}
