package store

import (
	"context"
	"time"

	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity"
	"github.com/jackc/pgx/v5"
)

// ChangeAttempts locks the row, making it first when it is missing, so that
// attempts at the same moment are counted one after the other.
func (s *Store) ChangeAttempts(ctx context.Context, key []byte, change func(identity.Attempts) identity.Attempts) error {
	return s.plain(ctx, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `
			insert into identity.attempts (key_hash, failures, until_time, last_time) values (@key, 0, @never, @never)
			on conflict (key_hash) do nothing`, pgx.NamedArgs{"key": key, "never": time.Time{}})
		if err != nil {
			return err
		}
		var a identity.Attempts
		err = tx.QueryRow(ctx, `
			select failures, until_time, last_time, coalesce(proven_time, '0001-01-01Z')
			from identity.attempts where key_hash = $1 for update`, key).
			Scan(&a.Failures, &a.Until, &a.Last, &a.Proven)
		if err != nil {
			return err
		}
		a = change(a)
		return one(ctx, tx, `
			update identity.attempts
			set failures = @failures, until_time = @until, last_time = @last, proven_time = nullif(@proven, '0001-01-01Z'::timestamptz)
			where key_hash = @key`,
			pgx.NamedArgs{"key": key, "failures": a.Failures, "until": a.Until.UTC(), "last": a.Last.UTC(), "proven": a.Proven.UTC()})
	})
}

// ForgetAttempts removes the row.
func (s *Store) ForgetAttempts(ctx context.Context, key []byte) error {
	return s.plain(ctx, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `delete from identity.attempts where key_hash = $1`, key)
		return err
	})
}
