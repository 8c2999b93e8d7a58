package store

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/directory"
	"github.com/dakoku/dakoku/services/integration/internal/link"
)

// UnlinkedSender is a person who tried to punch and is linked to nobody.
type UnlinkedSender struct {
	ID, Connection string
	Version        credential.Version
	Sender         string // userId, or in API 1.0 the login id
	LoginID        string // empty when it is not known
	First, Last    time.Time
	Tries          int
}

const (
	// The locks make a deletion of a connection come before, and then nothing is
	// written that nobody would remove, or after. All of them come before the rows
	// of people, as in a deletion, or the two could wait for each other.
	missSender = `with k as materialized (
    select c.id from integration.connection c where c.tenant_id = $1 and c.id = any ($7::uuid[]) and c.deleted_at is null order by c.id for key share)
insert into integration.unlinked_sender as u
       (tenant_id, id, api_version, sender, login_id, connection_id, first_at, last_at, tries)
 select $1, t.i, t.v, t.s, t.l, t.c, $2, $2, t.n
   from (select count(*) from k) as locked, unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::uuid[], $8::integer[]) as t (i, v, s, l, c, n)
  where t.c in (select id from k)
  order by t.v, t.s
 on conflict on constraint unlinked_sender_sender_key do update
    set tries = u.tries + excluded.tries, last_at = greatest(u.last_at, excluded.last_at), connection_id = excluded.connection_id,
        login_id = case when excluded.login_id = '' then u.login_id else excluded.login_id end`

	unlinkedColumns = `u.id::text, u.connection_id::text, u.api_version, u.sender, u.login_id, u.first_at, u.last_at, u.tries`

	unlinkedBefore = `select ` + unlinkedColumns + ` from integration.unlinked_sender u
 where u.tenant_id = $1 and (u.last_at, u.id) < ($2, $3) order by u.last_at desc, u.id desc limit $4`

	// shareLinks lets many in beside each other, and no change of links.
	shareLinks = `select pg_advisory_xact_lock_shared(hashtextextended('account_link ' || $1, 0))`
)

// Miss remembers people who tried to punch and were linked to nobody. Whoever was
// linked since that was found out is left out: a link takes people off the list,
// and nobody may get on it behind its back.
func (s *Store) Miss(ctx context.Context, tenant string, misses []directory.Miss) error {
	// In one order everywhere, or two processes would wait for each other.
	slices.SortFunc(misses, func(a, b directory.Miss) int {
		return strings.Compare(string(a.Version)+a.Sender, string(b.Version)+b.Sender)
	})
	return s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, shareLinks, tenant); err != nil {
			return err
		}
		known, err := knownOf(ctx, tx, tenant, misses)
		if err != nil {
			return err
		}
		return s.writeMisses(ctx, tx, tenant, known, slices.DeleteFunc(slices.Clone(misses), known.Has))
	}, tenant)
}

// knownOf reads what is known of people who were missed, and who of them is linked.
func knownOf(ctx context.Context, tx pgx.Tx, tenant string, misses []directory.Miss) (directory.Known, error) {
	known := directory.NewKnown()
	var accounts, users []string
	for _, m := range misses {
		users = append(users, m.Sender)
	}
	if err := senders(ctx, tx, known.Senders, tenant, users); err != nil {
		return known, err
	}
	for _, m := range misses {
		accounts = append(accounts, m.Account(known), directory.Key(m.Sender))
	}
	return known, people(ctx, tx, known, tenant, accounts, users)
}

func (s *Store) writeMisses(ctx context.Context, tx pgx.Tx, tenant string, known directory.Known, misses []directory.Miss) error {
	var ids, versions, senders, logins, connections []string
	var tries []int
	for _, m := range misses {
		id, err := newID()
		if err != nil {
			return err
		}
		ids, versions, senders = append(ids, id), append(versions, string(m.Version)), append(senders, m.Sender)
		logins, connections, tries = append(logins, m.Account(known)), append(connections, m.Connection), append(tries, m.Times)
	}
	_, err := tx.Exec(ctx, missSender, tenant, s.now().UTC().Truncate(time.Millisecond), ids, versions, senders, logins, connections, tries)
	return err
}

// UnlinkedBefore lists at most limit senders in front of the given one, the
// latest first; a zero time starts with the latest.
func (s *Store) UnlinkedBefore(ctx context.Context, tenant string, last time.Time, id string, limit int) ([]UnlinkedSender, error) {
	if last.IsZero() {
		last, id = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), nobody
	}
	var out []UnlinkedSender
	err := s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, unlinkedBefore, tenant, last, id, limit)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, scanUnlinked)
		return err
	}, tenant)
	return out, err
}

// LinkUnlinked ties an unlinked sender to an employee; only with replace may the
// employee be linked to another account, which goes. The userId is remembered at
// once. UNLINKED_SENDER_NOT_FOUND, ACCOUNT_LINKED_ELSEWHERE,
// EMPLOYEE_LINKED_OTHERWISE.
func (s *Store) LinkUnlinked(ctx context.Context, tenant, id, employee string, by By, replace bool) (link.Link, error) {
	var out link.Link
	if !isID(id) || !isID(employee) {
		return out, link.SenderNotFound()
	}
	err := s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, lockLinks, tenant); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `select `+unlinkedColumns+` from integration.unlinked_sender u where u.tenant_id = $1 and u.id = $2`, tenant, id)
		if err != nil {
			return err
		}
		sender, err := pgx.CollectExactlyOneRow(rows, scanUnlinked)
		if err != nil {
			return err
		}
		w := sender.want(employee)
		return s.changeLinks(ctx, tx, tenant, by, wanted(w), func(b *link.Book) error {
			if b.Replaces(w) && !replace {
				return link.Otherwise()
			}
			if v := b.Assign([]link.Want{w})[0]; v.Result == link.Failed {
				return link.Elsewhere(link.Employee{ID: v.Holder})
			}
			out, _ = b.Of(employee)
			return nil
		})
	}, tenant)
	if errors.Is(err, pgx.ErrNoRows) {
		return out, link.SenderNotFound()
	}
	return out, err
}

// want is the link of the sender. Without a login id the userId stands for it.
func (u UnlinkedSender) want(employee string) link.Want {
	w := link.Want{Employee: employee, Account: u.LoginID}
	if u.Version == credential.V2 {
		w.User = u.Sender
	}
	if w.Account == "" {
		w.Account = link.Key(u.Sender)
	}
	return w
}

func scanUnlinked(row pgx.CollectableRow) (UnlinkedSender, error) {
	var u UnlinkedSender
	err := row.Scan(&u.ID, &u.Connection, &u.Version, &u.Sender, &u.LoginID, &u.First, &u.Last, &u.Tries)
	u.First, u.Last = u.First.UTC(), u.Last.UTC()
	return u, err
}
