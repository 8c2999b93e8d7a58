package store

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/postgres/pgtest"
	"github.com/dakoku/dakoku/services/integration/internal/link"
	"github.com/dakoku/dakoku/services/integration/internal/outbound"
)

// growMessages adds messages, the first of which are not sent yet.
func (f *fixture) growMessages(t *testing.T, from, to, queued int) {
	t.Helper()
	const fill = `
insert into integration.outbound_message (tenant_id, id, connection_id, event_key, api_version, priority, recipient, content, state,
       due_at, expires_at, created_at, finished_at)
select $1::uuid, gen_random_uuid(), $2::uuid, sha256(g::text::bytea), 'V2', 2, substr(sha256((g % 150)::text::bytea), 1, 16), case when g < $3 + $5 then 'x'::bytea end,
       case when g < $3 + $5 then 'QUEUED' else 'SENT' end, now(), now() + interval '1 day', current_timestamp, case when g >= $3 + $5 then now() end
  from generate_series($3::int, $4::int) g`
	if _, err := f.owner.Exec(t.Context(), fill, f.tenant, f.lane.Connection, from, to, queued); err != nil {
		t.Fatal(err)
	}
}

// grow fills the tables as a year of a company does.
func (f *fixture) grow(t *testing.T) {
	t.Helper()
	for _, statement := range []string{
		`insert into integration.callback_token (tenant_id, id, connection_id, token_hash, sealed, created_at, revoked_at)
		 select $1::uuid, gen_random_uuid(), $2::uuid, sha256(g::text::bytea), 'x', now(), now() from generate_series(1, 20000) g`,
		`insert into integration.sender select $1::uuid, 'user-' || g, 'login-' || g, now() from generate_series(1, 100000) g where $2::text <> ''`,
		`insert into integration.account_link select $1::uuid, gen_random_uuid(), 'login-' || g, now(), 1, 'user-' || g from generate_series(1, 100000) g where $2::text <> ''`,
		`insert into integration.unlinked_sender select $1::uuid, gen_random_uuid(), 'V2', 'stranger-' || g, '', $2::uuid, now(), now() - g * interval '1 s', 1
		   from generate_series(1, 20000) g where $2::text <> ''`,
		`insert into integration.link_sync (tenant_id, id, connection_id, validate_only, actor, state, due_at, created_at, ended_at)
		 select $1::uuid, gen_random_uuid(), $2::uuid, false, '', 'DONE', now(), current_timestamp, now() from generate_series(1, 20000) g where $2::text <> ''`,
		`insert into integration.account_link_change (tenant_id, employee_id, occurred_at, verb, account, user_id, actor, source)
		 select $1::uuid, gen_random_uuid(), now(), 'LINKED', 'login-' || g, '', '', 'SYNC' from generate_series(1, 20000) g where $2::text <> ''`,
	} {
		if _, err := f.owner.Exec(t.Context(), statement, f.tenant, f.lane.Connection); err != nil {
			t.Fatal(err)
		}
	}
}

func (f *fixture) analyze(t *testing.T) {
	t.Helper()
	if _, err := f.owner.Exec(t.Context(), `analyze`); err != nil {
		t.Fatal(err)
	}
}

// Every statement of the path of an event finds its rows by an index, however
// large the tables have become. The statistics of the night know of no message that
// waits, and then thousands do: by these statistics an index of all that wait is as
// good as any other, and to read it for each message is what a rush cannot afford.
func TestThePathReadsByIndex(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.grow(t)
	f.growMessages(t, 1, 60000, 0)
	f.analyze(t)
	f.growMessages(t, 60001, 65000, 5000)
	f.pathReadsByIndex(t)
	f.analyze(t)
	f.pathReadsByIndex(t)
}

func (f *fixture) pathReadsByIndex(t *testing.T) {
	t.Helper()
	own, worker := postgres.Tenants(f.tenant), postgres.Worker(Migrations().WorkerRole())
	var tenants, users []string
	var keys [][]byte
	for i := range 64 {
		sum := sha256.Sum256([]byte(fmt.Sprint(i)))
		tenants, users, keys = append(tenants, f.tenant), append(users, fmt.Sprint("user-", i)), append(keys, sum[:])
	}
	id := uuid.NewString()
	to := make([]byte, 16)
	now := time.Now()
	f.byIndex(t, own, "callback_token_pkey", revocations, tenants, make([]*string, len(tenants)), make([]time.Time, len(tenants)))
	f.byIndex(t, own, "outbound_message_event_key_key", keptIDs, tenants, keys)
	f.byIndex(t, own, "outbound_message_recipient", acceptMessage, tenants[:1], []string{id}, []string{f.lane.Connection}, keys[:1], []string{"V2"}, []int16{2},
		[][]byte{to}, [][]byte{to}, now, []time.Duration{outbound.Life})
	f.byIndex(t, worker, "using outbound_message_", dueLanes, now, 8, []string{id})
	f.byIndex(t, worker, "outbound_message_ended", forget, now.Add(-outbound.Memory), forgetBatch)
	f.byIndex(t, own, "outbound_message_leased", endDead, f.tenant, f.lane.Connection, now, 2)
	f.byIndex(t, own, "outbound_message_expiry", endOld, f.tenant, f.lane.Connection, now)
	f.byIndex(t, own, "outbound_message_today", setBehind, f.tenant, f.lane.Connection, now.Add(-outbound.Life))
	f.byIndex(t, own, "outbound_message_leased", stateOfLane, f.tenant, f.lane.Connection, now)
	f.byIndex(t, own, "outbound_message_due", headOfLane, f.tenant, f.lane.Connection, now, true)
	f.byIndex(t, own, "outbound_message_due", headOfLane, f.tenant, f.lane.Connection, now, false)
	f.byIndex(t, own, "outbound_message_due", untouchedHead, f.tenant, f.lane.Connection, now, true)
	f.byIndex(t, own, "using outbound_message_", problemElsewhere, f.tenant, f.lane.Connection, "d", now, now)
	f.byIndex(t, own, "outbound_message_leased", underWayInDomain, f.tenant, "d")
	f.byIndex(t, own, "outbound_message_recipient", confirmationsFor, f.tenant, to, now, 64, outbound.Confirmation)
	f.byIndex(t, own, "outbound_message_sent", othersSent, f.lane.Connection, now)
	f.byIndex(t, own, "outbound_message_barred", barredSince, f.lane.Connection, to)
	f.byIndex(t, own, "Index Cond: (connection_id", nothingLeft, f.tenant, f.lane.Connection)
	f.byIndex(t, own, "outbound_message_pkey", leaseMessages, f.tenant, []string{id}, now)
	f.byIndex(t, own, "outbound_message_pkey", settleMessage, f.tenant, id, 1, "SENT", "", nil, &now, 0, false, now, nil, nil, "ALONE")
	f.byIndex(t, own, "outbound_message_event_key_key", traces, f.tenant, keys, now)
	f.byIndex(t, own, "outbound_message_recipient", moveRecipient, f.tenant, id, now, false)
	f.byIndex(t, own, "sender_pkey", rememberedSenders, f.tenant, users)
	for index, ofConcerned := range map[string]string{"account_link_account_key": "account_link_account_key", "account_link_user_id_key": "account_link_user_key"} {
		f.byIndex(t, own, index, linkedPeople, f.tenant, users, users)
		f.byIndex(t, own, ofConcerned, concernedLinks, f.tenant, tenants, users, users)
	}
	f.byIndex(t, own, "account_link_pkey", concernedLinks, f.tenant, tenants, users, users)
	f.byIndex(t, own, "unlinked_sender_page", unlinkedBefore, f.tenant, now, f.tenant, 50)
	f.byIndex(t, worker, "link_sync_due", dueSyncs, now, 4)
	f.byIndex(t, worker, "link_sync_old", forgetSyncs, now.Add(-link.SyncLife), 100)
	f.byIndex(t, own, "account_link_change_page", linkChanges, f.tenant, f.tenant, 1000, 50)
}

// byIndex explains a statement as it is sent, in a session as the service has it.
func (f *fixture) byIndex(t *testing.T, scope postgres.Scope, index, sql string, args ...any) {
	t.Helper()
	var plan []string
	err := f.db.InTx(t.Context(), scope, func(ctx context.Context, tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `set local enable_seqscan = off; set local enable_hashjoin = off; set local enable_mergejoin = off; set local enable_bitmapscan = off`); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, "explain (costs off) "+sql, args...)
		if err != nil {
			return err
		}
		plan, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	text := strings.Join(plan, "\n")
	if err != nil || !strings.Contains(text, index) || strings.Contains(text, "Seq Scan on outbound_message") || strings.Contains(text, "Seq Scan on account_link") {
		t.Errorf("not by %s: %v\n%s", index, err, text)
	}
}

// A policy that reads the list of tenants for every row makes a batch of many companies dear.
func TestPoliciesReadTheTenantsOnce(t *testing.T) {
	if found := pgtest.New(t, Migrations()).ReadForEachRow(t, "integration"); len(found) > 0 {
		t.Errorf("for every row: %v; write (select current_setting('app.tenant')::uuid[]) as migrations/0044_tenants_once.sql does", found)
	}
}
