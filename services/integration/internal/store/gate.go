package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/integration/internal/outbound"
)

// lockLane takes the lock under which messages of a connection are claimed and
// settled. Whoever changes the connection and then its queue takes it before the
// connection, as a settlement does, or the two would wait for each other.
func lockLane(ctx context.Context, tx pgx.Tx, tenant, conn string) error {
	if !isID(conn) {
		return nil // it has none
	}
	_, err := tx.Exec(ctx, lockBudget, tenant, conn)
	return err
}

// release lets everything that waits on a connection go now, because what it
// waited for may have come: other keys, or another chance. The budget spreads it.
// Who was linked is asked about on, too.
func (s *Store) release(ctx context.Context, tx pgx.Tx, tenant, conn string) error {
	_, err := tx.Exec(ctx, `update integration.gate set closed_until = '-infinity', failures = 0, refusals = 0, denied = 0, reason = '', standing = 'AWAY'
		where tenant_id = $1 and connection_id = $2`, tenant, conn)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `delete from integration.look_up_gate where tenant_id = $1 and connection_id = $2`, tenant, conn); err != nil {
		return err
	}
	if err := s.nameNow(ctx, tx, tenant); err != nil {
		return err
	}
	b, err := scanBudget(tx.QueryRow(ctx, lockBudget, tenant, conn))
	if errors.Is(err, pgx.ErrNoRows) {
		return nil // nothing was ever sent
	}
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, saveBudget, append([]any{tenant, conn}, budgetValues(b.Afresh())...)...); err != nil {
		return err
	}
	return releaseMessages(ctx, tx, tenant, conn, s.now())
}

// dueNow leaves alone what is under way: that is settled by whoever sends it.
const dueNow = `
update integration.outbound_message set due_at = $3
 where tenant_id = $1 and connection_id = $2 and state = 'QUEUED' and due_at > $3 and lease_until is null`

// releaseMessages makes due now what was put off.
func releaseMessages(ctx context.Context, tx pgx.Tx, tenant, conn string, now time.Time) error {
	_, err := tx.Exec(ctx, dueNow, tenant, conn, now)
	return err
}

// mendGate opens the gate after a success, unless calls that were made later
// have failed meanwhile.
func mendGate(ctx context.Context, tx pgx.Tx, l outbound.Letter) error {
	_, err := tx.Exec(ctx, `update integration.gate set closed_until = '-infinity', failures = 0, denied = 0, reason = '', standing = 'AWAY'
		where tenant_id = $1 and connection_id = $2 and failures > 0 and failures <= $3`, l.Tenant, l.Connection, l.Failures)
	return err
}

// closing is one failure more, and with $10 one refusal more of which nobody can tell
// whether it is the app's or the recipient's. A question that was not answered ($8) leaves the standing
// as it was, and its pause begins now.
const closing = `
insert into integration.gate as g (tenant_id, connection_id, closed_until, failures, reason, standing, failing_since, repeats_at, denied)
values ($1, $2, $3, 1, $4, $6, $7, case when $6 = 'UNKNOWN' then $7::timestamptz else '-infinity' end, $10)
    on conflict on constraint gate_pkey do update
   set closed_until = case when $8 then excluded.closed_until else greatest(g.closed_until, excluded.closed_until) end,
       failures = greatest(g.failures, $5 + 1), denied = g.denied + excluded.denied, reason = excluded.reason,
       standing = case when $8 and $6 = 'AWAY' then g.standing else $6 end,
       failing_since = case when g.failures = 0 then $7 else g.failing_since end,
       repeats_at = case when $6 = 'UNKNOWN' then $7 + least($7 - case when g.failures = 0 then $7 else g.failing_since end, $9::interval) else g.repeats_at end`

// closeGate holds the messages of a connection back. Calls that were under way
// together and failed together count as one, but for those that were refused.
func closeGate(ctx context.Context, tx pgx.Tx, l outbound.Letter, v outbound.Verdict, now time.Time) error {
	one := 0
	if v.Refused {
		failures, denied := 0, 0
		err := tx.QueryRow(ctx, `select failures, denied from integration.gate where tenant_id = $1 and connection_id = $2`, l.Tenant, l.Connection).Scan(&failures, &denied)
		if err != nil && !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		l.Failures, one = max(l.Failures, failures), 1
		v = v.Counted(denied + 1)
	}
	_, err := tx.Exec(ctx, closing, l.Tenant, l.Connection, now.Add(v.Close), v.Reason, l.Failures, v.Standing(), now, l.Ask, outbound.MaxHold, one)
	return err
}

// moveGate closes or opens the gate as the verdict says.
func moveGate(ctx context.Context, tx pgx.Tx, l outbound.Letter, v outbound.Verdict, now time.Time) error {
	switch {
	case v.Close > 0:
		return closeGate(ctx, tx, l, v, now)
	case l.Ask:
		_, err := tx.Exec(ctx, answered, l.Tenant, l.Connection, l.Failures)
		return err
	case v.State == outbound.Sent:
		return mendGate(ctx, tx, l)
	}
	return nil
}

// holdGate keeps everybody else away while somebody asks the platform. If no answer
// is ever written down, the gate opens by itself.
const holdGate = `
update integration.gate set closed_until = $3 where tenant_id = $1 and connection_id = $2`

// answered opens the gate for one call, because LINE WORKS speaks again.
const answered = `
update integration.gate set closed_until = '-infinity', standing = 'ANSWERED'
 where tenant_id = $1 and connection_id = $2 and failures > 0 and failures <= $3`

const countRefusal = `
insert into integration.gate (tenant_id, connection_id, closed_until, failures, reason, refusals) values ($1, $2, '-infinity', 0, '', 1)
    on conflict on constraint gate_pkey do update set refusals = greatest(gate.refusals, $3 + 1)`

// countRefusals counts new access tokens that were refused, in a row: those of
// calls that were under way together once. What says nothing of them leaves the
// count as it is; a call that went through without trouble ends the row.
func countRefusals(ctx context.Context, tx pgx.Tx, l outbound.Letter, v outbound.Verdict) error {
	var err error
	switch {
	case v.Rejected:
		_, err = tx.Exec(ctx, countRefusal, l.Tenant, l.Connection, l.Refusals)
	case v.Mend && l.Refusals > 0:
		_, err = tx.Exec(ctx, `update integration.gate set refusals = 0 where tenant_id = $1 and connection_id = $2 and refusals <= $3`,
			l.Tenant, l.Connection, l.Refusals)
	}
	return err
}
