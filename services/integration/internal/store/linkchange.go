package store

import (
	"context"
	"math"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/integration/internal/link"
)

// LinkChange is one entry of the history of an employee's link.
type LinkChange struct {
	Seq int64 // order in which things happened
	At  time.Time
	By
	Verb    link.Verb
	Account string
}

const linkChanges = `select seq, occurred_at, actor, source, verb, account from integration.account_link_change
 where tenant_id = $1 and employee_id = $2 and seq < $3 order by seq desc limit $4`

// LinkChanges lists at most limit entries before the given one, newest first; 0
// starts with the newest.
func (s *Store) LinkChanges(ctx context.Context, tenant, employee string, before int64, limit int) ([]LinkChange, error) {
	if !isID(employee) {
		return nil, nil
	}
	if before == 0 {
		before = math.MaxInt64
	}
	var out []LinkChange
	err := s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, linkChanges, tenant, employee, before, limit)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (LinkChange, error) {
			var c LinkChange
			err := row.Scan(&c.Seq, &c.At, &c.Actor, &c.Source, &c.Verb, &c.Account)
			c.At = c.At.UTC()
			return c, err
		})
		return err
	}, tenant)
	return out, err
}
