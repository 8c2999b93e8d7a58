package inbox

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"go.uber.org/zap"

	"github.com/dakoku/dakoku/platform/failpoint"
	"github.com/dakoku/dakoku/platform/postgres"
)

// trusted is how often a row may have been begun without an orderly end before it
// is suspected of ending its worker.
const trusted = 3

// blindShare, of its age, and blindMost at most, is how long a suspect rests after a
// process has begun it that had recorded no punch yet; at least a lease.
const (
	blindShare = 0.25
	blindMost  = 5 * time.Minute
)

// shutWait is how long a row waits whose body the key service does not open.
const shutWait = 2 * time.Second

// near is among how many rows that are due a claim looks for those it takes.
const near = 4 * batchLimit

// claimOf takes the rows that are due, of any organization. The attempt is counted
// before the work: a row that kills its worker is counted all the same. The time
// is the statement's, which an index can be searched by: rows that are put off
// are not even read.
//
// A row that is due tells of a person that waits, and what can be begun is that
// person's first event, wherever it stands in the queue: as many of its first ones are
// taken as it has rows near. After a long wait a few people may have thousands of events
// each, that did not come in the order in which they were issued; by their places nearly
// all that was claimed had to be given back, and what it waited for was found by chance.
// Where there are no others, the row is that event, and nothing more is read for it.
//
// Rows whose person's first event somebody holds are left alone. They could only be
// given back, and two doors would do nothing but give back and wake what the other one
// is about to take. They are near for no longer than that lease. Rows whose person's
// first event is put off are taken, to be put off as well and be near no more.
//
// Only a search of the rows that wait uses the words of an index of them (0009_rush.sql,
// 0012_suspects.sql). What is asked of rows that are found by their keys is put so that
// none of them fits.
func claimOf(whose string) string {
	return `
with near as (
    select n.tenant_id, n.id, n.person, n.due_at,
           row_number() over (theirs order by n.due_at, n.id) as nth, count(*) over theirs as several
      from (select d.tenant_id, d.id, d.person, d.due_at
              from gateway.inbox d
             where d.due_at <= statement_timestamp() and d.attempts ` + whose + `
             order by d.due_at
             limit @near) n
    window theirs as (partition by coalesce(n.person, uuid_send(n.id)))
), due as (
    select d.tenant_id, d.id
      from (select * from near order by due_at) n
      left join lateral (
           select f.id <> n.id or n.several > 1 as others, f.lease is null or f.due_at <= statement_timestamp() as free,
                  f.due_at <= statement_timestamp() and f.attempts ` + whose + ` as ready
             from gateway.inbox f
            where f.person = n.person order by f.issued_at, f.id limit 1) first on true
     cross join lateral (
           select n.tenant_id, n.id where not coalesce(first.ready and first.others, false)
            union all
          (select f.tenant_id, f.id from gateway.inbox f
            where first.ready and first.others and n.nth = 1 and f.person = n.person
            order by f.issued_at, f.id
            limit n.several)) t
      join gateway.inbox d on d.tenant_id = t.tenant_id and d.id = t.id
     where coalesce(first.free, true) and coalesce(d.due_at <= statement_timestamp(), false) and d.attempts ` + whose + `
     order by n.due_at
     limit @limit
       for update of d skip locked
)
update gateway.inbox i
   set lease = @lease::text::uuid,
       due_at = clock_timestamp() + interval '1 second' * greatest(@span::float8, case when not @counts::boolean then
                least(extract(epoch from clock_timestamp() - i.received_at)::float8 * @share::float8, @most::float8) end),
       attempts = i.attempts + @counts::boolean::int
  from due
 where i.tenant_id = due.tenant_id and i.id = due.id
returning i.id::text, i.tenant_id::text, i.connection_id::text, coalesce(i.token_id::text, ''), i.api_version, i.key, i.body,
       coalesce(i.person, ''), i.received_at, i.attempts, i.deferrals`
}

// Suspects have an index of their own: who looks for one among all that waits reads all of it.
var (
	claim        = claimOf(fmt.Sprint("< ", trusted))
	claimSuspect = claimOf(fmt.Sprint(">= ", trusted))
)

// Claim takes at most 64 rows that are due: deferred ones whose time has come,
// and those whose holder did not finish within its lease. They come in the order
// of their issued times. Suspects are left to Suspect.
func (b *Inbox) Claim(ctx context.Context) ([]Row, error) {
	return b.claim(ctx, claim, batchLimit, true)
}

// Suspect takes at most one row that is due and was begun several times without
// an orderly end. Whoever takes it should do nothing else meanwhile: when a row
// ends its worker, every row that the worker held looks as guilty.
//
// It counts against the row only in a process that has recorded a punch since it
// started: one that ends at each event would otherwise condemn all of them, and the
// version that follows it would find nothing to record. Until then the row rests the
// longer between two tries the older it is, so that a row that is alone and does end
// its process leaves the process time for others, which prove it.
func (b *Inbox) Suspect(ctx context.Context) ([]Row, error) {
	return b.claim(ctx, claimSuspect, 1, b.proven.Load())
}

func (b *Inbox) claim(ctx context.Context, statement string, limit int, counts bool) ([]Row, error) {
	lease, leased := uuid.NewString(), time.Now()
	args := pgx.NamedArgs{
		"limit": limit, "lease": lease, "span": b.Lease.Seconds(), "near": near, "counts": counts, "share": blindShare, "most": blindMost.Seconds(),
	}
	var rows []Row
	err := b.DB.InTx(failpoint.Named(ctx, "gw.claim"), postgres.Worker(Migrations().WorkerRole()), func(ctx context.Context, tx pgx.Tx) error {
		found, err := tx.Query(ctx, statement, args)
		if err != nil {
			return err
		}
		rows, err = pgx.CollectRows(found, scanClaimed)
		return err
	})
	if err != nil {
		return nil, err
	}
	var shut []Row
	for i := range rows {
		rows[i].lease, rows[i].Leased, rows[i].Blind = lease, leased, !counts
		if !b.unpack(&rows[i]) {
			shut = append(shut, rows[i])
		}
	}
	if len(shut) > 0 {
		rows = slices.DeleteFunc(rows, func(row Row) bool { return row.sealed != nil })
		if err := b.putOff(ctx, shut); err != nil {
			return rows, err
		}
	}
	slices.SortFunc(rows, Row.Compare)
	return rows, nil
}

// putOff defers rows whose bodies cannot be opened now: the key service is away,
// which is no fault of theirs.
func (b *Inbox) putOff(ctx context.Context, rows []Row) error {
	b.Log.Warn("the key service is away; events wait", zap.Int("events", len(rows)))
	waits := make([]Delay, len(rows))
	for i := range waits {
		waits[i] = Delay{Wait: shutWait}
	}
	_, err := b.Defer(ctx, rows, waits)
	return err
}

func scanClaimed(r pgx.CollectableRow) (Row, error) {
	var row Row
	var key, person []byte
	err := r.Scan(&row.ID, &row.Tenant, &row.Connection, &row.Token, &row.Version, &key, &row.sealed, &person, &row.Received,
		&row.Attempts, &row.Deferrals)
	row.Person = string(person)
	row.Received = row.Received.UTC()
	copy(row.Key[:], key)
	return row, err
}

// A lease is held by pending rows only, so the fence needs no word about the
// outcome; with one, the planner reads the index of all pending rows instead.
const complete = `
with done as (
update gateway.inbox i
   set outcome = w.outcome, reason = w.reason, employee_id = w.employee, punch_id = w.punch,
       body = case when w.outcome = 'QUARANTINED' then i.body end,
       done_at = clock_timestamp(), lease = null, due_at = null
  from unnest(@tenants::text[]::uuid[], @ids::text[]::uuid[], @leases::text[]::uuid[], @outcomes::text[], @reasons::text[],
              @employees::text[], @punches::text[]) as w (tenant, id, lease, outcome, reason, employee, punch)
 where i.tenant_id = w.tenant and i.id = w.id and i.lease = w.lease
returning i.tenant_id::text, i.id::text)
select done.tenant_id, done.id, false from done union all` + followers

// Complete gives each row its one terminal outcome and erases its body, unless
// it is quarantined. The schema forgets whose event it was. It returns the ids of
// rows whose lease we have lost: another worker finishes those.
func (b *Inbox) Complete(ctx context.Context, rows []Row, verdicts []Verdict) (lost []string, err error) {
	if len(verdicts) != len(rows) {
		return nil, fmt.Errorf("inbox: %d verdicts for %d rows", len(verdicts), len(rows))
	}
	args := leases(rows)
	args["persons"] = personsOf(rows)
	outcomes, reasons, employees, punches := make([]string, len(rows)), make([]string, len(rows)), make([]string, len(rows)), make([]string, len(rows))
	for i, v := range verdicts {
		outcomes[i], reasons[i], employees[i], punches[i] = v.Outcome, v.Reason, v.Employee, v.Punch
	}
	args["outcomes"], args["reasons"], args["employees"], args["punches"] = outcomes, reasons, employees, punches
	var touched []string
	var busy []Row
	err = b.tenants(failpoint.Named(ctx, "gw.complete"), rows, func(ctx context.Context, tx pgx.Tx) error {
		if err := locked(ctx, tx, rows, personsOf(rows)); err != nil {
			return err
		}
		var next []Row
		found, err := tx.Query(ctx, complete, args)
		if err != nil {
			return err
		}
		if touched, next, err = part(found); err != nil {
			return err
		}
		busy, err = rouse(ctx, tx, next)
		return err
	})
	if err != nil {
		return nil, err
	}
	b.rouseLater(ctx, busy)
	b.prove(rows, verdicts, touched)
	b.meters.completed(verdicts)
	return missing(rows, touched), nil
}

// prove notes that this process brings a punch to its end. Anything less is no proof:
// a version may well ignore what is said and end at each punch.
func (b *Inbox) prove(rows []Row, verdicts []Verdict, touched []string) {
	for i, v := range verdicts {
		if v.Outcome == Recorded && slices.Contains(touched, rows[i].ID) {
			b.proven.Store(true)
			return
		}
	}
}

// part tells completed rows from those that waited for them.
func part(found pgx.Rows) (completed []string, next []Row, err error) {
	var row Row
	var waits bool
	_, err = pgx.ForEachRow(found, []any{&row.Tenant, &row.ID, &waits}, func() error {
		if waits {
			next = append(next, row)
		} else {
			completed = append(completed, row.ID)
		}
		return nil
	})
	return completed, next, err
}

// A row that need not wait goes back to its place in the queue; at the end of it, it
// would be behind the later events of its person.
const postpone = `
update gateway.inbox i
   set lease = null, attempts = 0, deferrals = i.deferrals + (w.wait > 0)::int, failures = i.failures + w.own::int,
       person = case when i.failures + w.own::int < @forgiven then i.person end,
       due_at = case when w.wait > 0 then clock_timestamp() + w.wait * interval '1 second' else i.received_at end
  from unnest(@tenants::text[]::uuid[], @ids::text[]::uuid[], @leases::text[]::uuid[], @waits::float8[], @owns::boolean[])
       as w (tenant, id, lease, wait, own)
 where i.tenant_id = w.tenant and i.id = w.id and i.lease = w.lease
returning i.tenant_id::text, i.id::text, i.person is null`

// Defer gives rows back in order, each to be claimed after its wait. A row that
// need not wait was not begun, which is no deferral: nothing was away. One that has
// failed so often that it gives way wakes what waited for it. It returns the ids of
// rows whose lease we have lost.
func (b *Inbox) Defer(ctx context.Context, rows []Row, delays []Delay) (lost []string, err error) {
	if len(delays) != len(rows) {
		return nil, fmt.Errorf("inbox: %d delays for %d rows", len(delays), len(rows))
	}
	args := leases(rows)
	seconds, owns := make([]float64, len(rows)), make([]bool, len(rows))
	var failed []Row
	for i, d := range delays {
		seconds[i], owns[i] = d.Wait.Seconds(), d.Own
		if d.Own {
			failed = append(failed, rows[i])
		}
	}
	args["waits"], args["owns"], args["forgiven"] = seconds, owns, forgiven
	var touched []string
	var busy []Row
	err = b.tenants(failpoint.Named(ctx, "gw.defer"), rows, func(ctx context.Context, tx pgx.Tx) (err error) {
		if err := locked(ctx, tx, rows, personsOf(failed)); err != nil {
			return err
		}
		touched, busy, err = postponed(ctx, tx, args, failed)
		return err
	})
	if err != nil {
		return nil, err
	}
	b.rouseLater(ctx, busy)
	b.meters.deferred.Add(float64(len(rows)))
	return missing(rows, touched), nil
}

// postponed gives rows back and wakes the followers of those that give way, but
// for the busy ones.
func postponed(ctx context.Context, tx pgx.Tx, args pgx.NamedArgs, failed []Row) (touched []string, busy []Row, err error) {
	found, err := tx.Query(ctx, postpone, args)
	if err != nil {
		return nil, nil, err
	}
	var row Row
	var gone bool
	gave := map[string]bool{}
	_, err = pgx.ForEachRow(found, []any{&row.Tenant, &row.ID, &gone}, func() error {
		touched, gave[row.ID] = append(touched, row.ID), gone
		return nil
	})
	persons := personsOf(slices.DeleteFunc(failed, func(r Row) bool { return !gave[r.ID] }))
	if err != nil || len(persons) == 0 {
		return touched, nil, err
	}
	if found, err = tx.Query(ctx, followers, pgx.NamedArgs{"persons": persons}); err != nil {
		return nil, nil, err
	}
	_, next, err := part(found)
	if err != nil {
		return nil, nil, err
	}
	busy, err = rouse(ctx, tx, next)
	return touched, busy, err
}

func leases(rows []Row) pgx.NamedArgs {
	tenants, ids, held := make([]string, len(rows)), make([]string, len(rows)), make([]string, len(rows))
	for i, row := range rows {
		tenants[i], ids[i], held[i] = row.Tenant, row.ID, row.lease
	}
	return pgx.NamedArgs{"tenants": tenants, "ids": ids, "leases": held}
}

func missing(rows []Row, touched []string) (lost []string) {
	hit := make(map[string]bool, len(touched))
	for _, id := range touched {
		hit[id] = true
	}
	for _, row := range rows {
		if !hit[row.ID] {
			lost = append(lost, row.ID)
		}
	}
	return lost
}
