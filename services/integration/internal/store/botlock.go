package store

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// WithBot runs fn while nobody else changes the bot at LINE WORKS, whichever
// process and organization asks. The transaction only holds the lock: it writes
// nothing, and may wait for LINE WORKS longer than others may idle. UNAVAILABLE
// when somebody else holds the lock for over a second; fn has not run then.
func (s *Store) WithBot(ctx context.Context, tenant, bot string, fn func(context.Context) error) error {
	var done error
	err := s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `set local idle_in_transaction_session_timeout = '20s'`); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock(hashtextextended('integration.bot:' || $1, 0))`, bot); err != nil {
			return err
		}
		done = fn(ctx)
		return nil
	}, tenant)
	if err != nil && done == nil {
		return err
	}
	return done
}
