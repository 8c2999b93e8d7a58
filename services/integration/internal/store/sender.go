package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/integration/internal/directory"
)

const (
	rememberedSenders = `select user_id, coalesce(login_id, ''), checked_at from integration.sender
 where tenant_id = $1 and user_id = any ($2)`

	linkedEmployees = `select account, employee_id::text from integration.account_link
 where tenant_id = $1 and account = any ($2)`
)

// People reads, for one organization, the states of connections, what is
// remembered about users and who is linked to accounts.
func (s *Store) People(ctx context.Context, tenant string, q directory.Question) (directory.Known, error) {
	known := directory.Known{States: map[string]string{}, Senders: map[string]directory.Remembered{}, Employees: map[string]string{}}
	err := s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if err := pairs(ctx, tx, known.States, `select id::text, state from integration.connection
			where tenant_id = $1 and id::text = any ($2)`, tenant, q.Connections); err != nil {
			return err
		}
		if err := senders(ctx, tx, known.Senders, tenant, q.Users); err != nil {
			return err
		}
		accounts := append([]string(nil), q.Accounts...)
		for _, r := range known.Senders {
			accounts = append(accounts, directory.Key(r.LoginID))
		}
		return pairs(ctx, tx, known.Employees, linkedEmployees, tenant, accounts)
	}, tenant)
	return known, err
}

func pairs(ctx context.Context, tx pgx.Tx, into map[string]string, query, tenant string, keys []string) error {
	rows, err := tx.Query(ctx, query, tenant, keys)
	if err != nil {
		return err
	}
	var key, value string
	_, err = pgx.ForEachRow(rows, []any{&key, &value}, func() error {
		into[key] = value
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

// Remember stores what LINE WORKS said about a user; an empty login id means
// that it knows no such user.
func (s *Store) Remember(ctx context.Context, tenant, user string, r directory.Remembered) error {
	return s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `insert into integration.sender (tenant_id, user_id, login_id, checked_at) values ($1, $2, nullif($3, ''), $4)
			on conflict on constraint sender_pkey do update set login_id = excluded.login_id, checked_at = excluded.checked_at`,
			tenant, user, r.LoginID, r.Checked)
		return err
	}, tenant)
}

// LoginOf is the login id remembered of a userId; empty when there is none.
func (s *Store) LoginOf(ctx context.Context, tenant, user string) (string, error) {
	known := map[string]directory.Remembered{}
	err := s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		return senders(ctx, tx, known, tenant, []string{user})
	}, tenant)
	return known[user].LoginID, err
}
