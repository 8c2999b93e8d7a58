package store_test

import (
	"errors"
	"testing"

	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity"
)

// A key is asked for by a session that a change of the account is ending at this moment:
// it waits for the change and does not come into being.
func TestAKeyWaitsForAChangeOfItsAccount(t *testing.T) {
	s, db, in, key := open(t)
	key.ID, key.Hash = newID(), identity.Hash("another")
	by := record(in.Organization.ID)
	by.Actor.Session = in.Session.ID
	owner := db.Owner(t)
	change, err := owner.Begin(t.Context())
	if err == nil { // as a change of an account locks it
		_, err = change.Exec(t.Context(), "select from identity.accounts for no key update")
	}
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.AddKey(t.Context(), key, by) }()
	const locks = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
	for waiting := 0; waiting == 0; {
		select {
		case err := <-ended:
			t.Fatalf("it did not wait for the change: %v", err)
		default:
		}
		if err := change.QueryRow(t.Context(), locks).Scan(&waiting); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := change.Exec(t.Context(), "update identity.sessions set end_time = now()"); err != nil {
		t.Fatal(err)
	}
	if err := change.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; !errors.Is(err, identity.ErrNotFound) {
		t.Errorf("a key of a session that is over: %v", err)
	}
	var keys int
	if err := owner.QueryRow(t.Context(), "select count(*) from identity.api_keys").Scan(&keys); err != nil || keys != 1 {
		t.Errorf("%d keys, want the one of before: %v", keys, err)
	}
}
