package store

import (
	"context"
	"time"

	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// StartSession stores a session and ends the one it replaces in its tenant.
func (s *Store) StartSession(ctx context.Context, n identity.Session, replaces string) error {
	return s.within(ctx, n.Tenant, func(ctx context.Context, tx pgx.Tx) error {
		if _, err := uuid.Parse(replaces); err == nil {
			_, err := tx.Exec(ctx, `
				update identity.sessions set end_time = @now
				where tenant_id = @tenant and id = @id and end_time is null`,
				pgx.NamedArgs{"tenant": n.Tenant, "id": replaces, "now": n.Created.UTC()})
			if err != nil {
				return err
			}
		}
		return insertSession(ctx, tx, n)
	})
}

func insertSession(ctx context.Context, tx pgx.Tx, n identity.Session) error {
	_, err := tx.Exec(ctx, `
		insert into identity.sessions (tenant_id, id, account_id, secret_hash, create_time, use_time)
		values (@tenant, @id, @account, @hash, @created, @used)`,
		pgx.NamedArgs{"tenant": n.Tenant, "id": n.ID, "account": n.Account, "hash": n.Hash,
			"created": n.Created.UTC(), "used": n.Used.UTC()})
	return err
}

// SessionByHash looks through all tenants; role and employee are the account's of now.
func (s *Store) SessionByHash(ctx context.Context, hash []byte) (n identity.Session, a identity.Account, err error) {
	err = s.across(ctx, func(ctx context.Context, tx pgx.Tx) error {
		return tx.QueryRow(ctx, `
			select s.id::text, s.tenant_id::text, s.account_id::text, s.secret_hash, s.create_time, s.use_time, a.role,
			       coalesce(a.employee_id::text, '')
			from identity.sessions s
			join identity.accounts a on a.tenant_id = s.tenant_id and a.id = s.account_id
			where s.secret_hash = $1 and s.end_time is null`, hash).
			Scan(&n.ID, &n.Tenant, &n.Account, &n.Hash, &n.Created, &n.Used, &a.Role, &a.Employee)
	})
	return n, a, err
}

// TouchSession notes the time of the last request; time never runs backwards.
func (s *Store) TouchSession(ctx context.Context, n identity.Session, now time.Time) error {
	return s.within(ctx, n.Tenant, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `
			update identity.sessions set use_time = greatest(use_time, @now)
			where tenant_id = @tenant and id = @id`,
			pgx.NamedArgs{"tenant": n.Tenant, "id": n.ID, "now": now.UTC()})
		return err
	})
}

// EndSession ends a session that has not ended.
func (s *Store) EndSession(ctx context.Context, tenant, id string, now time.Time) error {
	return s.within(ctx, tenant, func(ctx context.Context, tx pgx.Tx) error {
		return one(ctx, tx, `
			update identity.sessions set end_time = @now
			where tenant_id = @tenant and id = @id and end_time is null`,
			pgx.NamedArgs{"tenant": tenant, "id": id, "now": now.UTC()})
	})
}

// Sweep removes sessions and attempts that can decide nothing any more: those
// from before the given time.
func (s *Store) Sweep(ctx context.Context, before time.Time) error {
	err := s.across(ctx, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `delete from identity.sessions where create_time < $1`, before.UTC())
		return err
	})
	if err != nil {
		return err
	}
	return s.plain(ctx, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `delete from identity.attempts where last_time < $1`, before.UTC())
		return err
	})
}
