package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/integration/internal/link"
	"github.com/dakoku/dakoku/services/integration/internal/linksync"
)

const (
	dueSyncs = `select tenant_id::text, id::text from integration.link_sync where state = 'RUNNING' and due_at <= $1 order by due_at limit $2`

	claimSync = `update integration.link_sync s set lease = s.lease + 1, due_at = $4
 where s.tenant_id = $1 and s.id = $2 and s.state = 'RUNNING' and s.due_at <= $3 returning ` + syncColumns

	// ownSync locks the run for whoever holds the lease, and prolongs it.
	ownSync = `update integration.link_sync set due_at = $4 where tenant_id = $1 and id = $2 and lease = $3 and state = 'RUNNING'`
)

// DueSyncs lists runs that wait for a worker: tenant and id.
func (s *Store) DueSyncs(ctx context.Context, now time.Time, limit int) ([][2]string, error) {
	var out [][2]string
	err := s.across(ctx, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, dueSyncs, now, limit)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) ([2]string, error) {
			var due [2]string
			return due, row.Scan(&due[0], &due[1])
		})
		return err
	})
	return out, err
}

// ClaimSync leases a run until the given time; nil when somebody else has it.
func (s *Store) ClaimSync(ctx context.Context, tenant, id string, now, until time.Time) (*linksync.Run, error) {
	r := linksync.Run{Tenant: tenant}
	err := s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		err := tx.QueryRow(ctx, claimSync, tenant, id, now, until).
			Scan(&r.ID, &r.Connection, &r.Only, &r.Actor, &r.Lease, &r.AllRead, &r.Cursor, &r.ComparedTo, &r.Started, &r.Pages, &r.Relink, &r.Asked, &r.Unasked)
		if err != nil {
			return err
		}
		r.Home, err = s.homeOf(ctx, tx, tenant, r.Connection)
		return err
	}, tenant)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil //nolint:nilnil // nobody's fault and no run
	}
	return &r, err
}

// KeepPeople stores a page of the directory and where the next one starts; an
// empty next ends reading. False when the lease was lost.
func (s *Store) KeepPeople(ctx context.Context, r linksync.Run, people []link.Member, next string, until time.Time) (bool, error) {
	return s.own(ctx, r, until, func(ctx context.Context, tx pgx.Tx) error {
		read, err := keepPeople(ctx, tx, r, people)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `update integration.link_sync set page_cursor = $3, all_read = $4, pages_read = pages_read + 1, users_read = users_read + $5 where tenant_id = $1 and id = $2`,
			r.Tenant, r.ID, next, next == "", read)
		return err
	})
}

// KeepPerson stores who somebody is who was asked about because the directory did not
// list them. False when the lease was lost.
func (s *Store) KeepPerson(ctx context.Context, r linksync.Run, asked link.Link, m link.Member, until time.Time) (bool, error) {
	return s.own(ctx, r, until, func(ctx context.Context, tx pgx.Tx) error {
		if _, err := keepPeople(ctx, tx, r, []link.Member{m}); err != nil {
			return err
		}
		return s.keepAsked(ctx, tx, r, asked)
	})
}

// KeepUnknown stores that nobody can tell of somebody, so that they stay as they are and
// are not asked about again. False when the lease was lost.
func (s *Store) KeepUnknown(ctx context.Context, r linksync.Run, asked link.Link, until time.Time) (bool, error) {
	return s.own(ctx, r, until, func(ctx context.Context, tx pgx.Tx) error { return s.keepAsked(ctx, tx, r, asked) })
}

const (
	// askedOf keeps a run from asking twice, whatever came of it.
	askedOf = `insert into integration.link_sync_person (tenant_id, sync_id, user_id, login_id, unknown) values ($1, $2, $3, '', true)
 on conflict on constraint link_sync_person_pkey do nothing`

	countQuestion = `update integration.link_sync set asked = asked + 1 where tenant_id = $1 and id = $2`
)

// keepAsked notes the question, in the run and with the link, so that the next run asks
// about others first.
func (s *Store) keepAsked(ctx context.Context, tx pgx.Tx, r linksync.Run, asked link.Link) error {
	if _, err := tx.Exec(ctx, askedOf, r.Tenant, r.ID, asked.Who()); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, countQuestion, r.Tenant, r.ID); err != nil {
		return err
	}
	if r.Only {
		return nil
	}
	_, err := tx.Exec(ctx, askedAccount, r.Tenant, asked.Employee, asked.Account, s.now(), asked.Created)
	return err
}

// KeepUnasked stores that somebody stays as they are because the run has asked enough.
// False when the lease was lost.
func (s *Store) KeepUnasked(ctx context.Context, r linksync.Run, until time.Time) (bool, error) {
	return s.own(ctx, r, until, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `update integration.link_sync set unasked = true where tenant_id = $1 and id = $2`, r.Tenant, r.ID)
		return err
	})
}

// keepPeople tells how many of them are new to the run.
func keepPeople(ctx context.Context, tx pgx.Tx, r linksync.Run, people []link.Member) (int64, error) {
	var users, logins []string
	var active []bool
	for _, m := range people {
		users, logins, active = append(users, m.User), append(logins, link.Key(m.LoginID)), append(active, m.Active)
	}
	tag, err := tx.Exec(ctx, `insert into integration.link_sync_person (tenant_id, sync_id, user_id, login_id, active)
		select $1, $2, u, l, a from unnest($3::text[], $4::text[], $5::boolean[]) as t (u, l, a) on conflict on constraint link_sync_person_pkey do nothing`,
		r.Tenant, r.ID, users, logins, active)
	return tag.RowsAffected(), err
}

// unlisted puts those first whom LINE WORKS was asked about the longest ago, and of these
// whom nobody knows to be gone. A person who was never named is listed when the account is
// the login id of somebody who is, or the userId as it was typed.
const unlisted = `select ` + linkColumns + ` from integration.account_link l
 where l.tenant_id = $1 and l.employee_id = any ($3) and (l.gone_at is null or l.employee_id = any ($4))
   and not exists (select from integration.link_sync_person p where p.tenant_id = $1 and p.sync_id = $2 and p.user_id = coalesce(l.user_id, l.account))
   and (l.user_id is not null or not exists (select from integration.link_sync_person p where p.tenant_id = $1 and p.sync_id = $2 and p.login_id = l.account))
   and ($6 or l.domain is null or l.domain = $7)
 order by l.asked_at nulls first, l.gone_at is not null, l.employee_id limit $5`

// Unlisted are at most limit links whose people the directory did not list and who are not
// known to be of another LINE WORKS: of employees who are active, and of others as far as
// nobody knows them to be gone.
func (s *Store) Unlisted(ctx context.Context, r linksync.Run, staff []link.Employee, limit int) (out []link.Link, err error) {
	var all, active []string
	for _, e := range staff {
		if all = append(all, e.ID); e.Active {
			active = append(active, e.ID)
		}
	}
	err = s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		out, err = linksOf(tx.Query(ctx, unlisted, r.Tenant, r.ID, all, active, limit, r.Home.Sole, r.Home.Domain))
		return err
	}, r.Tenant)
	return out, err
}

// Compare links some employees, of whom the last is the furthest, and stores
// what came of it. False when the lease was lost.
func (s *Store) Compare(ctx context.Context, r linksync.Run, staff []link.Employee, emails link.Emails, until time.Time) (bool, error) {
	return s.own(ctx, r, until, func(ctx context.Context, tx pgx.Tx) error {
		if !r.Only { // whose links they are may not move meanwhile
			if _, err := tx.Exec(ctx, lockLinks, r.Tenant); err != nil {
				return err
			}
		}
		members, c, err := membersOf(ctx, tx, r, staff)
		if err != nil {
			return err
		}
		var outcomes []link.Outcome
		match := func(b *link.Book) error {
			outcomes = b.Match(staff, emails, members, r.Relink)
			return nil
		}
		if r.Only {
			err = s.tryLinks(ctx, tx, r.Tenant, c, match)
		} else {
			err = s.changeAsked(ctx, tx, r, c, match)
		}
		if err == nil && !r.Only {
			err = s.noteHome(ctx, tx, r.Tenant, r.Connection, members.Active()...)
		}
		if err != nil {
			return err
		}
		return writeOutcomes(ctx, tx, r, staff[len(staff)-1].ID, outcomes)
	})
}

// EndSync ends a run and erases the people that it read. An empty reason is
// success, and so is link.MembersUnasked. False when the lease was lost.
func (s *Store) EndSync(ctx context.Context, r linksync.Run, reason string) (bool, error) {
	state := "DONE"
	if reason != "" && reason != link.MembersUnasked {
		state = "FAILED"
	}
	now := s.now()
	return s.own(ctx, r, now, func(ctx context.Context, tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `delete from integration.link_sync_person where tenant_id = $1 and sync_id = $2`, r.Tenant, r.ID); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `update integration.link_sync set state = $3, reason = $4, ended_at = $5 where tenant_id = $1 and id = $2`,
			r.Tenant, r.ID, state, reason, now)
		return err
	})
}

// ProlongSync moves the end of the lease: to go on, or to rest until then. False
// when the lease was lost.
func (s *Store) ProlongSync(ctx context.Context, r linksync.Run, until time.Time) (bool, error) {
	return s.own(ctx, r, until, func(context.Context, pgx.Tx) error { return nil })
}

// own runs fn if the lease is still ours, in one transaction with what it does.
func (s *Store) own(ctx context.Context, r linksync.Run, until time.Time, fn func(context.Context, pgx.Tx) error) (bool, error) {
	var ours bool
	err := s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, ownSync, r.Tenant, r.ID, r.Lease, until)
		if ours = err == nil && tag.RowsAffected() == 1; !ours {
			return err
		}
		return fn(ctx, tx)
	}, r.Tenant)
	return ours && err == nil, err
}

// syncPeople are the members with the addresses of some employees, and those whom
// the employees are linked to, by the userId or else by the login id.
const syncPeople = `select user_id, login_id, active from integration.link_sync_person where tenant_id = $1 and sync_id = $2 and not unknown and login_id = any ($3)
 union select p.user_id, p.login_id, p.active from integration.account_link l
  join integration.link_sync_person p on p.tenant_id = $1 and p.sync_id = $2 and p.user_id = l.user_id and not p.unknown where l.tenant_id = $1 and l.employee_id = any ($4)
 union select p.user_id, p.login_id, p.active from integration.account_link l
  join integration.link_sync_person p on p.tenant_id = $1 and p.sync_id = $2 and p.login_id = l.account and not p.unknown
 where l.tenant_id = $1 and l.employee_id = any ($4) and l.user_id is null`

func membersOf(ctx context.Context, tx pgx.Tx, r linksync.Run, staff []link.Employee) (link.Members, concerned, error) {
	var c concerned
	for _, e := range staff {
		c.employees, c.accounts = append(c.employees, e.ID), append(c.accounts, link.Key(e.Email))
	}
	rows, err := tx.Query(ctx, syncPeople, r.Tenant, r.ID, c.accounts, c.employees)
	if err != nil {
		return link.Members{}, c, err
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[link.Member])
	for _, m := range all {
		c.users, c.accounts = append(c.users, m.User), append(c.accounts, link.Key(m.LoginID), link.Key(m.User))
	}
	return link.NewMembers(r.Home, all), c, err
}

func writeOutcomes(ctx context.Context, tx pgx.Tx, r linksync.Run, last string, outcomes []link.Outcome) error {
	var employees, numbers, accounts, results, reasons []string
	counts := map[link.Result]int{}
	for _, o := range outcomes {
		if counts[o.Result]++; o.Result == link.Unchanged {
			continue
		}
		employees, numbers, accounts = append(employees, o.Want.Employee), append(numbers, o.Number), append(accounts, o.Want.Account)
		results, reasons = append(results, string(o.Result)), append(reasons, o.Reason)
	}
	_, err := tx.Exec(ctx, `insert into integration.link_sync_result (tenant_id, sync_id, employee_id, employee_number, account, result, reason)
		select $1, $2, e, n, a, r, w from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[]) as t (e, n, a, r, w)`,
		r.Tenant, r.ID, employees, numbers, accounts, results, reasons)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `update integration.link_sync set compared_to = $3, employees_compared = employees_compared + $4, created = created + $5,
			changed = changed + $6, unchanged = unchanged + $7, failed = failed + $8, no_match = no_match + $9, gone = gone + $10 where tenant_id = $1 and id = $2`,
		r.Tenant, r.ID, last, len(outcomes), counts[link.Created], counts[link.Changed], counts[link.Unchanged], counts[link.Failed], counts[link.NoMatch],
		counts[link.Lost])
	return err
}
