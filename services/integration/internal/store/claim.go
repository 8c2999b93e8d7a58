package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/failpoint"
	"github.com/dakoku/dakoku/platform/seal"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
	"github.com/dakoku/dakoku/services/integration/internal/outbound"
)

// lane is what a claim finds, under the lock of the budget.
type lane struct {
	outbound.Lane
	budget   outbound.Budget
	now      time.Time
	shared   shared
	gate     gate
	underWay int
	ended    []outbound.Ended
}

// gate is how the lane's breaker stands. The zero value: nothing has failed.
type gate struct {
	closed    bool
	failures  int
	refusals  int
	denied    int
	standing  outbound.Standing
	repeatsAt time.Time // no last call for a message before
}

// Claim leases what an open lane is to send next and takes the call out of its
// budget, all in one transaction under the budget's lock.
func (s *Store) Claim(ctx context.Context, of outbound.Lane, perMinute int, now, until time.Time) (outbound.Claim, error) {
	ctx = failpoint.Named(ctx, "out.claim")
	var out outbound.Claim
	err := s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		l := &lane{Lane: of, now: now}
		if err := l.lock(ctx, tx, perMinute); err != nil {
			return err
		}
		if err := l.tidy(ctx, tx); err != nil {
			return err
		}
		out = outbound.Claim{Ended: l.ended}
		var err error
		if out.Letter, out.Wait, err = s.next(ctx, tx, l); err != nil || out.Letter == nil {
			return err
		}
		out.Letter.Until = until
		out.Last, err = l.lease(ctx, tx, out.Letter)
		return err
	}, of.Tenant)
	if damaged := (*unreadable)(nil); errors.As(err, &damaged) {
		return outbound.Claim{}, s.setAside(ctx, of, damaged.message, now)
	}
	if err != nil {
		return outbound.Claim{}, err
	}
	return out, nil
}

// unreadable tells which message's content cannot be opened here.
type unreadable struct{ message string }

func (u *unreadable) Error() string { return "message " + u.message + " cannot be read" }

// asideFor is how long a message that cannot be read waits. It is not given up
// before its time: the key may be on its way to this process.
const asideFor = 10 * time.Minute

const putAside = `
update integration.outbound_message set due_at = $4, reason = 'UNREADABLE'
 where tenant_id = $1 and connection_id = $2 and id = $3 and state = 'QUEUED' and lease_until is null`

// setAside makes room for the others of the lane.
func (s *Store) setAside(ctx context.Context, of outbound.Lane, id string, now time.Time) error {
	return s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, putAside, of.Tenant, of.Connection, id, now.Add(asideFor))
		return err
	}, of.Tenant)
}

// lock takes the lane's budget, which is made at the first claim.
func (l *lane) lock(ctx context.Context, tx pgx.Tx, perMinute int) (err error) {
	l.budget, err = scanBudget(tx.QueryRow(ctx, lockBudget, l.Tenant, l.Connection))
	if errors.Is(err, pgx.ErrNoRows) {
		if err := makeBudget(ctx, tx, l.Lane, lineworks.Messages, outbound.NewBudget(perMinute, l.now)); err != nil {
			return err
		}
		l.budget, err = scanBudget(tx.QueryRow(ctx, lockBudget, l.Tenant, l.Connection))
	}
	l.budget = l.budget.Refill(l.now)
	return err
}

// endDead ends claims whose process did not come back: nobody knows whether it
// made its call.
const endDead = `
update integration.outbound_message
   set ambiguous = ambiguous + 1, lease = lease + 1, lease_until = null,
       state = case when ambiguous + 1 >= $4 then 'FAILED' else state end,
       reason = case when ambiguous + 1 >= $4 then 'AMBIGUOUS' else reason end,
       finished_at = case when ambiguous + 1 >= $4 then $3::timestamptz end,
       content = case when ambiguous + 1 >= $4 then null else content end
 where tenant_id = $1 and connection_id = $2 and lease_until <= $3
returning id::text, state, reason`

// expired is the reason of a message whose time is over: what it was refused for, if
// it was.
const expired = `case when reason = '' then 'EXPIRED' else reason end`

const endOld = `
update integration.outbound_message
   set state = 'EXPIRED', reason = ` + expired + `, finished_at = $3, content = null
 where tenant_id = $1 and id = any (array(
       select o.id from integration.outbound_message o
        where o.tenant_id = $1 and o.connection_id = $2 and o.state = 'QUEUED' and o.expires_at <= $3 and o.lease_until is null
        order by o.expires_at limit 500))
returning id::text, state, reason`

// setBehind gives confirmations that have waited for a day their place behind those
// of today, some at a claim.
const setBehind = `
update integration.outbound_message set priority = 4
 where tenant_id = $1 and id = any (array(
       select o.id from integration.outbound_message o
        where o.tenant_id = $1 and o.connection_id = $2 and o.state = 'QUEUED' and o.priority = 2 and o.created_at <= $3 and o.lease_until is null
        order by o.created_at limit 500))`

const stateOfLane = `
select coalesce(g.closed_until > $3, false), coalesce(g.failures, 0), coalesce(g.refusals, 0), coalesce(g.denied, 0), coalesce(g.standing, 'AWAY'),
       case when g.repeats_at > $3 then g.repeats_at else $3 end, (` + underWay + `)
  from (values (1)) as always left join integration.gate g on g.tenant_id = $1 and g.connection_id = $2`

// tidy ends what is over and reads how the lane stands.
func (l *lane) tidy(ctx context.Context, tx pgx.Tx) error {
	var batch pgx.Batch
	ended := func(rows pgx.Rows) error {
		var e outbound.Ended
		_, err := pgx.ForEachRow(rows, []any{&e.ID, &e.State, &e.Reason}, func() error {
			if e.State != outbound.Queued {
				l.ended = append(l.ended, e)
			}
			return nil
		})
		return err
	}
	batch.Queue(endDead, l.Tenant, l.Connection, l.now, outbound.MaxAmbiguous).Query(ended)
	batch.Queue(endOld, l.Tenant, l.Connection, l.now).Query(ended)
	batch.Queue(setBehind, l.Tenant, l.Connection, l.now.Add(-outbound.Life))
	batch.Queue(stateOfLane, l.Tenant, l.Connection, l.now).QueryRow(func(row pgx.Row) error {
		g := &l.gate
		return row.Scan(&g.closed, &g.failures, &g.refusals, &g.denied, &g.standing, &g.repeatsAt, &l.underWay)
	})
	return tx.SendBatch(ctx, &batch).Close()
}

// next finds the letter to send, or how long to wait for the budget. A lane that
// fails makes one call at a time; in an outage each counts as a retry, but for the
// one that an answered question lets through.
func (s *Store) next(ctx context.Context, tx pgx.Tx, l *lane) (*outbound.Letter, time.Duration, error) {
	if l.gate.closed || l.gate.failures > 0 && l.underWay > 0 || l.underWay >= outbound.InFlight {
		return nil, 0, nil
	}
	retries := l.budget.Retries(l.now)
	if outbound.Outage(l.gate.failures) && l.gate.standing != outbound.Answered && retries > 0 {
		return nil, retries, nil
	}
	if wait := l.budget.Wait(l.now); wait > 0 {
		return nil, wait, nil
	}
	head, err := s.head(ctx, tx, l, retries == 0)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, err
	}
	if wait, err := l.share(ctx, tx, head.Priority); err != nil || wait > 0 {
		return nil, wait, err
	}
	letter, err := s.gather(ctx, tx, l, head)
	if err != nil {
		return nil, 0, err
	}
	if l.gate.failures > 0 && letter.Repeats() && l.now.Before(l.gate.repeatsAt) {
		return nil, l.gate.repeatsAt.Sub(l.now), nil
	}
	letter.Ask = outbound.Asks(*letter, l.gate.standing)
	letter.Retry = letter.Retry || letter.Ask
	return letter, 0, nil
}

// claimed is a row on its way out of the table.
type claimed struct {
	outbound.Message
	version   credential.Version
	recipient []byte
	sealed    []byte
	refused   *time.Time
}

const claimedColumns = `m.id::text, m.api_version, m.priority, m.recipient, m.content, m.created_at, m.attempts, m.ambiguous, m.refused_at, m.reason = '` + outbound.LetterRefused + `'`

// headOf is the first message whose recipient has no call under way. Without
// retries ($4) neither is it one that was tried before nor does it overtake one.
const headOf = `
select ` + claimedColumns + ` from integration.outbound_message m
 where m.tenant_id = $1 and m.connection_id = $2 and m.state = 'QUEUED' and m.due_at <= $3 and m.lease_until is null
   and not exists (select from integration.outbound_message o
        where o.tenant_id = $1 and o.connection_id = $2 and o.recipient = m.recipient and o.lease_until is not null)
   and ($4 or m.attempts = 0 and not exists (select from integration.outbound_message o
        where o.tenant_id = $1 and o.recipient = m.recipient and o.content is not null and o.attempts > 0))`

const headOrder = `
 order by m.priority, m.due_at, m.created_at, m.id limit 1`

const headOfLane = headOf + headOrder

// untouched narrows the head down to those of which nobody has to wonder whether
// they, or what goes with them, arrived already.
const untouched = `
   and m.ambiguous = 0 and not exists (select from integration.outbound_message o
        where o.tenant_id = $1 and o.recipient = m.recipient and o.content is not null and o.ambiguous > 0)`

const untouchedHead = headOf + untouched + headOrder

// head finds the first message. In a lane that fails it is one for which this call
// is not the last, if there is any.
func (s *Store) head(ctx context.Context, tx pgx.Tx, l *lane, retries bool) (claimed, error) {
	if l.gate.failures > 0 {
		c, err := s.open(tx.QueryRow(ctx, untouchedHead, l.Tenant, l.Connection, l.now, retries), l.Tenant)
		if !errors.Is(err, pgx.ErrNoRows) {
			return c, err
		}
	}
	return s.open(tx.QueryRow(ctx, headOfLane, l.Tenant, l.Connection, l.now, retries), l.Tenant)
}

func (s *Store) open(row pgx.Row, tenant string) (claimed, error) {
	var c claimed
	err := row.Scan(&c.ID, &c.version, &c.Priority, &c.recipient, &c.sealed, &c.Created, &c.Attempts, &c.Ambiguous, &c.refused, &c.Apart)
	if err != nil {
		return c, err
	}
	if c.refused != nil {
		c.RefusedAt = *c.refused
	}
	plain, err := s.keys.Open(messageContext(tenant, c.ID), c.sealed)
	if err != nil && !errors.Is(err, seal.ErrNotOpened) {
		return c, fmt.Errorf("message %s: %w", c.ID, err)
	}
	var said content
	if err != nil || json.Unmarshal(plain, &said) != nil {
		return c, &unreadable{c.ID}
	}
	c.Content, c.Late, c.Said = said.Message, said.Late, said.Said
	return c, nil
}

const confirmationsFor = `
select ` + claimedColumns + ` from integration.outbound_message m
 where m.tenant_id = $1 and m.recipient = $2 and m.content is not null and m.priority = $5
   and m.reason <> '` + outbound.LetterRefused + `'
   and m.due_at <= $3 and m.lease_until is null
 order by m.due_at, m.created_at, m.id limit $4`

// othersSent asks for the newest message that got through, not whether there is
// one after the refusal: that would read all of them.
const othersSent = `
select coalesce((select o.finished_at from integration.outbound_message o
        where o.connection_id = $1 and o.state = 'SENT' order by o.finished_at desc limit 1) > $2, false)`

// gather makes the letter of the head of the lane.
func (s *Store) gather(ctx context.Context, tx pgx.Tx, l *lane, head claimed) (*outbound.Letter, error) {
	var waiting []outbound.Message
	if !head.Alone(l.now) {
		rows, err := tx.Query(ctx, confirmationsFor, l.Tenant, head.recipient, l.now, outbound.MaxRiders+1, head.Takes())
		if err != nil {
			return nil, err
		}
		waiting, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (outbound.Message, error) {
			c, err := s.open(row, l.Tenant)
			return c.Message, err
		})
		if err != nil {
			return nil, err
		}
	}
	out := outbound.Gather(head.Message, waiting, l.now)
	out.Lane, out.Version, out.Failures, out.Refusals = l.Lane, head.version, l.gate.failures, l.gate.refusals
	out.Standing, out.Denied = l.gate.standing, l.gate.denied
	out.Retry = outbound.Outage(l.gate.failures) || out.Tried()
	if out.Barred = head.RefusedAt; out.Barred.IsZero() {
		err := tx.QueryRow(ctx, barredSince, l.Connection, head.recipient).Scan(&out.Barred)
		if errors.Is(err, pgx.ErrNoRows) {
			return &out, nil
		}
		if err != nil {
			return nil, err
		}
	}
	return &out, tx.QueryRow(ctx, othersSent, l.Connection, out.Barred).Scan(&out.Others)
}

// barredSince tells since when a recipient is refused, by the newest message to it
// that was; none, if that got through in the end.
const barredSince = `
select newest.refused_at
  from (select o.refused_at, o.state from integration.outbound_message o
         where o.connection_id = $1 and o.recipient = $2 and o.refused_at is not null
         order by o.finished_at desc nulls first limit 1) newest
 where newest.state <> 'SENT'`

const leaseMessages = `
update integration.outbound_message
   set lease = lease + 1, lease_until = $3, attempts = attempts + 1
 where tenant_id = $1 and id = any ($2::uuid[]) and finished_at is null and lease_until is null
returning id::text, lease`

// nothingLeft tells that every message of the lane that is not at its end has a call under way.
const nothingLeft = `
select not exists (select from integration.outbound_message o
        where o.tenant_id = $1 and o.connection_id = $2 and o.state = 'QUEUED' and o.lease_until is null)`

// lease marks the letter's messages, or holds the gate for a question, and spends the
// call. It tells whether nothing is left behind the letter.
func (l *lane) lease(ctx context.Context, tx pgx.Tx, letter *outbound.Letter) (last bool, err error) {
	var batch pgx.Batch
	if letter.Ask {
		batch.Queue(holdGate, l.Tenant, l.Connection, letter.Until)
		l.spend(&batch, letter)
		return false, tx.SendBatch(ctx, &batch).Close()
	}
	ids, leases := make([]string, len(letter.Messages)), map[string]int64{}
	for i, m := range letter.Messages {
		ids[i] = m.ID
	}
	batch.Queue(leaseMessages, l.Tenant, ids, letter.Until).Query(func(rows pgx.Rows) error {
		var id string
		var lease int64
		_, err := pgx.ForEachRow(rows, []any{&id, &lease}, func() error { leases[id] = lease; return nil })
		return err
	})
	batch.Queue(nothingLeft, l.Tenant, l.Connection).QueryRow(func(row pgx.Row) error { return row.Scan(&last) })
	l.spend(&batch, letter)
	if err := tx.SendBatch(ctx, &batch).Close(); err != nil {
		return false, err
	}
	if len(leases) != len(ids) {
		return false, fmt.Errorf("%d of %d messages were claimed", len(leases), len(ids))
	}
	for i := range letter.Messages {
		letter.Messages[i].Lease = leases[letter.Messages[i].ID]
	}
	return last, nil
}

// spend takes the call out of the budget, and of that of the domain.
func (l *lane) spend(batch *pgx.Batch, letter *outbound.Letter) {
	if s := l.shared; s.domain != "" {
		batch.Queue(saveDomain, append([]any{l.Tenant, s.domain}, domainValues(s.budget.Take(letter.Retry, l.now))...)...)
	}
	batch.Queue(saveBudget, append([]any{l.Tenant, l.Connection}, budgetValues(l.budget.Take(letter.Retry, l.now))...)...)
}
