package postgres_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/postgres"
)

// What a transaction sees ends with it: a connection goes back to the pool without a
// tenant and as nobody else, so what forgets to say whose rows it wants sees none.
func TestAConnectionIsGivenBackWithoutATenant(t *testing.T) {
	db, ctx := openLedger(t), t.Context()
	tenant := newTenant(t)
	for name, scope := range map[string]postgres.Scope{"tenants": postgres.Tenants(tenant), "worker": postgres.Worker("dakoku_ledger_worker")} {
		if err := db.InTx(ctx, scope, func(context.Context, pgx.Tx) error { return nil }); err != nil {
			t.Fatal(name, err)
		}
		var set, role string // of the connection that was given back last, which is lent first
		if err := db.Pool().QueryRow(ctx, "select coalesce(current_setting('app.tenant', true), ''), current_user").Scan(&set, &role); err != nil {
			t.Fatal(name, err)
		}
		if set != "" || role != "dakoku_ledger" {
			t.Errorf("%s: a lent connection has tenant %q and role %s", name, set, role)
		}
	}
}
