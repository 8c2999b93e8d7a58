package postgres_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/postgres/pgtest"
)

// A plan that is kept is that of the moment it was made, however the server would plan
// today; the connection goes by it for a while, not for ever.
func TestPlansAreMadeAnew(t *testing.T) {
	m := ledger(t)
	db := open(t, pgtest.New(t, m).URL, m.Role())
	plan := func(before string, age time.Duration) string {
		t.Helper()
		var lines []string
		err := db.InTx(t.Context(), postgres.NoTenant(), func(ctx context.Context, tx pgx.Tx) error {
			data := tx.Conn().PgConn().CustomData()
			made, known := data["plannedAt"].(time.Time)
			if !known {
				t.Error("nobody noted since when the connection has plans")
			}
			data["plannedAt"] = made.Add(-age)
			if _, err := tx.Exec(ctx, before); err != nil {
				return err
			}
			rows, err := tx.Query(ctx, `explain (costs off) execute kept`)
			if err != nil {
				return err
			}
			lines, err = pgx.CollectRows(rows, pgx.RowTo[string])
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(lines, "\n")
	}
	if first := plan(`set plan_cache_mode = force_generic_plan; prepare kept as select oid from pg_class`, 0); !strings.Contains(first, "Seq Scan") {
		t.Fatalf("the plan to begin with:\n%s", first)
	}
	if kept := plan(`set enable_seqscan = off`, 0); !strings.Contains(kept, "Seq Scan") {
		t.Fatalf("a young plan was made anew, so this test tells nothing:\n%s", kept)
	}
	if last := plan(`select 1`, time.Hour); !strings.Contains(last, "Seq Scan") {
		t.Fatalf("a plan was made anew within the transaction:\n%s", last)
	}
	if fresh := plan(`select 1`, 0); strings.Contains(fresh, "Seq Scan") {
		t.Errorf("an old plan is kept:\n%s", fresh)
	}
}

// A connection that cannot forget its plans, here because it is in a transaction that has failed, is not lent.
func TestAConnectionThatKeepsItsPlansIsNotLent(t *testing.T) {
	m := ledger(t)
	db := open(t, pgtest.New(t, m).URL, m.Role())
	lent := func() (conn *pgx.Conn) {
		t.Helper()
		err := db.InTx(t.Context(), postgres.NoTenant(), func(ctx context.Context, tx pgx.Tx) error {
			conn = tx.Conn()
			_, err := tx.Exec(ctx, `select 1`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return conn
	}
	old := lent()
	if _, err := old.Exec(t.Context(), `begin; select 1/0`, pgx.QueryExecModeSimpleProtocol); postgres.Code(err) != "22012" {
		t.Fatal(err)
	}
	old.PgConn().CustomData()["plannedAt"] = time.Now().Add(-time.Hour)
	if next := lent(); next == old || !old.IsClosed() {
		t.Error("it was lent, or stays open")
	}
}
