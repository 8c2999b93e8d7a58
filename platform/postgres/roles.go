package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// rolesTries bounds how often role creation is repeated. Roles belong to the
// whole cluster while advisory locks belong to one database, so runs in other
// databases may be creating the same roles.
const rolesTries = 20

// rolesStep is the first wait before roles are tried again.
const rolesStep = 5 * time.Millisecond

// ensureRoles makes the context's NOLOGIN roles and lets the login take them.
func ensureRoles(ctx context.Context, conn *pgx.Conn, m Migrations) error {
	for _, role := range m.roles() {
		if err := ensureRole(ctx, conn, role); err != nil {
			return fmt.Errorf("role %s: %w", role, err)
		}
	}
	return nil
}

// ensureRole repeats while another run is making the same role.
func ensureRole(ctx context.Context, conn *pgx.Conn, role string) error {
	for try := 1; ; try++ {
		err := createRole(ctx, conn, role)
		if err == nil || !raced(err) || try == rolesTries || !pause(ctx, rolesStep, try) {
			return err
		}
	}
}

// raced tells what two sessions changing the same catalog row can get: duplicate
// object, unique violation, "tuple concurrently updated".
func raced(err error) bool {
	switch Code(err) {
	case "42710", "23505", "XX000":
		return true
	}
	return false
}

// createRole makes the role if it is missing, checks it if it is there, and
// grants it to the login if the login may not take it yet.
func createRole(ctx context.Context, conn *pgx.Conn, role string) error {
	quoted := pgx.Identifier{role}.Sanitize()
	var login, mighty bool
	err := conn.QueryRow(ctx, "select rolcanlogin, rolsuper or rolbypassrls from pg_roles where rolname = $1", role).Scan(&login, &mighty)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		_, err = conn.Exec(ctx, "create role "+quoted+" nologin")
	case login || mighty:
		return fmt.Errorf("it exists with rights it must not have: alter role %s nologin nosuperuser nobypassrls", role)
	}
	if err != nil {
		return err
	}
	return grantRole(ctx, conn, role)
}

// grantRole makes the login a member that may SET ROLE; from PostgreSQL 16 on
// membership alone does not say so.
func grantRole(ctx context.Context, conn *pgx.Conn, role string) error {
	const question = `select pg_has_role(session_user, $1::name,
        case when current_setting('server_version_num')::int >= 160000 then 'set' else 'member' end)`
	var may bool
	if err := conn.QueryRow(ctx, question, role).Scan(&may); err != nil || may {
		return err
	}
	_, err := conn.Exec(ctx, "grant "+pgx.Identifier{role}.Sanitize()+" to session_user")
	return err
}
