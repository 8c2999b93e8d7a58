package store

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/services/integration/internal/vault"
)

// used is the ledger as "caller purpose uses", newest first.
func (f *fixture) used(t *testing.T) (lines []string, all []SecretUse) {
	t.Helper()
	all, err := f.SecretUsesBefore(t.Context(), f.tenant, f.lane.Connection, time.Time{}, "", 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range all {
		lines = append(lines, fmt.Sprint(u.Caller, " ", u.Purpose, " ", u.Uses))
	}
	return lines, all
}

// Several processes use the same keys at once, in any order: no use is missing from the
// count of the hour, and the last of them is told.
func TestRoutineUsesAreCounted(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	const processes, rounds = 4, 10
	sets := []string{uuid.NewString(), uuid.NewString()}
	start := f.clock.now().Truncate(time.Hour)
	var all sync.WaitGroup
	for p := range processes {
		all.Go(func() {
			for round := range rounds {
				var uses []vault.Use
				for i := range sets {
					uses = append(uses, vault.Use{Tenant: f.tenant, Connection: f.lane.Connection, Set: sets[(i+p)%2], Caller: "c",
						Time: start.Add(time.Duration(round) * time.Minute), Purpose: vault.CallV1, Routine: true})
				}
				if err := f.RecordUses(context.WithoutCancel(t.Context()), uses); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	lines, rows := f.used(t)
	if len(rows) != len(sets) {
		t.Fatalf("%q", lines)
	}
	for _, u := range rows {
		if u.Uses != processes*rounds || !u.Last.Equal(start.Add((rounds-1)*time.Minute)) {
			t.Errorf("%d uses, the last at %v", u.Uses, u.Last)
		}
	}
}

// What somebody asked for, another hour, another purpose: rows of their own.
func TestOnlyRoutineOfOneHourIsMerged(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	start := f.clock.now().Truncate(time.Hour)
	use := func(minute int, caller string, p vault.Purpose, routine bool) {
		t.Helper()
		u := vault.Use{Tenant: f.tenant, Connection: f.lane.Connection, Set: f.tenant, Time: start.Add(time.Duration(minute) * time.Minute),
			Caller: caller, Purpose: p, Routine: routine}
		if err := f.RecordUses(t.Context(), []vault.Use{u, u}); err != nil {
			t.Fatal(err)
		}
	}
	use(0, "i", vault.CallV1, true)
	use(1, "i accounts/x", vault.Test, false)
	use(2, "i", vault.FetchToken, true)
	use(59, "i", vault.CallV1, true)
	use(60, "i", vault.CallV1, true)
	lines, _ := f.used(t)
	same := []string{"i CALL_API_V1 2", "i FETCH_TOKEN 2", "i accounts/x TEST 1", "i accounts/x TEST 1", "i CALL_API_V1 4"}
	if fmt.Sprint(lines) != fmt.Sprint(same) {
		t.Errorf("%q, want %q", lines, same)
	}
}

// Nobody takes a use out of the count, and no row of one use is made one of several.
func TestUsesOnlyGrow(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for _, routine := range []bool{true, false} {
		u := vault.Use{Tenant: f.tenant, Connection: f.lane.Connection, Set: f.tenant, Time: f.clock.now(), Caller: "c", Purpose: vault.CallV1, Routine: routine}
		if err := f.RecordUses(t.Context(), []vault.Use{u, u}); err != nil {
			t.Fatal(err)
		}
	}
	for _, change := range []string{
		"uses = 1, last_at = now() where hour is not null", "uses = 2, last_at = now() where hour is not null",
		"uses = 3, last_at = null where hour is not null", "uses = 3, last_at = '2000-01-01' where hour is not null",
		"uses = 2, last_at = now() + interval '1 year' where hour is null",
		"uses = 3, last_at = hour + interval '1 hour 1 millisecond' where hour is not null",
	} {
		if _, err := f.owner.Exec(t.Context(), "update integration.secret_use set "+change); postgres.Code(err) != "42501" {
			t.Errorf("%s: %v", change, err)
		}
	}
	const more = "update integration.secret_use set uses = 3, last_at = hour + interval '1 hour'"
	for _, column := range []string{"tenant_id", "id", "connection_id", "set_id", "at", "caller", "purpose", "private_key_print", "hour"} {
		if _, err := f.owner.Exec(t.Context(), fmt.Sprintf("%s, %s = %s where hour is not null", more, column, column)); postgres.Code(err) != "42501" {
			t.Errorf("%s: %v", column, err)
		}
	}
	if _, err := f.owner.Exec(t.Context(), more+" where hour is not null"); err != nil {
		t.Errorf("one more: %v", err)
	}
}

// A last use that was written ahead of its hour, as it could be once, hinders no use in that hour.
func TestALastUseAheadIsCountedOn(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	u := vault.Use{Tenant: f.tenant, Connection: f.lane.Connection, Set: f.tenant, Time: f.clock.now(), Caller: "c", Purpose: vault.CallV1, Routine: true}
	twice := func() {
		t.Helper()
		if err := f.RecordUses(t.Context(), []vault.Use{u, u}); err != nil {
			t.Fatal(err)
		}
	}
	twice()
	for _, sql := range []string{"alter table integration.secret_use disable trigger secret_use_counted",
		"update integration.secret_use set uses = uses + 1, last_at = hour + interval '1 year'", "alter table integration.secret_use enable trigger secret_use_counted"} {
		if _, err := f.owner.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	twice()
	if lines, _ := f.used(t); len(lines) != 1 || lines[0] != "c CALL_API_V1 5" {
		t.Errorf("%q", lines)
	}
}

// Two processes that lock the same rows in different orders would wait for each other.
func TestRowsAreLockedInOneOrder(t *testing.T) {
	t.Parallel()
	given := []vault.Use{{Tenant: "b", Set: "1"}, {Tenant: "a", Connection: "y", Set: "1"}, {Tenant: "a", Connection: "x", Set: "2"}, {Tenant: "a", Connection: "x", Set: "1"}}
	got := ordered(given)
	for i, u := range got {
		if want := given[len(given)-1-i]; u != want {
			t.Errorf("%d: %+v, want %+v", i, u, want)
		}
	}
}
