package postgres_test

import (
	"context"
	"embed"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/postgres/pgtest"
)

//go:embed testdata/ledger
var ledgerFiles embed.FS

// ledger is a context that follows the row-level security convention.
func ledger(t *testing.T) postgres.Migrations {
	t.Helper()
	files, err := fs.Sub(ledgerFiles, "testdata/ledger")
	if err != nil {
		t.Fatal(err)
	}
	return postgres.Migrations{Context: "ledger", Files: files}
}

// openLedger opens a fresh database as the context's role.
func openLedger(t *testing.T) *postgres.DB {
	t.Helper()
	m := ledger(t)
	return pgtest.New(t, m).Open(t, m.Role())
}

// newTenant makes a tenant's id.
func newTenant(t *testing.T) string {
	t.Helper()
	id, err := uuid.NewV7()
	if err != nil {
		t.Fatal(err)
	}
	return id.String()
}

// put inserts one entry of tenant under scope.
func put(ctx context.Context, db *postgres.DB, scope postgres.Scope, tenant, text string) error {
	return db.InTx(ctx, scope, func(ctx context.Context, tx pgx.Tx) error {
		return insert(ctx, tx, tenant, text)
	})
}

// insert inserts one entry of tenant.
func insert(ctx context.Context, tx pgx.Tx, tenant, text string) error {
	_, err := tx.Exec(ctx, "insert into ledger.entry (tenant_id, text) values ($1, $2)", tenant, text)
	return err
}

// texts lists what scope sees, in order of text.
func texts(ctx context.Context, db *postgres.DB, scope postgres.Scope) (string, error) {
	var all []string
	err := db.InTx(ctx, scope, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, "select text from ledger.entry order by text")
		if err != nil {
			return err
		}
		all, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	return strings.Join(all, ","), err
}

// Every row is compared with the list of tenants: an organization that a batch names many times is in it once.
func TestEveryTenantIsNamedOnce(t *testing.T) {
	db, one, two := openLedger(t), newTenant(t), newTenant(t)
	var listed []string
	scope := postgres.Tenants(two, one, strings.ToUpper(two), two, one)
	err := db.InTx(t.Context(), scope, func(ctx context.Context, tx pgx.Tx) error {
		return tx.QueryRow(ctx, "select current_setting('app.tenant')::text[]").Scan(&listed)
	})
	if err != nil || len(listed) != 2 || !slices.Contains(listed, one) || !slices.Contains(listed, two) {
		t.Errorf("%v, %v", listed, err)
	}
}

func TestTenantsSeeTheirOwnRowsOnly(t *testing.T) {
	db, ctx := openLedger(t), t.Context()
	one, two, three := newTenant(t), newTenant(t), newTenant(t)
	for tenant, text := range map[string]string{one: "1", two: "2", three: "3"} {
		if err := put(ctx, db, postgres.Tenants(tenant), tenant, text); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		scope postgres.Scope
		want  string
	}{
		{postgres.Tenants(one), "1"},
		{postgres.Tenants(one, three), "1,3"},
		{postgres.Tenants(newTenant(t)), ""},
		{postgres.Worker("dakoku_ledger_worker"), "1,2,3"},
	} {
		if got, err := texts(ctx, db, c.scope); err != nil || got != c.want {
			t.Errorf("%v sees %q (%v), want %q", c.scope, got, err, c.want)
		}
	}
}

func TestForeignInsertIsRefused(t *testing.T) {
	db := openLedger(t)
	err := put(t.Context(), db, postgres.Tenants(newTenant(t)), newTenant(t), "x")
	if got := postgres.Code(err); got != "42501" {
		t.Fatalf("insert for another tenant: %v, want insufficient privilege", err)
	}
}

func TestWorkerDoesOnlyWhatItIsGranted(t *testing.T) {
	db := openLedger(t)
	err := put(t.Context(), db, postgres.Worker("dakoku_ledger_worker"), newTenant(t), "x")
	if got := postgres.Code(err); got != "42501" {
		t.Fatalf("insert as worker: %v, want insufficient privilege", err)
	}
}

func TestNoTenantFailsClosed(t *testing.T) {
	db, ctx := openLedger(t), t.Context()
	tenant := newTenant(t)
	if err := put(ctx, db, postgres.Tenants(tenant), tenant, "x"); err != nil {
		t.Fatal(err)
	}
	if got, err := texts(ctx, db, postgres.NoTenant()); err == nil {
		t.Errorf("NoTenant sees %q, want an error", got)
	}
	for range 20 { // whatever a connection did before
		var n int
		if err := db.Pool().QueryRow(ctx, "select count(*) from ledger.entry").Scan(&n); err == nil {
			t.Fatalf("a statement without scope counts %d rows, want an error", n)
		}
	}
}

func TestSessionSettingDoesNotLeakIntoAScope(t *testing.T) {
	db, ctx := openLedger(t), t.Context()
	tenant := newTenant(t)
	if err := put(ctx, db, postgres.Tenants(tenant), tenant, "x"); err != nil {
		t.Fatal(err)
	}
	for range 10 {
		_, err := db.Pool().Exec(ctx, "select set_config('app.tenant', $1, false)", "{"+tenant+"}")
		if err != nil {
			t.Fatal(err)
		}
	}
	if got, err := texts(ctx, db, postgres.NoTenant()); err == nil {
		t.Errorf("NoTenant sees %q after a session setting, want an error", got)
	}
}

func TestScopeIsRequired(t *testing.T) {
	db := openLedger(t)
	for name, scope := range map[string]postgres.Scope{
		"zero":          {},
		"no tenants":    postgres.Tenants(),
		"not a UUID":    postgres.Tenants("all"),
		"injection":     postgres.Tenants("}'; drop table ledger.entry; --"),
		"odd role":      postgres.Worker(`x"; reset role; --`),
		"role unknown":  postgres.Worker("dakoku_nobody"),
		"role of owner": postgres.Worker(""),
	} {
		err := db.InTx(t.Context(), scope, func(context.Context, pgx.Tx) error {
			t.Errorf("%s: the transaction ran", name)
			return nil
		})
		if err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
