package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/postgres/pgtest"
	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// cost is what a batch takes of the database: statements, waits for an answer, rows that come back and rows that are
// inserted by the statements themselves.
type cost struct{ Statements, Trips, Read, Inserted int }

// counted counts what goes through a transaction.
type counted struct {
	pgx.Tx
	cost
}

func (c *counted) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	c.Statements, c.Trips = c.Statements+1, c.Trips+1
	tag, err := c.Tx.Exec(ctx, sql, args...)
	c.executed(tag)
	return tag, err
}

func (c *counted) executed(tag pgconn.CommandTag) {
	if tag.Insert() {
		c.Inserted += int(tag.RowsAffected())
	}
}

func (c *counted) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	c.Statements, c.Trips = c.Statements+1, c.Trips+1
	rows, err := c.Tx.Query(ctx, sql, args...)
	return &countedRows{rows, c}, err
}

func (c *counted) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	c.Statements, c.Trips, c.Read = c.Statements+1, c.Trips+1, c.Read+1
	return c.Tx.QueryRow(ctx, sql, args...)
}

func (c *counted) SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults {
	c.Statements, c.Trips = c.Statements+b.Len(), c.Trips+1
	return &countedResults{c.Tx.SendBatch(ctx, b), c}
}

type countedResults struct {
	pgx.BatchResults
	c *counted
}

func (r *countedResults) Exec() (pgconn.CommandTag, error) {
	tag, err := r.BatchResults.Exec()
	r.c.executed(tag)
	return tag, err
}

func (r *countedResults) Query() (pgx.Rows, error) {
	rows, err := r.BatchResults.Query()
	return &countedRows{rows, r.c}, err
}

type countedRows struct {
	pgx.Rows
	c *counted
}

func (r *countedRows) Next() bool {
	more := r.Rows.Next()
	if more {
		r.c.Read++
	}
	return more
}

// meter is a database in which batches are measured.
type meter struct {
	*Store
	db    *postgres.DB
	owner *pgx.Conn
}

func newMeter(t *testing.T) *meter {
	t.Helper()
	inOneMonth(t)
	database := pgtest.New(t, Migrations())
	db := database.Open(t, Migrations().Role())
	return &meter{New(db, time.Now), db, database.Owner(t)}
}

// people are n employees of each of so many companies, with two punches each before and one event each now. The
// months of all are submitted.
func (m *meter) people(t *testing.T, companies, n int) (refs []Ref) {
	t.Helper()
	for range companies {
		of := company(t, m.Store, n)
		for i := range 2 {
			before := make([]Ref, n)
			for j, r := range of {
				r.Key, r.Issued = freshKey(), r.Issued.Add(-time.Duration(i+1)*time.Minute)
				before[j] = r
			}
			if err := m.Record(t.Context(), before, func(k Known) (Verdicts, error) { return recordAll(before)(k), nil }); err != nil {
				t.Fatal(err)
			}
		}
		const submitted = `insert into attendance.timesheets select tenant_id, id, ` + thisPeriod + `, 'SUBMITTED', ` + itsDays + `, 1, now() from attendance.employees where tenant_id = $1`
		if _, err := m.owner.Exec(t.Context(), submitted, of[0].Tenant); err != nil {
			t.Fatal(err)
		}
		refs = append(refs, of...)
	}
	return refs
}

func freshKey() string {
	key := sha256.Sum256([]byte(uuid.NewString()))
	return hex.EncodeToString(key[:])
}

// measure records a batch and tells what it took, and how many rows more each table has.
func (m *meter) measure(t *testing.T, refs []Ref, judge func(Known) Verdicts) (cost, map[string]int) {
	t.Helper()
	before, c := m.rows(t), &counted{}
	err := m.db.InTx(t.Context(), postgres.Tenants(tenantsOf(refs)...), func(ctx context.Context, tx pgx.Tx) error {
		c.Tx = tx
		known, err := m.known(ctx, c, refs)
		if err != nil {
			return err
		}
		if len(known.Punches) != len(refs) || len(known.Locks) != len(refs) {
			t.Errorf("of %d people %d have punches and %d locks", len(refs), len(known.Punches), len(known.Locks))
		}
		return m.save(ctx, c, judge(known))
	})
	if err != nil {
		t.Fatal(err)
	}
	more := m.rows(t)
	maps.DeleteFunc(more, func(table string, n int) bool { return n == before[table] })
	for table := range more {
		more[table] -= before[table]
	}
	return c.cost, more
}

// rows counts the rows of every table of the schema.
func (m *meter) rows(t *testing.T) map[string]int {
	t.Helper()
	rows, _ := m.owner.Query(t.Context(), `
		select relname::text, (xpath('/row/n/text()', query_to_xml(format('select count(*) as n from attendance.%I', relname), false, true, '')))[1]::text::int
		  from pg_class where relnamespace = 'attendance'::regnamespace and relkind in ('r', 'p') and not relispartition`)
	count := map[string]int{}
	var table string
	var n int
	if _, err := pgx.ForEachRow(rows, []any{&table, &n}, func() error { count[table] = n; return nil }); err != nil {
		t.Fatal(err)
	}
	return count
}

// holdSome is recordAll but for the first n punches, which are held.
func holdSome(refs []Ref, n int) func(Known) Verdicts {
	return func(known Known) Verdicts {
		v := recordAll(refs)(known)
		for i, p := range v.Punches[:n] {
			v.Held = append(v.Held, NewHeldPunch{p, known.Calendars[MomentOf(p.Tenant, p.Issued)].Period(p.Day).String()})
			o := &v.Outcomes[i]
			o.Verdict, o.Reason, o.Punch, o.Period = timeclock.Refused, timeclock.ReasonSubmitted, "", v.Held[i].Period
		}
		v.Punches = v.Punches[n:]
		return v
	}
}

// askSome is holdSome but for the last n events, which ask for a punch of forty days ago.
func askSome(refs []Ref, held, n int) func(Known) Verdicts {
	return func(known Known) Verdicts {
		v := holdSome(refs, held)(known)
		for i := len(refs) - n; i < len(refs); i++ {
			o, p := &v.Outcomes[i], v.Punches[i-held]
			o.Verdict, o.Reason, o.Punch = timeclock.Ignored, timeclock.ReasonCorrectionRequested, ""
			v.Asked = append(v.Asked, AskedCorrection{Tenant: p.Tenant, Correction: Correction{
				ID: p.ID, Employee: p.Employee, Event: p.Key, Kind: p.Kind, Wanted: refs[i].Also[0], Day: timeclock.DateOf(refs[i].Also[0]),
				Period: known.Calendars[MomentOf(p.Tenant, p.Issued)].Period(timeclock.DateOf(refs[i].Also[0])).String(),
				Zone:   p.Rules.Zone.String(), Reason: "x", Requested: p.Issued,
			}})
		}
		v.Punches = v.Punches[:len(v.Punches)-n]
		return v
	}
}

// The number of statements and of round trips must not grow with the events, employees, connections or companies of
// a batch: one event, 64 of one company, one each of 64 companies, and some of several; recorded, held, asked for at another time than that of the event, and
// some of each. The rows are those of the batch: of each event the person, the calendar, the lock and the two punches
// nearby come back, and the outcome and the punch go in; triggers add the keys of punches and the notes for the seals.
func TestRecordCostsAreConstant(t *testing.T) {
	m := newMeter(t)
	for _, tt := range []struct {
		name          string
		companies, of int
		held, asked   int
		want          cost
	}{
		{"one event", 1, 1, 0, 0, cost{Statements: 10, Trips: 2}},
		{"64 of one company", 1, 64, 0, 0, cost{Statements: 10, Trips: 2}},
		{"of 64 companies", 64, 1, 0, 0, cost{Statements: 10, Trips: 2}},
		{"8 of 5 companies", 5, 8, 0, 0, cost{Statements: 10, Trips: 2}},
		{"one held", 1, 1, 1, 0, cost{Statements: 10, Trips: 2}},
		{"64 held of one company", 1, 64, 64, 0, cost{Statements: 10, Trips: 2}},
		{"held of 64 companies", 64, 1, 64, 0, cost{Statements: 10, Trips: 2}},
		{"one held and one not", 1, 2, 1, 0, cost{Statements: 11, Trips: 2}},
		{"some held of 64 companies", 64, 1, 20, 0, cost{Statements: 11, Trips: 2}},
		{"one asked for", 1, 1, 0, 1, cost{Statements: 10, Trips: 2}},
		{"64 asked for of one company", 1, 64, 0, 64, cost{Statements: 10, Trips: 2}},
		{"asked for of 64 companies", 64, 1, 0, 64, cost{Statements: 10, Trips: 2}},
		{"one of each", 1, 3, 1, 1, cost{Statements: 12, Trips: 2}},
		{"some of each of 64 companies", 64, 1, 20, 20, cost{Statements: 12, Trips: 2}},
	} {
		refs := m.people(t, tt.companies, tt.of)
		n := len(refs)
		for i := n - tt.asked; i < n; i++ {
			refs[i].Also = []time.Time{refs[i].Issued.AddDate(0, 0, -40)} // far from this month, whose lock would be read twice
		}
		tt.want.Read, tt.want.Inserted = 5*n, 2*n
		got, rows := m.measure(t, refs, askSome(refs, tt.held, tt.asked))
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
		want := map[string]int{"event_outcomes": n, "punches": n - tt.held - tt.asked, "punch_keys": n - tt.held - tt.asked,
			"held_punches": tt.held, "correction_requests": tt.asked, "evidence_todo": 2 * n}
		maps.DeleteFunc(want, func(_ string, n int) bool { return n == 0 })
		if diff := cmp.Diff(want, rows); diff != "" {
			t.Errorf("%s: rows (-want +got):\n%s", tt.name, diff)
		}
	}
}
