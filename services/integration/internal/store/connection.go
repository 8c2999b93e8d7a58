package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/integration/internal/connection"
)

const connectionColumns = `tenant_id, id, display_name, state, state_reason, state_detail, created_at, revision`

// CreateConnection stores a new DRAFT connection; with only it checks and
// stores nothing.
func (s *Store) CreateConnection(ctx context.Context, tenant, name string, only bool) (connection.Connection, error) {
	id, err := newID()
	if err != nil {
		return connection.Connection{}, err
	}
	c := connection.Connection{
		Tenant: tenant, ID: id, DisplayName: name, State: connection.Draft,
		Created: s.now().UTC().Truncate(time.Millisecond), Revision: 1,
	}
	if only {
		return c, nil
	}
	return c, s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `insert into integration.connection (`+connectionColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
			c.Tenant, c.ID, c.DisplayName, c.State, c.Cause.Reason, c.Cause.Code, c.Created, c.Revision)
		return err
	}, tenant)
}

// Connection reads one connection; CONNECTION_NOT_FOUND.
func (s *Store) Connection(ctx context.Context, tenant, id string) (connection.Connection, error) {
	var out connection.Connection
	err := s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		var err error
		out, err = readConnection(ctx, tx, tenant, id, "")
		return err
	}, tenant)
	return out, err
}

// ConnectionsAfter lists at most limit connections behind the given place,
// oldest first. The zero place is the start.
func (s *Store) ConnectionsAfter(ctx context.Context, tenant string, created time.Time, id string, limit int) ([]connection.Connection, error) {
	if id == "" {
		id = "00000000-0000-0000-0000-000000000000"
	}
	var out []connection.Connection
	err := s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `select `+connectionColumns+` from integration.connection
			where tenant_id = $1 and deleted_at is null and (created_at, id) > ($2, $3) order by created_at, id limit $4`, tenant, created, id, limit)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, scanConnection)
		return err
	}, tenant)
	return out, err
}

// ChangeConnection applies change to the locked connection. The readiness is
// what is true in the same transaction. CONNECTION_NOT_FOUND and what change
// answers.
func (s *Store) ChangeConnection(ctx context.Context, tenant, id string,
	change func(connection.Connection, connection.Readiness) (connection.Connection, error),
) (connection.Connection, error) {
	return s.changeConnection(ctx, tenant, id, change, false)
}

// ActivateConnection activates a connection. What waits goes at once, also when it
// was active: whoever asks may have mended at LINE WORKS what it waited for.
// CONNECTION_NOT_FOUND and what connection.Activate answers.
func (s *Store) ActivateConnection(ctx context.Context, tenant, id string) (connection.Connection, error) {
	return s.changeConnection(ctx, tenant, id, connection.Connection.Activate, true)
}

func (s *Store) changeConnection(ctx context.Context, tenant, id string,
	change func(connection.Connection, connection.Readiness) (connection.Connection, error), release bool,
) (connection.Connection, error) {
	var out connection.Connection
	err := s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if err := lockLane(ctx, tx, tenant, id); err != nil {
			return err
		}
		was, err := readConnection(ctx, tx, tenant, id, " for update")
		if err != nil {
			return err
		}
		has, err := readiness(ctx, tx, tenant, id)
		if err != nil {
			return err
		}
		if out, err = change(was, has); err != nil || out == was && !release {
			return err
		}
		if out == was {
			return s.release(ctx, tx, tenant, id)
		}
		if err := writeState(ctx, tx, out); err != nil {
			return err
		}
		if out.State == connection.Active {
			if err := s.release(ctx, tx, tenant, id); err != nil {
				return err
			}
		}
		return touchEndpoints(ctx, tx)
	}, tenant)
	return out, err
}

func readiness(ctx context.Context, tx pgx.Tx, tenant, id string) (connection.Readiness, error) {
	var has connection.Readiness
	err := tx.QueryRow(ctx, `select
			exists (select from integration.callback_token where tenant_id = $1 and connection_id = $2 and revoked_at is null),
			exists (select from integration.credentials where tenant_id = $1 and connection_id = $2 and role = 'CURRENT')`,
		tenant, id).Scan(&has.Token, &has.Credentials)
	return has, err
}

func readConnection(ctx context.Context, tx pgx.Tx, tenant, id, lock string) (connection.Connection, error) {
	if !isID(id) {
		return connection.Connection{}, connection.NotFound()
	}
	rows, err := tx.Query(ctx, `select `+connectionColumns+` from integration.connection where tenant_id = $1 and id = $2 and deleted_at is null`+lock, tenant, id)
	if err != nil {
		return connection.Connection{}, err
	}
	out, err := pgx.CollectExactlyOneRow(rows, scanConnection)
	if errors.Is(err, pgx.ErrNoRows) {
		return connection.Connection{}, connection.NotFound()
	}
	return out, err
}

func writeState(ctx context.Context, tx pgx.Tx, c connection.Connection) error {
	_, err := tx.Exec(ctx, `update integration.connection set state = $3, state_reason = $4, state_detail = $5, revision = $6 where tenant_id = $1 and id = $2`,
		c.Tenant, c.ID, c.State, c.Cause.Reason, c.Cause.Code, c.Revision)
	return err
}

func scanConnection(row pgx.CollectableRow) (connection.Connection, error) {
	var c connection.Connection
	err := row.Scan(&c.Tenant, &c.ID, &c.DisplayName, &c.State, &c.Cause.Reason, &c.Cause.Code, &c.Created, &c.Revision)
	c.Created = c.Created.UTC()
	return c, err
}
