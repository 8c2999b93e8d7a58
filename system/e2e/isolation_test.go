package e2e

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/postgres/pgtest"
	"github.com/dakoku/dakoku/services/attendance"
	"github.com/dakoku/dakoku/services/integration"
	gateway "github.com/dakoku/dakoku/services/webhook-gateway"
)

// schemas are the databases of the four contexts, each with a table that companies have rows in, how a row with the id
// $2 comes into being, and a change of every row in sight.
var schemas = []struct {
	migrations              postgres.Migrations
	table, insert, touchAll string
}{
	{attendance.Migrations(), "attendance.employees", `insert into attendance.employees (tenant_id, id, number, display_name, email, department, state, created_at, updated_at)
		values ($1, $2::text::uuid, $2, 'x', '', '', 'ACTIVE', now(), current_timestamp)`, `update attendance.employees set revision = revision + 1`},
	{integration.Migrations(), "integration.sender", `insert into integration.sender (tenant_id, user_id, checked_at) values ($1, $2, now())`,
		`update integration.sender set checked_at = now()`},
	{gateway.IdentityMigrations(), "identity.organizations", `insert into identity.organizations (tenant_id, name, time_zone, locale, closing_day, revision, create_time)
		values ($1, $2, 'Asia/Tokyo', 'ja', 31, 1, now()) on conflict on constraint organizations_pkey do nothing`, `update identity.organizations set revision = revision + 1`},
	{gateway.InboxMigrations(), "gateway.inbox", `insert into gateway.inbox (tenant_id, id, connection_id, key, issued_at, issued_known, api_version, room_kind, body,
		deliveries, received_at, last_received_at, outcome, due_at, person) values ($1, $2::text::uuid, gen_random_uuid(), sha256($2::text::bytea), now(), true, 2, 'DIRECT', '\x00',
		1, now(), current_timestamp, 'PENDING', now(), sha256('x'))`, `update gateway.inbox set deliveries = deliveries + 1`},
}

// companies work on one context over a small pool while connections die under them.
type companies struct {
	t                             *testing.T
	db                            *postgres.DB
	tenants                       []string
	table, insert, touchAll       string
	foreign, done, cut, forbidden atomic.Int64
}

// TestCompaniesNeverMeet runs random operations of 50 companies on 32 pooled connections, for each context in its own
// role, with cancels and killed backends: no statement, not even one that forgets whose rows it wants, ever sees or
// changes a row of another company.
func TestCompaniesNeverMeet(t *testing.T) {
	operations := sized(2_000, 100_000)
	for _, s := range schemas {
		t.Run(s.migrations.Context, func(t *testing.T) {
			database := pgtest.New(t, s.migrations)
			db, err := postgres.Open(t.Context(), postgres.Config{URL: database.URL, Role: s.migrations.Role(), MaxConns: 32})
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			c := &companies{t: t, db: db, table: s.table, insert: s.insert, touchAll: s.touchAll}
			for range 50 {
				tenant := uuid.NewString()
				c.tenants = append(c.tenants, tenant)
				if _, err := database.Owner(t).Exec(t.Context(), s.insert, tenant, uuid.NewString()); err != nil {
					t.Fatal(err)
				}
			}
			kills := c.run(operations, database)
			t.Logf("%s: %d operations, %d cut off, %d refused as foreign, %d backends killed, %d foreign rows",
				s.migrations.Context, c.done.Load(), c.cut.Load(), c.forbidden.Load(), kills, c.foreign.Load())
			if c.foreign.Load() != 0 || c.done.Load() != int64(operations) || c.cut.Load() == 0 || kills == 0 || c.forbidden.Load() == 0 {
				t.Error("a company met another one, or nothing was tried")
			}
			c.failsClosed()
		})
	}
}

// run does the operations on 64 goroutines, twice as many as there are connections, and kills a backend now and then.
func (c *companies) run(operations int, database *pgtest.Database) (kills int) {
	owner, left := database.Owner(c.t), atomic.Int64{}
	left.Store(int64(operations))
	var work sync.WaitGroup
	for n := range 64 {
		random := rand.New(rand.NewPCG(uint64(n), 7))
		work.Go(func() {
			for left.Add(-1) >= 0 {
				c.operate(random)
			}
		})
	}
	finished := make(chan struct{})
	go func() { work.Wait(); close(finished) }()
	for at := operations / 100; ; at += operations / 100 {
		for c.done.Load() < int64(at) {
			select {
			case <-finished:
				return kills
			case <-time.After(time.Millisecond):
			}
		}
		var killed int
		err := owner.QueryRow(c.t.Context(), `select count(*) filter (where pg_terminate_backend(pid)) from (
			select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() order by random() limit 2) victims`).Scan(&killed)
		if err != nil {
			c.t.Error(err)
		}
		kills += killed
	}
}

// operate does one thing for a company. What was cut off counts as done: what matters is what it saw.
func (c *companies) operate(random *rand.Rand) {
	defer c.done.Add(1)
	own := c.tenants[random.IntN(len(c.tenants))]
	other := c.tenants[random.IntN(len(c.tenants))]
	ctx, cancel := context.WithCancel(c.t.Context())
	defer cancel()
	if random.IntN(8) == 0 {
		time.AfterFunc(time.Duration(random.IntN(3000))*time.Microsecond, cancel)
	}
	kind := random.IntN(5)
	err := c.db.InTx(ctx, postgres.Tenants(own), func(ctx context.Context, tx pgx.Tx) error {
		switch {
		case kind == 0:
			_, err := tx.Exec(ctx, c.insert, own, uuid.NewString())
			if err == nil && random.IntN(20) > 0 { // the tables stay small enough to be read as a whole each time
				err = errUndo
			}
			return err
		case kind == 1 && other != own:
			_, err := tx.Exec(ctx, c.insert, other, uuid.NewString())
			return err
		case kind == 2:
			return c.touch(ctx, tx, own)
		}
		return c.look(ctx, tx, own)
	})
	switch {
	case postgres.Code(err) == "42501" && kind == 1:
		c.forbidden.Add(1)
	case kind == 1 && other != own && err == nil && ctx.Err() == nil:
		c.foreign.Add(1)
	case err != nil && (errors.Is(err, context.Canceled) || postgres.Unavailable(err) || postgres.Code(err) == "57014" || postgres.OutcomeUnknown(err)):
		c.cut.Add(1)
	case err != nil && !errors.Is(err, errUndo):
		c.t.Errorf("%v", err)
	}
}

// look reads the table without saying whose rows.
func (c *companies) look(ctx context.Context, tx pgx.Tx, own string) error {
	var foreign, mine int64
	err := tx.QueryRow(ctx, `select count(*) filter (where tenant_id <> $1), count(*) filter (where tenant_id = $1) from `+c.table, own).Scan(&foreign, &mine)
	if err == nil && mine == 0 {
		err = errors.New("a company does not find its own rows")
	}
	c.foreign.Add(foreign)
	return err
}

var errUndo = errors.New("undone")

// touch changes every row in sight, and undoes it: the rows of a company are many, and it is about whose they are.
func (c *companies) touch(ctx context.Context, tx pgx.Tx, own string) error {
	rows, err := tx.Query(ctx, c.touchAll+` returning tenant_id::text`)
	if err != nil {
		return err
	}
	touched, err := pgx.CollectRows(rows, pgx.RowTo[string])
	for _, tenant := range touched {
		if tenant != own {
			c.foreign.Add(1)
		}
	}
	return errors.Join(err, errUndo)
}

// failsClosed asks without a company, on the connections that worked for companies before.
func (c *companies) failsClosed() {
	c.t.Helper()
	for range 64 {
		var n int
		err := c.db.InTx(c.t.Context(), postgres.NoTenant(), func(ctx context.Context, tx pgx.Tx) error {
			return tx.QueryRow(ctx, `select count(*) from `+c.table).Scan(&n)
		})
		if err == nil || postgres.Unavailable(err) && n != 0 {
			c.t.Fatalf("without a company %d rows: %v", n, err)
		}
	}
}

// TestRolesOwnNothing asks the catalog: the roles of no context own anything or stand above row-level security, and
// every table with a company has it in force for the owner too.
func TestRolesOwnNothing(t *testing.T) {
	for _, s := range schemas {
		owner := pgtest.New(t, s.migrations).Owner(t)
		for what, query := range map[string]string{
			"a role with too much": `select rolname::text from pg_roles where rolname like 'dakoku_` + s.migrations.Context + `%'
				and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication or rolcanlogin and rolname not like '%\_login')`,
			"owned by a role": `select c.relname::text from pg_class c join pg_roles r on r.oid = c.relowner where r.rolname like 'dakoku\_%'`,
			// A login, of which a server may have some, is in the roles of its context alone.
			"a role in another": `select r.rolname::text from pg_auth_members m join pg_roles r on r.oid = m.member join pg_roles g on g.oid = m.roleid
				where r.rolname like 'dakoku\_%' and (r.rolname not like '%\_login' or not starts_with(g.rolname, left(r.rolname, -6)))`,
			"a table without forced policies": `select c.relname::text from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
				where c.relkind in ('r', 'p') and c.relnamespace = '` + s.migrations.Context + `'::regnamespace and not (c.relrowsecurity and c.relforcerowsecurity)`,
		} {
			rows, err := owner.Query(t.Context(), query)
			if err != nil {
				t.Fatal(err)
			}
			found, err := pgx.CollectRows(rows, pgx.RowTo[string])
			if err != nil || len(found) > 0 {
				t.Errorf("%s: %s: %v %v", s.migrations.Context, what, found, err)
			}
		}
		var roles int
		if err := owner.QueryRow(t.Context(), `select count(*) from pg_roles where rolname like $1`, fmt.Sprintf("dakoku_%s%%", s.migrations.Context)).Scan(&roles); err != nil || roles < 2 {
			t.Errorf("%s has %d roles: %v", s.migrations.Context, roles, err)
		}
	}
}
