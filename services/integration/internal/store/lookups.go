package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
	"github.com/dakoku/dakoku/services/integration/internal/outbound"
)

// SpendCall takes one call to the API out of the connection's budget, which all
// processes share; or it takes none and tells how long to wait. The budget begins
// with outbound.Untold calls a minute. That of messages is spent with a claim instead.
func (s *Store) SpendCall(ctx context.Context, tenant, conn string, api lineworks.API) (wait time.Duration, err error) {
	err = s.calls(ctx, tenant, conn, api, func(b outbound.Budget, now time.Time) outbound.Budget {
		if wait = b.Wait(now); wait > 0 {
			return b
		}
		return b.Take(false, now)
	})
	return wait, err
}

// SpendSpare takes a call for which nobody waits out of what calls of SpendCall leave: it
// costs them nothing while they are made, see outbound.Budget.
func (s *Store) SpendSpare(ctx context.Context, tenant, conn string, api lineworks.API) (wait time.Duration, err error) {
	err = s.calls(ctx, tenant, conn, api, func(b outbound.Budget, now time.Time) outbound.Budget {
		if wait = b.Spare(now); wait > 0 {
			return b
		}
		return b.TakeSpare(now)
	})
	return wait, err
}

// LearnCalls takes over what an answer of the API said about its limit.
func (s *Store) LearnCalls(ctx context.Context, tenant, conn string, api lineworks.API, rate lineworks.Rate) error {
	if rate.Limit == 0 {
		return nil
	}
	return s.calls(ctx, tenant, conn, api, func(b outbound.Budget, now time.Time) outbound.Budget { return b.Learn(rate, 0, now) })
}

// calls changes the budget under its lock.
func (s *Store) calls(ctx context.Context, tenant, conn string, api lineworks.API, change func(outbound.Budget, time.Time) outbound.Budget) error {
	return s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		now := s.now()
		b, err := scanBudget(tx.QueryRow(ctx, lockCalls, tenant, conn, api))
		if errors.Is(err, pgx.ErrNoRows) {
			lane := outbound.Lane{Tenant: tenant, Connection: conn}
			if err := makeBudget(ctx, tx, lane, api, outbound.NewBudget(outbound.Untold, now)); err != nil {
				return err
			}
			b, err = scanBudget(tx.QueryRow(ctx, lockCalls, tenant, conn, api))
		}
		if err != nil {
			return err
		}
		values := append([]any{tenant, conn}, budgetValues(change(b.Refill(now), now))...)
		_, err = tx.Exec(ctx, saveCalls, append(values, api)...)
		return err
	}, tenant)
}

// named begins with those whom the LINE WORKS of the connection knows, as far as it is noted. Of who is known to
// be gone LINE WORKS has nothing to tell: they come last.
const named = `with app as (select ` + appDomain + ` as domain)
select l.user_id from integration.account_link l, app
 where l.tenant_id = $1 and l.user_id is not null
 order by l.domain is distinct from app.domain, l.gone_at is not null, l.user_id limit $4`

// Named are the userIds of some people who are linked and whom a connection can be asked about; none: LINE WORKS has
// named nobody.
func (s *Store) Named(ctx context.Context, tenant, conn string, most int) (users []string, err error) {
	err = s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, named, tenant, s.now(), conn, most)
		if err != nil {
			return err
		}
		users, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	}, tenant)
	return users, err
}
