package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/integration/internal/link"
)

const (
	// lookUpKeys are the keys that a connection, named behind the first part, looks people up with, see SealedKeys.
	lookUpKeys = `(select k.domain from integration.credentials k where k.tenant_id = $1 and k.connection_id = `
	notOver    = ` and k.api_version = 'V2' and k.role <> 'FORMER' and (k.expires_at is null or k.expires_at > $2)
 order by array_position(array['CURRENT', 'PREVIOUS', 'STAGED'], k.role) limit 1)`

	// appDomain is the domain of their app.
	appDomain = `coalesce(` + lookUpKeys + `$3` + notOver + `, '')`

	// Two domains may be of one LINE WORKS. Nobody can tell, so they count as two: then it takes longer until somebody is
	// known to be gone, and nobody is marked who is not. A connection that is deleted has no keys.
	homeOf = `with app as (select ` + appDomain + ` as domain)
select app.domain, not exists (select from integration.credentials o
     where o.tenant_id = $1 and o.connection_id <> $3 and o.role <> 'FORMER' and (o.domain <> app.domain or app.domain = ''))
  from app`

	noteHome = `with app as (select ` + appDomain + ` as domain)
update integration.account_link l set domain = app.domain
  from app where l.tenant_id = $1 and l.user_id = any ($4) and app.domain <> '' and l.domain is distinct from app.domain`
)

// homeOf is the LINE WORKS that a connection looks into.
func (s *Store) homeOf(ctx context.Context, tx pgx.Tx, tenant, conn string) (h link.Home, err error) {
	err = tx.QueryRow(ctx, homeOf, tenant, s.now(), conn).Scan(&h.Domain, &h.Sole)
	return h, err
}

// noteHome notes with the links of people that the LINE WORKS of a connection knows them.
func (s *Store) noteHome(ctx context.Context, tx pgx.Tx, tenant, conn string, users ...string) error {
	_, err := tx.Exec(ctx, noteHome, tenant, s.now(), conn, users)
	return err
}
