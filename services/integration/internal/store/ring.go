package store

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/integration/internal/access"
	"github.com/dakoku/dakoku/services/integration/internal/connection"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/vault"
)

// readRing reads the sets of a connection, also one whose time is over.
func readRing(ctx context.Context, tx pgx.Tx, tenant, conn string) (credential.Ring, error) {
	rows, err := tx.Query(ctx, `select id, role, revision, stored_at, replaced_at, expires_at, verified, api_version, bot, client_id, service_account, server_id,
			private_key_print, bot_secret_print, client_secret_print, api_id_print, consumer_key_print, client_id_print, server_id_print
		from integration.credentials where tenant_id = $1 and connection_id = $2
		order by expires_at desc, revision desc`, tenant, conn)
	if err != nil {
		return credential.Ring{}, err
	}
	kept, err := pgx.CollectRows(rows, scanKept)
	var out credential.Ring
	for _, k := range kept {
		switch k.Role {
		case credential.Current:
			out.Current = &k
		case credential.Staged:
			out.Staged = &k
		case credential.Previous:
			out.Previous = &k
		case credential.Former:
			out.Former = append(out.Former, k)
		}
	}
	return out, err
}

func scanKept(row pgx.CollectableRow) (credential.Kept, error) {
	var k credential.Kept
	var replaced, expires *time.Time
	err := row.Scan(&k.ID, &k.Role, &k.Revision, &k.Stored, &replaced, &expires, &k.Verified, &k.Version, &k.Bot, &k.ClientID, &k.ServiceAccount, &k.ServerID,
		&k.Prints.PrivateKey, &k.Prints.BotSecret, &k.Prints.ClientSecret, &k.Prints.APIID, &k.Prints.ConsumerKey, &k.Prints.ClientID, &k.Prints.ServerID)
	k.Stored, k.Replaced, k.Expires = k.Stored.UTC(), orZero(replaced), orZero(expires)
	return k, err
}

func orZero(at *time.Time) time.Time {
	if at == nil {
		return time.Time{}
	}
	return at.UTC()
}

func orNull(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	return &at
}

// writeRing stores the difference of two rings. The order keeps every role free
// for the set that takes it: first what goes, then former, previous, staged and
// current.
func (s *Store) writeRing(ctx context.Context, tx pgx.Tx, c connection.Connection, was, next credential.Ring, how change) error {
	before, after := byID(was), byID(next)
	for id, k := range before {
		if _, stays := after[id]; stays {
			continue
		}
		if _, err := tx.Exec(ctx, `delete from integration.credentials where tenant_id = $1 and id = $2`, c.Tenant, id); err != nil {
			return err
		}
		k.Role = ""
		if err := s.note(ctx, tx, c, k, how); err != nil {
			return err
		}
	}
	places := next.All()
	slices.SortStableFunc(places, func(a, b credential.Kept) int { return cmp.Compare(turnOf(a.Role), turnOf(b.Role)) })
	for _, k := range places {
		if before[k.ID] == k {
			continue
		}
		if err := s.place(ctx, tx, c, k, how); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, `delete from integration.connection_bot b where b.tenant_id = $1 and b.connection_id = $2
		and not exists (select from integration.credentials k where k.tenant_id = b.tenant_id and k.bot = b.bot)`, c.Tenant, c.ID)
	return err
}

// turnOf is the place of a role in the order in which roles are written.
func turnOf(r credential.Role) int {
	return slices.Index([]credential.Role{credential.Former, credential.Previous, credential.Staged, credential.Current}, r)
}

func byID(r credential.Ring) map[string]credential.Kept {
	out := map[string]credential.Kept{}
	for _, k := range r.All() {
		out[k.ID] = k
	}
	return out
}

// place gives a set its role, and stores it when it is the new one.
func (s *Store) place(ctx context.Context, tx pgx.Tx, c connection.Connection, k credential.Kept, how change) error {
	tag, err := tx.Exec(ctx, `update integration.credentials set role = $3, replaced_at = $4, expires_at = $5 where tenant_id = $1 and id = $2`,
		c.Tenant, k.ID, k.Role, orNull(k.Replaced), orNull(k.Expires))
	if err != nil {
		return err
	}
	if tag.RowsAffected() == 0 {
		if err := s.insertSet(ctx, tx, c, k, *how.added); err != nil {
			return err
		}
		if how.token.Access != "" {
			if err := s.putAccessToken(ctx, tx, c.Tenant, k.ID, access.Given(how.token, 1, k.Summary, s.now())); err != nil {
				return err
			}
		}
	}
	return s.note(ctx, tx, c, k, how)
}

func (s *Store) insertSet(ctx context.Context, tx pgx.Tx, c connection.Connection, k credential.Kept, set credential.Set) error {
	box, err := vault.Seal(s.keys, c.Tenant, c.ID, k.Revision, set)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `insert into integration.connection_bot (tenant_id, bot, connection_id) values ($1, $2, $3)
		on conflict on constraint connection_bot_pkey do nothing`, c.Tenant, k.Bot, c.ID); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `insert into integration.credentials (tenant_id, connection_id, id, role, revision, stored_at, api_version, bot, sealed,
			client_id, service_account, server_id, private_key_print, bot_secret_print, client_secret_print, api_id_print, consumer_key_print,
			client_id_print, server_id_print)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`,
		c.Tenant, c.ID, k.ID, k.Role, k.Revision, k.Stored, k.Version, k.Bot, box, k.ClientID, k.ServiceAccount, k.ServerID,
		k.Prints.PrivateKey, k.Prints.BotSecret, k.Prints.ClientSecret, k.Prints.APIID, k.Prints.ConsumerKey, k.Prints.ClientID, k.Prints.ServerID)
	return err
}

// note adds to the history what became of a set; no role: it is erased.
func (s *Store) note(ctx context.Context, tx pgx.Tx, c connection.Connection, k credential.Kept, how change) error {
	id, err := newID()
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `insert into integration.credential_change (tenant_id, id, connection_id, set_id, revision, at, actor, verb, role, api_version,
			bot, private_key_print, bot_secret_print, client_secret_print, api_id_print, consumer_key_print)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		c.Tenant, id, c.ID, k.ID, k.Revision, s.now(), how.actor, how.verb, k.Role, k.Version, k.Bot,
		k.Prints.PrivateKey, k.Prints.BotSecret, k.Prints.ClientSecret, k.Prints.APIID, k.Prints.ConsumerKey)
	return err
}
