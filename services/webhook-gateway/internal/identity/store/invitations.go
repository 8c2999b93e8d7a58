package store

import (
	"context"
	"errors"
	"time"

	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity"
	"github.com/jackc/pgx/v5"
)

// AddInvitation ends the links that the account has and stores another one. The
// account is locked first, so two at the same moment leave one, and none is left to
// an account that may more by now than whoever made the link may grant. So is
// whoever makes it.
func (s *Store) AddInvitation(ctx context.Context, i identity.Invitation, revision int64, r identity.Record) error {
	return s.recorded(ctx, r, func(ctx context.Context, tx pgx.Tx) error {
		made, err := makerOf(ctx, tx, r.Actor)
		if err == nil {
			err = made.lock(ctx, tx, r.Actor, i.Account)
		}
		if err != nil {
			return err
		}
		err = tx.QueryRow(ctx, `
			select 1 from identity.accounts where tenant_id = @tenant and id = @id and revision = @revision`,
			pgx.NamedArgs{"tenant": i.Tenant, "id": i.Account, "revision": revision}).Scan(new(int))
		if errors.Is(err, pgx.ErrNoRows) {
			return identity.ErrChanged
		}
		if err == nil {
			err = endInvitations(ctx, tx, i.Tenant, i.Account, r.Time)
		}
		if err == nil {
			err = insertInvitation(ctx, tx, i, made)
		}
		return err
	})
}

func insertInvitation(ctx context.Context, tx pgx.Tx, i identity.Invitation, by maker) error {
	_, err := tx.Exec(ctx, `
		insert into identity.invitations (tenant_id, id, account_id, secret_hash, remove_totp, create_time, expire_time, maker_account, maker_key)
		values (@tenant, @id, @account, @hash, @remove, @created, @expires, @maker, @key)`,
		pgx.NamedArgs{"tenant": i.Tenant, "id": i.ID, "account": i.Account, "hash": i.Hash, "remove": i.RemoveTOTP,
			"created": i.Created.UTC(), "expires": i.Expires.UTC(), "maker": by.account, "key": by.key})
	return err
}

func endInvitations(ctx context.Context, tx pgx.Tx, tenant, account string, now time.Time) error {
	_, err := tx.Exec(ctx, `
		update identity.invitations set end_time = @now
		where tenant_id = @tenant and account_id = @account and end_time is null`,
		pgx.NamedArgs{"tenant": tenant, "account": account, "now": now.UTC()})
	return err
}

// InvitationByHash looks through all tenants.
func (s *Store) InvitationByHash(ctx context.Context, hash []byte) (i identity.Invitation, a identity.Account, err error) {
	err = s.across(ctx, func(ctx context.Context, tx pgx.Tx) error {
		err := tx.QueryRow(ctx, `
			select id::text, tenant_id::text, account_id::text, secret_hash, remove_totp, create_time, expire_time
			from identity.invitations where secret_hash = $1 and end_time is null`, hash).
			Scan(&i.ID, &i.Tenant, &i.Account, &i.Hash, &i.RemoveTOTP, &i.Created, &i.Expires)
		if err != nil {
			return err
		}
		a, _, err = scanAccount(tx.QueryRow(ctx, `
			select `+accountColumns+` from identity.accounts a where a.tenant_id = @tenant and a.id = @id`,
			pgx.NamedArgs{"tenant": i.Tenant, "id": i.Account}))
		return err
	})
	return i, a, err
}

// AcceptInvitation locks the account, as every change of it does, which puts rivals
// in a queue, and uses the link up: what they find then is that it has ended.
func (s *Store) AcceptInvitation(ctx context.Context, i identity.Invitation, revision int64, hash string, r identity.Record) error {
	return s.recorded(ctx, r, func(ctx context.Context, tx pgx.Tx) error { return accept(ctx, tx, i, revision, hash, r) })
}

// accept leaves the account with this password alone, or with none for an empty
// hash: every other way in ends.
func accept(ctx context.Context, tx pgx.Tx, i identity.Invitation, revision int64, hash string, r identity.Record) error {
	args := pgx.NamedArgs{"tenant": i.Tenant, "id": i.ID, "account": i.Account, "hash": hash, "revision": revision, "now": r.Time.UTC()}
	err := tx.QueryRow(ctx, `
		select 1 from identity.accounts where tenant_id = @tenant and id = @account for no key update`, args).Scan(new(int))
	if err != nil {
		return err
	}
	err = one(ctx, tx, `
		update identity.invitations set end_time = @now
		where tenant_id = @tenant and id = @id and end_time is null and expire_time > @now`, args)
	if err != nil {
		return err
	}
	err = one(ctx, tx, `
		update identity.accounts set password_hash = nullif(@hash, ''), state = 'ACTIVE', revision = revision + 1
		where tenant_id = @tenant and id = @account and state <> 'DEACTIVATED' and revision = @revision`, args)
	if errors.Is(err, pgx.ErrNoRows) {
		return identity.ErrChanged
	}
	if err == nil {
		_, err = tx.Exec(ctx, `delete from identity.openid_subjects where tenant_id = @tenant and account_id = @account`, args)
	}
	if err == nil && i.RemoveTOTP {
		_, err = tx.Exec(ctx, `delete from identity.second_factors where tenant_id = @tenant and account_id = @account`, args)
	}
	if err == nil {
		_, err = endSessions(ctx, tx, i.Tenant, i.Account, r.Time)
	}
	return err
}
