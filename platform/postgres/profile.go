package postgres

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// oldestServer is PostgreSQL 15.
const oldestServer = 150000

// refusal is a finding that makes a server unfit; its text is one line.
type refusal string

// Error returns the finding.
func (r refusal) Error() string { return string(r) }

// standby is a server that is in recovery: in a failover it becomes fit by itself.
const standby refusal = "the server is a standby (pg_is_in_recovery): point the database URL at the primary, or promote this server"

// profileQuery reads the profile, then turns synchronous_commit on for the
// session whatever weaker level the server has as its default.
const profileQuery = `
select current_setting('server_version_num'),
       current_setting('server_version'),
       pg_is_in_recovery()::text,
       current_setting('fsync'),
       current_setting('full_page_writes'),
       current_setting('synchronous_commit'),
       set_config('synchronous_commit',
                  case current_setting('synchronous_commit') when 'remote_apply' then 'remote_apply' else 'on' end,
                  false),` + timelineQuery

// profile is what the server says of itself.
type profile struct {
	versionNumber, version, recovery, fsync, fullPageWrites, synchronousCommit string
}

// checkProfile refuses, on every new connection, a server that could lose what
// it acknowledges: too old, in recovery (a demoted primary), in an older
// timeline (a primary from before a failover), or with a safety switch off. Being pgconn's ValidateConnect, it also moves on to the next host
// of a URL with several.
func checkProfile(ctx context.Context, conn *pgconn.PgConn) error {
	result := conn.ExecParams(ctx, profileQuery, nil, nil, nil, nil).Read()
	if result.Err != nil {
		return fmt.Errorf("read server profile: %w", result.Err)
	}
	if len(result.Rows) != 1 || len(result.Rows[0]) != 9 {
		return errors.New("read server profile: unexpected answer")
	}
	row := result.Rows[0]
	err := profile{
		versionNumber: string(row[0]), version: string(row[1]), recovery: string(row[2]),
		fsync: string(row[3]), fullPageWrites: string(row[4]), synchronousCommit: string(row[5]),
	}.fit()
	if err != nil {
		return err
	}
	return met.pass(string(row[8]), string(row[7]))
}

// fit returns the first finding, or nil.
func (p profile) fit() error {
	number, err := strconv.Atoi(p.versionNumber)
	switch {
	case err != nil || number < oldestServer:
		return refusal("PostgreSQL " + p.version + " is too old: use PostgreSQL 15 or newer")
	case p.recovery != "false":
		return standby
	case p.fsync != "on":
		return refusal("fsync is off, so a crash loses acknowledged rows: set fsync = on in postgresql.conf and reload")
	case p.fullPageWrites != "on":
		return refusal("full_page_writes is off, so a crash can tear pages: set full_page_writes = on in postgresql.conf and reload")
	case p.synchronousCommit == "off":
		return refusal("synchronous_commit is off, so a crash loses acknowledged rows: set synchronous_commit = on in postgresql.conf, or reset it for this login and database")
	}
	return nil
}

// checkRights refuses a role that row-level security does not bind, and, unless
// the server is this machine's own, a login that may leave its role for more.
func checkRights(ctx context.Context, on rowQuerier, nearby bool) error {
	if err := checkRole(ctx, on); err != nil || nearby {
		return err
	}
	return checkSession(ctx, on)
}

// roleQuery asks what could carry the current role past row-level security.
const roleQuery = `
select r.rolname, r.rolsuper, r.rolbypassrls,
       exists (select from pg_class c where c.relowner = r.oid and c.relkind in ('r', 'p')),
       coalesce(pg_has_role(r.oid, to_regrole(quote_ident(r.rolname || '_worker')), 'member'), false)
from pg_roles r where r.rolname = current_user`

// rowQuerier is a pool or a connection.
type rowQuerier interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// checkRole refuses a role that row-level security does not bind.
func checkRole(ctx context.Context, on rowQuerier) error {
	var name string
	var super, bypass, owner, worker bool
	if err := on.QueryRow(ctx, roleQuery).Scan(&name, &super, &bypass, &owner, &worker); err != nil {
		return err
	}
	switch {
	case super || bypass:
		return refusal("role " + name + " passes row-level security: alter role " + name + " nosuperuser nobypassrls")
	case owner:
		return refusal("role " + name + " owns tables, so it could lift row-level security: give them to the login that migrates")
	case worker:
		return refusal("role " + name + " is a member of its worker role and would see every tenant: revoke " + name + "_worker from " + name)
	}
	return nil
}

// openError explains the two findings that mean "not migrated yet".
func openError(role string, err error) error {
	switch Code(err) {
	case "22023":
		return fmt.Errorf("database: role %s does not exist: run the migrations first", role)
	case "42501":
		return fmt.Errorf("database: the login may not take role %s: grant %s to it, or run the migrations as this login", role, role)
	}
	return fmt.Errorf("database: %w", oneLine(err))
}
