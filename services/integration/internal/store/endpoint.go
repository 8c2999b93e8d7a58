package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/integration/internal/vault"
)

// Endpoint is a live callback token with the sets whose callbacks it accepts,
// the current one first.
type Endpoint struct {
	Tenant, Connection string
	Token              string // its id
	TokenHash          []byte
	Sets               []vault.Sealed
}

// Endpoints returns the version of the endpoint table and, unless the caller
// holds that version, the whole table.
func (s *Store) Endpoints(ctx context.Context, held int64) (int64, []Endpoint, error) {
	var version int64
	var out []Endpoint
	err := s.across(ctx, func(ctx context.Context, tx pgx.Tx) error {
		// The version first: what is read after it is at least as new.
		if err := tx.QueryRow(ctx, `select version from integration.endpoint_version where id = 1`).Scan(&version); err != nil || version == held {
			return err
		}
		sets, err := s.setsOfAll(ctx, tx)
		if err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `select tenant_id, connection_id, id, token_hash from integration.callback_token
			where revoked_at is null order by tenant_id, connection_id, id`)
		if err != nil {
			return err
		}
		var e Endpoint
		_, err = pgx.ForEachRow(rows, []any{&e.Tenant, &e.Connection, &e.Token, &e.TokenHash}, func() error {
			if e.Sets = sets[owner{e.Tenant, e.Connection}]; len(e.Sets) > 0 {
				out = append(out, e)
			}
			e.TokenHash = nil
			return nil
		})
		return err
	})
	return version, out, err
}

type owner struct{ tenant, connection string }

// setsOfAll reads every set that is not over, of every organization.
func (s *Store) setsOfAll(ctx context.Context, tx pgx.Tx) (map[owner][]vault.Sealed, error) {
	rows, err := tx.Query(ctx, `select tenant_id, connection_id, id, revision, api_version, bot, private_key_print, sealed
		from integration.credentials where expires_at is null or expires_at > $1
		order by array_position(array['CURRENT', 'STAGED', 'PREVIOUS', 'FORMER'], role), revision desc`, s.now())
	if err != nil {
		return nil, err
	}
	sets, err := pgx.CollectRows(rows, scanSealed)
	out := map[owner][]vault.Sealed{}
	for _, k := range sets {
		at := owner{k.Tenant, k.Connection}
		out[at] = append(out[at], k)
	}
	return out, err
}
