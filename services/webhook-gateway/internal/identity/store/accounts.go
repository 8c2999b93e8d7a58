package store

import (
	"context"
	"errors"
	"strings"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// accountColumns are those of accounts a, in the order in which scanAccount reads.
const accountColumns = `a.id::text, a.tenant_id::text, a.email, a.display_name, a.role, a.state, a.departments,
	coalesce(a.employee_id::text, ''), coalesce(a.password_hash, ''), a.revision, a.create_time,
	exists (select 1 from identity.second_factors f where f.tenant_id = a.tenant_id and f.account_id = a.id and f.confirm_time is not null),
	exists (select 1 from identity.openid_subjects o where o.tenant_id = a.tenant_id and o.account_id = a.id)`

// scanAccount reads one row of accountColumns; the hash is apart, so that
// nothing carries it by accident.
func scanAccount(row pgx.Row) (a identity.Account, hash string, err error) {
	err = row.Scan(&a.ID, &a.Tenant, &a.Email, &a.Name, &a.Role, &a.State, &a.Departments, &a.Employee, &hash, &a.Revision, &a.Created, &a.TOTP, &a.OpenID)
	a.Password = hash != ""
	return a, hash, err
}

// errDry undoes a transaction whose result was wanted and whose effect was not.
var errDry = errors.New("dry run")

// Account reads one; an id in another spelling is nobody's.
func (s *Store) Account(ctx context.Context, tenant, id string) (a identity.Account, err error) {
	if !identity.IsID(id) {
		return a, identity.ErrNotFound
	}
	err = s.within(ctx, tenant, func(ctx context.Context, tx pgx.Tx) error {
		a, _, err = scanAccount(tx.QueryRow(ctx, `
			select `+accountColumns+` from identity.accounts a where a.tenant_id = @tenant and a.id = @id`,
			pgx.NamedArgs{"tenant": tenant, "id": id}))
		return err
	})
	return a, err
}

// AccountByEmail looks through all tenants. What the database could not hold is nobody's.
func (s *Store) AccountByEmail(ctx context.Context, key string) (a identity.Account, hash string, err error) {
	if strings.ContainsRune(key, 0) {
		return a, "", identity.ErrNotFound
	}
	err = s.across(ctx, func(ctx context.Context, tx pgx.Tx) error {
		a, hash, err = scanAccount(tx.QueryRow(ctx, `
			select `+accountColumns+` from identity.accounts a where a.email_key = $1`, key))
		return err
	})
	return a, hash, err
}

// Accounts lists accounts in the order of their ids, which is that of their making.
func (s *Store) Accounts(ctx context.Context, tenant, after string, limit int) (list []identity.Account, err error) {
	if after == "" {
		after = uuid.Nil.String()
	}
	err = s.within(ctx, tenant, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `
			select `+accountColumns+` from identity.accounts a
			where a.tenant_id = @tenant and a.id > @after order by a.id limit @limit`,
			pgx.NamedArgs{"tenant": tenant, "after": after, "limit": limit})
		if err != nil {
			return err
		}
		list, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (identity.Account, error) {
			a, _, err := scanAccount(row)
			return a, err
		})
		return err
	})
	return list, err
}

// AddAccount stores an account without a password and its first invitation.
func (s *Store) AddAccount(ctx context.Context, a identity.Account, i identity.Invitation, r identity.Record, dry bool) error {
	err := s.recorded(ctx, r, func(ctx context.Context, tx pgx.Tx) error {
		made, err := makerOf(ctx, tx, r.Actor)
		if err == nil {
			err = made.lock(ctx, tx, r.Actor)
		}
		if err == nil {
			err = insertAccount(ctx, tx, a, "")
		}
		if err == nil {
			err = insertInvitation(ctx, tx, i, made)
		}
		if err == nil && dry {
			err = errDry
		}
		return err
	})
	switch {
	case errors.Is(err, errDry):
		return nil
	case postgres.Constraint(err) == "accounts_email_key_key":
		return identity.ErrEmailTaken
	}
	return err
}

// Found stores an organization and its invited administrator.
func (s *Store) Found(ctx context.Context, o identity.Organization, a identity.Account, i identity.Invitation, r identity.Record) error {
	err := s.recorded(ctx, r, func(ctx context.Context, tx pgx.Tx) error {
		err := insertOrganization(ctx, tx, o, r.Time)
		if err == nil {
			err = insertAccount(ctx, tx, a, "")
		}
		if err == nil {
			err = insertInvitation(ctx, tx, i, maker{})
		}
		return err
	})
	if postgres.Constraint(err) == "accounts_email_key_key" {
		return identity.ErrEmailTaken
	}
	return err
}

func insertAccount(ctx context.Context, tx pgx.Tx, a identity.Account, hash string) error {
	_, err := tx.Exec(ctx, `
		insert into identity.accounts (tenant_id, id, email, email_key, display_name, role, state, departments, employee_id, password_hash, revision, create_time)
		values (@tenant, @id, @email, @key, @name, @role, @state, @departments, nullif(@employee, '')::uuid, nullif(@hash, ''), @revision, @created)`,
		pgx.NamedArgs{"tenant": a.Tenant, "id": a.ID, "email": a.Email, "key": identity.EmailKey(a.Email), "name": a.Name,
			"role": string(a.Role), "state": string(a.State), "departments": some(a.Departments), "employee": a.Employee, "hash": hash,
			"revision": a.Revision, "created": a.Created.UTC()})
	return err
}

// some is the list as the database wants it: never NULL.
func some(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

// ChangeAccount locks the organization, so that two administrators cannot take
// each other's rights at the same moment and leave nobody.
func (s *Store) ChangeAccount(ctx context.Context, tenant, id string, dry bool,
	change func(a identity.Account, others identity.Others, made identity.Made) (identity.AccountChange, error)) error {
	if !identity.IsID(id) {
		return identity.ErrNotFound
	}
	err := s.within(ctx, tenant, func(ctx context.Context, tx pgx.Tx) error {
		was, others, err := lockAccount(ctx, tx, tenant, id)
		if err != nil {
			return err
		}
		made, err := madeBy(ctx, tx, was)
		if err != nil {
			return err
		}
		next, err := change(was, others, made)
		if err != nil || !next.Changed {
			return err
		}
		if err := entitled(ctx, tx, next.Record.Actor); err != nil {
			return err
		}
		if err := updateAccount(ctx, tx, next); err != nil {
			return err
		}
		if dry {
			return errDry
		}
		return insertRecord(ctx, tx, next.Record)
	})
	if errors.Is(err, errDry) {
		return nil
	}
	return err
}

// entitled finds out whether the session or the key of whoever makes a change still
// lives. A change of an account that took the rights of that one has passed here before,
// since ChangeAccount holds the organization. What ends a session or a key alone does not:
// a change that asked here just before may still come through beside it.
func entitled(ctx context.Context, tx pgx.Tx, by identity.Actor) error {
	var sql, id string
	switch by.Kind {
	case identity.ByAccount:
		sql, id = `select 1 from identity.sessions where tenant_id = @tenant and id = @id and end_time is null`, by.Session
	case identity.ByKey:
		sql, id = `select 1 from identity.api_keys where tenant_id = @tenant and id = @id and end_time is null`, by.ID
	default:
		return nil
	}
	if !identity.IsID(id) {
		return identity.ErrEnded
	}
	err := tx.QueryRow(ctx, sql, pgx.NamedArgs{"tenant": by.Tenant, "id": id}).Scan(new(int))
	if errors.Is(err, pgx.ErrNoRows) {
		return identity.ErrEnded
	}
	return err
}

// lockAccount locks an account and, before it, its organization: whoever may take
// the rights or the password of an administrator passes here one by one.
func lockAccount(ctx context.Context, tx pgx.Tx, tenant, id string) (a identity.Account, others identity.Others, err error) {
	args := pgx.NamedArgs{"tenant": tenant, "id": id}
	err = tx.QueryRow(ctx, `select 1 from identity.organizations where tenant_id = @tenant for no key update`, args).Scan(new(int))
	if err != nil {
		return a, others, err
	}
	a, _, err = scanAccount(tx.QueryRow(ctx, `
		select `+accountColumns+` from identity.accounts a where a.tenant_id = @tenant and a.id = @id for no key update`, args))
	if err != nil {
		return a, others, err
	}
	err = tx.QueryRow(ctx, `
		select count(*), count(password_hash) from identity.accounts
		where tenant_id = @tenant and id <> @id and role = 'ADMINISTRATOR' and state = 'ACTIVE'`, args).
		Scan(&others.Administrators, &others.Local)
	return a, others, err
}

func updateAccount(ctx context.Context, tx pgx.Tx, c identity.AccountChange) error {
	a, now := c.Account, c.Record.Time
	err := one(ctx, tx, `
		update identity.accounts set display_name = @name, role = @role, state = @state, departments = @departments,
			employee_id = nullif(@employee, '')::uuid, revision = @revision
		where tenant_id = @tenant and id = @id`,
		pgx.NamedArgs{"tenant": a.Tenant, "id": a.ID, "name": a.Name, "role": string(a.Role), "state": string(a.State),
			"departments": some(a.Departments), "employee": a.Employee, "revision": a.Revision})
	switch {
	case err == nil && c.Renewed != nil:
		if err = absent(renew(ctx, tx, *c.Renewed, c.Record)); errors.Is(err, identity.ErrNotFound) {
			err = identity.ErrEnded
		}
	case err == nil && c.EndSessions:
		_, err = endSessions(ctx, tx, a.Tenant, a.ID, now)
	}
	if err == nil && c.EndInvitations {
		err = endInvitations(ctx, tx, a.Tenant, a.ID, now)
	}
	if err == nil && len(c.EndKeys) > 0 {
		err = endKeys(ctx, tx, a.Tenant, c.EndKeys, now)
	}
	if err == nil && len(c.EndLinks) > 0 {
		err = endLinks(ctx, tx, a.Tenant, c.EndLinks, now)
	}
	return err
}

// ChangePassword is refused when the session that asked for it has ended: whoever
// was logged out meanwhile changes nothing.
func (s *Store) ChangePassword(ctx context.Context, revision int64, hash string, renewed identity.Session, r identity.Record) error {
	return s.recorded(ctx, r, func(ctx context.Context, tx pgx.Tx) error {
		if err := renewAfter(ctx, tx, revision, renewed, r); err != nil {
			return err
		}
		return one(ctx, tx, `update identity.accounts set password_hash = @hash where tenant_id = @tenant and id = @id`,
			pgx.NamedArgs{"tenant": r.Tenant, "id": renewed.Account, "hash": hash})
	})
}

// renewAfter counts the account's revision up, so that a log-in that was begun
// before is refused, and replaces every session of the account by one. A revision
// that is not 0 must still be the account's; else it is ErrChanged, while the
// session of the actor lives.
func renewAfter(ctx context.Context, tx pgx.Tx, revision int64, renewed identity.Session, r identity.Record) error {
	err := one(ctx, tx, `
		update identity.accounts set revision = revision + 1
		where tenant_id = @tenant and id = @id and state = 'ACTIVE' and (@revision::bigint = 0 or revision = @revision)`,
		pgx.NamedArgs{"tenant": r.Tenant, "id": renewed.Account, "revision": revision})
	switch {
	case err == nil:
		err = renew(ctx, tx, renewed, r)
	case errors.Is(err, pgx.ErrNoRows):
		if err = lockSession(ctx, tx, r.Tenant, renewed.Account, r.Actor.Session); err == nil {
			err = identity.ErrChanged
		}
	}
	return err
}

// renew replaces every session of an account by one, if that of the actor lives,
// whose proof of identity it has.
func renew(ctx context.Context, tx pgx.Tx, renewed identity.Session, r identity.Record) error {
	if err := proofOf(ctx, tx, r, &renewed); err != nil {
		return err
	}
	if err := endSession(ctx, tx, r.Tenant, renewed.Account, r.Actor.Session, r.Time); err != nil {
		return err
	}
	if _, err := endSessions(ctx, tx, r.Tenant, renewed.Account, r.Time); err != nil {
		return err
	}
	return insertSession(ctx, tx, renewed)
}
