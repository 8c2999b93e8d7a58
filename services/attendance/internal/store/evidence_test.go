package store

import (
	"context"
	"path/filepath"
	"slices"
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
	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// court is a database with facts of several companies and a sealer.
type court struct {
	*Store
	database *pgtest.Database
	owner    *pgx.Conn
	key      *signing.Key
	signers  evidence.Signers
	journal  evidence.Journal
	tenants  []string
	open     evidence.Opener // nil opens nothing
	leaps    bool            // clocks leap over years, which the times of facts tell; that is another test's matter
	anyTime  bool            // the database judges no time
}

func newCourt(t *testing.T) *court {
	t.Helper()
	c := newStrictCourt(t)
	c.database.AnyTime(t, "attendance")
	c.anyTime = true
	return c
}

// newStrictCourt is one whose database judges by its own clock, as it is in use.
func newStrictCourt(t *testing.T) *court {
	t.Helper()
	inOneMonth(t)
	database := pgtest.New(t, Migrations())
	key, err := signing.LoadOrCreate(filepath.Join(t.TempDir(), "keys", "evidence.pem"))
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "evidence")
	c := &court{
		Store: New(database.Open(t, Migrations().Role()), time.Now), database: database, owner: database.Owner(t), key: key,
		signers: evidence.Signers{Path: filepath.Join(dir, "signers.jsonl")}, journal: evidence.Journal{Path: filepath.Join(dir, "checkpoints.jsonl")},
	}
	return c
}

// inOneMonth waits for the next month when this one is about to end: what is entered statement by statement into this
// month and those before it is of one month, whenever the tests run.
func inOneMonth(t *testing.T) {
	t.Helper()
	now := time.Now().UTC()
	if left := time.Date(now.Year(), now.Month()+1, 1, 0, 0, 0, 0, time.UTC).Sub(now); left < 2*time.Minute {
		<-time.After(left)
	}
}

func (c *court) sealer(s evidence.Store) *evidence.Sealer {
	return &evidence.Sealer{Store: s, Key: c.key, Signers: c.signers, Journal: c.journal, Now: time.Now, Log: zap.NewNop(), Every: time.Nanosecond}
}

func (c *court) round(t *testing.T) {
	t.Helper()
	c.roundOf(t, c.Store)
}

func (c *court) roundOf(t *testing.T, s *Store) {
	t.Helper()
	if err := c.sealer(s).Round(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// facts adds a company with n punches and rows of every other kind.
func (c *court) facts(t *testing.T, n int) {
	t.Helper()
	refs := company(t, c.Store, n)
	err := c.Record(t.Context(), refs, func(k Known) (Verdicts, error) {
		v := recordAll(refs)(k)
		for i := range v.Punches {
			if i%4 == 3 { // none of the first three, which a test stores in the schema from before
				v.Punches[i].Kind, v.Punches[i].Rules.Undo = timeclock.Undo, time.Minute
				v.Outcomes[i].Answer = timeclock.AnswerUndone // of the kind that it took back
			}
			if i%8 == 7 {
				v.Outcomes[i].Kind, v.Outcomes[i].Answer = timeclock.Undo, timeclock.AnswerNothingToUndo
			}
			v.Punches[i].SealedText = append([]byte{0, 0, 0, 3, 1, 2, 3}, []byte("sealed "+v.Punches[i].ID)...)
		}
		return v, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	tenant := refs[0].Tenant
	c.tenants = append(c.tenants, tenant)
	for _, statement := range others() {
		c.exec(t, strings.ReplaceAll(statement, "TENANT", "'"+tenant+"'::uuid"))
	}
}

// perCompany is how many facts a company of eight has; the calendar is noted with an event and two changes.
const perCompany = 1 + 3 + 8 + 8 + 8 + 3 + 8 + 3 + 8 + 3 + 3 + 2 + 2 + 2 + 4 + 2

// thisPeriod is the period that the punches of a court are in, and itsDays its first and last day.
const (
	thisPeriod = `to_char(now() at time zone 'utc', 'YYYY-MM')`
	itsDays    = `date_trunc('month', now() at time zone 'utc')::date, (date_trunc('month', now() at time zone 'utc') + interval '1 month - 1 day')::date`
)

// others are statements that add rows to the other tables with facts.
func others() []string {
	return []string{
		`insert into attendance.punch_settings select TENANT, gen_random_uuid(), v, '{}', '[]', 'ANYWHERE', 'ALWAYS', 'DIRECT', 'a', now() from generate_series(1, 3) v`,
		`insert into attendance.punch_voids select tenant_id, id, 'a', 'r', now() from attendance.punches where tenant_id = TENANT limit 3`,
		`insert into attendance.timesheets select TENANT, id, ` + thisPeriod + `, 'SUBMITTED', ` + itsDays + `, 1, now() from attendance.employees where tenant_id = TENANT`,
		`insert into attendance.timesheet_transitions select TENANT, id, ` + thisPeriod + `, 1, 'submit', 'SUBMITTED', 'a', 'c' || number, now() from attendance.employees where tenant_id = TENANT`,
		`insert into attendance.work_rules select TENANT, v, now(), 300 + v, 960, 60, 'ERROR_ON_REPEAT', 'HOLD', 'a', now(), nullif(v, 2) from generate_series(1, 3) v`,
		`insert into attendance.held_punches select tenant_id, gen_random_uuid(), employee_id, event_key, connection_id, kind, issued_at, received_at, recorded_at, business_day,
		   ` + thisPeriod + `, time_zone, cutoff_minutes, longest_shift_minutes, double_tap_seconds, duplicate_policy, phrase, trigger_word, settings_version, sealed_text, undo_seconds
		   from attendance.punches where tenant_id = TENANT`,
		`insert into attendance.held_punch_decisions select tenant_id, id, 'discard', 'a', 'r', now() from attendance.held_punches where tenant_id = TENANT limit 3`,
		`insert into attendance.correction_requests select tenant_id, gen_random_uuid(), employee_id, null, 'CLOCK_IN', issued_at, business_day,
		   ` + thisPeriod + `, time_zone, null, 'r', 'a', recorded_at, recorded_at from attendance.punches where tenant_id = TENANT limit 4`,
		`insert into attendance.correction_decisions select tenant_id, id, 'reject', null, 'a', 'c', now() from attendance.correction_requests where tenant_id = TENANT limit 2`,
		`insert into attendance.retention_settings select TENANT, v, 3 + v, 'a', now() from generate_series(1, 2) v`,
		`insert into attendance.legal_holds select tenant_id, gen_random_uuid(), id, 'r', 'a', now() from attendance.employees where tenant_id = TENANT limit 2`,
		`insert into attendance.legal_hold_releases select tenant_id, id, 'r', 'a', now() from attendance.legal_holds where tenant_id = TENANT`,
	}
}

func (c *court) exec(t *testing.T, statement string, args ...any) {
	t.Helper()
	if _, err := c.owner.Exec(t.Context(), statement, args...); err != nil {
		t.Fatal(statement, err)
	}
}

func (c *court) outside(written []evidence.Checkpoint) evidence.Outside {
	return evidence.Outside{Checkpoints: written, Signers: c.signers.Read, Open: c.open}
}

func (c *court) check(ctx context.Context, tx pgx.Tx, now time.Time) (evidence.Report, error) {
	outside, err := c.journal.Read()
	if err != nil {
		return evidence.Report{}, err
	}
	return c.judge(ctx, tx, outside, now)
}

func (c *court) judge(ctx context.Context, tx pgx.Tx, outside []evidence.Checkpoint, now time.Time) (evidence.Report, error) {
	report, err := evidence.Verify(ctx, Evidence{tx}, c.outside(outside), now)
	if c.leaps {
		report.Findings = slices.DeleteFunc(report.Findings, func(f evidence.Finding) bool {
			return f.Problem == evidence.Backdated || f.Problem == evidence.Postdated
		})
	}
	if c.anyTime { // what the test itself took
		report.Findings = slices.DeleteFunc(report.Findings, func(f evidence.Finding) bool { return f.Table == "wall_clock" })
	}
	return report, err
}

// verify checks in a transaction of its own, as the command does: the file first.
func (c *court) verify(ctx context.Context, now time.Time) (report evidence.Report, err error) {
	outside, err := c.journal.Read()
	if err != nil {
		return report, err
	}
	err = postgres.Inspect(ctx, c.database.URL, func(ctx context.Context, tx pgx.Tx) error {
		report, err = c.judge(ctx, tx, outside, now)
		return err
	})
	return report, err
}

func (c *court) clean(t *testing.T, now time.Time) evidence.Report {
	t.Helper()
	report, err := c.verify(t.Context(), now)
	if err != nil || len(report.Findings) != 0 {
		t.Fatalf("%v, %v", report.Findings, err)
	}
	return report
}

// Every insert-only table is declared with all of its columns, and its trigger notes the key that the declaration has.
func TestNoFactIsForgotten(t *testing.T) {
	c := newCourt(t)
	var declared []string
	for _, f := range evidence.Facts() {
		declared = append(declared, f.Table)
		columns := slices.Clone(f.Columns)
		if f.Text != "" {
			columns = append(columns, f.Text)
		}
		if f.Later != "" {
			columns = append(columns, f.Later)
		}
		slices.Sort(columns)
		rows, _ := c.owner.Query(t.Context(), `select column_name::text from information_schema.columns where table_schema = 'attendance' and table_name = $1`, f.Table)
		stored, err := pgx.CollectRows(rows, pgx.RowTo[string])
		slices.Sort(stored)
		if err != nil || !slices.Equal(stored, columns) {
			t.Errorf("%s has the columns %v, declared are %v, %v", f.Table, stored, columns, err)
		}
	}
	rows, _ := c.owner.Query(t.Context(), `select relname::text from pg_class
		where relnamespace = 'attendance'::regnamespace and relkind in ('r', 'p') and not relispartition and has_table_privilege('dakoku_attendance', oid, 'insert')
		  and not has_table_privilege('dakoku_attendance', oid, 'update') and not has_table_privilege('dakoku_attendance', oid, 'delete')
		  and relname not in ('seal_check', 'punch_keys', 'evidence_seals', 'evidence_checkpoints')`)
	stored, err := pgx.CollectRows(rows, pgx.RowTo[string])
	slices.Sort(stored)
	slices.Sort(declared)
	if err != nil || !slices.Equal(stored, declared) {
		t.Errorf("insert-only are %v, declared are %v, %v", stored, declared, err)
	}
}

// An event from before there were receipts of links is hashed as it was then: its seal still fits.
func TestAnEventWithoutAReceiptIsHashedAsBefore(t *testing.T) {
	c := newCourt(t)
	c.facts(t, 2)
	at := slices.IndexFunc(evidence.Facts(), func(f evidence.Fact) bool { return f.Table == "event_outcomes" })
	const before = `jsonb_build_array(tenant_id, event_key, connection_id, employee_id, issued_at, received_at, room_kind, verdict, reason, kind,
		business_day, period, punch_id, answer, answer_place, time_text, previous_time_text, judged_at)::text`
	var same, other int
	err := c.owner.QueryRow(t.Context(), `select count(*) filter (where link_receipt is null and `+before+` = `+evidence.Facts()[at].RowSQL()+`),
		count(*) filter (where link_receipt is not null and `+before+` <> `+evidence.Facts()[at].RowSQL()+`) from attendance.event_outcomes f`).Scan(&same, &other)
	if err != nil || same != 1 || other != 1 {
		t.Errorf("%d as before, %d otherwise, %v", same, other, err)
	}
}

// What is sealed is covered by a checkpoint; what came later is told as newer.
func TestEverythingIsSealedAndNewerRowsAreTold(t *testing.T) {
	c := newCourt(t)
	c.facts(t, 8)
	if report := c.clean(t, time.Now()); report.Companies[c.tenants[0]].Newer == 0 {
		t.Error("nothing is newer before the first round")
	}
	c.round(t)
	of := c.clean(t, time.Now()).Companies[c.tenants[0]]
	var waiting int
	if err := c.owner.QueryRow(t.Context(), `select count(*) from attendance.evidence_todo`).Scan(&waiting); err != nil {
		t.Fatal(err)
	}
	if waiting != 0 || of.Newer != 0 || of.Covered != of.Sealed || of.Sealed != perCompany {
		t.Errorf("%d wait, %+v", waiting, of)
	}
	c.exec(t, `insert into attendance.work_rules select tenant_id, version + 10, now(), 1, 1, 1, 'ERROR_ON_REPEAT', 'HOLD', 'a', now() from attendance.work_rules`)
	if of := c.clean(t, time.Now()).Companies[c.tenants[0]]; of.Newer != 3 {
		t.Errorf("%d newer", of.Newer)
	}
}

// A transaction that began before others and commits after they were sealed is sealed as well.
func TestALateCommitIsNotSkipped(t *testing.T) {
	c := newCourt(t)
	tenant := uuid.NewString()
	const rule = `insert into attendance.work_rules values ($1, $2, now(), 1, 1, 1, 'ERROR_ON_REPEAT', 'HOLD', 'a', now())`
	late, err := c.database.Owner(t).Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := late.Exec(t.Context(), rule, tenant, 1); err != nil {
		t.Fatal(err)
	}
	c.exec(t, rule, tenant, 2)
	c.round(t)
	if err := late.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.round(t)
	if of := c.clean(t, time.Now()).Companies[tenant]; of.Sealed != 2 || of.Newer != 0 || of.Checkpoint != 2 {
		t.Errorf("%+v", of)
	}
}

// fiveYearsOn is when the five years since a seal are over: of one of 29 February on 1 March, where the server says 28 February.
const fiveYearsOn = `sealed_at + interval '5 years' + (to_char(sealed_at at time zone 'utc', 'MMDD') = '0229')::int * interval '1 day'`

// What expires can be erased with its salt: the chain stays whole. Erased too early it is found.
func TestErasingExpiredContentKeepsTheChain(t *testing.T) {
	c := newCourt(t)
	c.records(t, 4)
	c.exec(t, `set session_replication_role = replica`) // what a purge will be allowed to do
	c.exec(t, `update attendance.punches set sealed_text = null`)
	c.exec(t, `update attendance.held_punches set sealed_text = null`)
	report, err := c.verify(t.Context(), time.Now())
	if err != nil || len(report.Findings) != 8 || report.Findings[0].Problem != evidence.TextRemoved {
		t.Errorf("early: %v, %v", report.Findings, err)
	}
	c.exec(t, `update attendance.evidence_seals set text_salt = null`)
	c.clean(t, time.Now().AddDate(0, 0, 91))
	c.exec(t, `set session_replication_role = origin`)
	c.exec(t, `insert into attendance.evidence_erasures select tenant_id, position, 'RETENTION', `+fiveYearsOn+` from attendance.evidence_seals where fact = 'punch_voids'`)
	c.exec(t, `set session_replication_role = replica`)
	c.exec(t, `delete from attendance.punch_voids`)
	c.exec(t, `update attendance.evidence_seals set salt = null where fact = 'punch_voids'`)
	c.exec(t, `set session_replication_role = origin`)
	c.roundOf(t, c.at(time.Now().AddDate(5, 0, 1)))
	c.clean(t, time.Now().AddDate(5, 1, 0))
	report, err = c.verify(t.Context(), time.Now().AddDate(1, 0, 0))
	if err != nil || len(report.Findings) != 3 || report.Findings[0].Problem != evidence.ErasedEarly {
		t.Errorf("early: %v, %v", report.Findings, err)
	}
}
