package store

import (
	"context"
	"time"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity"
	"github.com/jackc/pgx/v5"
)

// PutErrand stores a log-in at the provider.
func (s *Store) PutErrand(ctx context.Context, e identity.Errand) error {
	return s.plain(ctx, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `
			insert into identity.openid_errands (secret_hash, invitation_hash, session_hash, subject_hash, expire_time)
			values (@hash, @invitation, @session, @subject, @expires)`,
			pgx.NamedArgs{"hash": e.Hash, "invitation": e.Invitation, "session": e.Session, "subject": e.Subject, "expires": e.Expires.UTC()})
		return err
	})
}

// TakeErrand deletes what it returns: of two answers at the same moment one
// finds it.
func (s *Store) TakeErrand(ctx context.Context, hash []byte, now time.Time) (e identity.Errand, err error) {
	err = s.plain(ctx, func(ctx context.Context, tx pgx.Tx) error {
		return tx.QueryRow(ctx, `
			delete from identity.openid_errands where secret_hash = @hash and expire_time > @now
			returning secret_hash, invitation_hash, session_hash, subject_hash, expire_time`,
			pgx.NamedArgs{"hash": hash, "now": now.UTC()}).
			Scan(&e.Hash, &e.Invitation, &e.Session, &e.Subject, &e.Expires)
	})
	return e, err
}

// AccountBySubject looks through all tenants.
func (s *Store) AccountBySubject(ctx context.Context, subject []byte) (a identity.Account, err error) {
	err = s.across(ctx, func(ctx context.Context, tx pgx.Tx) error {
		a, _, err = scanAccount(tx.QueryRow(ctx, `
			select `+accountColumns+`
			from identity.openid_subjects s
			join identity.accounts a on a.tenant_id = s.tenant_id and a.id = s.account_id
			where s.subject_hash = $1`, subject))
		return err
	})
	return a, err
}

// Bind makes the account at the provider the one way into an account.
func (s *Store) Bind(ctx context.Context, i identity.Invitation, revision int64, b identity.Binding,
	may func(a identity.Account, others identity.Others) error, r identity.Record) error {
	err := s.recorded(ctx, r, func(ctx context.Context, tx pgx.Tx) error {
		account, others, err := lockAccount(ctx, tx, b.Tenant, b.Account)
		if err == nil {
			err = may(account, others)
		}
		if err == nil {
			err = accept(ctx, tx, i, revision, "", r)
		}
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `
			insert into identity.openid_subjects (tenant_id, account_id, subject_hash, issuer, create_time)
			values (@tenant, @account, @subject, @issuer, @created)`,
			pgx.NamedArgs{"tenant": b.Tenant, "account": b.Account, "subject": b.Subject, "issuer": b.Issuer, "created": b.Created.UTC()})
		return err
	})
	if postgres.Constraint(err) == "openid_subjects_subject_hash_key" {
		return identity.ErrSubjectTaken
	}
	return err
}
