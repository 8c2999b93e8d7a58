package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/integration/internal/connection"
	"github.com/dakoku/dakoku/services/integration/internal/directory"
	"github.com/dakoku/dakoku/services/integration/internal/refusal"
)

const standingColumns = `closed_until, last_user, apart_until, people, refused, refused_tokens, reason, detail, since, last_at`

const (
	readStanding = `select ` + standingColumns + ` from integration.look_up_gate where tenant_id = $1 and connection_id = $2`
	lockStanding = readStanding + ` for update`
)

func scanStanding(row pgx.Row) (directory.Standing, error) {
	var s directory.Standing
	err := row.Scan(&s.Closed, &s.User, &s.Apart, &s.People, &s.Refused, &s.Tokens, &s.Cause.Reason, &s.Cause.Code, &s.Since, &s.Last)
	if errors.Is(err, pgx.ErrNoRows) {
		return directory.Standing{}, nil
	}
	return s, err
}

// BeginLookUp tells how the look-ups of a connection stand, and how long not to ask
// about this person. If that is not long, and they are refused, the caller's is the
// one that tries.
func (s *Store) BeginLookUp(ctx context.Context, tenant, conn, user string) (standing directory.Standing, wait time.Duration, err error) {
	err = s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if standing, err = scanStanding(tx.QueryRow(ctx, lockStanding, tenant, conn)); err != nil {
			return err
		}
		broken := tx.QueryRow(ctx, `select exists (select from integration.connection where tenant_id = $1 and id = $2 and state = 'BROKEN')`, tenant, conn)
		if err := broken.Scan(&standing.Broken); err != nil || standing.Refused == 0 {
			return err
		}
		now := s.now()
		if wait = standing.Wait(user, now); wait > 0 {
			return nil
		}
		_, err := tx.Exec(ctx, `update integration.look_up_gate set closed_until = $3 where tenant_id = $1 and connection_id = $2`,
			tenant, conn, standing.Probe(now).Closed)
		return err
	}, tenant)
	return standing, wait, err
}

// SettleLookUp notes what came of a look-up, with what follows for the connection:
// it breaks and mends as by answers. seen is what BeginLookUp told. It returns the
// state if that has changed.
func (s *Store) SettleLookUp(ctx context.Context, tenant, conn, user string, seen directory.Standing, v directory.Verdict) (changed connection.State, err error) {
	err = s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if changed, err = s.judgeKeys(ctx, tx, tenant, conn, v); err != nil {
			return err
		}
		if !v.Refused() {
			tag, err := tx.Exec(ctx, `delete from integration.look_up_gate where tenant_id = $1 and connection_id = $2 and refused <= $3`, tenant, conn, seen.Refused)
			if err != nil || tag.RowsAffected() == 0 && changed != connection.Active {
				return err
			}
			return s.nameNow(ctx, tx, tenant)
		}
		was, err := scanStanding(tx.QueryRow(ctx, lockStanding, tenant, conn))
		if err != nil {
			return err
		}
		return saveStanding(ctx, tx, tenant, conn, was.After(seen, user, v, s.now()))
	}, tenant)
	return changed, err
}

func saveStanding(ctx context.Context, tx pgx.Tx, tenant, conn string, s directory.Standing) error {
	_, err := tx.Exec(ctx, `insert into integration.look_up_gate (tenant_id, connection_id, `+standingColumns+`)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		on conflict on constraint look_up_gate_pkey do update
		set closed_until = excluded.closed_until, last_user = excluded.last_user, apart_until = excluded.apart_until, people = excluded.people,
		    refused = greatest(look_up_gate.refused, excluded.refused), refused_tokens = greatest(look_up_gate.refused_tokens, excluded.refused_tokens),
		    reason = excluded.reason, detail = excluded.detail, last_at = excluded.last_at`,
		tenant, conn, s.Closed, s.User, s.Apart, s.People, s.Refused, s.Tokens, s.Cause.Reason, s.Cause.Code, s.Since, s.Last)
	return err
}

// judgeKeys breaks the connection whose keys are refused and mends it when they are
// accepted; what answers are refused for with a new access token, only they mend.
func (s *Store) judgeKeys(ctx context.Context, tx pgx.Tx, tenant, conn string, v directory.Verdict) (connection.State, error) {
	if !v.Own || v.Refused() && !v.Break {
		return "", nil
	}
	change := connection.Connection.Mend
	if v.Break {
		change = func(c connection.Connection) connection.Connection { return c.Break(v.Cause) }
	}
	if was, err := readConnection(ctx, tx, tenant, conn, ""); err != nil || change(was) == was {
		return "", err
	}
	if err := lockLane(ctx, tx, tenant, conn); err != nil {
		return "", err
	}
	was, err := readConnection(ctx, tx, tenant, conn, " for update")
	if err != nil || change(was) == was {
		return "", err
	}
	is := change(was)
	if held, err := refusedElsewhere(ctx, tx, was, "gate", "refusals"); err != nil || is.State == connection.Active && held {
		return "", err
	}
	if is.State == connection.Active {
		if err := releaseMessages(ctx, tx, tenant, conn, s.now()); err != nil {
			return "", err
		}
	}
	return is.State, writeOwnState(ctx, tx, is)
}

// refusedElsewhere tells that a connection is broken by access tokens that another
// kind of call is refused with, which the success of this kind does not mend.
func refusedElsewhere(ctx context.Context, tx pgx.Tx, c connection.Connection, table, column string) (bool, error) {
	if c.State != connection.Broken || c.Cause.Reason != connection.AccessRefused {
		return false, nil
	}
	var held bool
	err := tx.QueryRow(ctx, `select coalesce((select g.`+column+` >= $3 from integration.`+table+` g where g.tenant_id = $1 and g.connection_id = $2), false)`,
		c.Tenant, c.ID, refusal.BreakAfter).Scan(&held)
	return held, err
}

// readLookUps adds to the figures what look-ups are refused for.
func readLookUps(ctx context.Context, tx pgx.Tx, into map[string]connection.Figures, tenant string, connections []string) error {
	rows, err := tx.Query(ctx, `select connection_id::text, reason, detail, refused, refused_tokens, since, last_at from integration.look_up_gate
		where tenant_id = $1 and connection_id = any ($2::text[]::uuid[])`, tenant, connections)
	if err != nil {
		return err
	}
	var id string
	var l connection.LookUps
	_, err = pgx.ForEachRow(rows, []any{&id, &l.Cause.Reason, &l.Cause.Code, &l.Refused, &l.Tokens, &l.Since, &l.Last}, func() error {
		f := into[id]
		f.LookUps, f.RefusedTokens = l, max(f.RefusedTokens, l.Tokens)
		into[id] = f
		return nil
	})
	return err
}
