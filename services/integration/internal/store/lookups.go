package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
	"github.com/dakoku/dakoku/services/integration/internal/outbound"
)

// untold is how many people a connection may look up in a minute before LINE WORKS
// has said how many: as many as it likes. The first answer says it.
const untold = 1_000_000

// SpendLookUp takes one look-up of a person out of the connection's budget, which
// all processes share; or it takes none and tells how long to wait. The budget
// begins with untold look-ups a minute.
func (s *Store) SpendLookUp(ctx context.Context, tenant, conn string) (wait time.Duration, err error) {
	err = s.lookUps(ctx, tenant, conn, func(b outbound.Budget, now time.Time) outbound.Budget {
		if wait = b.Wait(now); wait > 0 {
			return b
		}
		return b.Take(false, now)
	})
	return wait, err
}

// LearnLookUps takes over what an answer to a look-up said about the limit.
func (s *Store) LearnLookUps(ctx context.Context, tenant, conn string, rate lineworks.Rate) error {
	if rate.Limit == 0 {
		return nil
	}
	return s.lookUps(ctx, tenant, conn, func(b outbound.Budget, now time.Time) outbound.Budget { return b.Learn(rate, 0, now) })
}

// lookUps changes the budget under its lock.
func (s *Store) lookUps(ctx context.Context, tenant, conn string, change func(outbound.Budget, time.Time) outbound.Budget) error {
	return s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		now := s.now()
		b, err := scanBudget(tx.QueryRow(ctx, lockLookUps, tenant, conn))
		if errors.Is(err, pgx.ErrNoRows) {
			lane := outbound.Lane{Tenant: tenant, Connection: conn}
			if err := makeBudget(ctx, tx, lane, apiUsers, outbound.NewBudget(untold, now)); err != nil {
				return err
			}
			b, err = scanBudget(tx.QueryRow(ctx, lockLookUps, tenant, conn))
		}
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, saveLookUps, append([]any{tenant, conn}, budgetValues(change(b.Refill(now), now))...)...)
		return err
	}, tenant)
}
