package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
	"github.com/dakoku/dakoku/services/integration/internal/outbound"
)

const budgetColumns = `per_minute, level, long_level, filled_at, window_left, window_end, credit, probed_at`

const (
	lockBudgetOf = `select ` + budgetColumns + ` from integration.budget where tenant_id = $1 and connection_id = $2 and api = `
	lockBudget   = lockBudgetOf + `'messages' for update`
	lockCalls    = lockBudgetOf + `$3 for update`
)

const readBudgets = `select connection_id::text, ` + budgetColumns + ` from integration.budget
 where tenant_id = $1 and connection_id = any ($2::text[]::uuid[]) and api = 'messages'`

// RateLimits tells how many messages connections may send, by id, in one
// statement. Nothing was sent yet by one without a budget, and perMinute is what
// it begins with.
func (s *Store) RateLimits(ctx context.Context, tenant string, connections []string, perMinute int) (map[string]outbound.HeadRoom, error) {
	out, now := map[string]outbound.HeadRoom{}, s.now()
	for _, id := range connections {
		out[id] = outbound.NewBudget(perMinute, now).HeadRoom(now)
	}
	err := s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, readBudgets, tenant, connections)
		if err != nil {
			return err
		}
		var id string
		var b outbound.Budget
		_, err = pgx.ForEachRow(rows, append([]any{&id}, budgetPlaces(&b)...), func() error {
			out[id] = b.HeadRoom(now)
			return nil
		})
		if err != nil {
			return err
		}
		return sharedRooms(ctx, tx, tenant, connections, now, out)
	}, tenant)
	return out, err
}

// budgetPlaces are where the columns of a budget go.
func budgetPlaces(b *outbound.Budget) []any {
	return []any{&b.Limit, &b.Level, &b.Long, &b.At, &b.Left, &b.WindowEnd, &b.Credit, &b.ProbedAt}
}

func scanBudget(row pgx.Row) (outbound.Budget, error) {
	var b outbound.Budget
	err := row.Scan(budgetPlaces(&b)...)
	return b, err
}

// makeBudget stores the budget a connection begins with, unless it has one.
func makeBudget(ctx context.Context, tx pgx.Tx, lane outbound.Lane, api lineworks.API, b outbound.Budget) error {
	_, err := tx.Exec(ctx, `insert into integration.budget (tenant_id, connection_id, api, `+budgetColumns+`)
		values ($1, $2, $11, $3, $4, $5, $6, $7, $8, $9, $10) on conflict on constraint budget_pkey do nothing`,
		append(append([]any{lane.Tenant, lane.Connection}, budgetValues(b)...), api)...)
	return err
}

const saveBudgetOf = `
update integration.budget
   set per_minute = $3, level = $4, long_level = $5, filled_at = $6, window_left = $7, window_end = $8, credit = $9, probed_at = $10
 where tenant_id = $1 and connection_id = $2 and api = `

const (
	saveBudget = saveBudgetOf + `'messages'`
	saveCalls  = saveBudgetOf + `$11`
)

func budgetValues(b outbound.Budget) []any {
	return []any{b.Limit, b.Level, b.Long, b.At, b.Left, b.WindowEnd, b.Credit, b.ProbedAt}
}

// learn charges the calls that the claim did not, and takes over what an answer said
// about the limit. It also takes the lock of the lane, so it comes first.
func learn(ctx context.Context, tx pgx.Tx, l outbound.Letter, v outbound.Verdict, now time.Time) error {
	b, err := scanBudget(tx.QueryRow(ctx, lockBudget, l.Tenant, l.Connection))
	if err != nil || v.Rate.Limit == 0 && v.Extra == 0 {
		return err
	}
	b = b.Refill(now).Charge(v.Extra, now)
	var leased int
	if err := tx.QueryRow(ctx, underWay, l.Tenant, l.Connection).Scan(&leased); err != nil {
		return err
	}
	b = b.Learn(v.Rate, max(leased-1, 0), now) // this one is counted by both
	_, err = tx.Exec(ctx, saveBudget, append([]any{l.Tenant, l.Connection}, budgetValues(b)...)...)
	return err
}

// underWay counts the calls of a lane that have been claimed and not settled:
// there is one for each recipient.
const underWay = `
select count(distinct recipient) from integration.outbound_message
 where tenant_id = $1 and connection_id = $2 and lease_until is not null`
