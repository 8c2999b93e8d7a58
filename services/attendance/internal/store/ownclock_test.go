package store

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/services/attendance/internal/evidence"
)

// tried takes a role of the service and does everything but commit.
func (c *court) tried(t *testing.T, role string, statements ...string) error {
	t.Helper()
	return c.db.InTx(t.Context(), postgres.Tenants(c.tenants[0]), func(ctx context.Context, tx pgx.Tx) error {
		for _, statement := range append([]string{`set local role ` + role}, statements...) {
			if _, err := tx.Exec(ctx, statement); err != nil {
				return err
			}
		}
		return errDry
	})
}

// Whoever has the roles of the service removes nothing that is younger than three years, whatever times they write.
func TestTheDatabaseGoesByItsOwnClock(t *testing.T) {
	c := newStrictCourt(t)
	c.records(t, 1)
	const (
		stones = `insert into attendance.evidence_erasures (tenant_id, position, reason, erased_at) select tenant_id, position, 'RETENTION', now() + interval `
		seals  = `insert into attendance.evidence_seals (tenant_id, position, fact, key, subject, form, salt, leaf, text_salt, text_leaf, sealed_at, link)
			select tenant_id, position + 1000000, fact, key || ' ', subject, form, salt, leaf, text_salt, text_leaf, now() - interval 'AGO', link from attendance.evidence_seals`
		from = ` from attendance.evidence_seals`
	)
	service, purge := Migrations().Role(), Migrations().DutyRole(purgeDuty)
	for _, attack := range []struct{ role, statement string }{
		{purge, stones + `'4 years'` + from}, {service, stones + `'4 years'` + from}, {purge, stones + `'61 minutes'` + from},
		{service, strings.Replace(seals, "AGO", "25 hours", 1)}, {service, strings.Replace(seals, "AGO", "4 years", 1)},
	} {
		if err := c.tried(t, attack.role, attack.statement); postgres.Code(err) != "42501" || !strings.Contains(err.Error(), "clock of the database") {
			t.Errorf("%s, as %s: %v", attack.statement, attack.role, err)
		}
	}
	for _, fair := range []struct{ role, statement string }{{purge, stones + `'59 minutes'` + from}, {service, strings.Replace(seals, "AGO", "23 hours", 1)}} {
		if err := c.tried(t, fair.role, fair.statement); !errors.Is(err, errDry) {
			t.Errorf("%s: %v", fair.statement, err)
		}
	}
	if err := c.tried(t, purge, stones+`'59 minutes'`+from, `delete from attendance.punches`); postgres.Code(err) != "42501" {
		t.Errorf("a punch of now is removed: %v", err)
	}
	for _, role := range []string{service, purge} {
		if err := c.tried(t, role, `create or replace function attendance.wall_clock() returns timestamptz language sql as 'select null::timestamptz'`); postgres.Code(err) != "42501" {
			t.Errorf("%s has another clock: %v", role, err)
		}
	}
	c.clean(t, time.Now())
	c.database.AnyTime(t, "attendance")
	report, err := c.verify(t.Context(), time.Now())
	if err != nil || len(report.Findings) != 2 || report.Findings[0].Problem != evidence.OtherGuard || report.Findings[1].Problem != evidence.MissingGuard {
		t.Errorf("another clock: %v, %v", report.Findings, err)
	}
}

// ahead sets the clock that the guards ask, as the owner can: to so many milliseconds after what the question answers.
func (c *court) ahead(t *testing.T, question string, ms int) {
	t.Helper()
	var at time.Time
	if err := c.owner.QueryRow(t.Context(), question).Scan(&at); err != nil {
		t.Fatal(question, err)
	}
	text := at.Add(time.Duration(ms) * time.Millisecond).Format(time.RFC3339Nano)
	c.exec(t, `create or replace function attendance.wall_clock() returns timestamptz language sql stable as $$select timestamptz '`+text+`'$$`)
}

// Nor does whoever has the role of the purge blank a text within its 90 days, or the salt of a row within three years of
// its seal, to the millisecond.
func TestTextsAndSaltsGoByTheClockOfTheDatabase(t *testing.T) {
	c := newStrictCourt(t)
	c.facts(t, 8)
	c.round(t)
	statements := map[string]string{
		`update attendance.punches set sealed_text = null`:                               `select max(received_at) + interval '2160 hours' from attendance.punches`,
		`update attendance.held_punches set sealed_text = null`:                          `select max(received_at) + interval '2160 hours' from attendance.held_punches`,
		`update attendance.evidence_seals set salt = null`:                               `select max(sealed_at) + interval '3 years' from attendance.evidence_seals`,
		`update attendance.evidence_seals set salt = null where fact = 'event_outcomes'`: `select max(sealed_at) + interval '3 years' from attendance.evidence_seals where fact = 'event_outcomes'`,
	}
	purge := Migrations().DutyRole(purgeDuty)
	for statement := range statements {
		if err := c.tried(t, purge, statement); postgres.Code(err) != "42501" || !strings.Contains(err.Error(), "clock of the database") {
			t.Errorf("%s, now: %v", statement, err)
		}
	}
	for statement, until := range statements {
		c.ahead(t, until, -1)
		if err := c.tried(t, purge, statement); postgres.Code(err) != "42501" {
			t.Errorf("%s, a moment too early: %v", statement, err)
		}
		c.ahead(t, until, 0)
		if err := c.tried(t, purge, statement); !errors.Is(err, errDry) {
			t.Errorf("%s, in time: %v", statement, err)
		}
	}
	if evidence.TextKept != 2160*time.Hour {
		t.Errorf("the guard and the purge keep texts for different times: %s", evidence.TextKept)
	}
}
