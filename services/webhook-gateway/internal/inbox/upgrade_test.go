package inbox

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/postgres"
)

// What the program before 0003_order.sql sends, word for word. It runs beside the
// present one during an upgrade, on the present schema.
const (
	olderPut = `
insert into gateway.inbox as i (tenant_id, id, connection_id, key, issued_at, issued_known, api_version, room_kind, body, deliveries,
       received_at, outcome, reason, done_at, lease, due_at, attempts, last_received_at)
select w.tenant, w.id, w.connection, w.key, w.issued, w.known, w.version, w.room, w.body, w.deliveries,
       t.now, w.outcome, w.reason,
       case when w.outcome <> 'PENDING' then t.now end,
       case when w.outcome = 'PENDING' then w.lease end,
       case when w.outcome = 'PENDING' then t.now + @span::float8 * interval '1 second' end,
       case when w.outcome = 'PENDING' then 1 else 0 end,
       t.now
  from unnest(@tenants::text[]::uuid[], @ids::text[]::uuid[], @connections::text[]::uuid[], @keys::bytea[], @issued::timestamptz[],
              @known::boolean[], @versions::smallint[], @rooms::text[], @bodies::bytea[], @deliveries::integer[],
              @outcomes::text[], @reasons::text[], @leases::text[]::uuid[])
       as w (tenant, id, connection, key, issued, known, version, room, body, deliveries, outcome, reason, lease),
       (select clock_timestamp()::timestamptz(3) as now) as t
 order by w.tenant, w.issued, w.key
    on conflict on constraint inbox_event_key do update
   set deliveries = i.deliveries + case when i.id = excluded.id then 0 else excluded.deliveries end,
       last_received_at = greatest(i.last_received_at, excluded.last_received_at)
returning i.tenant_id::text, i.key, i.issued_at, i.id::text, i.received_at`

	olderClaim = `
with due as (
    select d.tenant_id, d.id
      from gateway.inbox d
     where d.outcome = 'PENDING' and d.due_at <= statement_timestamp() and (d.attempts >= @trusted) = @suspect
     order by d.due_at
     limit @limit
       for update skip locked
)
update gateway.inbox i
   set lease = @lease::text::uuid,
       due_at = clock_timestamp() + @span::float8 * interval '1 second',
       attempts = i.attempts + 1
  from due
 where i.tenant_id = due.tenant_id and i.id = due.id
returning i.id::text, i.tenant_id::text, i.connection_id::text, i.api_version, i.key, i.body, i.received_at, i.attempts, i.deferrals`

	olderComplete = `
update gateway.inbox i
   set outcome = w.outcome, reason = w.reason, employee_id = w.employee, punch_id = w.punch,
       body = case when w.outcome = 'QUARANTINED' then i.body end,
       done_at = clock_timestamp(), lease = null, due_at = null
  from unnest(@tenants::text[]::uuid[], @ids::text[]::uuid[], @leases::text[]::uuid[], @outcomes::text[], @reasons::text[],
              @employees::text[], @punches::text[]) as w (tenant, id, lease, outcome, reason, employee, punch)
 where i.tenant_id = w.tenant and i.id = w.id and i.lease = w.lease
returning i.id::text`

	olderPostpone = `
update gateway.inbox i
   set lease = null, attempts = 0, deferrals = i.deferrals + (w.wait > 0)::int,
       due_at = clock_timestamp() + w.wait * interval '1 second'
  from unnest(@tenants::text[]::uuid[], @ids::text[]::uuid[], @leases::text[]::uuid[], @waits::float8[]) as w (tenant, id, lease, wait)
 where i.tenant_id = w.tenant and i.id = w.id and i.lease = w.lease
returning i.id::text`
)

// olderTakes claims the one row that is due, as the older program does.
func (b *bench) olderTakes(t *testing.T) Row {
	t.Helper()
	row := Row{lease: uuid.NewString()}
	args := pgx.NamedArgs{"limit": 1, "lease": row.lease, "span": 10.0, "trusted": trusted, "suspect": false}
	err := b.DB.InTx(t.Context(), postgres.Worker(Migrations().WorkerRole()), func(ctx context.Context, tx pgx.Tx) error {
		var skip any
		return tx.QueryRow(ctx, olderClaim, args).Scan(&row.ID, &row.Tenant, &skip, &skip, &skip, &skip, &skip, &skip, &skip)
	})
	if err != nil {
		t.Fatal(err)
	}
	return row
}

// older sends a statement of the older program, which must touch one row.
func (b *bench) older(t *testing.T, statement string, args pgx.NamedArgs) {
	t.Helper()
	err := b.DB.InTx(t.Context(), postgres.Tenants(tenantA), func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, statement, args)
		if err != nil {
			return err
		}
		touched, err := pgx.CollectRows(rows, func(pgx.CollectableRow) (int, error) { return 0, nil })
		if len(touched) != 1 {
			t.Errorf("%d rows touched: %s", len(touched), statement)
		}
		return err
	})
	if err != nil {
		t.Errorf("%v\n%s", err, statement)
	}
}

func verdictOf(row Row, outcome string) pgx.NamedArgs {
	args, punch := leases([]Row{row}), ""
	if outcome == Recorded {
		punch = "p"
	}
	args["outcomes"], args["reasons"], args["employees"], args["punches"] = []string{outcome}, []string{""}, []string{"e"}, []string{punch}
	return args
}

// The older program defers and completes what the present one has put; what has
// no person any more holds up nobody.
func TestAnOlderProgramCompletesWhatThisOnePut(t *testing.T) {
	b := newBench(t, nil)
	b.run(t)
	for i, outcome := range []string{Recorded, Ignored, Refused, Quarantined} {
		b.put(t, said(t, tenantA, outcome, 1))
		b.putOff(t, b.dispatched()[2*i], Delay{})
		row := b.olderTakes(t)
		wait := leases([]Row{row})
		wait["waits"] = []float64{0}
		b.older(t, olderPostpone, wait)
		b.expire(t)
		b.older(t, olderComplete, verdictOf(b.olderTakes(t), outcome))
		if n := b.number(t, `select count(*) from gateway.inbox where outcome = $1 and employee_id = 'e' and person is null`, outcome); n != 1 {
			t.Errorf("%s: %d rows", outcome, n)
		}
		b.put(t, said(t, tenantA, outcome, 2))
		if got := b.turn(t, b.dispatched()[2*i+1]); len(got) != 1 {
			t.Errorf("%s: a judged event holds up the next", outcome)
		}
		b.end(t, Ignored, b.dispatched()[2*i+1])
	}
}

// What the older program puts, once more, and quarantines at once is this one's to
// finish. It has no person, so it waits for nobody.
func TestThisProgramCompletesWhatAnOlderOnePut(t *testing.T) {
	b := newBench(t, nil)
	d := said(t, tenantA, "taro", 1)
	w, err := b.prepare(d)
	if err != nil {
		t.Fatal(err)
	}
	args, _ := arguments(merge([]*waiting{w}))
	args["span"] = 10.0
	b.older(t, olderPut, args)
	b.older(t, olderPut, args)
	b.expire(t)
	rows := b.turn(t, b.claim(t, 1)...)
	if len(rows) != 1 || rows[0].Person != "" || rows[0].Token != "" || !slices.Equal(rows[0].Key[:], d.Key[:]) || rows[0].Received.After(time.Now().Add(time.Minute)) {
		t.Fatalf("%+v", rows)
	}
	b.end(t, Ignored, rows...)
	if n := b.number(t, `select deliveries from gateway.inbox where outcome = 'IGNORED'`); n != 1 {
		t.Errorf("%d deliveries", n)
	}
	again := said(t, tenantA, "taro", 1)
	again.ID = uuid.NewString()
	for range 2 {
		b.restore(t, again)
		b.older(t, olderPut, args)
	}
	b.counted(t, 2)
}
