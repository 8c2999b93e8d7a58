package purge

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"go.uber.org/zap"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/postgres/pgtest"
	"github.com/dakoku/dakoku/platform/signing"
	"github.com/dakoku/dakoku/services/attendance/internal/evidence"
	"github.com/dakoku/dakoku/services/attendance/internal/store"
)

// archive is a database with records of several times.
type archive struct {
	db    *postgres.DB
	owner *pgx.Conn
	dir   string
	key   *signing.Key
}

func newArchive(t *testing.T) *archive {
	t.Helper()
	database, dir := pgtest.New(t, store.Migrations()), t.TempDir()
	key, err := signing.LoadOrCreate(filepath.Join(dir, "evidence.pem"))
	if err != nil {
		t.Fatal(err)
	}
	database.AnyTime(t, "attendance")
	return &archive{database.Open(t, store.Migrations().Role()), database.Owner(t), dir, key}
}

func (a *archive) at(now time.Time) *store.Store {
	return store.New(a.db, func() time.Time { return now })
}

// month is an approved period of one person with one punch, all of the same instant.
var month = []string{
	`insert into attendance.event_outcomes values (TENANT, sha256(PERSON::text::bytea), TENANT, PERSON, @at, @at, 'DIRECT', 'RECORDED', '', 'CLOCK_IN', @at::date, '', PERSON, '', 'DIRECT', '', '', @at)`,
	`insert into attendance.punches (tenant_id, id, event_key, employee_id, connection_id, kind, issued_at, received_at, recorded_at, business_day, time_zone, cutoff_minutes,
	   longest_shift_minutes, source, phrase, trigger_word, settings_version, sealed_text, double_tap_seconds, duplicate_policy, actor, reason)
	 values (TENANT, PERSON, sha256(PERSON::text::bytea), PERSON, TENANT, 'CLOCK_IN', @at, @at, @at, @at::date, 'UTC', 300, 960, 'CHAT', '出勤', '', 0, '\x00000003010203ff', 60, 'FIRST_IN_LAST_OUT', '', '')`,
	`insert into attendance.timesheets select TENANT, PERSON, to_char(@at, 'YYYY-MM'), 'APPROVED', date_trunc('month', @at)::date, (date_trunc('month', @at) + interval '1 month - 1 day')::date, 1, @at`,
	`insert into attendance.timesheet_transitions select TENANT, PERSON, to_char(@at, 'YYYY-MM'), 1, 'approve', 'APPROVED', 'a', '', @at`,
}

// record keeps a month of a new company as it was kept at that time, sealed and signed.
func (a *archive) record(t *testing.T, at time.Time) {
	t.Helper()
	tenant, s := uuid.NewString(), a.at(at)
	if err := s.PutCompany(t.Context(), store.Company{Tenant: tenant, Revision: 1, Zone: "UTC", ClosingDay: 31}); err != nil {
		t.Fatal(err)
	}
	person, err := s.CreateEmployee(t.Context(), tenant, store.Employee{Number: "1", DisplayName: "x", Active: true}, false)
	if err != nil {
		t.Fatal(err)
	}
	values := strings.NewReplacer("TENANT", "'"+tenant+"'::uuid", "PERSON", "'"+person.ID+"'::uuid", "@at", "timestamp '"+at.Format("2006-01-02 15:04:05")+"'")
	for _, statement := range month {
		if _, err := a.owner.Exec(t.Context(), values.Replace(statement)); err != nil {
			t.Fatal(statement, err)
		}
	}
	sealer := &evidence.Sealer{Store: s, Key: a.key, Signers: evidence.Signers{Path: filepath.Join(a.dir, "signers.jsonl")},
		Journal: evidence.Journal{Path: filepath.Join(a.dir, "checkpoints.jsonl")}, Now: time.Now, Log: zap.NewNop(), Every: time.Nanosecond}
	if err := sealer.Round(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func (a *archive) round(t *testing.T, now time.Time) Done {
	t.Helper()
	done, err := (&Purger{Store: a.at(now), Log: zap.NewNop()}).Round(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return done
}

// A process whose clock runs years ahead removes neither a record nor a text: the database knows better.
func TestAProcessThatRunsAheadRemovesNothing(t *testing.T) {
	a, now := newArchive(t), time.Now().UTC()
	a.record(t, now)
	if done := a.round(t, now.AddDate(20, 0, 0)); done.Facts != 0 || done.Texts != 0 {
		t.Errorf("%+v", done)
	}
}

// On a machine whose clock runs years ahead the database agrees with the process. What the chat service has signed
// does not, and no record goes before a message says that its time has come.
func TestAMachineThatRunsAheadRemovesNoRecord(t *testing.T) {
	a, now := newArchive(t), time.Now().UTC()
	past := now.AddDate(-9, 0, 0)
	a.record(t, past)
	a.record(t, past.AddDate(2, 0, 0))
	if done := a.round(t, now); done.Facts != 0 {
		t.Errorf("removed before any message was of a later time: %+v", done)
	}
	a.record(t, now)
	if done := a.round(t, now); done.Facts != 2*3 {
		t.Errorf("of two records that are over: %+v", done)
	}
}

// Nor does a text go before a message says that its ninety days are over.
func TestAMachineThatRunsAheadErasesNoText(t *testing.T) {
	a, now := newArchive(t), time.Now().UTC()
	a.record(t, now.AddDate(0, 0, -100))
	if done := a.round(t, now); done.Texts != 0 {
		t.Errorf("erased before any message was of a later time: %+v", done)
	}
	a.record(t, now)
	if done := a.round(t, now); done.Texts != 1 {
		t.Errorf("of one text that is over: %+v", done)
	}
}

// A process whose clock is behind removes nothing that the others would.
func TestAProcessThatIsBehindIsBelieved(t *testing.T) {
	a, now := newArchive(t), time.Now().UTC()
	a.record(t, now.AddDate(-9, 0, 0))
	a.record(t, now)
	if done := a.round(t, now.AddDate(-5, 0, 0)); done.Facts != 0 {
		t.Errorf("%+v", done)
	}
}

// Without any message of the chat there are the two other clocks.
func TestWithoutMessagesTwoClocksCount(t *testing.T) {
	a := newArchive(t)
	before := time.Now()
	until, err := a.at(before.AddDate(20, 0, 0)).Bound(t.Context())
	if err != nil || until.Before(before.Add(-time.Hour)) || until.After(time.Now().Add(time.Hour)) {
		t.Error(until, err)
	}
}
