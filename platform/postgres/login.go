package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/dakoku/dakoku/platform/config"
)

// LoginRole is the login of the processes that serve the context; Migrate does
// not make it, EnsureLogin does.
func (m Migrations) LoginRole() string { return m.Role() + "_login" }

// EnsureLogin makes the login of the processes that serve the context, or gives it
// a new password: it is made a member of the context's own roles and of nothing else,
// owns nothing and is bound by row-level security. It inherits nothing either, so that
// a connection which leaves its role has no rights at all. The URL's own login must
// be allowed to create roles; the schema must have been migrated. A login of that
// name that is a superuser, has bypassrls or may create roles, databases or standbys is
// an error; roles that somebody granted to it besides are not looked for.
func EnsureLogin(ctx context.Context, url config.Secret, m Migrations, password config.Secret) error {
	conn, err := connectOwner(ctx, url)
	if err != nil {
		return err
	}
	defer hangUp(ctx, conn)
	for try := 1; ; try++ {
		err = ensureLogin(ctx, conn, m, password)
		if err == nil || !raced(err) || try == rolesTries || !pause(ctx, rolesStep, try) {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("login %s: %w", m.LoginRole(), oneLine(err))
	}
	return nil
}

// ensureLogin makes the login whole or not at all.
func ensureLogin(ctx context.Context, conn *pgx.Conn, m Migrations, password config.Secret) error {
	tx, err := conn.Begin(ctx)
	if err != nil {
		return err
	}
	defer rollback(ctx, tx)
	login := m.LoginRole()
	if err := createLogin(ctx, tx, login); err != nil {
		return err
	}
	quoted := pgx.Identifier{login}.Sanitize()
	var statement string // format quotes; a password is no parameter of alter role
	if err := tx.QueryRow(ctx, "select format('alter role %I login noinherit password %L', $1::text, $2::text)", login, password.Reveal()).Scan(&statement); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, statement); err != nil {
		return passwordRefused(err)
	}
	for _, role := range m.roles() {
		if _, err := tx.Exec(ctx, "grant "+pgx.Identifier{role}.Sanitize()+" to "+quoted); err != nil {
			return err
		}
	}
	return tx.Commit(ctx)
}

// passwordRefused leaves out everything that may quote the statement, which holds the
// password. The code stays, by which a race with another run is known.
func passwordRefused(err error) error {
	return fmt.Errorf("its password was not accepted: %w", &pgconn.PgError{Severity: "ERROR", Code: Code(err), Message: "refused"})
}

// loginQuery asks what powers of its own an existing login has that it must not have.
// Roles that it was granted besides are not looked for.
const loginQuery = `
select r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb or r.rolreplication
from pg_roles r where r.rolname = $1`

func createLogin(ctx context.Context, tx pgx.Tx, login string) error {
	var mighty bool
	switch err := tx.QueryRow(ctx, loginQuery, login).Scan(&mighty); {
	case errors.Is(err, pgx.ErrNoRows):
		_, err = tx.Exec(ctx, "create role "+pgx.Identifier{login}.Sanitize()+
			" login noinherit nosuperuser nobypassrls nocreaterole nocreatedb noreplication")
		return err
	case err != nil:
		return err
	case mighty:
		return refusal("it exists with rights it must not have: alter role " + login + " nosuperuser nobypassrls nocreaterole nocreatedb noreplication")
	}
	return nil
}

// unboundQuery asks what the login itself, without the role, could do: a connection
// may leave its role at any time.
const unboundQuery = `
select session_user::text,
       exists (select from pg_roles r where (r.rolsuper or r.rolbypassrls) and pg_has_role(session_user, r.oid, 'member')),
       exists (select from pg_class c where c.relrowsecurity and pg_has_role(session_user, c.relowner, 'member'))`

// CheckLogin connects once and tells what carries the URL's own login past
// row-level security: being or becoming a superuser, bypassrls, or owning tables.
// Nil is a login that is bound; Unbound tells a finding from other errors.
func CheckLogin(ctx context.Context, url config.Secret) error {
	conn, err := connectOwner(ctx, url)
	if err != nil {
		return err
	}
	defer hangUp(ctx, conn)
	name, mighty, owner, err := readLogin(ctx, conn)
	switch {
	case err != nil:
		return fmt.Errorf("database: %w", oneLine(err))
	case mighty:
		return unbound{mightyLogin(name)}
	case owner:
		return unbound{refusal("login " + name + " owns tables, so it could lift row-level security: serve with a login of its own (docs/operations.md)")}
	}
	return nil
}

// unbound is what CheckLogin found of a login.
type unbound struct{ error }

// Unwrap returns the finding.
func (u unbound) Unwrap() error { return u.error }

// Unbound tells the finding of CheckLogin from an error that kept it from looking.
func Unbound(err error) bool { return errors.As(err, new(unbound)) }

func readLogin(ctx context.Context, on rowQuerier) (name string, mighty, owner bool, err error) {
	err = on.QueryRow(ctx, unboundQuery).Scan(&name, &mighty, &owner)
	return name, mighty, owner, err
}

// checkSession refuses a login that a server elsewhere would let past row-level
// security as soon as it leaves its role.
func checkSession(ctx context.Context, on rowQuerier) error {
	name, mighty, _, err := readLogin(ctx, on)
	if err == nil && mighty {
		return mightyLogin(name)
	}
	return err
}

func mightyLogin(name string) error {
	return refusal("login " + name + " passes row-level security as soon as it leaves its role: " +
		"serve with a login that is no superuser, has no bypassrls and is a member of the context's roles only (docs/operations.md)")
}
