package inbox

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/postgres/pgtest"
)

// grow fills the table as months of many companies do: nearly everything is
// judged, some thousand rows of so many people are put off until later.
func (b *bench) grow(t *testing.T, from, to, people int) {
	t.Helper()
	const fill = `
insert into gateway.inbox (tenant_id, id, connection_id, key, issued_at, issued_known, api_version, room_kind, body, deliveries,
       received_at, last_received_at, outcome, reason, done_at, due_at, person)
select case g % 4 when 0 then $1::uuid else ('0195f000-0000-7000-8000-' || lpad((g % 100)::text, 12, '0'))::uuid end,
       gen_random_uuid(), $1::uuid, sha256(g::text::bytea), now() - g * interval '1 second', true, 2, 'GROUP',
       case when g < $2 + 5000 then 'x'::bytea end, 1, now() - g * interval '1 second', now(),
       case when g < $2 + 5000 then 'PENDING' else 'IGNORED' end, 'NO_PHRASE', case when g >= $2 + 5000 then now() end,
       case when g < $2 + 5000 then now() + g * interval '1 second' end,
       case when g < $2 + 5000 then sha256((g % $4)::text::bytea) end
  from generate_series($2::int, $3::int) g`
	if _, err := b.owner.Exec(t.Context(), fill, tenantA, from, to, people); err != nil {
		t.Fatal(err)
	}
}

// night judges everything that waits, and lets the server look.
func (b *bench) night(t *testing.T) {
	t.Helper()
	for _, statement := range []string{
		`update gateway.inbox set outcome = 'IGNORED', reason = 'NO_PHRASE', body = null, person = null, due_at = null, done_at = now() where outcome = 'PENDING'`,
		`analyze`,
	} {
		if _, err := b.owner.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
}

// asInProduction is the pool of a door.
func (b *bench) asInProduction(t *testing.T) {
	t.Helper()
	db, err := postgres.Open(t.Context(), postgres.Config{URL: b.data.URL, Role: Migrations().Role(), ByIndex: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	b.DB = db
}

// Every statement of the path of an event finds its rows by an index, however large
// the table has become: without statistics, with them, and in the first rush of a
// day, when the statistics of the night know of no event that waits.
// Nor does it read all that an organization has for each of a few people who wait with
// thousands of events, and join that with theirs.
func TestTheInboxReadsByIndex(t *testing.T) {
	b := newBench(t, nil)
	b.grow(t, 1, 100000, 1000)
	tenants := postgres.Tenants(tenantA, tenantB)
	worker := postgres.Worker(Migrations().WorkerRole())
	rows := make([]Row, batchLimit)
	for i := range rows {
		rows[i] = Row{ID: uuid.NewString(), Tenant: []string{tenantA, tenantB}[i%2], lease: uuid.NewString()}
	}
	for i := range rows {
		rows[i].Person = personOf(delivery(t, rows[i].Tenant, "x"))
		rows[i].Event.Issued = time.Now()
	}
	parked := leases(rows)
	parked["span"], parked["held"], parked["persons"] = 10.0, []string{uuid.NewString()}, personsOf(rows)
	parked["counted"] = make([]bool, len(rows))
	verdicts := leases(rows)
	verdicts["persons"] = personsOf(rows)
	verdicts["outcomes"], verdicts["reasons"] = make([]string, len(rows)), make([]string, len(rows))
	verdicts["employees"], verdicts["punches"] = make([]string, len(rows)), make([]string, len(rows))
	waits := leases(rows)
	waits["waits"], waits["owns"], waits["forgiven"] = make([]float64, len(rows)), make([]bool, len(rows)), forgiven
	due := pgx.NamedArgs{"limit": batchLimit, "lease": uuid.NewString(), "span": 10.0, "near": near, "counts": true, "share": blindShare, "most": blindMost.Seconds()}
	page := pgx.NamedArgs{"tenant": tenantA, "outcome": Ignored, "employee": uuid.NewString(), "connection": uuid.NewString(), "within": []string{uuid.NewString()},
		"before_id": uuid.NewString(), "before_time": time.Now(), "limit": 50, "from": time.Now().Add(-time.Hour), "until": time.Now()}
	next := Filter{BeforeID: "x", From: time.Now(), Until: time.Now()}
	for _, statistics := range []string{"none", "of the night", "of the rush"} {
		switch statistics {
		case "of the night":
			b.night(t)
			b.grow(t, 100001, 105000, 1000)
		case "of the rush":
			if _, err := b.owner.Exec(t.Context(), `analyze`); err != nil {
				t.Fatal(err)
			}
		}
		b.byIndex(t, "complete", tenants, complete, verdicts, "inbox_pkey", "inbox_person")
		b.byIndex(t, "earlier", tenants, earlier, orderOf(rows), "inbox_person", "Index Cond: ((person = w.person) AND (ROW(issued_at, id)")
		b.byIndex(t, "hold", tenants, hold, parked, "inbox_pkey", "inbox_person")
		b.byIndex(t, "followers", tenants, followers, parked, "inbox_person")
		b.byIndex(t, "park", tenants, park, parked, "inbox_pkey")
		b.byIndex(t, "wake", tenants, wake, parked, "inbox_pkey")
		b.byIndex(t, "postpone", tenants, postpone, waits, "inbox_pkey")
		b.byIndex(t, "claim", worker, claim, due, "inbox_due", "Index Cond: (due_at <= statement_timestamp())", `AND (id = "*SELECT* 1".id))`, "inbox_person")
		b.byIndex(t, "claim", worker, claimSuspect, due, "inbox_suspect", "inbox_person")
		b.byIndex(t, "bound", worker, bound, nil, "inbox_event_key", "Index Cond: (tenant_id = t.tenant_id)", "Index Cond: (tenant_id > t")
		b.byIndex(t, "oldest", worker, oldest, nil, "inbox_waiting")
		b.byIndex(t, "list", postgres.Tenants(tenantA), list(next), page, "inbox_newest")
		if statistics == "none" {
			continue // the planner takes what an organization has for a handful of rows, and one index for as good as another
		}
		for wanted, filters := range map[string][]Filter{
			"inbox_connection": {{Connection: "x"}, {Connection: "x", Outcome: Ignored}, {Connection: "x", BeforeID: "x"}},
			"inbox_employee":   {{Employee: "x"}, {Employee: "x", Outcome: Ignored}, {Employee: "x", BeforeID: "x"}},
		} {
			for _, f := range filters {
				b.byIndex(t, "list", postgres.Tenants(tenantA), list(f), page, wanted, "Index Cond: ((tenant_id = ")
			}
		}
	}
	b.night(t)
	b.grow(t, 200001, 205000, 3)
	if _, err := b.owner.Exec(t.Context(), `analyze`); err != nil {
		t.Fatal(err)
	}
	b.asInProduction(t)
	for name, statement := range map[string]string{"complete": complete, "hold": hold, "followers": followers} {
		args := verdicts
		if name != "complete" {
			args = parked
		}
		b.byIndex(t, name, tenants, statement, args, "Index Scan using inbox_person on inbox f")
	}
}

// byIndex explains a statement as it is sent.
func (b *bench) byIndex(t *testing.T, name string, scope postgres.Scope, sql string, args pgx.NamedArgs, signs ...string) {
	t.Helper()
	var plan []string
	err := b.DB.InTx(t.Context(), scope, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, "explain (costs off) "+sql, args)
		if err != nil {
			return err
		}
		plan, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	text := strings.Join(plan, "\n")
	wrong := err != nil || strings.Contains(text, "Seq Scan on inbox")
	for _, sign := range signs {
		wrong = wrong || !strings.Contains(text, sign)
	}
	if wrong {
		t.Errorf("%s: %v\n%s", name, err, text)
	}
}

// A policy that reads the list of tenants for every row makes a batch of many companies dear.
func TestPoliciesReadTheTenantsOnce(t *testing.T) {
	if found := pgtest.New(t, Migrations()).ReadForEachRow(t, "gateway"); len(found) > 0 {
		t.Errorf("for every row: %v; write (select current_setting('app.tenant')::uuid[]) as migrations/0011_tenants_once.sql does", found)
	}
}
