package store_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/postgres/pgtest"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity/store"
)

// proving is a session that proves itself, and who it is that does.
func proving(in identity.Installation, secret string) (next identity.Session, old identity.Replaced) {
	next = identity.Session{ID: newID(), Tenant: in.Organization.ID, Account: in.Account.ID, Hash: identity.Hash(secret), Created: now, Used: now, Proved: now}
	return next, identity.Replaced{Tenant: next.Tenant, Account: next.Account, Session: in.Session.ID, Required: true}
}

// living counts the sessions that have not ended.
func living(t *testing.T, db *pgtest.Database) (n int) {
	t.Helper()
	if err := db.Owner(t).QueryRow(t.Context(), "select count(*) from identity.sessions where end_time is null").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// Two proofs of one session at the same moment are one: the other finds no session.
func TestOfTwoProofsOneBegins(t *testing.T) {
	s, db, in, _ := open(t)
	holder, err := db.Owner(t).Begin(t.Context())
	if err == nil {
		_, err = holder.Exec(t.Context(), "select from identity.sessions for update")
	}
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 2)
	for _, secret := range []string{"one", "two"} {
		next, old := proving(in, secret)
		go func() { ended <- s.StartSession(t.Context(), next, 1, old, record(next.Tenant)) }()
	}
	awaitLocks(t, db, 2)
	if err := holder.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	got := []error{<-ended, <-ended}
	if !slices.Contains(got, nil) || !slices.ContainsFunc(got, func(err error) bool { return errors.Is(err, identity.ErrEnded) }) || living(t, db) != 1 {
		t.Errorf("%v, %d sessions live", got, living(t, db))
	}
}

// awaitLocks waits until so many wait for a lock.
func awaitLocks(t *testing.T, db *pgtest.Database, want int) {
	t.Helper()
	owner := db.Owner(t)
	for waiting := 0; waiting < want; {
		err := owner.QueryRow(t.Context(), `
			select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`).Scan(&waiting)
		if err != nil {
			t.Fatal(err)
		}
	}
}

// A proof waits for what ends its session at this moment, and begins none then; a
// change that ends none is another refusal.
func TestAProofWaitsForAChangeOfItsAccount(t *testing.T) {
	for name, c := range map[string]struct {
		sql  string
		want error
	}{
		"all sessions end":  {"update identity.sessions set end_time = now()", identity.ErrEnded},
		"the rights change": {"update identity.accounts set revision = revision + 1; update identity.sessions set end_time = now()", identity.ErrEnded},
		"it is deactivated": {"update identity.accounts set state = 'DEACTIVATED'; update identity.sessions set end_time = now()", identity.ErrEnded},
		"its name changes":  {"update identity.accounts set revision = revision + 1", identity.ErrChanged},
		"nothing changes":   {"select", nil},
	} {
		t.Run(name, func(t *testing.T) {
			s, db, in, _ := open(t)
			holder, ended := hold(t, db), make(chan error, 1)
			next, old := proving(in, "next")
			go func() { ended <- s.StartSession(t.Context(), next, 1, old, record(next.Tenant)) }()
			awaitLock(t, db)
			if _, err := holder.Exec(t.Context(), c.sql); err != nil {
				t.Fatal(err)
			}
			if err := holder.Commit(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := <-ended; !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
			if _, _, err := s.SessionByHash(t.Context(), identity.Hash("next")); (err == nil) != (c.want == nil) {
				t.Errorf("the new session: %v", err)
			}
		})
	}
}

// Whoever is signed out between the question and the answer proves nothing, however
// right the password is; a log-in needs no session of before.
func TestNobodyProvesASessionThatHasEnded(t *testing.T) {
	for name, end := range map[string]func(ctx context.Context, s *store.Store, in identity.Installation) error{
		"signed out": func(ctx context.Context, s *store.Store, in identity.Installation) error {
			return s.EndSession(ctx, in.Account.ID, in.Session.ID, record(in.Organization.ID))
		},
		"revoked": func(ctx context.Context, s *store.Store, in identity.Installation) error {
			return s.EndSessions(ctx, in.Account.ID, record(in.Organization.ID))
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, db, in, _ := open(t)
			const password = "a long and right password"
			desk := withPassword(t, s, db, password)
			if err := end(t.Context(), s, in); err != nil {
				t.Fatal(err)
			}
			by := identity.Actor{Tenant: in.Organization.ID, Kind: identity.ByAccount, ID: in.Account.ID, Session: in.Session.ID}
			if login, err := desk.Prove(t.Context(), by, password, identity.Second{}); !fault.HasReason(err, "UNAUTHENTICATED") || login.Secret != "" {
				t.Errorf("%v", err)
			}
			var refused int
			err := db.Owner(t).QueryRow(t.Context(), `
				select count(*) from identity.audit_events where action = 'SESSION_PROVE_REFUSED' and after ->> 'reason' = 'UNAUTHENTICATED'`).Scan(&refused)
			if err != nil || refused != 1 || living(t, db) != 0 {
				t.Errorf("%d refusals are noted, %d sessions live, %v", refused, living(t, db), err)
			}
			gone := identity.Replaced{Tenant: by.Tenant, Account: by.ID, Session: by.Session}
			c := identity.Credentials{Email: in.Account.Email, Password: password, Replaces: gone}
			if _, err := desk.LogIn(t.Context(), c); err != nil {
				t.Errorf("a log-in: %v", err)
			}
		})
	}
}

// Whoever proves to be there while the account is changed alone is told to repeat it,
// and may: the session lives. Whoever is logged out meanwhile has to log in.
func TestAProofBesideAChangeIsToldApart(t *testing.T) {
	for reason, change := range map[string]string{
		"ETAG_STALE":      "update identity.accounts set revision = revision + 1",
		"UNAUTHENTICATED": "update identity.accounts set revision = revision + 1; update identity.sessions set end_time = now()",
	} {
		s, db, in, _ := open(t)
		const password = "a long and right password"
		desk := withPassword(t, s, db, password)
		by := identity.Actor{Tenant: in.Organization.ID, Kind: identity.ByAccount, ID: in.Account.ID, Session: in.Session.ID}
		prove := func() error {
			_, err := desk.Prove(t.Context(), by, password, identity.Second{})
			return err
		}
		holder, ended := hold(t, db), make(chan error, 1)
		go func() { ended <- prove() }()
		awaitLock(t, db)
		if _, err := holder.Exec(t.Context(), change); err != nil {
			t.Fatal(err)
		}
		if err := holder.Commit(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := <-ended; !fault.HasReason(err, reason) {
			t.Errorf("%v, want %s", err, reason)
		}
		if err := prove(); (err == nil) != (reason == "ETAG_STALE") {
			t.Errorf("once more after %s: %v", reason, err)
		}
	}
}

// withPassword gives the account a password that is hashed, and a desk.
func withPassword(t *testing.T, s *store.Store, db *pgtest.Database, password string) *identity.Desk {
	t.Helper()
	desk, err := identity.NewDesk(t.Context(), s, nil, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	hash, err := identity.NewHasher().Hash(t.Context(), password)
	if err == nil {
		_, err = db.Owner(t).Exec(t.Context(), "update identity.accounts set password_hash = $1", hash)
	}
	if err != nil {
		t.Fatal(err)
	}
	return desk
}
