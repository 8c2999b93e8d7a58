package store

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/failpoint"
	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/services/integration/internal/connection"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
	"github.com/dakoku/dakoku/services/integration/internal/vault"
)

// Put is a set of keys to be stored.
type Put struct {
	ID        string // of the set, by NewSetID; empty: a new one
	Set       credential.Set
	Stage     bool             // beside the current set, not in its place
	Only      bool             // check and store nothing
	Unchanged func(int64) bool // accepts the revision of the set whose place this one takes; 0: none's
	Actor     string           // for the history
	Token     lineworks.Token  // what LINE WORKS gave for the keys; zero: nothing was to be had
}

// PutCredentials stores a set and answers what the connection keeps then. A
// broken connection gets a new chance. CONNECTION_NOT_FOUND, ETAG_STALE,
// PREVIOUS_CREDENTIALS_KEPT, TOO_MANY_CREDENTIALS, BOT_ALREADY_CONNECTED,
// INVALID_ARGUMENT for values in the wrong fields. Checking writes nothing, not
// even what is rolled back: a typed value that is not stored reaches no file.
func (s *Store) PutCredentials(ctx context.Context, tenant, conn string, p Put) (credential.Ring, error) {
	ctx = failpoint.Named(ctx, "cred.put")
	var out credential.Ring
	id, err := p.id()
	if err != nil {
		return out, err
	}
	err = s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		c, was, err := s.lockRing(ctx, tx, tenant, conn)
		if err != nil {
			return err
		}
		next := credential.Kept{Summary: p.summary(), ID: id, Stored: s.now().UTC().Truncate(time.Millisecond)}
		if !p.Unchanged(was.Replaces(p.Stage)) {
			return Stale()
		}
		if err := s.mixedUp(ctx, tx, tenant, conn, p.Set.Summary()); err != nil {
			return err
		}
		if next.Revision, err = nextRevision(ctx, tx, tenant, conn); err != nil {
			return err
		}
		if out, err = was.At(next.Stored).Put(next, p.Stage, next.Stored); err != nil {
			return err
		}
		if p.Only {
			return botFree(ctx, tx, tenant, conn, p.Set.Bot)
		}
		return s.turn(ctx, tx, c, was, out, change{verb: "PUT", actor: p.Actor, added: &p.Set, token: p.Token})
	}, tenant)
	if postgres.Constraint(err) == "credentials_bot_fkey" {
		taken := s.in(ctx, func(ctx context.Context, tx pgx.Tx) error { return botFree(ctx, tx, tenant, conn, p.Set.Bot) }, tenant)
		return credential.Ring{}, cmp.Or(taken, err)
	}
	return out, err
}

// NewSetID is an id for keys that are used before they are stored.
func NewSetID() (string, error) { return newID() }

func (p Put) id() (string, error) {
	if p.ID != "" {
		return p.ID, nil
	}
	return newID()
}

// summary is what may be shown of the keys by what is known of them.
func (p Put) summary() credential.Summary {
	if p.Token.Access == "" {
		return p.Set.Summary().Unproven()
	}
	return p.Set.Summary()
}

// mixedUp refuses a set whose values stand in other fields than those of the
// connection's sets that have got an access token.
func (s *Store) mixedUp(ctx context.Context, tx pgx.Tx, tenant, conn string, set credential.Summary) error {
	rows, err := tx.Query(ctx, `select k.api_version, k.bot, k.client_id, k.service_account, k.server_id,
			k.bot_secret_print, k.client_secret_print, k.api_id_print, k.consumer_key_print, k.client_id_print, k.server_id_print
		from integration.credentials k join integration.access_token a on a.tenant_id = k.tenant_id and a.set_id = k.id
		where k.tenant_id = $1 and k.connection_id = $2 and a.sealed is not null order by k.revision desc`, tenant, conn)
	if err != nil {
		return err
	}
	worked, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (w credential.Summary, err error) {
		return w, row.Scan(&w.Version, &w.Bot, &w.ClientID, &w.ServiceAccount, &w.ServerID,
			&w.Prints.BotSecret, &w.Prints.ClientSecret, &w.Prints.APIID, &w.Prints.ConsumerKey, &w.Prints.ClientID, &w.Prints.ServerID)
	})
	if err != nil {
		return err
	}
	return set.Against(worked)
}

// TurnCredentials changes the roles of a connection's sets; verb and actor are
// for the history. CONNECTION_NOT_FOUND and what the change answers.
func (s *Store) TurnCredentials(ctx context.Context, tenant, conn, verb, actor string,
	turn func(credential.Ring, time.Time) (credential.Ring, error),
) (credential.Ring, error) {
	ctx = failpoint.Named(ctx, "cred.turn")
	var out credential.Ring
	err := s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		c, was, err := s.lockRing(ctx, tx, tenant, conn)
		if err != nil {
			return err
		}
		now := s.now().UTC().Truncate(time.Millisecond)
		if out, err = turn(was.At(now), now); err != nil {
			return err
		}
		turned := func() error { return s.turn(ctx, tx, c, was, out, change{verb: verb, actor: actor}) }
		if verb != expire {
			return turned()
		}
		return asSystem(ctx, tx, "ExpireCredentials", turned)
	}, tenant)
	return out, err
}

// lockRing reads what the connection keeps and holds its row, so that changes
// follow each other.
func (s *Store) lockRing(ctx context.Context, tx pgx.Tx, tenant, conn string) (connection.Connection, credential.Ring, error) {
	if err := lockLane(ctx, tx, tenant, conn); err != nil {
		return connection.Connection{}, credential.Ring{}, err
	}
	c, err := readConnection(ctx, tx, tenant, conn, " for update")
	if err != nil {
		return c, credential.Ring{}, err
	}
	ring, err := readRing(ctx, tx, tenant, conn)
	return c, ring, err
}

// nextRevision never answers a number twice: seals and histories name it.
func nextRevision(ctx context.Context, tx pgx.Tx, tenant, conn string) (int64, error) {
	var last int64
	err := tx.QueryRow(ctx, `select coalesce(max(revision), 0) from integration.credential_change where tenant_id = $1 and connection_id = $2`,
		tenant, conn).Scan(&last)
	return last + 1, err
}

// change is what happens to a ring, for the history.
type change struct {
	verb, actor string
	added       *credential.Set // a new set of the next ring; nil: none
	token       lineworks.Token // its first access token; zero: none
}

// turn stores the next ring with all that follows: sets that it has not are
// erased, other current keys mend a broken connection, and what waits goes at once
// when it may go with other keys than before.
func (s *Store) turn(ctx context.Context, tx pgx.Tx, c connection.Connection, was, next credential.Ring, how change) error {
	if err := s.writeRing(ctx, tx, c, was, next, how); err != nil {
		return err
	}
	mended := c.Mend()
	if next.Current != nil && was.Set(next.Current.ID).Role != credential.Current && mended != c {
		if err := writeState(ctx, tx, mended); err != nil {
			return err
		}
	}
	if !slices.Equal(was.Senders(), next.Senders()) {
		if err := s.release(ctx, tx, c.Tenant, c.ID); err != nil {
			return err
		}
	}
	return touchEndpoints(ctx, tx)
}

// botFree answers BOT_ALREADY_CONNECTED, which names the connection, for a bot
// that another connection uses.
func botFree(ctx context.Context, tx pgx.Tx, tenant, conn, bot string) error {
	var other string
	err := tx.QueryRow(ctx, `select connection_id from integration.connection_bot where tenant_id = $1 and bot = $2 and connection_id <> $3`,
		tenant, bot, conn).Scan(&other)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return fault.New(fault.Exists, "BOT_ALREADY_CONNECTED", fault.Text{
		JA: "この Bot は別の連携で使われています。その連携にキー情報を登録するか、その連携を無効にして削除してから、もう一度登録してください。",
		EN: "Another connection uses this bot already. Enter the keys there, or disable and delete that connection, then enter them again.",
	}).With("connection", "connections/"+other)
}

// Ring reads what the connection keeps now. CONNECTION_NOT_FOUND.
func (s *Store) Ring(ctx context.Context, tenant, conn string) (credential.Ring, error) {
	var out credential.Ring
	err := s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if _, err := readConnection(ctx, tx, tenant, conn, ""); err != nil {
			return err
		}
		var err error
		out, err = readRing(ctx, tx, tenant, conn)
		out = out.At(s.now())
		return err
	}, tenant)
	return out, err
}

// SealedKeys reads the sets that may send now, still sealed, in the order in
// which they are asked to send. CONNECTION_NOT_FOUND, CREDENTIALS_MISSING.
func (s *Store) SealedKeys(ctx context.Context, tenant, conn string) ([]vault.Sealed, error) {
	var out []vault.Sealed
	err := s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if _, err := readConnection(ctx, tx, tenant, conn, ""); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `select tenant_id, connection_id, id, revision, api_version, bot, private_key_print, sealed
			from integration.credentials where tenant_id = $1 and connection_id = $2 and role <> 'FORMER' and (expires_at is null or expires_at > $3)
			order by array_position(array['CURRENT', 'PREVIOUS', 'STAGED'], role)`, tenant, conn, s.now())
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, scanSealed)
		return err
	}, tenant)
	if err == nil && len(out) == 0 {
		err = connection.CredentialsMissing()
	}
	return out, err
}

// SealedKey reads the set of one role, still sealed. CONNECTION_NOT_FOUND, and
// for a role that nothing has CREDENTIALS_MISSING or STAGED_CREDENTIALS_MISSING.
func (s *Store) SealedKey(ctx context.Context, tenant, conn string, role credential.Role) (vault.Sealed, error) {
	var out vault.Sealed
	err := s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if _, err := readConnection(ctx, tx, tenant, conn, ""); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `select tenant_id, connection_id, id, revision, api_version, bot, private_key_print, sealed
			from integration.credentials where tenant_id = $1 and connection_id = $2 and role = $3`, tenant, conn, role)
		if err != nil {
			return err
		}
		out, err = pgx.CollectExactlyOneRow(rows, scanSealed)
		if errors.Is(err, pgx.ErrNoRows) && role == credential.Staged {
			return credential.NoStaged()
		}
		if errors.Is(err, pgx.ErrNoRows) {
			return connection.CredentialsMissing()
		}
		return err
	}, tenant)
	return out, err
}

func scanSealed(row pgx.CollectableRow) (vault.Sealed, error) {
	var k vault.Sealed
	return k, row.Scan(&k.Tenant, &k.Connection, &k.ID, &k.Revision, &k.Version, &k.Bot, &k.PrivateKey, &k.Box)
}
