package store

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/postgres/pgtest"
	"github.com/dakoku/dakoku/services/attendance/internal/evidence"
)

// factTables are insert-only: what is sealed, the seals, and the keys of punches.
func factTables() []string {
	tables := []string{"evidence_seals", "evidence_checkpoints", "punch_keys"}
	for _, fact := range evidence.Facts() {
		tables = append(tables, fact.Table)
	}
	return tables
}

// A table that the service may fill and not update is one of facts: none is forgotten.
func TestEveryInsertOnlyTableIsKnown(t *testing.T) {
	const filled = `
		select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
		 where n.nspname = 'attendance' and c.relkind in ('r', 'p') and not c.relispartition and has_table_privilege('dakoku_attendance', c.oid, 'insert')
		   and not has_any_column_privilege('dakoku_attendance', c.oid, 'update')
		   and c.relname not in ('evidence_todo', 'seal_check') -- a list that is worked off; one value that a rotation wraps anew
		 order by 1`
	rows, err := pgtest.New(t, Migrations()).Owner(t).Query(t.Context(), filled)
	if err != nil {
		t.Fatal(err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(slices.Sorted(slices.Values(factTables())), found); diff != "" {
		t.Error(diff)
	}
}

// Neither the service's roles nor the owner of the tables can change a fact.
func TestFactsAreInsertOnly(t *testing.T) {
	database := pgtest.New(t, Migrations())
	db := database.Open(t, Migrations().Role())
	owner := database.Owner(t)
	for _, table := range factTables() {
		for _, statement := range []string{
			"update attendance." + table + " set tenant_id = tenant_id",
			"delete from attendance." + table,
			"truncate attendance." + table + " cascade",
		} {
			err := db.InTx(t.Context(), postgres.Tenants(uuid.NewString()), func(ctx context.Context, tx pgx.Tx) error {
				_, err := tx.Exec(ctx, statement)
				return err
			})
			if postgres.Code(err) != "42501" {
				t.Errorf("service: %s: %v", statement, err)
			}
			if _, err := owner.Exec(t.Context(), statement); postgres.Code(err) != "42501" {
				t.Errorf("owner: %s: %v", statement, err)
			}
			asWorker := "set role dakoku_attendance_worker; " + statement
			if _, err := owner.Exec(t.Context(), asWorker); postgres.Code(err) != "42501" {
				t.Errorf("worker: %s: %v", statement, err)
			}
			if _, err := owner.Exec(t.Context(), `reset role`); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// Every table with a tenant shows and takes rows of the scope's tenants only.
func TestTenantsAreWalledOff(t *testing.T) {
	database := pgtest.New(t, Migrations())
	db := database.Open(t, Migrations().Role())
	s := New(db, time.Now)
	mine, theirs := company(t, s, 1), company(t, s, 1)
	for _, refs := range [][]Ref{mine, theirs} {
		if err := s.Record(t.Context(), refs, func(k Known) (Verdicts, error) { return recordAll(refs)(k), nil }); err != nil {
			t.Fatal(err)
		}
	}
	for _, table := range []string{"companies", "employees", "event_outcomes", "punches"} {
		var visible, foreign int
		err := db.InTx(t.Context(), postgres.Tenants(mine[0].Tenant), func(ctx context.Context, tx pgx.Tx) error {
			return tx.QueryRow(ctx, "select count(*), count(*) filter (where tenant_id <> $1) from attendance."+table, mine[0].Tenant).Scan(&visible, &foreign)
		})
		if err != nil || visible != 1 || foreign != 0 {
			t.Errorf("%s: %d visible, %d foreign, %v", table, visible, foreign, err)
		}
	}
	walls := `select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
	          join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
	          where n.nspname = 'attendance' and c.relkind = 'r' and not (c.relrowsecurity and c.relforcerowsecurity)`
	var open int
	if err := database.Owner(t).QueryRow(t.Context(), walls).Scan(&open); err != nil || open != 0 {
		t.Errorf("%d tables without forced row-level security, %v", open, err)
	}
	err := s.in(t.Context(), func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `update attendance.companies set tenant_id = $1`, uuid.NewString())
		return err
	}, mine[0].Tenant)
	if postgres.Code(err) != "42501" {
		t.Errorf("moving a row to another tenant: %v", err)
	}
}

// A later revision of the company counts, an earlier one that arrives late does not.
func TestPutCompanyKeepsTheNewest(t *testing.T) {
	database := pgtest.New(t, Migrations())
	s := New(database.Open(t, Migrations().Role()), time.Now)
	tenant := uuid.NewString()
	for _, c := range []Company{{tenant, 2, "Asia/Tokyo", 20}, {tenant, 1, "Asia/Seoul", 10}, {tenant, 3, "Asia/Tokyo", 25}, {tenant, 3, "Asia/Seoul", 5}} {
		if err := s.PutCompany(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	var zone string
	var closing int
	if err := database.Owner(t).QueryRow(t.Context(), `select time_zone, closing_day from attendance.companies`).Scan(&zone, &closing); err != nil || zone != "Asia/Tokyo" || closing != 25 {
		t.Errorf("%s, %d, %v", zone, closing, err)
	}
}
