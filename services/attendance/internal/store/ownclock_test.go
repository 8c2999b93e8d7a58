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
