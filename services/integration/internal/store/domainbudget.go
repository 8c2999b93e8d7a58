package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/integration/internal/outbound"
)

// LINE WORKS counts calls per API and domain, so the bots of one domain use one
// limit. The domain is that of the service account, in API 1.0 the API ID stands for
// it. A connection that is alone in its domain has only its own budget; with others
// it needs a call of the domain's, too. Credit for retries is always its own.

// companyOf names the domain of a connection that is not alone in it.
const companyOf = `
select c.domain from integration.credentials c
 where c.tenant_id = $1 and c.connection_id = $2 and c.role = 'CURRENT' and c.domain <> ''
   and exists (select from integration.credentials o join integration.connection k on k.tenant_id = o.tenant_id and k.id = o.connection_id
        where o.tenant_id = $1 and o.domain = c.domain and o.role = 'CURRENT' and o.connection_id <> $2 and k.deleted_at is null)`

const domainColumns = `per_minute, level, long_level, filled_at, window_left, window_end`

const lockDomain = `select ` + domainColumns + ` from integration.domain_budget where tenant_id = $1 and domain = $2 for update`

const makeDomain = `
insert into integration.domain_budget (tenant_id, domain, ` + domainColumns + `) values ($1, $2, $3, $4, $5, $6, $7, $8)
    on conflict on constraint domain_budget_pkey do nothing`

const saveDomain = `
update integration.domain_budget
   set per_minute = $3, level = $4, long_level = $5, filled_at = $6, window_left = $7, window_end = $8
 where tenant_id = $1 and domain = $2`

// shared is the budget of a domain, under its lock. It is taken after that of a lane
// and kept for as little as possible, since all lanes of the domain wait for it.
type shared struct {
	domain string // empty: there is none
	budget outbound.Budget
}

func domainValues(b outbound.Budget) []any {
	return []any{b.Limit, b.Level, b.Long, b.At, b.Left, b.WindowEnd}
}

func scanDomain(row pgx.Row) (outbound.Budget, error) {
	var b outbound.Budget
	err := row.Scan(&b.Limit, &b.Level, &b.Long, &b.At, &b.Left, &b.WindowEnd)
	return b, err
}

// lockShared takes the budget that the lane shares. It begins as what the lane's own
// has become, which knows the limit.
func lockShared(ctx context.Context, tx pgx.Tx, of outbound.Lane, own outbound.Budget, now time.Time) (s shared, err error) {
	err = tx.QueryRow(ctx, companyOf, of.Tenant, of.Connection).Scan(&s.domain)
	if errors.Is(err, pgx.ErrNoRows) {
		return s, nil
	}
	if err != nil {
		return s, err
	}
	s.budget, err = scanDomain(tx.QueryRow(ctx, lockDomain, of.Tenant, s.domain))
	if errors.Is(err, pgx.ErrNoRows) {
		if _, err := tx.Exec(ctx, makeDomain, append([]any{of.Tenant, s.domain}, domainValues(own)...)...); err != nil {
			return s, err
		}
		s.budget, err = scanDomain(tx.QueryRow(ctx, lockDomain, of.Tenant, s.domain))
	}
	s.budget = s.budget.Refill(now)
	return s, err
}

func (s shared) save(ctx context.Context, tx pgx.Tx, tenant string, b outbound.Budget) error {
	_, err := tx.Exec(ctx, saveDomain, append([]any{tenant, s.domain}, domainValues(b)...)...)
	return err
}

// underWayInDomain counts the calls of all lanes of a domain that were claimed and not
// settled.
const underWayInDomain = `
select count(distinct (m.connection_id, m.recipient)) from integration.credentials c
  join integration.outbound_message m on m.tenant_id = c.tenant_id and m.connection_id = c.connection_id and m.lease_until is not null
 where c.tenant_id = $1 and c.domain = $2 and c.role = 'CURRENT'`

// learnShared does for the domain what learn does for the lane. The letter is settled.
func learnShared(ctx context.Context, tx pgx.Tx, l outbound.Letter, v outbound.Verdict, now time.Time) error {
	if v.Rate.Limit == 0 && v.Extra == 0 {
		return nil
	}
	s, err := lockShared(ctx, tx, l.Lane, outbound.NewBudget(outbound.DefaultPerMinute, now), now)
	if err != nil || s.domain == "" {
		return err
	}
	var leased int
	if err := tx.QueryRow(ctx, underWayInDomain, l.Tenant, s.domain).Scan(&leased); err != nil {
		return err
	}
	return s.save(ctx, tx, l.Tenant, s.budget.Charge(v.Extra, now).Learn(v.Rate, leased, now))
}

// problemElsewhere tells that another lane of the domain has a problem that could go
// now. One that stays there for minutes holds nobody back: something is wrong with it.
const problemElsewhere = `
select exists (
select from integration.credentials c
  join integration.outbound_message m on m.tenant_id = c.tenant_id and m.connection_id = c.connection_id
   and m.state = 'QUEUED' and m.priority = 1 and m.due_at <= $4 and m.due_at > $5 and m.attempts = 0 and m.lease_until is null
  left join integration.gate g on g.tenant_id = m.tenant_id and g.connection_id = m.connection_id
 where c.tenant_id = $1 and c.domain = $3 and c.role = 'CURRENT' and c.connection_id <> $2 and coalesce(g.failures, 0) = 0)`

const (
	// yield is how long a confirmation waits for the problem of another lane.
	yield = 250 * time.Millisecond
	// yieldFor is how long a problem goes before the confirmations of other lanes.
	yieldFor = 5 * time.Minute
)

// share takes the lock of the domain's budget and tells how long the lane waits for a
// call of it, with a message of this priority.
func (l *lane) share(ctx context.Context, tx pgx.Tx, p outbound.Priority) (wait time.Duration, err error) {
	if l.shared, err = lockShared(ctx, tx, l.Lane, l.budget, l.now); err != nil || l.shared.domain == "" {
		return 0, err
	}
	if wait := l.shared.budget.Wait(l.now); wait > 0 || p == outbound.Problem {
		return wait, nil
	}
	var problem bool
	err = tx.QueryRow(ctx, problemElsewhere, l.Tenant, l.Connection, l.shared.domain, l.now, l.now.Add(-yieldFor)).Scan(&problem)
	if err != nil || !problem {
		return 0, err
	}
	return yield, nil
}

const readDomains = `
select c.connection_id::text, d.per_minute, d.level, d.long_level, d.filled_at, d.window_left, d.window_end
  from integration.credentials c join integration.domain_budget d on d.tenant_id = c.tenant_id and d.domain = c.domain
 where c.tenant_id = $1 and c.connection_id = any ($2::text[]::uuid[]) and c.role = 'CURRENT'`

// sharedRooms leaves to each connection what its domain has left.
func sharedRooms(ctx context.Context, tx pgx.Tx, tenant string, connections []string, now time.Time, out map[string]outbound.HeadRoom) error {
	rows, err := tx.Query(ctx, readDomains, tenant, connections)
	if err != nil {
		return err
	}
	var id string
	var b outbound.Budget
	_, err = pgx.ForEachRow(rows, []any{&id, &b.Limit, &b.Level, &b.Long, &b.At, &b.Left, &b.WindowEnd}, func() error {
		if room := b.HeadRoom(now); room.Remaining < out[id].Remaining {
			out[id] = room
		}
		return nil
	})
	return err
}
