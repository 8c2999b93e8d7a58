package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/seal"
	"github.com/dakoku/dakoku/services/integration/internal/connection"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
)

// Credentials is a connection's current set of keys.
type Credentials struct {
	Set      credential.Set
	Updated  time.Time
	Revision int64 // grows with every change, starts at 1
}

// PutCredentials replaces the connection's keys if unchanged accepts the
// revision that is current (0: none yet); with only it checks and stores
// nothing. A broken connection gets a new chance. CONNECTION_NOT_FOUND,
// ETAG_STALE, BOT_ALREADY_CONNECTED.
func (s *Store) PutCredentials(ctx context.Context, tenant, conn string, set credential.Set, unchanged func(int64) bool, only bool) (Credentials, error) {
	var out Credentials
	err := s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		c, err := readConnection(ctx, tx, tenant, conn, " for update")
		if err != nil {
			return err
		}
		revision, err := credentialRevision(ctx, tx, tenant, conn)
		if err != nil {
			return err
		}
		if !unchanged(revision) {
			return stale()
		}
		out = Credentials{Set: set, Updated: s.now().UTC().Truncate(time.Millisecond), Revision: revision + 1}
		if err := s.writeCredentials(ctx, tx, c, out); err != nil {
			return err
		}
		return dry(only)
	}, tenant)
	if postgres.Constraint(err) == "credentials_bot_key" {
		return Credentials{}, s.botTaken(ctx, tenant, set.Bot)
	}
	return out, settled(err)
}

func credentialRevision(ctx context.Context, tx pgx.Tx, tenant, conn string) (int64, error) {
	var revision int64
	err := tx.QueryRow(ctx, `select revision from integration.credentials where tenant_id = $1 and connection_id = $2`, tenant, conn).Scan(&revision)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, nil
	}
	return revision, err
}

// writeCredentials stores the keys with all that follows: the old access token
// is worthless, the gate opens, a broken connection is mended.
func (s *Store) writeCredentials(ctx context.Context, tx pgx.Tx, c connection.Connection, next Credentials) error {
	sealed, err := s.sealCredentials(c.Tenant, c.ID, next)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `insert into integration.credentials (tenant_id, connection_id, api_version, bot, sealed, updated_at, revision)
		values ($1, $2, $3, $4, $5, $6, $7)
		on conflict on constraint credentials_pkey do update
		set api_version = excluded.api_version, bot = excluded.bot, sealed = excluded.sealed, updated_at = excluded.updated_at, revision = excluded.revision`,
		c.Tenant, c.ID, next.Set.Version, next.Set.Bot, sealed, next.Updated, next.Revision)
	if err != nil {
		return err
	}
	if mended := c.Mend(); mended != c {
		if err := writeState(ctx, tx, mended); err != nil {
			return err
		}
	}
	if err := openGate(ctx, tx, c.Tenant, c.ID); err != nil {
		return err
	}
	return touchEndpoints(ctx, tx)
}

// botTaken names the connection that uses the bot already.
func (s *Store) botTaken(ctx context.Context, tenant, bot string) error {
	var other string
	err := s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		return tx.QueryRow(ctx, `select connection_id from integration.credentials where tenant_id = $1 and bot = $2`, tenant, bot).Scan(&other)
	}, tenant)
	if err != nil {
		return err
	}
	return fault.New(fault.Exists, "BOT_ALREADY_CONNECTED", fault.Text{
		JA: "このBotは別の連携で使われています。",
		EN: "Another connection uses this bot already.",
	}).With("connection", "connections/"+other)
}

// CredentialsOf reads a connection's keys. CONNECTION_NOT_FOUND,
// CREDENTIALS_MISSING.
func (s *Store) CredentialsOf(ctx context.Context, tenant, conn string) (Credentials, error) {
	var out Credentials
	err := s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if _, err := readConnection(ctx, tx, tenant, conn, ""); err != nil {
			return err
		}
		var sealed []byte
		err := tx.QueryRow(ctx, `select sealed, updated_at, revision from integration.credentials where tenant_id = $1 and connection_id = $2`,
			tenant, conn).Scan(&sealed, &out.Updated, &out.Revision)
		if errors.Is(err, pgx.ErrNoRows) {
			return connection.CredentialsMissing()
		}
		if err != nil {
			return err
		}
		out.Updated = out.Updated.UTC()
		out.Set, err = s.openCredentials(tenant, conn, out.Revision, sealed)
		return err
	}, tenant)
	return out, err
}

// record is a credential.Set as it is sealed; its own types never marshal.
type record struct {
	Version, Bot, BotSecret, ClientID, ClientSecret, ServiceAccount, APIID, ConsumerKey, ServerID, PrivateKey string
}

func (s *Store) sealCredentials(tenant, conn string, c Credentials) ([]byte, error) {
	set := c.Set
	plain, err := json.Marshal(record{
		Version: string(set.Version), Bot: set.Bot, BotSecret: set.BotSecret.Reveal(), ClientID: set.ClientID,
		ClientSecret: set.ClientSecret.Reveal(), ServiceAccount: set.ServiceAccount, APIID: set.APIID.Reveal(),
		ConsumerKey: set.ConsumerKey.Reveal(), ServerID: set.ServerID, PrivateKey: set.PrivateKey.Reveal(),
	})
	if err != nil {
		return nil, errors.New("credentials cannot be written")
	}
	sealed, err := s.keys.Seal(credentialContext(tenant, conn, c.Revision), plain)
	if err != nil {
		return nil, fmt.Errorf("seal credentials: %w", err)
	}
	return sealed, nil
}

func (s *Store) openCredentials(tenant, conn string, revision int64, sealed []byte) (credential.Set, error) {
	plain, err := s.keys.Open(credentialContext(tenant, conn, revision), sealed)
	if err != nil {
		return credential.Set{}, fmt.Errorf("credentials of connection %s: %w", conn, err)
	}
	var r record
	if json.Unmarshal(plain, &r) != nil {
		return credential.Set{}, fmt.Errorf("credentials of connection %s cannot be read", conn)
	}
	return credential.Set{
		Version: credential.Version(r.Version), Bot: r.Bot, BotSecret: credential.Secret(r.BotSecret), ClientID: r.ClientID,
		ClientSecret: credential.Secret(r.ClientSecret), ServiceAccount: r.ServiceAccount, APIID: credential.Secret(r.APIID),
		ConsumerKey: credential.Secret(r.ConsumerKey), ServerID: r.ServerID, PrivateKey: credential.Secret(r.PrivateKey),
	}, nil
}

func credentialContext(tenant, conn string, revision int64) seal.Context {
	return seal.Context{Tenant: tenant, Object: conn, Purpose: "credentials", Version: strconv.FormatInt(revision, 10)}
}
