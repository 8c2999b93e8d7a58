package store

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/integration/internal/connection"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/outbound"
)

// RenameConnection stores the name that rename gives to the locked connection;
// with only it checks and stores nothing. CONNECTION_NOT_FOUND and what rename
// answers.
func (s *Store) RenameConnection(ctx context.Context, tenant, id string, only bool,
	rename func(connection.Connection) (connection.Connection, error),
) (connection.Connection, error) {
	var out connection.Connection
	err := s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		was, err := readConnection(ctx, tx, tenant, id, " for update")
		if err != nil {
			return err
		}
		if out, err = rename(was); err != nil || only {
			return err
		}
		_, err = tx.Exec(ctx, `update integration.connection set display_name = $3, revision = $4 where tenant_id = $1 and id = $2`,
			tenant, id, out.DisplayName, out.Revision)
		return err
	}, tenant)
	return out, err
}

// DeleteConnection removes a connection that does not record: its tokens end,
// its keys are erased, what waits to be sent is given up. The row stays, because
// others are about it. CONNECTION_NOT_FOUND, CONNECTION_STATE, ETAG_STALE.
func (s *Store) DeleteConnection(ctx context.Context, tenant, id, actor string, unchanged func(int64) bool) error {
	return s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		c, was, err := s.lockRing(ctx, tx, tenant, id)
		if err != nil {
			return err
		}
		if !unchanged(c.Revision) {
			return Stale()
		}
		if err := c.Delete(); err != nil {
			return err
		}
		if err := s.turn(ctx, tx, c, was, credential.Ring{}, change{verb: "DELETE", actor: actor}); err != nil {
			return err
		}
		return s.bury(ctx, tx, c)
	}, tenant)
}

// bury ends everything that still points at the connection from outside.
func (s *Store) bury(ctx context.Context, tx pgx.Tx, c connection.Connection) error {
	var batch pgx.Batch
	batch.Queue(`update integration.callback_token set revoked_at = clock_timestamp()
		where tenant_id = $1 and connection_id = $2 and revoked_at is null`, c.Tenant, c.ID)
	batch.Queue(`update integration.outbound_message set state = 'FAILED', reason = '`+outbound.ConnectionDeleted+`', content = null, finished_at = $3, lease_until = null
		where tenant_id = $1 and connection_id = $2 and state = 'QUEUED'`, c.Tenant, c.ID, s.now())
	batch.Queue(`delete from integration.unlinked_sender where tenant_id = $1 and connection_id = $2`, c.Tenant, c.ID)
	batch.Queue(`update integration.connection set deleted_at = $3, revision = revision + 1 where tenant_id = $1 and id = $2`, c.Tenant, c.ID, s.now())
	results := tx.SendBatch(ctx, &batch)
	var errs []error
	for range batch.Len() {
		_, err := results.Exec()
		errs = append(errs, err)
	}
	return errors.Join(errors.Join(errs...), results.Close())
}

// States lists the state of every connection.
func (s *Store) States(ctx context.Context, tenant string) ([]connection.State, error) {
	var out []connection.State
	err := s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `select state from integration.connection where tenant_id = $1 and deleted_at is null`, tenant)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, pgx.RowTo[connection.State])
		return err
	}, tenant)
	return out, err
}
