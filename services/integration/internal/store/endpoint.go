package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/integration/internal/credential"
)

// Endpoint is a live callback token with the keys that verify its callbacks.
type Endpoint struct {
	Tenant, Connection string
	TokenHash          []byte
	Set                credential.Set
	// Damaged is why the keys cannot be read; Set is then empty.
	Damaged error
}

// Endpoints returns the version of the endpoint table and, unless the caller
// holds that version, the whole table. Keys that cannot be opened damage their
// own endpoint only.
func (s *Store) Endpoints(ctx context.Context, held int64) (int64, []Endpoint, error) {
	var version int64
	var out []Endpoint
	err := s.across(ctx, func(ctx context.Context, tx pgx.Tx) error {
		// The version first: what is read after it is at least as new.
		if err := tx.QueryRow(ctx, `select version from integration.endpoint_version where id = 1`).Scan(&version); err != nil || version == held {
			return err
		}
		rows, err := tx.Query(ctx, `select t.tenant_id, t.connection_id, t.token_hash, c.revision, c.sealed
			from integration.callback_token t
			join integration.credentials c on c.tenant_id = t.tenant_id and c.connection_id = t.connection_id
			where t.revoked_at is null order by t.tenant_id, t.connection_id, t.id`)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, s.scanEndpoint)
		return err
	})
	return version, out, err
}

func (s *Store) scanEndpoint(row pgx.CollectableRow) (Endpoint, error) {
	var e Endpoint
	var revision int64
	var sealed []byte
	if err := row.Scan(&e.Tenant, &e.Connection, &e.TokenHash, &revision, &sealed); err != nil {
		return e, err
	}
	e.Set, e.Damaged = s.openCredentials(e.Tenant, e.Connection, revision, sealed)
	return e, nil
}
