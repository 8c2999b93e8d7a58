package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/failpoint"
	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/seal"
	"github.com/dakoku/dakoku/services/integration/internal/access"
	"github.com/dakoku/dakoku/services/integration/internal/connection"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
)

// AccessToken reads the shared token of a set; the zero value when there is none.
func (s *Store) AccessToken(ctx context.Context, tenant, set string) (access.Stored, error) {
	var out access.Stored
	var sealed []byte
	err := s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		return tx.QueryRow(ctx, `select version, sealed, expires_at, refresh_at from integration.access_token
			where tenant_id = $1 and set_id = $2`, tenant, set).
			Scan(&out.Version, &sealed, &out.Expires, &out.RefreshAt)
	}, tenant)
	if errors.Is(err, pgx.ErrNoRows) {
		return access.Stored{}, nil
	}
	if err != nil || sealed == nil {
		return access.Stored{Version: out.Version}, err
	}
	plain, err := s.keys.Open(accessContext(tenant, set, out.Version), sealed)
	if err != nil {
		return access.Stored{Version: out.Version}, fmt.Errorf("access token of key set %s: %w", set, err)
	}
	out.Access = credential.Secret(plain)
	return out, nil
}

// ClaimRenewal makes the caller the one who renews until the given time. For a
// set that is erased it answers CREDENTIALS_MISSING.
func (s *Store) ClaimRenewal(ctx context.Context, tenant, set string, version int64, now, until time.Time) (bool, error) {
	ctx = failpoint.Named(ctx, "tok.claim")
	var won bool
	err := s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `insert into integration.access_token
				(tenant_id, set_id, version, expires_at, refresh_at, renewing_until)
			values ($1, $2, 0, $4, $4, $5)
			on conflict on constraint access_token_pkey do update set renewing_until = excluded.renewing_until
			where access_token.version = $3 and access_token.renewing_until <= $4`, tenant, set, version, now, until)
		won = err == nil && tag.RowsAffected() == 1
		return err
	}, tenant)
	if postgres.Constraint(err) == "access_token_set_fkey" {
		return false, connection.CredentialsMissing()
	}
	return won, err
}

// SaveAccessToken stores the token that follows version next.Version-1. A token
// that somebody else has stored meanwhile stays.
func (s *Store) SaveAccessToken(ctx context.Context, tenant, set string, next access.Stored) error {
	ctx = failpoint.Named(ctx, "tok.save")
	sealed, err := s.keys.Seal(accessContext(tenant, set, next.Version), []byte(next.Access.Reveal()))
	if err != nil {
		return fmt.Errorf("seal an access token: %w", err)
	}
	return s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `update integration.access_token set version = $3, sealed = $4,
				expires_at = $5, refresh_at = $6, renewing_until = '-infinity'
			where tenant_id = $1 and set_id = $2 and version = $3 - 1`,
			tenant, set, next.Version, sealed, next.Expires, next.RefreshAt)
		if err != nil {
			return err
		}
		return prove(ctx, tx, tenant, set, next.Keys)
	}, tenant)
}

// putAccessToken stores the first token of a set that is stored in the same
// transaction.
func (s *Store) putAccessToken(ctx context.Context, tx pgx.Tx, tenant, set string, first access.Stored) error {
	sealed, err := s.keys.Seal(accessContext(tenant, set, first.Version), []byte(first.Access.Reveal()))
	if err != nil {
		return fmt.Errorf("seal an access token: %w", err)
	}
	_, err = tx.Exec(ctx, `insert into integration.access_token (tenant_id, set_id, version, sealed, expires_at, refresh_at, renewing_until)
		values ($1, $2, $3, $4, $5, $6, '-infinity')`, tenant, set, first.Version, sealed, first.Expires, first.RefreshAt)
	return err
}

// prove shows the ids of keys that LINE WORKS has accepted.
func prove(ctx context.Context, tx pgx.Tx, tenant, set string, keys credential.Summary) error {
	if !keys.Proven() {
		return nil
	}
	_, err := tx.Exec(ctx, `update integration.credentials set client_id = $3, server_id = $4
		where tenant_id = $1 and id = $2 and client_id = '' and server_id = ''`, tenant, set, keys.ClientID, keys.ServerID)
	return err
}

// Prove notes that LINE WORKS has just given an access token for a set.
func (s *Store) Prove(ctx context.Context, tenant, set string, keys credential.Summary) error {
	return s.in(ctx, func(ctx context.Context, tx pgx.Tx) error { return prove(ctx, tx, tenant, set, keys) }, tenant)
}

// EndRenewal ends the claim without a token.
func (s *Store) EndRenewal(ctx context.Context, tenant, set string) error {
	return s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `update integration.access_token set renewing_until = '-infinity'
			where tenant_id = $1 and set_id = $2`, tenant, set)
		return err
	}, tenant)
}

func accessContext(tenant, set string, version int64) seal.Context {
	return seal.Context{Tenant: tenant, Object: set, Purpose: "access-token", Version: strconv.FormatInt(version, 10)}
}
