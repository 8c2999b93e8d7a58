package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/seal"
	"github.com/dakoku/dakoku/services/integration/internal/connection"
	"github.com/dakoku/dakoku/services/integration/internal/token"
)

// maxLiveTokens may live at once, so that a URL can be replaced without a gap.
const maxLiveTokens = 2

// IssuedToken is a callback token with its place.
type IssuedToken struct {
	ID, Connection string
	Token          token.Token
	Created        time.Time
}

// IssueToken makes a callback token. CONNECTION_NOT_FOUND, TOO_MANY_TOKENS.
func (s *Store) IssueToken(ctx context.Context, tenant, conn string) (IssuedToken, error) {
	id, err := newID()
	if err != nil {
		return IssuedToken{}, err
	}
	made, err := token.New(rand.Reader)
	if err != nil {
		return IssuedToken{}, err
	}
	sealed, err := s.keys.Seal(tokenContext(tenant, conn, id), []byte(made.Reveal()))
	if err != nil {
		return IssuedToken{}, fmt.Errorf("seal a callback token: %w", err)
	}
	out := IssuedToken{ID: id, Connection: conn, Token: made, Created: s.now().UTC().Truncate(time.Millisecond)}
	return out, s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if _, err := readConnection(ctx, tx, tenant, conn, " for update"); err != nil {
			return err
		}
		if err := roomForToken(ctx, tx, tenant, conn); err != nil {
			return err
		}
		hash := made.Hash()
		_, err := tx.Exec(ctx, `insert into integration.callback_token (tenant_id, id, connection_id, token_hash, sealed, created_at)
			values ($1, $2, $3, $4, $5, $6)`, tenant, id, conn, hash[:], sealed, out.Created)
		if err != nil {
			return err
		}
		return touchEndpoints(ctx, tx)
	}, tenant)
}

func roomForToken(ctx context.Context, tx pgx.Tx, tenant, conn string) error {
	var live int
	err := tx.QueryRow(ctx, `select count(*) from integration.callback_token where tenant_id = $1 and connection_id = $2 and revoked_at is null`,
		tenant, conn).Scan(&live)
	if err != nil || live < maxLiveTokens {
		return err
	}
	return fault.New(fault.Precondition, "TOO_MANY_TOKENS", fault.Text{
		JA: "有効なAPIトークンが2つあります。先に1つを失効させてください。",
		EN: "Two callback tokens are live already. Revoke one first.",
	})
}

// ShowTokens is LiveTokens for somebody who sees them, which the audit says.
func (s *Store) ShowTokens(ctx context.Context, tenant, conn string) ([]IssuedToken, error) {
	return s.liveTokens(ctx, tenant, conn, func(ctx context.Context, tx pgx.Tx) error { return noteAct(ctx, tx, tenant, "callback_token", conn) })
}

// LiveTokens reads the tokens that are not revoked, oldest first. CONNECTION_NOT_FOUND.
func (s *Store) LiveTokens(ctx context.Context, tenant, conn string) ([]IssuedToken, error) {
	return s.liveTokens(ctx, tenant, conn, func(context.Context, pgx.Tx) error { return nil })
}

func (s *Store) liveTokens(ctx context.Context, tenant, conn string, note func(context.Context, pgx.Tx) error) ([]IssuedToken, error) {
	var out []IssuedToken
	err := s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if _, err := readConnection(ctx, tx, tenant, conn, ""); err != nil {
			return err
		}
		if err := note(ctx, tx); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `select id, sealed, created_at from integration.callback_token
			where tenant_id = $1 and connection_id = $2 and revoked_at is null order by created_at, id`, tenant, conn)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (IssuedToken, error) {
			return s.scanToken(row, tenant, conn)
		})
		return err
	}, tenant)
	return out, err
}

// WasRevoked tells that a token was the connection's and is revoked.
func (s *Store) WasRevoked(ctx context.Context, tenant, conn string, t token.Token) (bool, error) {
	var revoked bool
	hash := t.Hash()
	return revoked, s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		return tx.QueryRow(ctx, `select exists (select from integration.callback_token
			where token_hash = $3 and tenant_id = $1 and connection_id = $2 and revoked_at is not null)`, tenant, conn, hash[:]).Scan(&revoked)
	}, tenant)
}

func (s *Store) scanToken(row pgx.CollectableRow, tenant, conn string) (IssuedToken, error) {
	out := IssuedToken{Connection: conn}
	var sealed []byte
	if err := row.Scan(&out.ID, &sealed, &out.Created); err != nil {
		return out, err
	}
	out.Created = out.Created.UTC()
	text, err := s.keys.Open(tokenContext(tenant, conn, out.ID), sealed)
	if err != nil {
		return out, fmt.Errorf("callback token %s: %w", out.ID, err)
	}
	out.Token, err = token.Parse(string(text))
	return out, err
}

// TokenUse is an event that came in by a token.
type TokenUse struct {
	Tenant, Token string
	Received      time.Time // by the database's clock
}

const revocations = `
select (select t.revoked_at <= u.received from integration.callback_token t where t.tenant_id = u.tenant and t.id = u.id limit 1) is true
  from unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) with ordinality as u (tenant, id, received, place)
 order by u.place`

// Revoked tells for each use, in order, whether its token had been revoked when
// the event was received. A token that is not ours or not named was not.
func (s *Store) Revoked(ctx context.Context, uses []TokenUse) ([]bool, error) {
	tenants, ids, received := make([]string, len(uses)), make([]*string, len(uses)), make([]time.Time, len(uses))
	named := false
	for i, u := range uses {
		tenants[i], received[i] = u.Tenant, u.Received
		if isID(u.Token) {
			ids[i], named = &u.Token, true
		}
	}
	if !named {
		return make([]bool, len(uses)), nil
	}
	var out []bool
	err := s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, revocations, tenants, ids, received)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, pgx.RowTo[bool])
		return err
	}, tenants...)
	return out, err
}

// RevokeToken ends a live token, at a time of the database's clock: events are
// received by that clock, too. The database erases the sealed copy; the hash stays. TOKEN_NOT_FOUND, also for another connection's.
func (s *Store) RevokeToken(ctx context.Context, tenant, conn, id string) error {
	missing := connection.TokenNotFound()
	if !isID(conn) || !isID(id) {
		return missing
	}
	return s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		var revoked string
		err := tx.QueryRow(ctx, `update integration.callback_token set revoked_at = clock_timestamp()
			where tenant_id = $1 and connection_id = $2 and id = $3 and revoked_at is null returning id`,
			tenant, conn, id).Scan(&revoked)
		if errors.Is(err, pgx.ErrNoRows) {
			return missing
		}
		if err != nil {
			return err
		}
		return touchEndpoints(ctx, tx)
	}, tenant)
}

func tokenContext(tenant, conn, id string) seal.Context {
	return seal.Context{Tenant: tenant, Object: conn, Purpose: "callback-token", Version: id}
}
