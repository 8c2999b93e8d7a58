package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/postgres/pgtest"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity"
	"github.com/jackc/pgx/v5"
)

func link(in identity.Installation) identity.Invitation {
	id := newID()
	return identity.Invitation{ID: id, Tenant: in.Organization.ID, Account: in.Account.ID, Hash: identity.Hash(id), Created: now, Expires: now.AddDate(0, 0, 3)}
}

// hold keeps the account from being changed.
func hold(t *testing.T, db *pgtest.Database) pgx.Tx {
	t.Helper()
	tx, err := db.Owner(t).Begin(t.Context())
	if err == nil {
		_, err = tx.Exec(t.Context(), "select from identity.accounts for update")
	}
	if err != nil {
		t.Fatal(err)
	}
	return tx
}

// awaitLock waits until somebody waits for a lock.
func awaitLock(t *testing.T, db *pgtest.Database) {
	t.Helper()
	awaitLocks(t, db, 1)
}

// What is enough for a link is judged for the account as it is when the link is used up, not as it was a moment before.
func TestALinkIsJudgedForTheAccountOfNow(t *testing.T) {
	s, db, in, _ := open(t)
	desk, err := identity.NewDesk(t.Context(), s, nil, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	const factor = "insert into identity.second_factors (tenant_id, account_id, id, secret, create_time, confirm_time) select tenant_id, id, gen_random_uuid(), '', now(), now() from identity.accounts"
	if _, err := db.Owner(t).Exec(t.Context(), factor); err != nil {
		t.Fatal(err)
	}
	by := identity.Actor{Tenant: in.Organization.ID, Kind: identity.ByAccount, ID: in.Account.ID, Session: in.Session.ID}
	made, err := desk.Invite(t.Context(), by, in.Account.ID, false)
	if err != nil {
		t.Fatal(err)
	}
	holder, ended := hold(t, db), make(chan error, 1)
	go func() {
		_, err := desk.Accept(t.Context(), made.Secret, "wd7#Kq2!", identity.Place{})
		ended <- err
	}()
	awaitLock(t, db)
	if _, err := holder.Exec(t.Context(), "delete from identity.second_factors; update identity.accounts set revision = revision + 1"); err != nil {
		t.Fatal(err)
	}
	if err := holder.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	var refused *fault.Fault
	if err := <-ended; !errors.As(err, &refused) || len(refused.Fields()) != 1 || refused.Fields()[0].Reason != "PASSWORD_TOO_SHORT" {
		t.Errorf("8 characters without a second factor: %v", err)
	}
	if _, err := desk.Accept(t.Context(), made.Secret, "wd7#Kq2! and more of them", identity.Place{}); err != nil {
		t.Error(err)
	}
}

// Whoever may make a link for the account that was read may not for what it is by now.
func TestALinkIsForTheAccountThatWasRead(t *testing.T) {
	s, _, in, _ := open(t)
	if err := s.AddInvitation(t.Context(), link(in), in.Account.Revision+1, record(in.Organization.ID)); !errors.Is(err, identity.ErrChanged) {
		t.Errorf("for another revision: %v", err)
	}
	if err := s.AddInvitation(t.Context(), link(in), in.Account.Revision, record(in.Organization.ID)); err != nil {
		t.Error(err)
	}
}

// A change of an account holds the account and then ends its links; whoever uses one
// waits for the account first, or each would wait for the other.
func TestALinkIsNotHeldWhileItsAccountIs(t *testing.T) {
	s, db, in, _ := open(t)
	made := link(in)
	if err := s.AddInvitation(t.Context(), made, in.Account.Revision, record(in.Organization.ID)); err != nil {
		t.Fatal(err)
	}
	holder := hold(t, db)
	ended := make(chan error, 1)
	go func() {
		ended <- s.AcceptInvitation(t.Context(), made, in.Account.Revision, "other", record(in.Organization.ID))
	}()
	awaitLock(t, db)
	if _, err := holder.Exec(t.Context(), "select from identity.invitations for update nowait"); err != nil {
		t.Errorf("who waits for the account holds its link: %v", err)
	}
	if err := errors.Join(holder.Rollback(t.Context()), <-ended); err != nil {
		t.Error(err)
	}
}

// A key that a key made, while the version before was running beside this one, is
// nobody's; so is one whose account is active no more.
func TestAKeyThatNoActiveAccountStandsForIsNobodys(t *testing.T) {
	s, db, _, key := open(t)
	for _, sql := range []string{
		"update identity.api_keys set creator = gen_random_uuid()::text", "update identity.api_keys set creator = 'operator'",
		"update identity.api_keys set creator = (select id::text from identity.accounts); update identity.accounts set state = 'DEACTIVATED'",
	} {
		if _, err := db.Owner(t).Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
		if _, err := s.KeyByHash(t.Context(), key.Hash); !errors.Is(err, identity.ErrNotFound) {
			t.Errorf("%s: %v", sql, err)
		}
	}
}
