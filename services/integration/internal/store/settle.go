package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/dakoku/dakoku/platform/failpoint"
	"github.com/dakoku/dakoku/services/integration/internal/connection"
	"github.com/dakoku/dakoku/services/integration/internal/outbound"
)

// errLost undoes a settlement of messages that somebody else has claimed.
var errLost = errors.New("the claim was lost")

// Settle writes the verdict on a claimed letter, with all that follows for its
// connection. False: the claim was lost, and nothing is written.
func (s *Store) Settle(ctx context.Context, l outbound.Letter, v outbound.Verdict, now time.Time) (bool, error) {
	ctx = failpoint.Named(ctx, "out.settle")
	err := s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if err := learn(ctx, tx, l, v, now); err != nil {
			return err
		}
		if err := writeVerdict(ctx, tx, l, v, now); err != nil {
			return err
		}
		if err := moveGate(ctx, tx, l, v, now); err != nil {
			return err
		}
		if err := countRefusals(ctx, tx, l, v); err != nil {
			return err
		}
		if v.Gone { // with the end of the message, or nobody would hear of it any more
			if err := s.vanish(ctx, tx, l.Tenant, l.Messages[0].Content.User); err != nil {
				return err
			}
		}
		if err := s.health(ctx, tx, l.Lane, v, now); err != nil {
			return err
		}
		return learnShared(ctx, tx, l, v, now)
	}, l.Tenant)
	if errors.Is(err, errLost) {
		return false, nil
	}
	return err == nil, err
}

// settleMessage knows a queued row by its missing end: by its state the planner
// would look for it in the index of the whole queue. The lease ends with it. What
// is to go by itself stays so whatever it meets before its end.
const settleMessage = `
update integration.outbound_message
   set state = $4, reason = case when $4 = 'QUEUED' and reason = '` + outbound.LetterRefused + `' then reason else $5 end, due_at = coalesce($6, due_at), finished_at = $7, lease = lease + 1, lease_until = null,
       content = case when $7::timestamptz is null then content end,
       ambiguous = ambiguous + $8, refused_at = case when $9 then coalesce(refused_at, $10) else coalesce(refused_at, $12) end,
       sent_with = $11, sent_as = $13
 where tenant_id = $1 and id = $2 and lease = $3 and finished_at is null`

// moveRecipient keeps the messages to one recipient in order when one of them
// gets another place in the queue.
const moveRecipient = `
update integration.outbound_message m
   set due_at = greatest(m.due_at, $3), priority = case when $4 then 3 else m.priority end
  from integration.outbound_message o
 where o.tenant_id = $1 and o.id = $2 and m.tenant_id = $1 and m.recipient = o.recipient
   and m.content is not null`

// writeVerdict settles all messages of the letter, or none: errLost. A question is
// no attempt to send them.
func writeVerdict(ctx context.Context, tx pgx.Tx, l outbound.Letter, v outbound.Verdict, now time.Time) error {
	if l.Ask {
		return nil
	}
	var batch pgx.Batch
	for _, m := range l.Messages {
		batch.Queue(settleMessage, settlement(l, m, v, now)...).Exec(func(tag pgconn.CommandTag) error {
			if tag.RowsAffected() != 1 {
				return errLost
			}
			return nil
		})
	}
	if !v.Due.IsZero() {
		batch.Queue(moveRecipient, l.Tenant, l.ID, v.Due, v.Refused)
	}
	return tx.SendBatch(ctx, &batch).Close()
}

func settlement(l outbound.Letter, m outbound.Message, v outbound.Verdict, now time.Time) []any {
	state, reason := v.For(m)
	var due, finished *time.Time
	var with *string
	var form *outbound.Form
	if state != outbound.Queued {
		finished = &now
	} else if !v.Due.IsZero() {
		due = &v.Due
	}
	if state == outbound.Sent {
		as := l.Form()
		form = &as
		if m.ID != l.ID {
			with = &l.ID
		}
	}
	var barred *time.Time
	if state == outbound.Sent && !l.Barred.IsZero() { // the newest that was refused got through: its recipient is not barred any more
		barred = &l.Barred
	}
	return []any{l.Tenant, m.ID, m.Lease, state, reason, due, finished, count(v.Ambiguous), v.Refused, now, with, barred, form}
}

// health moves the connection's state when the platform refuses or accepts its
// keys. What was put off while it was broken is due when it is not any more.
func (s *Store) health(ctx context.Context, tx pgx.Tx, lane outbound.Lane, v outbound.Verdict, now time.Time) error {
	refused := v.Break != connection.Cause{}
	if !refused && !v.Mend {
		return nil
	}
	was, err := readConnection(ctx, tx, lane.Tenant, lane.Connection, "")
	if err != nil {
		return err
	}
	change := func(c connection.Connection) connection.Connection { return c.Mend() }
	if refused {
		change = func(c connection.Connection) connection.Connection { return c.Break(v.Break) }
	}
	if change(was) == was {
		return nil
	}
	if was, err = readConnection(ctx, tx, lane.Tenant, lane.Connection, " for update"); err != nil {
		return err
	}
	is := change(was)
	if is == was { // somebody else changed it before it was locked
		return nil
	}
	if held, err := refusedElsewhere(ctx, tx, was, "look_up_gate", "refused_tokens"); err != nil || held {
		return err
	}
	if is.State == connection.Active && was.State == connection.Broken {
		if err := releaseMessages(ctx, tx, lane.Tenant, lane.Connection, now); err != nil {
			return err
		}
		if err := s.nameNow(ctx, tx, lane.Tenant); err != nil {
			return err
		}
	}
	return writeOwnState(ctx, tx, is)
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
