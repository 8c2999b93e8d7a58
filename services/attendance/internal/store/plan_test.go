package store

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/postgres/pgtest"
	"github.com/dakoku/dakoku/services/attendance/internal/evidence"
)

// grow fills the tables of a batch as a year of a company does, so that the planner has something to choose from.
func grow(t *testing.T, owner *pgx.Conn, tenant string) {
	t.Helper()
	for _, statement := range []string{
		`insert into attendance.employees
		 select '` + tenant + `', gen_random_uuid(), 'n' || g, 'x', '', '', 'ACTIVE', 1, now(), now() from generate_series(1, 3000) g`,
		`insert into attendance.event_outcomes
		 select e.tenant_id, sha256((e.id::text || g)::bytea), gen_random_uuid(), e.id, now() - g * interval '8 hour', now(), 'GROUP',
		        'RECORDED', '', 'CLOCK_IN', null, '', gen_random_uuid(), '', 'DIRECT', '', '', now()
		   from (select * from attendance.employees limit 200) e, generate_series(1, 100) g`,
		`insert into attendance.punches
		 select o.tenant_id, o.punch_id, o.employee_id, o.event_key, o.connection_id, 'CLOCK_IN', o.issued_at, o.received_at, o.judged_at,
		        o.issued_at::date, 'Asia/Tokyo', 300, 960, 'CHAT', '', '', 0, null, 'FIRST_IN_LAST_OUT', 60, '', '', null
		   from attendance.event_outcomes o`,
	} {
		if _, err := owner.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
}

// Judging a batch must look every row up by its own index, with and without statistics: under row-level security an
// innocent join reads a whole table, or a whole tenant once for every employee.
func TestRecordReadsByIndex(t *testing.T) {
	database := pgtest.New(t, Migrations())
	db, owner := database.Open(t, Migrations().Role()), database.Owner(t)
	refs := company(t, New(db, time.Now), 16)
	grow(t, owner, refs[0].Tenant)
	for _, statistics := range []bool{false, true} {
		if statistics {
			if _, err := owner.Exec(t.Context(), `analyze`); err != nil {
				t.Fatal(err)
			}
			byIndex(t, db, refs, "employees_id_key", lockEmployees, people(refs))
		}
		byIndex(t, db, refs, "work_rules_in_force_idx", getCalendars, momentArgs(refs))
		byIndex(t, db, refs, "company_calendars_in_force_idx", getCalendars, momentArgs(refs))
		byIndex(t, db, refs, "event_outcomes_pkey", knownOutcomes, eventArgs(refs))
		byIndex(t, db, refs, "_employee_id_issued_at_idx", knownPunches, people(refs))
		byIndex(t, db, refs, "punch_voids_pkey", knownPunches, people(refs))
		byIndex(t, db, refs, "held_punches_person_idx", knownHeld, people(refs))
		sealsByIndex(t, db, refs)
	}
}

// Sealing looks every fact up by its key: under row-level security a comparison with what reads a text uses no index,
// and every fact of the company was read for each that was sealed. Of the notes that wait it reads the stretch of its page.
func sealsByIndex(t *testing.T, db *postgres.DB, refs []Ref) {
	t.Helper()
	for _, fact := range evidence.Facts() {
		if fact.Table != "punches" && fact.Table != "event_outcomes" {
			continue // empty here: one index is as good as another
		}
		page := []any{refs[0].Tenant, make([]int64, 256), make([]string, 256), fact.Table}
		byIndex(t, db, refs, "AND (tenant_id = '"+refs[0].Tenant+"'::uuid) AND ("+fact.Key[0].Name+" = n.k0)",
			unsealedRows(fact, false), page...)
	}
	byIndex(t, db, refs, "(id >= $0) AND (id <= $1)", crossOff, refs[0].Tenant, make([]int64, 256))
}

func byIndex(t *testing.T, db *postgres.DB, refs []Ref, index, sql string, args ...any) {
	t.Helper()
	var plan []string
	err := db.InTx(t.Context(), postgres.Tenants(refs[0].Tenant), func(ctx context.Context, tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, byIndexOnly); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, "explain (costs off) "+sql, args...)
		if err != nil {
			return err
		}
		plan, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	if text := strings.Join(plan, "\n"); err != nil || strings.Contains(text, "Seq Scan") || !strings.Contains(text, index) {
		t.Errorf("not by %s: %v\n%s", index, err, text)
	}
}

// A policy that reads the list of tenants for every row makes a batch of many companies dear.
func TestPoliciesReadTheTenantsOnce(t *testing.T) {
	if found := pgtest.New(t, Migrations()).ReadForEachRow(t, "attendance"); len(found) > 0 {
		t.Errorf("for every row: %v; write (select current_setting('app.tenant')::uuid[]) as migrations/0027_tenants_once.sql does", found)
	}
}

// A connection plans the statements of a batch once, and not for every batch.
func TestRecordIsPlannedOnce(t *testing.T) {
	database := pgtest.New(t, Migrations())
	refs := company(t, New(database.Open(t, Migrations().Role()), time.Now), 8)
	db := database.Open(t, Migrations().Role())
	s := New(db, time.Now)
	for i := range refs {
		if err := s.Record(t.Context(), refs[i:i+1], func(k Known) (Verdicts, error) { return recordAll(refs[i : i+1])(k), nil }); err != nil {
			t.Fatal(err)
		}
	}
	const plans = `select coalesce(string_agg(statement, E'\n') filter (where custom_plans > 0), ''), sum(generic_plans) from pg_prepared_statements
		where statement ~ 'unnest'`
	var anew string
	var kept int
	err := db.InTx(t.Context(), postgres.NoTenant(), func(ctx context.Context, tx pgx.Tx) error {
		return tx.QueryRow(ctx, plans).Scan(&anew, &kept)
	})
	if err != nil || anew != "" || kept < 8*8 {
		t.Errorf("planned anew, and by a kept plan %d times: %v\n%s", kept, err, anew)
	}
}
