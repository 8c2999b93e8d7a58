package store

import (
	"context"
	"errors"

	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity"
	"github.com/jackc/pgx/v5"
)

// Offer makes hash the setup secret.
func (s *Store) Offer(ctx context.Context, hash []byte) error {
	err := s.plain(ctx, func(ctx context.Context, tx pgx.Tx) error {
		return one(ctx, tx, `
			insert into identity.setup as s (id, secret_hash) values (1, @hash)
			on conflict (id) do update set secret_hash = excluded.secret_hash where s.done_time is null`,
			pgx.NamedArgs{"hash": hash})
	})
	if errors.Is(err, identity.ErrNotFound) {
		return identity.ErrSetupDone
	}
	return err
}

// Offered returns the hash of the setup secret.
func (s *Store) Offered(ctx context.Context) (hash []byte, err error) {
	err = s.plain(ctx, func(ctx context.Context, tx pgx.Tx) error {
		return tx.QueryRow(ctx, `select secret_hash from identity.setup where id = 1`).Scan(&hash)
	})
	if err == nil && hash == nil {
		return nil, identity.ErrSetupDone
	}
	return hash, err
}

// SetUp uses the offer up first: its row lock puts rivals in a queue, and what
// they find then is that the offer is gone.
func (s *Store) SetUp(ctx context.Context, in identity.Installation, r identity.Record) error {
	now := r.Time
	err := s.recorded(ctx, r, func(ctx context.Context, tx pgx.Tx) error {
		err := one(ctx, tx, `
			update identity.setup set secret_hash = null, done_time = @now
			where id = 1 and secret_hash = @hash`,
			pgx.NamedArgs{"hash": in.SecretHash, "now": now.UTC()})
		if err != nil {
			return err
		}
		if err := insertOrganization(ctx, tx, in.Organization, now); err != nil {
			return err
		}
		if err := insertAccount(ctx, tx, in.Account, in.PasswordHash); err != nil {
			return err
		}
		return insertSession(ctx, tx, in.Session)
	})
	if errors.Is(err, identity.ErrNotFound) {
		return identity.ErrSetupDone
	}
	return err
}
