package store

import (
	"context"
	"errors"

	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity"
	"github.com/jackc/pgx/v5"
)

// PutFactor replaces a factor that nobody confirmed.
func (s *Store) PutFactor(ctx context.Context, f identity.Factor, r identity.Record) error {
	return s.recorded(ctx, r, func(ctx context.Context, tx pgx.Tx) error {
		return one(ctx, tx, `
			insert into identity.second_factors as f (tenant_id, account_id, id, secret, create_time)
			values (@tenant, @account, @id, @secret, @created)
			on conflict (tenant_id, account_id) do update
			set id = excluded.id, secret = excluded.secret, create_time = excluded.create_time, last_step = 0
			where f.confirm_time is null`,
			pgx.NamedArgs{"tenant": f.Tenant, "account": f.Account, "id": f.ID, "secret": f.Sealed, "created": f.Created.UTC()})
	})
}

// Factor reads that of an account.
func (s *Store) Factor(ctx context.Context, tenant, account string) (f identity.Factor, err error) {
	err = s.within(ctx, tenant, func(ctx context.Context, tx pgx.Tx) error {
		return tx.QueryRow(ctx, `
			select id::text, tenant_id::text, account_id::text, secret, confirm_time is not null, create_time
			from identity.second_factors where tenant_id = @tenant and account_id = @account`,
			pgx.NamedArgs{"tenant": tenant, "account": account}).
			Scan(&f.ID, &f.Tenant, &f.Account, &f.Sealed, &f.Confirmed, &f.Created)
	})
	return f, err
}

// UseStep moves the last used period forwards only, so of two log-ins with the
// same code one wins.
func (s *Store) UseStep(ctx context.Context, f identity.Factor, step int64) error {
	return s.within(ctx, f.Tenant, func(ctx context.Context, tx pgx.Tx) error {
		return one(ctx, tx, `
			update identity.second_factors set last_step = @step
			where tenant_id = @tenant and account_id = @account and id = @id and last_step < @step`,
			pgx.NamedArgs{"tenant": f.Tenant, "account": f.Account, "id": f.ID, "step": step})
	})
}

// ConfirmFactor enables a factor. It locks the account first, as every change of it
// does.
func (s *Store) ConfirmFactor(ctx context.Context, f identity.Factor, codes [][]byte, renewed identity.Session, r identity.Record) error {
	return s.recorded(ctx, r, func(ctx context.Context, tx pgx.Tx) error {
		if err := renewAfter(ctx, tx, 0, renewed, r); err != nil {
			return err
		}
		err := one(ctx, tx, `
			update identity.second_factors set confirm_time = @now
			where tenant_id = @tenant and account_id = @account and id = @id and confirm_time is null`,
			pgx.NamedArgs{"tenant": f.Tenant, "account": f.Account, "id": f.ID, "now": r.Time.UTC()})
		if err != nil {
			return err
		}
		return putCodes(ctx, tx, f.Tenant, f.Account, codes)
	})
}

// RemoveFactor takes the recovery codes away with it. It locks the account first, as
// every change of it does.
func (s *Store) RemoveFactor(ctx context.Context, revision int64, recovery []byte, renewed identity.Session, r identity.Record) error {
	return s.recorded(ctx, r, func(ctx context.Context, tx pgx.Tx) error {
		if err := renewAfter(ctx, tx, revision, renewed, r); err != nil {
			return err
		}
		if recovery != nil {
			if err := useCode(ctx, tx, renewed.Account, recovery, r); errors.Is(err, pgx.ErrNoRows) {
				return identity.ErrCodeUsed
			} else if err != nil {
				return err
			}
		}
		return one(ctx, tx, `
			delete from identity.second_factors
			where tenant_id = @tenant and account_id = @account and confirm_time is not null`,
			pgx.NamedArgs{"tenant": r.Tenant, "account": renewed.Account})
	})
}

// PutRecoveryCodes replaces the codes of a confirmed factor. It locks the account
// first: who removes the factor with one of its codes has the code before the factor.
func (s *Store) PutRecoveryCodes(ctx context.Context, account string, codes [][]byte, r identity.Record) error {
	return s.recorded(ctx, r, func(ctx context.Context, tx pgx.Tx) error {
		args := pgx.NamedArgs{"tenant": r.Tenant, "account": account}
		err := tx.QueryRow(ctx, `
			select 1 from identity.accounts where tenant_id = @tenant and id = @account for no key update`, args).Scan(new(int))
		if err != nil {
			return err
		}
		err = tx.QueryRow(ctx, `
			select 1 from identity.second_factors
			where tenant_id = @tenant and account_id = @account and confirm_time is not null for no key update`, args).Scan(new(int))
		if err != nil {
			return err
		}
		return putCodes(ctx, tx, r.Tenant, account, codes)
	})
}

func putCodes(ctx context.Context, tx pgx.Tx, tenant, account string, codes [][]byte) error {
	args := pgx.NamedArgs{"tenant": tenant, "account": account, "codes": codes}
	_, err := tx.Exec(ctx, `delete from identity.recovery_codes where tenant_id = @tenant and account_id = @account`, args)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into identity.recovery_codes (tenant_id, account_id, code_hash)
		select @tenant, @account, c from unnest(@codes::bytea[]) as c`, args)
	return err
}

// UseRecoveryCode uses a code up.
func (s *Store) UseRecoveryCode(ctx context.Context, account string, hash []byte, r identity.Record) error {
	return s.recorded(ctx, r, func(ctx context.Context, tx pgx.Tx) error { return useCode(ctx, tx, account, hash, r) })
}

func useCode(ctx context.Context, tx pgx.Tx, account string, hash []byte, r identity.Record) error {
	return one(ctx, tx, `
		update identity.recovery_codes set use_time = @now
		where tenant_id = @tenant and account_id = @account and code_hash = @hash and use_time is null`,
		pgx.NamedArgs{"tenant": r.Tenant, "account": account, "hash": hash, "now": r.Time.UTC()})
}
