package store_test

import (
	"testing"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/postgres/pgtest"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity/store"
)

// The log-in of a session that is there counts as its proof, and one that a program
// of before begins after the upgrade has proved nothing.
func TestSessionsKeepTheirLogInAsProof(t *testing.T) {
	db := pgtest.New(t)
	login, owner := db.Ordinary(t), db.Owner(t)
	const begun = `
		insert into identity.sessions (tenant_id, id, account_id, secret_hash, create_time, use_time)
		select tenant_id, gen_random_uuid(), id, sha256($1::text::bytea), now() - interval '1 hour', now() from identity.accounts where role = 'ADMINISTRATOR'`
	if err := postgres.Migrate(t.Context(), login, before(t, "0017")); err != nil {
		t.Fatal(err)
	}
	if _, err := owner.Exec(t.Context(), keysOfThen); err != nil {
		t.Fatal(err)
	}
	if _, err := owner.Exec(t.Context(), begun, "before"); err != nil {
		t.Fatal(err)
	}
	if err := postgres.Migrate(t.Context(), login, store.Migrations()); err != nil {
		t.Fatal(err)
	}
	if _, err := owner.Exec(t.Context(), begun, "after"); err != nil {
		t.Fatal(err)
	}
	for question, want := range map[string]int{
		`select count(*) from identity.sessions where secret_hash = sha256('before') and proof_time = create_time`: 1,
		`select count(*) from identity.sessions where secret_hash = sha256('after') and proof_time < '1971-01-01'`: 1,
		`select count(*) from pg_class where oid = 'identity.sessions'::regclass and relforcerowsecurity`:          1,
	} {
		var got int
		if err := owner.QueryRow(t.Context(), question).Scan(&got); err != nil || got != want {
			t.Errorf("%s: %d, %v", question, got, err)
		}
	}
}
