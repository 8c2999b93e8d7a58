package store

import (
	"context"
	"errors"
	"time"

	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity"
	"github.com/jackc/pgx/v5"
)

// maker is by whose rights a link lives; both are null for the operator's.
type maker struct {
	account *string // the key's, if a key made it
	key     *string
}

// makerOf finds out who makes a link.
func makerOf(ctx context.Context, tx pgx.Tx, by identity.Actor) (m maker, err error) {
	switch by.Kind {
	case identity.ByAccount:
		m.account = &by.ID
	case identity.ByKey:
		m.key = &by.ID
		err = tx.QueryRow(ctx, `
			select case when creator ~ '^[0-9a-f-]{36}$' then creator end from identity.api_keys where tenant_id = @tenant and id = @id`,
			pgx.NamedArgs{"tenant": by.Tenant, "id": by.ID}).Scan(&m.account)
	}
	return m, err
}

// lock waits for a change of whoever makes a link and of the account that it is for,
// if that is there already, so that no link comes into being that the change should
// have ended. Accounts are locked in the order of their ids, before keys.
func (m maker) lock(ctx context.Context, tx pgx.Tx, by identity.Actor, others ...string) error {
	if m.account != nil {
		others = append(others, *m.account)
	}
	_, err := tx.Exec(ctx, `
		select from identity.accounts where tenant_id = @tenant and id = any (@ids::text[]::uuid[]) order by id for no key update`,
		pgx.NamedArgs{"tenant": by.Tenant, "ids": others})
	switch {
	case err != nil:
	case m.key != nil:
		err = tx.QueryRow(ctx, `
			select 1 from identity.api_keys where tenant_id = @tenant and id = @id and end_time is null for share`,
			pgx.NamedArgs{"tenant": by.Tenant, "id": *m.key}).Scan(new(int))
	case m.account != nil:
		err = lockSession(ctx, tx, by.Tenant, by.ID, by.Session)
	}
	if errors.Is(absent(err), identity.ErrNotFound) {
		err = identity.ErrEnded
	}
	return err
}

// madeBy is what lives by the rights of an account. Keys come first, as for whoever
// ends one.
func madeBy(ctx context.Context, tx pgx.Tx, a identity.Account) (made identity.Made, err error) {
	if made.Keys, err = keysOf(ctx, tx, a.Tenant, a.ID); err == nil {
		made.Links, err = linksOf(ctx, tx, a.Tenant, a.ID, "")
	}
	return made, err
}

// linksOf are the links that an account or its keys made, or one key, and that nobody
// has ended.
func linksOf(ctx context.Context, tx pgx.Tx, tenant, account, key string) ([]identity.Invitation, error) {
	rows, err := tx.Query(ctx, `
		select id::text, account_id::text, expire_time from identity.invitations
		where tenant_id = @tenant and end_time is null
		  and (maker_account = nullif(@account, '')::uuid or maker_key = nullif(@key, '')::uuid)
		order by id for no key update`,
		pgx.NamedArgs{"tenant": tenant, "account": account, "key": key})
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (identity.Invitation, error) {
		i := identity.Invitation{Tenant: tenant}
		err := row.Scan(&i.ID, &i.Account, &i.Expires)
		return i, err
	})
}

func endLinks(ctx context.Context, tx pgx.Tx, tenant string, links []identity.Invitation, now time.Time) error {
	var ids []string
	for _, l := range links {
		ids = append(ids, l.ID)
	}
	_, err := tx.Exec(ctx, `
		update identity.invitations set end_time = @now
		where tenant_id = @tenant and id = any (@ids::text[]::uuid[]) and end_time is null`,
		pgx.NamedArgs{"tenant": tenant, "ids": ids, "now": now.UTC()})
	return err
}
