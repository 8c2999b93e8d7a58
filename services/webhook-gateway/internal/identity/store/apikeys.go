package store

import (
	"context"
	"time"

	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

const keyColumns = `id::text, tenant_id::text, display_name, role, secret_hash, creator, create_time, expire_time, coalesce(use_time, '0001-01-01Z')`

// AddKey stores a key. It waits for a change of its account, which ends sessions,
// so that no key comes into being that the change should have ended.
func (s *Store) AddKey(ctx context.Context, k identity.APIKey, r identity.Record) error {
	return s.recorded(ctx, r, func(ctx context.Context, tx pgx.Tx) error {
		if err := lockSession(ctx, tx, k.Tenant, k.Creator, r.Actor.Session); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `
			insert into identity.api_keys (tenant_id, id, display_name, role, secret_hash, creator, create_time, expire_time)
			values (@tenant, @id, @name, @role, @hash, @creator, @created, @expires)`,
			pgx.NamedArgs{"tenant": k.Tenant, "id": k.ID, "name": k.Name, "role": string(k.Role), "hash": k.Hash,
				"creator": k.Creator, "created": k.Created.UTC(), "expires": k.Expires.UTC()})
		return err
	})
}

// keysOf are the keys that an account made and nobody has ended. They stay as they
// are, so that whoever ends one waits, and holds no links meanwhile.
func keysOf(ctx context.Context, tx pgx.Tx, tenant, account string) ([]identity.APIKey, error) {
	rows, err := tx.Query(ctx, `
		select `+keyColumns+` from identity.api_keys
		where tenant_id = @tenant and creator = @account and end_time is null order by id for no key update`,
		pgx.NamedArgs{"tenant": tenant, "account": account})
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[identity.APIKey])
}

func endKeys(ctx context.Context, tx pgx.Tx, tenant string, ids []string, now time.Time) error {
	_, err := tx.Exec(ctx, `
		update identity.api_keys set end_time = @now
		where tenant_id = @tenant and id = any (@ids::text[]::uuid[]) and end_time is null`,
		pgx.NamedArgs{"tenant": tenant, "ids": ids, "now": now.UTC()})
	return err
}

// Keys lists live keys in the order of their ids, which is that of their making.
func (s *Store) Keys(ctx context.Context, tenant, after string, limit int, now time.Time) (list []identity.APIKey, err error) {
	if after == "" {
		after = uuid.Nil.String()
	}
	err = s.within(ctx, tenant, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `
			select `+keyColumns+` from identity.api_keys
			where tenant_id = @tenant and id > @after and end_time is null and expire_time > @now
			order by id limit @limit`,
			pgx.NamedArgs{"tenant": tenant, "after": after, "limit": limit, "now": now.UTC()})
		if err != nil {
			return err
		}
		list, err = pgx.CollectRows(rows, pgx.RowToStructByPos[identity.APIKey])
		return err
	})
	return list, err
}

// Key reads one that nobody has ended; an id in another spelling is nobody's.
func (s *Store) Key(ctx context.Context, tenant, id string) (k identity.APIKey, err error) {
	if !identity.IsID(id) {
		return k, identity.ErrNotFound
	}
	err = s.within(ctx, tenant, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `
			select `+keyColumns+` from identity.api_keys where tenant_id = @tenant and id = @id and end_time is null`,
			pgx.NamedArgs{"tenant": tenant, "id": id})
		if err != nil {
			return err
		}
		k, err = pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[identity.APIKey])
		return err
	})
	return k, err
}

// KeyByHash looks through all tenants. The account that made the key must be active:
// a program of the version before may have let a key make one.
func (s *Store) KeyByHash(ctx context.Context, hash []byte) (k identity.APIKey, err error) {
	err = s.across(ctx, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `
			select `+keyColumns+` from identity.api_keys k
			where secret_hash = $1 and end_time is null and exists (
				select from identity.accounts a where a.tenant_id = k.tenant_id and a.state = 'ACTIVE'
				  and a.id = case when k.creator ~ '^[0-9a-f-]{36}$' then k.creator::uuid end)`, hash)
		if err != nil {
			return err
		}
		k, err = pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[identity.APIKey])
		return err
	})
	return k, err
}

// TouchKey notes the time of the last request; time never runs backwards.
func (s *Store) TouchKey(ctx context.Context, k identity.APIKey, now time.Time) error {
	return s.within(ctx, k.Tenant, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `
			update identity.api_keys set use_time = greatest(use_time, @now) where tenant_id = @tenant and id = @id`,
			pgx.NamedArgs{"tenant": k.Tenant, "id": k.ID, "now": now.UTC()})
		return err
	})
}

// EndKey ends a live key and the links that it made; an id in another spelling is
// nobody's.
func (s *Store) EndKey(ctx context.Context, id string, r identity.Record) error {
	if !identity.IsID(id) {
		return identity.ErrNotFound
	}
	return s.within(ctx, r.Tenant, func(ctx context.Context, tx pgx.Tx) error {
		err := one(ctx, tx, `
			update identity.api_keys set end_time = @now
			where tenant_id = @tenant and id = @id and end_time is null`,
			pgx.NamedArgs{"tenant": r.Tenant, "id": id, "now": r.Time.UTC()})
		if err != nil {
			return err
		}
		links, err := linksOf(ctx, tx, r.Tenant, "", id)
		if err == nil {
			err = endLinks(ctx, tx, r.Tenant, links, r.Time)
		}
		if err != nil {
			return err
		}
		return insertRecord(ctx, tx, r.Ending(links))
	})
}
