package store

import (
	"context"
	"errors"

	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity"
	"github.com/jackc/pgx/v5"
)

// Offer makes an offer the one that works.
func (s *Store) Offer(ctx context.Context, o identity.SetupOffer) error {
	err := s.plain(ctx, func(ctx context.Context, tx pgx.Tx) error {
		return one(ctx, tx, `
			insert into identity.setup as s (id, secret_hash, offer_time) values (1, @hash, @made)
			on conflict (id) do update set secret_hash = excluded.secret_hash, offer_time = excluded.offer_time where s.done_time is null`,
			pgx.NamedArgs{"hash": o.Hash, "made": o.Made.UTC()})
	})
	if errors.Is(err, identity.ErrNotFound) {
		return identity.ErrSetupDone
	}
	return err
}

// Offered returns the offer that works.
func (s *Store) Offered(ctx context.Context) (o identity.SetupOffer, err error) {
	err = s.plain(ctx, func(ctx context.Context, tx pgx.Tx) error {
		return tx.QueryRow(ctx, `select secret_hash, offer_time from identity.setup where id = 1`).Scan(&o.Hash, &o.Made)
	})
	if err == nil && o.Hash == nil {
		err = identity.ErrSetupDone
	}
	return o, err
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
