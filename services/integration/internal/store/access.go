package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/seal"
	"github.com/dakoku/dakoku/services/integration/internal/access"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
)

// Account reads a connection's keys as the access-token manager wants them.
func (s *Store) Account(ctx context.Context, tenant, conn string) (access.Account, error) {
	c, err := s.CredentialsOf(ctx, tenant, conn)
	return access.Account{Tenant: tenant, Connection: conn, Revision: c.Revision, Set: c.Set}, err
}

// AccessToken reads the shared token; the zero value when there is none.
func (s *Store) AccessToken(ctx context.Context, tenant, conn string) (access.Stored, error) {
	var out access.Stored
	var sealed []byte
	err := s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		return tx.QueryRow(ctx, `select credential_revision, version, sealed, expires_at, refresh_at from integration.access_token
			where tenant_id = $1 and connection_id = $2`, tenant, conn).
			Scan(&out.Revision, &out.Version, &sealed, &out.Expires, &out.RefreshAt)
	}, tenant)
	if errors.Is(err, pgx.ErrNoRows) {
		return access.Stored{}, nil
	}
	if err != nil || sealed == nil {
		return access.Stored{Version: out.Version}, err
	}
	plain, err := s.keys.Open(accessContext(tenant, conn, out.Version), sealed)
	if err != nil {
		return access.Stored{Version: out.Version}, fmt.Errorf("access token of connection %s: %w", conn, err)
	}
	out.Access = credential.Secret(plain)
	return out, nil
}

// ClaimRenewal makes the caller the one who renews until the given time.
func (s *Store) ClaimRenewal(ctx context.Context, tenant, conn string, version int64, now, until time.Time) (bool, error) {
	var won bool
	err := s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `insert into integration.access_token
				(tenant_id, connection_id, credential_revision, version, expires_at, refresh_at, renewing_until)
			values ($1, $2, 0, 0, $4, $4, $5)
			on conflict on constraint access_token_pkey do update set renewing_until = excluded.renewing_until
			where access_token.version = $3 and access_token.renewing_until <= $4`, tenant, conn, version, now, until)
		won = err == nil && tag.RowsAffected() == 1
		return err
	}, tenant)
	return won, err
}

// SaveAccessToken stores the token that follows version next.Version-1. A token
// that somebody else has stored meanwhile stays.
func (s *Store) SaveAccessToken(ctx context.Context, tenant, conn string, next access.Stored) error {
	sealed, err := s.keys.Seal(accessContext(tenant, conn, next.Version), []byte(next.Access.Reveal()))
	if err != nil {
		return fmt.Errorf("seal an access token: %w", err)
	}
	return s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `update integration.access_token set credential_revision = $4, version = $3, sealed = $5,
				expires_at = $6, refresh_at = $7, renewing_until = '-infinity'
			where tenant_id = $1 and connection_id = $2 and version = $3 - 1`,
			tenant, conn, next.Version, next.Revision, sealed, next.Expires, next.RefreshAt)
		return err
	}, tenant)
}

// EndRenewal ends the claim without a token.
func (s *Store) EndRenewal(ctx context.Context, tenant, conn string) error {
	return s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `update integration.access_token set renewing_until = '-infinity'
			where tenant_id = $1 and connection_id = $2`, tenant, conn)
		return err
	}, tenant)
}

func accessContext(tenant, conn string, version int64) seal.Context {
	return seal.Context{Tenant: tenant, Object: conn, Purpose: "access-token", Version: strconv.FormatInt(version, 10)}
}
