package store_test

import (
	"testing"
	"time"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity"
)

// An administrator whose rights end at this moment makes nobody an administrator
// beside it: the change waits for the other one and is refused then. So is a key's.
func TestNobodyChangesAnAccountBesideTheEndOfTheOwnRights(t *testing.T) {
	s, db, in, key := open(t)
	desk, err := identity.NewDesk(t.Context(), s, nil, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	person := identity.Actor{Tenant: in.Organization.ID, Kind: identity.ByAccount, ID: in.Account.ID, Session: in.Session.ID}
	program := identity.Actor{Tenant: in.Organization.ID, Kind: identity.ByKey, ID: key.ID}
	wanted := identity.Account{Email: "b@example.com", Name: "鈴木", Role: identity.Auditor}
	other, _, err := desk.AddAccount(t.Context(), person, wanted, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, ends string
		by         identity.Actor
	}{
		{"a person", "update identity.sessions set end_time = now()", person},
		{"a program", "update identity.api_keys set end_time = now()", program},
		{"a session without an id", "select", identity.Actor{Tenant: person.Tenant, Kind: identity.ByAccount, ID: person.ID}},
	} {
		holder, err := db.Owner(t).Begin(t.Context())
		if err == nil { // as a change of an account locks it
			_, err = holder.Exec(t.Context(), "select from identity.organizations for no key update")
		}
		if err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() {
			_, err := desk.ChangeAccount(t.Context(), c.by, identity.Edit{Account: other.ID, Change: func(a *identity.Account) { a.Role = identity.Manager }})
			ended <- err
		}()
		awaitLock(t, db)
		if _, err := holder.Exec(t.Context(), c.ends); err != nil {
			t.Fatal(err)
		}
		if err := holder.Commit(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := <-ended; !fault.HasReason(err, "UNAUTHENTICATED") {
			t.Errorf("%s: %v", c.name, err)
		}
		if a, err := s.Account(t.Context(), other.Tenant, other.ID); err != nil || a.Role != identity.Auditor {
			t.Errorf("%s: the account is %s, %v", c.name, a.Role, err)
		}
	}
}
