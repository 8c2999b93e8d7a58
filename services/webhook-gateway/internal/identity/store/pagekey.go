package store

import (
	"context"
	"crypto/rand"

	"github.com/dakoku/dakoku/platform/seal"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity"
	"github.com/jackc/pgx/v5"
)

// pageKeyBound is where the sealed key belongs.
var pageKeyBound = seal.Context{Object: "page_key", Purpose: "page", Version: "1"}

// PageKey is the key under which page tokens are authenticated, 256 bits; the
// first process makes it, and every process has the same.
func (s *Store) PageKey(ctx context.Context, keys identity.Keys) ([]byte, error) {
	fresh := make([]byte, 32)
	_, _ = rand.Read(fresh) // never fails
	sealed, err := keys.Seal(pageKeyBound, fresh)
	if err != nil {
		return nil, err
	}
	err = s.plain(ctx, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `insert into identity.page_key (id, value) values (1, $1) on conflict on constraint page_key_pkey do nothing`, sealed)
		if err != nil {
			return err
		}
		return tx.QueryRow(ctx, `select value from identity.page_key where id = 1`).Scan(&sealed)
	})
	if err != nil {
		return nil, err
	}
	return keys.Open(pageKeyBound, sealed)
}
