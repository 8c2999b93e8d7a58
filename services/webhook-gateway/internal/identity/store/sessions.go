package store

import (
	"context"
	"errors"
	"time"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// StartSession stores a session of an active account and ends the one it
// replaces, which may be another tenant's: the transaction sees the rows of both.
func (s *Store) StartSession(ctx context.Context, n identity.Session, revision int64, old identity.Replaced, r identity.Record) error {
	tenants := []string{n.Tenant}
	if identity.IsID(old.Tenant) {
		tenants = append(tenants, old.Tenant)
	}
	return ended(s.db.InTx(ctx, postgres.Tenants(tenants...), func(ctx context.Context, tx pgx.Tx) error {
		err := tx.QueryRow(ctx, `
			select 1 from identity.accounts
			where tenant_id = @tenant and id = @id and state = 'ACTIVE' and revision = @revision for share`,
			pgx.NamedArgs{"tenant": n.Tenant, "id": n.Account, "revision": revision}).Scan(new(int))
		if errors.Is(err, pgx.ErrNoRows) && old.Required {
			return outdated(ctx, tx, old)
		}
		if err != nil {
			return err
		}
		if err := leave(ctx, tx, old, r.Time); err != nil {
			return err
		}
		if err := insertSession(ctx, tx, n); err != nil {
			return err
		}
		return insertRecord(ctx, tx, r)
	}))
}

// outdated says what became of an account whose session proves itself: its sessions
// ended, or it changed alone.
func outdated(ctx context.Context, tx pgx.Tx, old identity.Replaced) error {
	err := absent(lockSession(ctx, tx, old.Tenant, old.Account, old.Session))
	switch {
	case errors.Is(err, identity.ErrNotFound):
		return identity.ErrEnded
	case err != nil:
		return err
	}
	return identity.ErrChanged
}

// leave ends the session that another replaces. One that has ended meanwhile, also by
// another proof at this moment, which its row makes wait, is ErrEnded where it is
// required.
func leave(ctx context.Context, tx pgx.Tx, old identity.Replaced, now time.Time) error {
	err := absent(endSession(ctx, tx, old.Tenant, old.Account, old.Session, now))
	switch {
	case errors.Is(err, identity.ErrNotFound) && old.Required:
		return identity.ErrEnded
	case errors.Is(err, identity.ErrNotFound):
		return nil
	case err != nil || old.Record.Action == "":
		return err
	}
	return insertRecord(ctx, tx, old.Record)
}

func insertSession(ctx context.Context, tx pgx.Tx, n identity.Session) error {
	_, err := tx.Exec(ctx, `
		insert into identity.sessions (tenant_id, id, account_id, secret_hash, create_time, use_time, address, user_agent, proof_time)
		values (@tenant, @id, @account, @hash, @created, @used, @address, @agent, @proved)`,
		pgx.NamedArgs{"tenant": n.Tenant, "id": n.ID, "account": n.Account, "hash": n.Hash,
			"created": n.Created.UTC(), "used": n.Used.UTC(), "address": n.Address, "agent": n.Agent, "proved": n.Proved.UTC()})
	return err
}

// SessionByHash looks through all tenants; the rights are the account's of now.
func (s *Store) SessionByHash(ctx context.Context, hash []byte) (n identity.Session, a identity.Account, err error) {
	err = s.across(ctx, func(ctx context.Context, tx pgx.Tx) error {
		return tx.QueryRow(ctx, `
			select s.id::text, s.tenant_id::text, s.account_id::text, s.secret_hash, s.create_time, s.use_time, s.proof_time, a.role, a.departments,
			       coalesce(a.employee_id::text, '')
			from identity.sessions s
			join identity.accounts a on a.tenant_id = s.tenant_id and a.id = s.account_id
			where s.secret_hash = $1 and s.end_time is null and a.state = 'ACTIVE'`, hash).
			Scan(&n.ID, &n.Tenant, &n.Account, &n.Hash, &n.Created, &n.Used, &n.Proved, &a.Role, &a.Departments, &a.Employee)
	})
	a.ID, a.Tenant = n.Account, n.Tenant
	return n, a, err
}

// Sessions lists the newest of an account that have not ended: at most limit, older
// than before, unless that is empty.
func (s *Store) Sessions(ctx context.Context, tenant, account, before string, limit int, usedSince, madeSince time.Time) (list []identity.Session, err error) {
	if before == "" {
		before = uuid.Max.String()
	}
	err = s.within(ctx, tenant, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `
			select id::text, tenant_id::text, account_id::text, secret_hash, create_time, use_time, address, user_agent, proof_time
			from identity.sessions
			where tenant_id = @tenant and account_id = @account and end_time is null and use_time > @used and create_time > @made and id < @before
			order by id desc limit @limit`,
			pgx.NamedArgs{"tenant": tenant, "account": account, "before": before, "limit": limit, "used": usedSince.UTC(), "made": madeSince.UTC()})
		if err != nil {
			return err
		}
		list, err = pgx.CollectRows(rows, pgx.RowToStructByPos[identity.Session])
		return err
	})
	return list, err
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

// lockSession holds an account as it is and finds a session of it that lives.
func lockSession(ctx context.Context, tx pgx.Tx, tenant, account, id string) error {
	if !identity.IsID(id) || !identity.IsID(account) {
		return identity.ErrNotFound
	}
	args := pgx.NamedArgs{"tenant": tenant, "account": account, "id": id}
	err := tx.QueryRow(ctx, `
		select 1 from identity.accounts where tenant_id = @tenant and id = @account for share`, args).Scan(new(int))
	if err != nil {
		return err
	}
	return tx.QueryRow(ctx, `
		select 1 from identity.sessions where tenant_id = @tenant and id = @id and account_id = @account and end_time is null`, args).Scan(new(int))
}

// proofOf gives a session the time of the proof of the actor's, of the same account.
func proofOf(ctx context.Context, tx pgx.Tx, r identity.Record, renewed *identity.Session) error {
	if !identity.IsID(r.Actor.Session) {
		return identity.ErrNotFound
	}
	return tx.QueryRow(ctx, `
		select proof_time from identity.sessions where tenant_id = @tenant and id = @id and account_id = @account and end_time is null`,
		pgx.NamedArgs{"tenant": r.Tenant, "id": r.Actor.Session, "account": renewed.Account}).Scan(&renewed.Proved)
}

// Note writes a record alone.
func (s *Store) Note(ctx context.Context, r identity.Record) error {
	return s.recorded(ctx, r, func(context.Context, pgx.Tx) error { return nil })
}

// EndSession ends a session of an account; an id in another spelling is nobody's.
func (s *Store) EndSession(ctx context.Context, account, id string, r identity.Record) error {
	return s.recorded(ctx, r, func(ctx context.Context, tx pgx.Tx) error {
		return endSession(ctx, tx, r.Tenant, account, id, r.Time)
	})
}

func endSession(ctx context.Context, tx pgx.Tx, tenant, account, id string, now time.Time) error {
	if !identity.IsID(id) || !identity.IsID(account) {
		return identity.ErrNotFound
	}
	return one(ctx, tx, `
		update identity.sessions set end_time = @now
		where tenant_id = @tenant and id = @id and account_id = @account and end_time is null`,
		pgx.NamedArgs{"tenant": tenant, "id": id, "account": account, "now": now.UTC()})
}

// EndSessions ends every session of an account.
func (s *Store) EndSessions(ctx context.Context, account string, r identity.Record) error {
	if !identity.IsID(account) {
		return identity.ErrNotFound
	}
	return s.within(ctx, r.Tenant, func(ctx context.Context, tx pgx.Tx) error {
		err := tx.QueryRow(ctx, `select 1 from identity.accounts where tenant_id = @tenant and id = @id for no key update`,
			pgx.NamedArgs{"tenant": r.Tenant, "id": account}).Scan(new(int))
		if err != nil {
			return err
		}
		ended, err := endSessions(ctx, tx, r.Tenant, account, r.Time)
		if err != nil {
			return err
		}
		return insertRecord(ctx, tx, r.OfSessions(ended))
	})
}

// endSessions ends the sessions of an account and returns those that had not been
// ended, whether or not they still worked: of each, Created and Used.
func endSessions(ctx context.Context, tx pgx.Tx, tenant, account string, now time.Time) ([]identity.Session, error) {
	rows, err := tx.Query(ctx, `
		update identity.sessions set end_time = @now
		where tenant_id = @tenant and account_id = @account and end_time is null
		returning create_time, use_time`,
		pgx.NamedArgs{"tenant": tenant, "account": account, "now": now.UTC()})
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (n identity.Session, err error) {
		err = row.Scan(&n.Created, &n.Used)
		return n, err
	})
}

// Sweep removes sessions, log-ins that were begun and attempts that can decide nothing any more: those
// from before the given time. Where somebody has logged in from is remembered
// for 30 days.
func (s *Store) Sweep(ctx context.Context, before time.Time) error {
	err := s.across(ctx, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `delete from identity.sessions where create_time < $1`, before.UTC())
		return err
	})
	if err != nil {
		return err
	}
	return s.plain(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `delete from identity.openid_errands where expire_time < $1`, before.UTC()); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `
			delete from identity.attempts
			where last_time < $1 and (proven_time is null or proven_time < $1::timestamptz - interval '30 days')`, before.UTC())
		return err
	})
}
