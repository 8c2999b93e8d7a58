package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/postgres"
)

// punchAt records a punch of an event at an instant, under a key and an id.
func punchAt(ctx context.Context, s *Store, ref Ref, key string, at time.Time) error {
	sum := sha256.Sum256([]byte(key))
	ref.Key, ref.Issued = hex.EncodeToString(sum[:]), at
	return s.Record(ctx, []Ref{ref}, func(k Known) (Verdicts, error) {
		if _, known := k.Outcomes[Pair{ref.Tenant, ref.Key}]; known {
			return Verdicts{}, nil
		}
		return recordAll([]Ref{ref})(k), nil
	})
}

// months counts the punches in each partition that has any.
func (c *court) months(t *testing.T) map[string]int {
	t.Helper()
	rows, err := c.owner.Query(t.Context(), `select tableoid::regclass::text, count(*)::int from attendance.punches group by 1`)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]int{}
	var name string
	var n int
	if _, err := pgx.ForEachRow(rows, []any{&name, &n}, func() error { found[strings.TrimPrefix(name, "attendance.")] = n; return nil }); err != nil {
		t.Fatal(err)
	}
	return found
}

// A punch for which no month was made is kept all the same, whether it is very late or a clock is far ahead; the month
// is made afterwards and takes it over, once, whole and still sealed.
func TestAMissingMonthLosesNoPunch(t *testing.T) {
	c := newCourt(t)
	c.leaps = true
	ref := company(t, c.Store, 1)[0]
	ahead := c.at(time.Date(2031, 3, 15, 12, 0, 0, 0, time.UTC))
	for key, at := range map[string]time.Time{
		"late": time.Date(2019, 2, 28, 9, 0, 0, 0, time.UTC), "now": time.Date(2031, 3, 15, 12, 0, 0, 0, time.UTC), "far": time.Date(2088, 2, 29, 9, 0, 0, 0, time.UTC),
	} {
		if err := punchAt(t.Context(), ahead, ref, key, at); err != nil {
			t.Fatal(err)
		}
	}
	if found := c.months(t); found["punches_default"] != 3 {
		t.Fatalf("before: %v", found)
	}
	c.round(t)
	if made, err := ahead.KeepMonths(t.Context()); err != nil || made != 5+2 {
		t.Fatalf("%d months, %v", made, err)
	}
	if found := c.months(t); found["punches_default"] != 0 || found["punches_2019_02"] != 1 || found["punches_2031_03"] != 1 || found["punches_2088_02"] != 1 {
		t.Errorf("after: %v", found)
	}
	if made, err := ahead.KeepMonths(t.Context()); err != nil || made != 0 {
		t.Errorf("%d months again, %v", made, err)
	}
	c.round(t)
	if of := c.clean(t, time.Now()).Companies[ref.Tenant]; of.Sealed != 1+3+1+3+3 { // the calendar and its audit, the employee, and the punches with their outcomes
		t.Errorf("%+v", of)
	}
}

// One event makes one punch and one id is one punch, whatever their months are.
func TestAnEventHasOnePunchInAllMonths(t *testing.T) {
	c := newCourt(t)
	ref := company(t, c.Store, 1)[0]
	if err := punchAt(t.Context(), c.Store, ref, "one", time.Now()); err != nil {
		t.Fatal(err)
	}
	const again = `insert into attendance.punches (tenant_id, id, employee_id, event_key, connection_id, kind, issued_at, received_at, recorded_at, business_day, time_zone,
		cutoff_minutes, longest_shift_minutes, source, phrase, trigger_word, settings_version, duplicate_policy, double_tap_seconds, actor, reason)
		select tenant_id, ID, employee_id, event_key, connection_id, kind, issued_at, received_at, recorded_at, business_day - 40, time_zone,
		cutoff_minutes, longest_shift_minutes, source, phrase, trigger_word, settings_version, duplicate_policy, double_tap_seconds, actor, reason from attendance.punches`
	for id, constraint := range map[string]string{"'" + uuid.NewString() + "'::uuid": "punch_keys_event_key", "id": "punch_keys_pkey"} {
		err := c.in(t.Context(), func(ctx context.Context, tx pgx.Tx) error {
			_, err := tx.Exec(ctx, strings.Replace(again, "ID", id, 1))
			return err
		}, ref.Tenant)
		if postgres.Constraint(err) != constraint {
			t.Errorf("not refused by %s: %v", constraint, err)
		}
	}
}

// A partition is behind the same walls as its table: nobody reads or writes it, and nobody but their roles makes or
// drops one.
func TestAMonthIsNobodysToTouch(t *testing.T) {
	c := newCourt(t)
	c.facts(t, 1)
	name := "attendance.punches_" + time.Now().UTC().Format("2006_01")
	for _, statement := range []string{
		"select * from " + name, "insert into " + name + " select * from attendance.punches", "update " + name + " set kind = kind", "delete from " + name,
		"truncate " + name, "delete from attendance.punch_keys", "update attendance.punch_keys set event_key = null", "select attendance.make_punch_month('2040-01-01')",
		"select attendance.drop_punch_months('2040-01-01')", "select attendance.keep_punch_months('2040-01-01')", "select attendance.guard_punch_month('punches')",
	} {
		err := c.in(t.Context(), func(ctx context.Context, tx pgx.Tx) error {
			_, err := tx.Exec(ctx, statement)
			return err
		}, c.tenants[0])
		if postgres.Code(err) != "42501" {
			t.Errorf("service: %s: %v", statement, err)
		}
		if !strings.HasPrefix(statement, "select") && !strings.HasPrefix(statement, "insert") {
			if _, err := c.owner.Exec(t.Context(), statement); postgres.Code(err) != "42501" {
				t.Errorf("owner: %s: %v", statement, err)
			}
		}
	}
}

// A month goes as a whole when the retention of every company has left nothing of it, and not before.
func TestAMonthGoesWithItsLastCompany(t *testing.T) {
	c := newCourt(t)
	c.leaps = true
	c.records(t, 2)
	c.records(t, 2)
	hold, err := c.PlaceHold(t.Context(), c.tenants[0], LegalHold{Reason: "r", Actor: "a"}, false)
	if err != nil {
		t.Fatal(err)
	}
	late := c.at(time.Now().AddDate(6, 0, 0))
	month := "attendance.punches_" + time.Now().UTC().Format("2006_01")
	there := func() int { return c.count(t, `select (to_regclass($1) is not null)::int`, month) }
	for round, want := range []int{1, 0} {
		if _, err := sweep(t.Context(), late, 50); err != nil {
			t.Fatal(err)
		}
		dropped, err := late.DropMonths(t.Context())
		if err != nil || there() != want || dropped > 0 != (round == 0 || want == 0) {
			t.Errorf("round %d: %d months dropped, there: %d, %v", round, dropped, there(), err)
		}
		if round == 0 {
			if _, err := c.ReleaseHold(t.Context(), c.tenants[0], hold.ID, Release{Reason: "r", Actor: "a"}); err != nil {
				t.Fatal(err)
			}
		}
	}
	c.roundOf(t, late)
	c.clean(t, late.Now())
	if n, err := c.DropMonths(t.Context()); err != nil || n != 0 {
		t.Errorf("%d young months dropped, %v", n, err)
	}
}

var executed = regexp.MustCompile(`on (punches_\w+) .*\(actual rows`)

// Judging a batch reads the months around its events and no other.
func TestRecordReadsItsMonthsAlone(t *testing.T) {
	c := newCourt(t)
	refs := company(t, c.Store, 4)
	now := time.Date(2026, 6, 15, 12, 0, 0, 0, time.UTC)
	for month := -5; month <= 6; month++ {
		if err := punchAt(t.Context(), c.Store, refs[0], now.AddDate(0, month, 0).String(), now.AddDate(0, month, 0)); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		if _, err := c.at(now).KeepMonths(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for i := range refs {
		refs[i].Issued = now
	}
	var plan []string
	err := c.in(t.Context(), func(ctx context.Context, tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, byIndexOnly); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, "explain (analyze, costs off, timing off) "+knownPunches, people(refs))
		if err != nil {
			return err
		}
		plan, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	}, refs[0].Tenant)
	if err != nil {
		t.Fatal(err)
	}
	read := executed.FindAllStringSubmatch(strings.Join(plan, "\n"), -1)
	for _, one := range read {
		if !strings.HasPrefix(one[1], "punches_2026_06") {
			t.Errorf("reads %s", one[1])
		}
	}
	if len(read) != 1 {
		t.Errorf("%d months are read:\n%s", len(read), strings.Join(plan, "\n"))
	}
}
