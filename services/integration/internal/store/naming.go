package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/integration/internal/link"
	"github.com/dakoku/dakoku/services/integration/internal/naming"
)

const (
	claimNaming = `update integration.unnamed_links set due_at = $3, lease = lease + 1 where tenant_id = $1 and due_at <= $2 returning lease`

	// One connection for each LINE WORKS, see homeOf. Nobody is asked about by one that is broken or has no keys for that, nor by one
	// whose look-ups are refused: the next who punches finds out whether they still are.
	namingConnections = `select distinct on (home) id, refused from (
 select c.id::text as id, c.created_at, coalesce(nullif(k.domain, ''), c.id::text) as home,
        c.state = 'BROKEN' or k.domain is null
        or exists (select from integration.look_up_gate g where g.tenant_id = $1 and g.connection_id = c.id and g.refused > 0) as refused
   from integration.connection c left join lateral ` + lookUpKeys + `c.id` + notOver + ` k on true
  where c.tenant_id = $1 and c.state in ('ACTIVE', 'BROKEN') and c.deleted_at is null) a order by home, refused, created_at, id`

	// Each claim begins with other people, so that those of whom nobody is told anything do not keep the others from being asked
	// about.
	unnamedLinks = `select ` + linkColumns + ` from integration.account_link
 where tenant_id = $1 and user_id is null and asked_at is null order by employee_id limit $2
 offset ($3::bigint * $2) % greatest((select count(*) from integration.account_link where tenant_id = $1 and user_id is null and asked_at is null), 1)`

	// A link that was made meanwhile has another time, and was not asked about.
	askedAccount = `update integration.account_link set asked_at = $4 where tenant_id = $1 and employee_id = $2 and account = $3 and created_at = $5`
)

// nameNow ends the rest of an organization that waits for keys, for an active connection or for look-ups that are not refused.
func (s *Store) nameNow(ctx context.Context, tx pgx.Tx, tenant string) error {
	_, err := tx.Exec(ctx, `update integration.unnamed_links set due_at = least(due_at, $2), lease = lease + 1 where tenant_id = $1`, tenant, s.now())
	return err
}

// NamingDue lists organizations with links whose people LINE WORKS was not asked about.
func (s *Store) NamingDue(ctx context.Context, now time.Time, limit int) ([]string, error) {
	var out []string
	err := s.across(ctx, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `select tenant_id::text from integration.unnamed_links where due_at <= $1 order by due_at limit $2`, now, limit)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	return out, err
}

// ClaimNaming gives an organization to one process until the given time, with the connections to ask by; the zero value: another
// has it.
func (s *Store) ClaimNaming(ctx context.Context, tenant string, now, until time.Time) (c naming.Claim, err error) {
	err = s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if err := tx.QueryRow(ctx, claimNaming, tenant, now, until).Scan(&c.Lease); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, namingConnections, tenant, now)
		if err != nil {
			return err
		}
		var conn string
		var refused bool
		_, err = pgx.ForEachRow(rows, []any{&conn, &refused}, func() error {
			if c.Silent = c.Silent || refused; !refused {
				c.By = append(c.By, conn)
			}
			return nil
		})
		return err
	}, tenant)
	if errors.Is(err, pgx.ErrNoRows) {
		return naming.Claim{}, nil
	}
	return c, err
}

// Unnamed lists at most limit links of whose people LINE WORKS has not been asked yet, other ones with each lease.
func (s *Store) Unnamed(ctx context.Context, tenant string, lease int64, limit int) (out []link.Link, err error) {
	err = s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		out, err = linksOf(tx.Query(ctx, unnamedLinks, tenant, limit, lease))
		return err
	}, tenant)
	return out, err
}

// Name takes what LINE WORKS answered when it was asked by a connection about the person of a link; without a User it could not
// tell. A link that is another one by now stays as it is: the answer was heard before it was made.
func (s *Store) Name(ctx context.Context, tenant, conn string, asked link.Link, m link.Member) error {
	return s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		who := person(m.User, m.LoginID)
		who.employees = []string{asked.Employee}
		err := s.changeLinks(ctx, tx, tenant, platform, who, func(b *link.Book) error {
			if now, _ := b.Of(asked.Employee); now.Same(asked) && m.Is(asked.Account) {
				b.Observe(m.User, m.LoginID)
			}
			return nil
		})
		if err != nil {
			return err
		}
		if err := s.noteHome(ctx, tx, tenant, conn, m.User); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, askedAccount, tenant, asked.Employee, asked.Account, s.now(), asked.Created)
		return err
	}, tenant)
}

// restNaming does nothing when the time until which it was claimed has changed: there is a connection to ask by since then, or
// another process took over.
const restNaming = `update integration.unnamed_links set due_at = $3 where tenant_id = $1 and due_at = $2::timestamptz(3)`

// RestNaming asks on at the given time, unless there is a connection to ask by since it was claimed. A new link does not shorten
// the rest.
func (s *Store) RestNaming(ctx context.Context, tenant string, claimed, until time.Time) error {
	return s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, restNaming, tenant, claimed, until)
		return err
	}, tenant)
}

// EndNaming ends the work on an organization; if there is a new link since it was claimed, it goes on.
func (s *Store) EndNaming(ctx context.Context, tenant string, lease int64, claimed time.Time) error {
	return s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `delete from integration.unnamed_links where tenant_id = $1 and lease = $2`, tenant, lease)
		if err != nil || tag.RowsAffected() == 1 {
			return err
		}
		_, err = tx.Exec(ctx, restNaming, tenant, claimed, s.now())
		return err
	}, tenant)
}
