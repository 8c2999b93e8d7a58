package inbox

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/postgres"
)

// Accepted is one row as administrators see it.
type Accepted struct {
	ID, Connection  string
	Key             []byte    // by which its answer is known
	Issued          time.Time // zero when it could not be read
	Received        time.Time
	Outcome, Reason string
	Employee, Punch string
	RoomKind        string // UNKNOWN, DIRECT or GROUP
	Deliveries      int32
	Released        time.Time // when it was last given back from quarantine; zero for never
}

// Filter selects rows; empty fields select everything, and of people everybody unless Within is not nil. BeforeID continues a
// list: only rows received before BeforeTime, or then with a smaller id. From and Until limit when rows were received; From
// is within, Until is not.
type Filter struct {
	Outcome, Employee string
	Connection        string   // an id as PostgreSQL writes it
	Within            []string // only these employees; events of nobody are none of them
	From, Until       time.Time
	BeforeTime        time.Time
	BeforeID          string
	Limit             int
}

const columns = `
select i.id::text, i.connection_id::text, case when i.issued_known then i.issued_at end, i.received_at, i.outcome, i.reason,
       i.employee_id, i.punch_id, i.room_kind, i.deliveries, i.key, i.released_at
  from gateway.inbox i
 where i.tenant_id = @tenant::text::uuid`

// list asks for what the filter names and for nothing else: a statement that leaves open what it filters by has one plan
// for all questions, and that walks through everything that the organization ever received.
func list(f Filter) string {
	sql := columns
	for _, c := range []struct {
		wanted    bool
		condition string
	}{
		{f.Outcome != "", `i.outcome = @outcome`},
		{f.Employee != "", `i.employee_id = @employee and i.employee_id <> ''`},
		{f.Connection != "", `i.connection_id = @connection::text::uuid`},
		{f.Within != nil, `i.employee_id = any (@within::text[])`},
		{!f.From.IsZero(), `i.received_at >= @from::timestamptz`},
		{!f.Until.IsZero(), `i.received_at < @until::timestamptz`},
		{f.BeforeID != "", `(i.received_at, i.id) < (@before_time::timestamptz, @before_id::text::uuid)`},
	} {
		if c.wanted {
			sql += "\n   and " + c.condition
		}
	}
	return sql + "\n order by i.received_at desc, i.id desc\n limit @limit"
}

// listBudget bounds a list with its wait for a connection: longer than the database gives
// a statement, so that it runs out for those only who wait behind others.
const listBudget = 6 * time.Second

// List reads rows of one organization, newest first.
func (b *Inbox) List(ctx context.Context, tenant string, f Filter) (found []Accepted, err error) {
	args := pgx.NamedArgs{
		"tenant": tenant, "outcome": f.Outcome, "employee": f.Employee, "connection": f.Connection, "within": f.Within,
		"from": f.From, "until": f.Until, "before_id": f.BeforeID, "before_time": f.BeforeTime, "limit": f.Limit,
	}
	ctx, cancel := context.WithTimeout(ctx, listBudget)
	defer cancel()
	err = b.Aside.InTx(ctx, postgres.Tenants(tenant), func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, list(f), args)
		if err != nil {
			return err
		}
		found, err = pgx.CollectRows(rows, scanAccepted)
		return err
	})
	return found, err
}

func scanAccepted(r pgx.CollectableRow) (Accepted, error) {
	var a Accepted
	var issued, released *time.Time
	err := r.Scan(&a.ID, &a.Connection, &issued, &a.Received, &a.Outcome, &a.Reason, &a.Employee, &a.Punch, &a.RoomKind, &a.Deliveries, &a.Key, &released)
	a.Issued, a.Released = since(issued), since(released)
	a.Received = a.Received.UTC()
	return a, err
}

const oldest = `
select coalesce(extract(epoch from clock_timestamp() - min(i.received_at)), 0)::float8
  from gateway.inbox i
 where i.done_at is null`

// Oldest is the age of the oldest pending event of any organization; 0 without
// one. It feeds the metric that an alarm belongs on.
func (b *Inbox) Oldest(ctx context.Context) (time.Duration, error) {
	var seconds float64
	err := b.DB.InTx(ctx, postgres.Worker(Migrations().WorkerRole()), func(ctx context.Context, tx pgx.Tx) error {
		return tx.QueryRow(ctx, oldest).Scan(&seconds)
	})
	if err != nil {
		return 0, err
	}
	b.meters.oldest.Set(seconds)
	return time.Duration(seconds * float64(time.Second)), nil
}
