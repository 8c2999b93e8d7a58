package store

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/services/attendance/internal/evidence"
)

// at is the court's store with another clock.
func (c *court) at(now time.Time) *Store { return New(c.db, func() time.Time { return now }) }

// count asks the database past row-level security.
func (c *court) count(t *testing.T, query string, args ...any) (n int) {
	t.Helper()
	if err := c.owner.QueryRow(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatal(query, err)
	}
	return n
}

const texts = `select (select count(sealed_text) from attendance.punches) + (select count(sealed_text) from attendance.held_punches)`

// removals counts what the audit says that the system removed.
const removals = `select coalesce(sum((c.after ->> 'removed')::int), 0) from attendance.audit_events e join attendance.audit_changes c on c.event_id = e.id
 where e.actor_kind = 'system' and e.action = $1 and c.resource like $2 and e.xmin = c.xmin`

// Ninety days after it was received, to the millisecond, a text is gone with its salt, and the chain is whole.
func TestTextsAreErasedAfterNinetyDays(t *testing.T) {
	c := newCourt(t)
	c.facts(t, 8)
	c.round(t)
	var first, last time.Time
	if err := c.owner.QueryRow(t.Context(), `select min(received_at), max(received_at) from attendance.punches`).Scan(&first, &last); err != nil {
		t.Fatal(err)
	}
	early, late := c.at(first.Add(evidence.TextKept-time.Millisecond)), c.at(last.Add(evidence.TextKept))
	if n, err := early.EraseTexts(t.Context(), early.Now(), 100); err != nil || n != 0 || c.count(t, texts) != 16 {
		t.Fatalf("%d erased early, %v", n, err)
	}
	for left := 16; left > 0; left -= 6 {
		n, err := late.EraseTexts(t.Context(), late.Now(), 3)
		if err != nil || int(n) != min(left, 6) {
			t.Fatalf("%d of %d erased at a time, %v", n, left, err)
		}
	}
	if c.count(t, texts) != 0 || c.count(t, `select count(text_salt) from attendance.evidence_seals`) != 0 {
		t.Error("a text or its salt is still there")
	}
	if n := c.count(t, removals, "ERASE_TEXTS", "texts"); n != 16 {
		t.Errorf("%d of 16 are in the audit", n)
	}
	c.clean(t, late.Now())
	if report, err := c.verify(t.Context(), early.Now()); err != nil || len(report.Findings) != 16 || report.Findings[0].Problem != evidence.TextRemoved {
		t.Errorf("erased before its time: %v, %v", report.Findings, err)
	}
	c.exec(t, `set session_replication_role = replica`)
	c.exec(t, `update attendance.evidence_seals set text_salt = '\x01' where fact = 'punches' and position = (select min(position) from attendance.evidence_seals where fact = 'punches')`)
	if report, err := c.verify(t.Context(), late.Now()); err != nil || len(report.Findings) != 1 || report.Findings[0].Problem != evidence.SaltLeft {
		t.Errorf("a salt that is left: %v, %v", report.Findings, err)
	}
}

// A text that is not sealed yet waits, or its salt would be made after it.
func TestAnUnsealedTextWaits(t *testing.T) {
	c := newCourt(t)
	c.facts(t, 1)
	late := c.at(time.Now().AddDate(0, 0, 91))
	if n, err := late.EraseTexts(t.Context(), late.Now(), 100); err != nil || n != 0 || c.count(t, texts) != 2 {
		t.Errorf("%d erased, %d left, %v", n, c.count(t, texts), err)
	}
	c.round(t)
	if n, err := late.EraseTexts(t.Context(), late.Now(), 100); err != nil || n != 2 {
		t.Errorf("%d erased, %v", n, err)
	}
	c.clean(t, late.Now())
}

// Texts of a person or a company on hold stay until the release.
func TestAHoldKeepsTexts(t *testing.T) {
	c := newCourt(t)
	c.facts(t, 3)
	c.facts(t, 2)
	c.round(t)
	late := c.at(time.Now().AddDate(0, 0, 91))
	var person string
	if err := c.owner.QueryRow(t.Context(), `select id::text from attendance.employees where tenant_id = $1 limit 1`, c.tenants[0]).Scan(&person); err != nil {
		t.Fatal(err)
	}
	ofPerson, err := c.PlaceHold(t.Context(), c.tenants[0], LegalHold{Employee: person, Reason: "r", Actor: "a"}, false)
	if err != nil {
		t.Fatal(err)
	}
	ofCompany, err := c.PlaceHold(t.Context(), c.tenants[1], LegalHold{Reason: "r", Actor: "a"}, false)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := late.EraseTexts(t.Context(), late.Now(), 100); err != nil || n != 2*2 {
		t.Errorf("%d erased beside the holds, %v", n, err)
	}
	for tenant, hold := range map[string]LegalHold{c.tenants[0]: ofPerson, c.tenants[1]: ofCompany} {
		if _, err := c.ReleaseHold(t.Context(), tenant, hold.ID, Release{Reason: "r", Actor: "a"}); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := late.EraseTexts(t.Context(), late.Now(), 100); err != nil || n != 2+4 {
		t.Errorf("%d erased after the releases, %v", n, err)
	}
}

// The role of the purge can erase, and can neither change a text nor make up a salt.
func TestThePurgeCanOnlyErase(t *testing.T) {
	c := newCourt(t)
	c.facts(t, 2)
	c.round(t)
	for _, statement := range []string{
		`update attendance.punches set sealed_text = '\x000000044e455721'::bytea || 'tent'`,
		`update attendance.punches set issued_at = now()`,
		`update attendance.punches set sealed_text = null, kind = 'CLOCK_OUT'`,
		`update attendance.evidence_seals set text_salt = sha256('x')`,
		`update attendance.evidence_seals set salt = sha256('x')`,
		`update attendance.evidence_seals set leaf = sha256('x')`,
		`delete from attendance.evidence_seals`,
		`truncate attendance.punches cascade`,
		`insert into attendance.punches select * from attendance.punches`,
		`update attendance.legal_holds set employee_id = null`,
		`delete from attendance.legal_holds`,
		`delete from attendance.retention_settings`,
	} {
		err := c.db.InTx(t.Context(), postgres.Worker(Migrations().DutyRole(purgeDuty)), func(ctx context.Context, tx pgx.Tx) error {
			_, err := tx.Exec(ctx, statement)
			return err
		})
		if postgres.Code(err) != "42501" {
			t.Errorf("%s: %v", statement, err)
		}
	}
}
