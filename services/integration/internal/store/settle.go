package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/integration/internal/connection"
	"github.com/dakoku/dakoku/services/integration/internal/outbound"
)

// Settle writes the verdict on a claimed message, with all that follows for its
// connection. False: the claim was lost, and nothing is written.
func (s *Store) Settle(ctx context.Context, m outbound.Message, v outbound.Verdict, now time.Time) (bool, error) {
	var own bool
	err := s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		var err error
		if own, err = writeVerdict(ctx, tx, m, v, now); err != nil || !own {
			return err
		}
		if v.Close > 0 {
			if err := closeGate(ctx, tx, m.Lane, now.Add(v.Close), v.Reason); err != nil {
				return err
			}
		}
		if v.Mend {
			if err := openGate(ctx, tx, m.Tenant, m.Connection); err != nil {
				return err
			}
		}
		return health(ctx, tx, m.Lane, v)
	}, m.Tenant)
	return own, err
}

// settleMessage knows a queued row by its missing end: by its state the planner
// would look for it in the index of the whole queue.
const settleMessage = `
update integration.outbound_message
   set state = $4, reason = $5, due_at = coalesce($6, due_at), finished_at = $7, lease_until = null,
       content = case when $7::timestamptz is null then content end,
       ambiguous = ambiguous + $8, refused_at = case when $9 then coalesce(refused_at, $10) else refused_at end,
       priority = case when $9 then 3 else priority end
 where tenant_id = $1 and id = $2 and lease = $3 and finished_at is null`

func writeVerdict(ctx context.Context, tx pgx.Tx, m outbound.Message, v outbound.Verdict, now time.Time) (bool, error) {
	var due, finished *time.Time
	if v.State == outbound.Queued {
		due = &v.Due
	} else {
		finished = &now
	}
	tag, err := tx.Exec(ctx, settleMessage, m.Tenant, m.ID, m.Lease, v.State, v.Reason, due, finished, count(v.Ambiguous), v.Refused, now)
	return err == nil && tag.RowsAffected() == 1, err
}

// health moves the connection's state when the platform refuses or accepts its
// keys.
func health(ctx context.Context, tx pgx.Tx, lane outbound.Lane, v outbound.Verdict) error {
	if v.Break == "" && !v.Mend {
		return nil
	}
	was, err := readConnection(ctx, tx, lane.Tenant, lane.Connection, "")
	if err != nil {
		return err
	}
	change := func(c connection.Connection) connection.Connection { return c.Mend() }
	if v.Break != "" {
		change = func(c connection.Connection) connection.Connection { return c.Break(v.Break) }
	}
	if change(was) == was {
		return nil
	}
	if was, err = readConnection(ctx, tx, lane.Tenant, lane.Connection, " for update"); err != nil {
		return err
	}
	return writeState(ctx, tx, change(was))
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
