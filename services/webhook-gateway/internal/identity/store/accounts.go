package store

import (
	"context"
	"time"

	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity"
	"github.com/jackc/pgx/v5"
)

// Account reads one.
func (s *Store) Account(ctx context.Context, tenant, id string) (a identity.Account, err error) {
	err = s.within(ctx, tenant, func(ctx context.Context, tx pgx.Tx) error {
		return tx.QueryRow(ctx, `
			select id::text, tenant_id::text, email, display_name, role, coalesce(employee_id::text, '')
			from identity.accounts where tenant_id = @tenant and id = @id`,
			pgx.NamedArgs{"tenant": tenant, "id": id}).
			Scan(&a.ID, &a.Tenant, &a.Email, &a.Name, &a.Role, &a.Employee)
	})
	return a, err
}

// AccountByEmail looks through all tenants.
func (s *Store) AccountByEmail(ctx context.Context, key string) (a identity.Account, hash string, err error) {
	err = s.across(ctx, func(ctx context.Context, tx pgx.Tx) error {
		return tx.QueryRow(ctx, `
			select id::text, tenant_id::text, email, display_name, role, coalesce(employee_id::text, ''), password_hash
			from identity.accounts where email_key = $1`, key).
			Scan(&a.ID, &a.Tenant, &a.Email, &a.Name, &a.Role, &a.Employee, &hash)
	})
	return a, hash, err
}

func insertAccount(ctx context.Context, tx pgx.Tx, a identity.Account, hash string, now time.Time) error {
	_, err := tx.Exec(ctx, `
		insert into identity.accounts (tenant_id, id, email, email_key, display_name, role, employee_id, password_hash, create_time)
		values (@tenant, @id, @email, @key, @name, @role, nullif(@employee, '')::uuid, @hash, @now)`,
		pgx.NamedArgs{"tenant": a.Tenant, "id": a.ID, "email": a.Email, "key": identity.EmailKey(a.Email),
			"name": a.Name, "role": string(a.Role), "employee": a.Employee, "hash": hash, "now": now.UTC()})
	return err
}
