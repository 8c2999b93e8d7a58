package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/postgres"
)

// The third clock is that of the chat service, which signs when a message was sent: of a machine whose own clock runs
// years ahead, on which the database would agree with the process, it is the only one that is right. An installation
// that never heard a message has no such clock.
const readBounds = `
select clock_timestamp(), coalesce(max(n.issued_at), 'infinity')
  from attendance.companies c
  cross join lateral (
       select p.issued_at from attendance.punches p
        where p.tenant_id = c.tenant_id and p.event_key is not null
        order by p.business_day desc, p.issued_at desc
        limit 1) n`

// Bound is how far the clock of the process may be believed when something is to be removed, which nothing brings back
// if that clock was wrong: the time of the database, but no later than the newest message that became a punch. Both
// only advance, so that an answer of before is a stricter one.
func (s *Store) Bound(ctx context.Context) (until time.Time, err error) {
	err = s.db.InTx(ctx, postgres.Worker(Migrations().DutyRole(purgeDuty)), func(ctx context.Context, tx pgx.Tx) error {
		return tx.QueryRow(ctx, `select least(b.now, b.said) from (`+readBounds+`) b (now, said)`).Scan(&until)
	})
	return until, err
}

// UpTo is the clock of the process, but no later than the bound.
func (s *Store) UpTo(bound time.Time) time.Time {
	if now := s.own(); now.Before(bound) {
		return now
	}
	return bound.UTC().Truncate(time.Millisecond)
}
