package accord

import (
	"encoding/hex"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/postgres/pgtest"
	"github.com/dakoku/dakoku/services/attendance"
	gateway "github.com/dakoku/dakoku/services/webhook-gateway"
)

const (
	accept = `insert into gateway.inbox (tenant_id, id, connection_id, key, issued_at, issued_known, api_version, room_kind, body, deliveries,
		received_at, last_received_at, outcome, reason, punch_id, done_at, due_at)
		select $1, gen_random_uuid(), $1, sha256(n::text::bytea), now(), true, 2, 'DIRECT', null, 1, now(), clock_timestamp(), 'RECORDED', '', $1::uuid::text, now(), null
		  from generate_series(1, $2) n`
	judge = `insert into attendance.event_outcomes
		select $1, sha256(n::text::bytea), $1, null, now(), clock_timestamp(), 'DIRECT', 'RECORDED', '', 'CLOCK_IN', null, '', $1, '', 'DIRECT', '', '', now()
		  from generate_series(1, $2) n`
)

type bench struct {
	database *pgtest.Database
	owner    *pgx.Conn
	tenant   string
}

// newBench has n events that are told the same by both.
func newBench(t *testing.T, n int) *bench {
	t.Helper()
	database := pgtest.New(t, attendance.Migrations(), gateway.InboxMigrations())
	b := &bench{database, database.Owner(t), "0195f000-0000-7000-8000-000000000001"}
	b.exec(t, accept, b.tenant, n)
	b.exec(t, judge, b.tenant, n)
	return b
}

func (b *bench) exec(t *testing.T, statement string, args ...any) {
	t.Helper()
	if _, err := b.owner.Exec(t.Context(), statement, args...); err != nil {
		t.Fatal(statement, err)
	}
}

func (b *bench) verify(t *testing.T) Report {
	t.Helper()
	report, err := Verify(t.Context(), b.database.URL)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// All events are compared, however many pages they fill, and those that still wait or are in quarantine are not missed
// in attendance.
func TestEveryEventIsCompared(t *testing.T) {
	b := newBench(t, 2*5000+1)
	b.exec(t, `insert into gateway.inbox (tenant_id, id, connection_id, key, issued_at, issued_known, api_version, room_kind, body, deliveries,
		received_at, last_received_at, outcome, due_at) select $1, gen_random_uuid(), $1, sha256('w'), now(), true, 2, 'DIRECT', 'x', 1, now(), clock_timestamp(), 'PENDING', now()`, b.tenant)
	b.exec(t, `insert into gateway.inbox (tenant_id, id, connection_id, key, issued_at, issued_known, api_version, room_kind, body, deliveries,
		received_at, last_received_at, outcome, done_at) select $1, gen_random_uuid(), $1, sha256('q'), now(), true, 2, 'DIRECT', 'x', 1, now(), clock_timestamp(), 'QUARANTINED', now()`, b.tenant)
	if report := b.verify(t); !report.Here || report.Events != 2*5000+1 || len(report.Findings) != 0 {
		t.Errorf("%d events, %v", report.Events, report.Findings)
	}
}

func TestABrokenAccordIsFound(t *testing.T) {
	last := `(select event_key from attendance.event_outcomes order by event_key desc limit 1)`
	for breach, want := range map[string]Problem{
		`delete from attendance.event_outcomes where event_key = ` + last:                                                          NoOutcome,
		`update attendance.event_outcomes set verdict = 'REFUSED', reason = 'UNLINKED', punch_id = null where event_key = ` + last: OtherOutcome,
		`update gateway.inbox set outcome = 'IGNORED', reason = 'NO_PHRASE', punch_id = '' where key = ` + last:                    OtherOutcome,
		`update attendance.event_outcomes set punch_id = gen_random_uuid() where event_key = ` + last:                              OtherOutcome,
		`insert into gateway.inbox select (jsonb_populate_record(i, '{"id": "00000000-0000-0000-0000-000000000002", "issued_at": "2026-01-01"}')).*
		   from gateway.inbox i where key = ` + last: Twice,
	} {
		b := newBench(t, 3)
		var key []byte
		if err := b.owner.QueryRow(t.Context(), `select `+last).Scan(&key); err != nil {
			t.Fatal(err)
		}
		b.exec(t, `set session_replication_role = replica`)
		b.exec(t, breach)
		report := b.verify(t)
		if len(report.Findings) != 1 || report.Findings[0].Problem != want || report.Findings[0].Key != hex.EncodeToString(key) || report.Findings[0].Tenant != b.tenant {
			t.Errorf("%s: %v", breach, report.Findings)
		}
	}
}

// An outcome that was erased because its time was over is not missed.
func TestAnErasedOutcomeIsNotMissed(t *testing.T) {
	b := newBench(t, 2)
	b.exec(t, `set session_replication_role = replica`)
	b.exec(t, `insert into attendance.evidence_seals select tenant_id, 1, 'event_outcomes', jsonb_build_array(encode(event_key, 'hex'))::text, 1, null, '', null, '', now(), sha256('')
		from attendance.event_outcomes where event_key = sha256('1')`)
	b.exec(t, `delete from attendance.event_outcomes where event_key = sha256('1')`)
	if report := b.verify(t); len(report.Findings) != 1 {
		t.Fatal(report.Findings)
	}
	b.exec(t, `insert into attendance.evidence_erasures select tenant_id, position, 'RETENTION', now() from attendance.evidence_seals`)
	if report := b.verify(t); len(report.Findings) != 0 {
		t.Error(report.Findings)
	}
}

// The public door may have a database of its own: then nothing is compared, and that is told.
func TestWithoutTheInboxNothingIsCompared(t *testing.T) {
	database := pgtest.New(t, attendance.Migrations())
	if report, err := Verify(t.Context(), database.URL); err != nil || report.Here || report.Events != 0 {
		t.Errorf("%+v, %v", report, err)
	}
}

func TestEveryProblemHasWords(t *testing.T) {
	for _, p := range []Problem{NoOutcome, OtherOutcome, Twice} {
		if ja, en := p.Text(); ja == "" || en == "" || strings.HasSuffix(en, ".") {
			t.Error(p)
		}
	}
}
