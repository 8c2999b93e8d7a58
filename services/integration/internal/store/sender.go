package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/integration/internal/directory"
	"github.com/dakoku/dakoku/services/integration/internal/link"
)

const (
	rememberedSenders = `select user_id, coalesce(login_id, ''), checked_at from integration.sender
 where tenant_id = $1 and user_id = any ($2)`

	// Two selects, so that each goes by its own index. The newest entry of the
	// history is read in the same statement: it is the one that led to the links.
	linkedPeople = `with newest as (select seq, digest from integration.account_link_change where tenant_id = $1 order by seq desc limit 1),
 linked as (select account, coalesce(user_id, '') as user_id, employee_id, gone_at from integration.account_link
 where tenant_id = $1 and account = any ($2)
 union all select account, user_id, employee_id, gone_at from integration.account_link
 where tenant_id = $1 and user_id = any ($3))
 select l.account, l.user_id, l.employee_id::text, l.gone_at is not null, coalesce(n.seq, 0), coalesce(n.digest, '')
   from linked l left join newest n on true`
)

// People reads, for one organization, the states of connections, what is
// remembered about users and who is linked to them and to accounts.
func (s *Store) People(ctx context.Context, tenant string, q directory.Question) (directory.Known, error) {
	known := directory.NewKnown()
	err := s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if err := states(ctx, tx, known.States, tenant, q.Connections); err != nil {
			return err
		}
		if err := senders(ctx, tx, known.Senders, tenant, q.Users); err != nil {
			return err
		}
		accounts := append([]string(nil), q.Accounts...)
		for _, r := range known.Senders {
			accounts = append(accounts, directory.Key(r.LoginID))
		}
		return people(ctx, tx, known, tenant, accounts, q.Users)
	}, tenant)
	return known, err
}

func states(ctx context.Context, tx pgx.Tx, into map[string]string, tenant string, connections []string) error {
	rows, err := tx.Query(ctx, `select id::text, state from integration.connection where tenant_id = $1 and id::text = any ($2)`, tenant, connections)
	if err != nil {
		return err
	}
	var id, state string
	_, err = pgx.ForEachRow(rows, []any{&id, &state}, func() error {
		into[id] = state
		return nil
	})
	return err
}

func senders(ctx context.Context, tx pgx.Tx, into map[string]directory.Remembered, tenant string, users []string) error {
	rows, err := tx.Query(ctx, rememberedSenders, tenant, users)
	if err != nil {
		return err
	}
	var user, login string
	var checked time.Time
	_, err = pgx.ForEachRow(rows, []any{&user, &login, &checked}, func() error {
		into[user] = directory.Remembered{LoginID: login, Checked: checked.UTC()}
		return nil
	})
	return err
}

func people(ctx context.Context, tx pgx.Tx, known directory.Known, tenant string, accounts, users []string) error {
	rows, err := tx.Query(ctx, linkedPeople, tenant, accounts, users)
	if err != nil {
		return err
	}
	var p directory.Person
	var head []byte
	_, err = pgx.ForEachRow(rows, []any{&p.Account, &p.User, &p.Employee, &p.Gone, &p.Seq, &head}, func() error {
		p.Head = link.Digest{}
		copy(p.Head[:], head)
		known.Add(p)
		return nil
	})
	return err
}

// Remember stores what LINE WORKS said about a user, and the link of the person
// follows it; that it knows no such user says nothing of somebody else than the sender
// whom the connection's never knew. rival is who else is linked with the login id, see
// link.Book.
func (s *Store) Remember(ctx context.Context, tenant, user string, r directory.Remembered) (rival string, err error) {
	err = s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `insert into integration.sender (tenant_id, user_id, login_id, checked_at) values ($1, $2, nullif($3, ''), $4)
			on conflict on constraint sender_pkey do update set login_id = excluded.login_id, checked_at = excluded.checked_at`,
			tenant, user, r.LoginID, r.Checked)
		if err != nil {
			return err
		}
		if r.Gone {
			return s.lose(ctx, tx, tenant, user, r)
		}
		err = s.changeLinks(ctx, tx, tenant, platform, person(user, r.LoginID), func(b *link.Book) error {
			b.Observe(user, r.LoginID)
			rival = b.Rival(user, r.LoginID)
			return nil
		})
		if err != nil {
			return err
		}
		return s.noteHome(ctx, tx, tenant, r.Connection, user)
	}, tenant)
	return rival, err
}

// lose takes that LINE WORKS knows no such user. Whose event came is of the connection's,
// and somebody else is as far as it has known them.
func (s *Store) lose(ctx context.Context, tx pgx.Tx, tenant, user string, r directory.Remembered) error {
	if !r.Rival {
		return s.vanish(ctx, tx, tenant, user)
	}
	home, err := s.homeOf(ctx, tx, tenant, r.Connection)
	if err != nil {
		return err
	}
	return s.changeLinks(ctx, tx, tenant, platform, person(user, ""), func(b *link.Book) error {
		b.VanishFrom(home, user)
		return nil
	})
}

// LoginOf is the login id remembered of a userId; empty when there is none.
func (s *Store) LoginOf(ctx context.Context, tenant, user string) (string, error) {
	known := map[string]directory.Remembered{}
	err := s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		return senders(ctx, tx, known, tenant, []string{user})
	}, tenant)
	return known[user].LoginID, err
}
