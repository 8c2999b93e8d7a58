package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/integration/internal/link"
)

// By says who changes links and by which way. The zero Actor is the system.
type By struct {
	Actor  string // accounts/{account} or apiKeys/{key}
	Source link.Source
}

var platform = By{Source: link.ByPlatform}

// concerned is what a change of links has to look at.
type concerned struct{ employees, accounts, users []string }

func wanted(wants ...link.Want) concerned {
	var c concerned
	for _, w := range wants {
		c.employees, c.accounts = append(c.employees, w.Employee), append(c.accounts, w.Account)
		if w.User != "" {
			c.users = append(c.users, w.User)
		}
	}
	return c
}

// person is whoever LINE WORKS speaks of; the login id may be empty.
func person(user, login string) concerned {
	c := concerned{accounts: []string{link.Key(user)}, users: []string{user}}
	if login != "" {
		c.accounts = append(c.accounts, link.Key(login))
	}
	return c
}

const (
	// lockLinks puts the changes of an organization's links in one order: what a
	// change looks at cannot move under it.
	lockLinks = `select pg_advisory_xact_lock(hashtextextended('account_link ' || $1, 0))`

	// concernedLinks are separate selects, so that each goes by its own index. A
	// userId that somebody typed as an account is looked for among the userIds, too,
	// in whatever case it was typed.
	concernedLinks = `select ` + linkColumns + ` from integration.account_link where tenant_id = $1 and employee_id = any ($2)
 union select ` + linkColumns + ` from integration.account_link where tenant_id = $1 and account = any ($3)
 union select ` + linkColumns + ` from integration.account_link where tenant_id = $1 and user_key = any ($4)`

	insertLinks = `insert into integration.account_link (tenant_id, employee_id, account, user_id, created_at, gone_at, revision, asked_at, domain)
 select $1, e, a, nullif(u, ''), c, g, r, q, nullif(d, '')
   from unnest($2::uuid[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::bigint[], $8::timestamptz[], $9::text[]) as t (e, a, u, c, g, r, q, d)`

	insertChanges = `insert into integration.account_link_change (tenant_id, employee_id, occurred_at, verb, account, user_id, actor, source)
 select $1, e, $2, v, a, u, $3, $4 from unnest($5::uuid[], $6::text[], $7::text[], $8::text[]) with ordinality as t (e, v, a, u, n) order by n`

	// An unlinked sender is linked by the userId, by the login id of a link that
	// is not known to be another person's, or because the userId was typed.
	deleteLinkedSenders = `delete from integration.unlinked_sender where tenant_id = $1 and (lower(sender collate "C") = any ($2) or login_id = any ($3))`
)

// changeLinks lets change edit the links concerned and stores the result with
// its history. It is the only way in which links change.
func (s *Store) changeLinks(ctx context.Context, tx pgx.Tx, tenant string, by By, c concerned, change func(*link.Book) error) error {
	if _, err := tx.Exec(ctx, lockLinks, tenant); err != nil {
		return err
	}
	links, err := s.readLinks(ctx, tx, tenant, c)
	if err != nil {
		return err
	}
	now := s.now().UTC().Truncate(time.Millisecond)
	book := link.NewBook(links, now)
	if err := change(book); err != nil || len(book.Changes()) == 0 {
		return err
	}
	write := func() error {
		if err := s.writeLinks(ctx, tx, tenant, book); err != nil {
			return err
		}
		return writeChanges(ctx, tx, tenant, by, now, book.Changes())
	}
	if by.Source != link.ByPlatform {
		return write()
	}
	return asSystem(ctx, tx, "FollowAccountLinks", write)
}

// tryLinks lets change edit the links concerned and stores nothing.
func (s *Store) tryLinks(ctx context.Context, tx pgx.Tx, tenant string, c concerned, change func(*link.Book) error) error {
	links, err := s.readLinks(ctx, tx, tenant, c)
	if err != nil {
		return err
	}
	return change(link.NewBook(links, s.now()))
}

// readLinks reads what is concerned, and who would stand in the way when a login
// id has to give way to the userId.
func (s *Store) readLinks(ctx context.Context, tx pgx.Tx, tenant string, c concerned) ([]link.Link, error) {
	links, err := selectLinks(ctx, tx, tenant, c)
	if err != nil {
		return nil, err
	}
	var stands []string
	seen := map[string]bool{}
	for _, l := range links {
		seen[l.Employee] = true
		if l.User != "" {
			stands = append(stands, link.Key(l.User))
		}
	}
	if stands == nil {
		return links, nil
	}
	more, err := selectLinks(ctx, tx, tenant, concerned{accounts: stands})
	for _, l := range more {
		if !seen[l.Employee] {
			links = append(links, l)
		}
	}
	return links, err
}

func selectLinks(ctx context.Context, tx pgx.Tx, tenant string, c concerned) ([]link.Link, error) {
	users := append([]string{}, c.accounts...)
	for _, u := range c.users {
		users = append(users, link.Key(u))
	}
	return linksOf(tx.Query(ctx, concernedLinks, tenant, c.employees, c.accounts, users))
}

// linksOf reads what a query of linkColumns finds.
func linksOf(rows pgx.Rows, err error) ([]link.Link, error) {
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scanLink)
}

func scanLink(row pgx.CollectableRow) (link.Link, error) {
	var l link.Link
	var gone, asked *time.Time
	err := row.Scan(&l.Employee, &l.Account, &l.User, &l.Created, &gone, &l.Revision, &asked, &l.Domain)
	l.Created = l.Created.UTC()
	if gone != nil {
		l.Gone = gone.UTC()
	}
	if asked != nil {
		l.Asked = asked.UTC()
	}
	return l, err
}

// writeLinks takes all changed rows away before it stores the new ones, so that
// two employees can swap accounts.
func (s *Store) writeLinks(ctx context.Context, tx pgx.Tx, tenant string, book *link.Book) error {
	outdated, current := book.Rows()
	if _, err := tx.Exec(ctx, `delete from integration.account_link where tenant_id = $1 and employee_id = any ($2)`, tenant, outdated); err != nil {
		return err
	}
	var employees, accounts, users, domains, found, logins []string
	var created []time.Time
	var gone, asked []*time.Time
	var revisions []int64
	for _, l := range current {
		employees, accounts, users = append(employees, l.Employee), append(accounts, l.Account), append(users, l.User)
		created, gone, asked, revisions = append(created, l.Created), append(gone, optional(l.Gone)), append(asked, optional(l.Asked)), append(revisions, l.Revision)
		domains = append(domains, l.Domain)
		if found = append(found, l.Account); l.User == "" {
			logins = append(logins, l.Account)
		} else {
			found = append(found, link.Key(l.User))
		}
	}
	if _, err := tx.Exec(ctx, insertLinks, tenant, employees, accounts, users, created, gone, revisions, asked, domains); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, deleteLinkedSenders, tenant, found, logins)
	return err
}

func optional(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func writeChanges(ctx context.Context, tx pgx.Tx, tenant string, by By, now time.Time, changes []link.Change) error {
	var employees, verbs, accounts, users []string
	for _, c := range changes {
		employees, verbs = append(employees, c.Employee), append(verbs, string(c.Verb))
		accounts, users = append(accounts, c.Account), append(users, c.User)
	}
	_, err := tx.Exec(ctx, insertChanges, tenant, now, by.Actor, string(by.Source), employees, verbs, accounts, users)
	return err
}
