package postgres_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/postgres/pgtest"
)

// A server that may be away is opened without it; whatever answers later is
// proven before it is used.
func TestADatabaseThatMayBeAway(t *testing.T) {
	m := ledger(t)
	d := pgtest.New(t, m)
	wire := newProxy(t, d.URL)
	wire.turnTo("/nowhere/at/all")
	db, err := postgres.Open(t.Context(), postgres.Config{URL: wire.url(d.URL), Role: m.Role(), MayBeAway: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	if err := db.MigrationsCurrent(t.Context(), m); !postgres.Unavailable(err) {
		t.Error(err)
	}
	if _, err := d.Owner(t).Exec(t.Context(), `alter table ledger.entry owner to `+m.Role()); err != nil {
		t.Fatal(err)
	}
	wire.turnTo(socketOf(t, d.URL))
	if err := db.Ping(t.Context()); err == nil || !strings.Contains(err.Error(), "owns tables") || postgres.Unavailable(err) {
		t.Error("a role that row-level security does not bind:", err)
	}
	if _, err := postgres.Open(t.Context(), postgres.Config{URL: wire.url(d.URL), Role: m.Role(), MayBeAway: true}); err == nil || !strings.Contains(err.Error(), "owns tables") {
		t.Error("opened:", err)
	}
	if _, err := d.Owner(t).Exec(t.Context(), `alter table ledger.entry owner to session_user`); err != nil {
		t.Fatal(err)
	}
	if err := db.MigrationsCurrent(t.Context(), m); err != nil {
		t.Error(err)
	}
}

func TestAClockThatWasNeverSetShowsOurTime(t *testing.T) {
	ahead := 24 * time.Hour
	clock := postgres.NewUnsetClock(openLedger(t), func() time.Time { return time.Now().Add(ahead) })
	if _, known := clock.Ahead(); known || time.Until(clock.Now()) < 23*time.Hour {
		t.Error("knows what nobody told it")
	}
	if err := clock.Measure(t.Context()); err != nil {
		t.Fatal(err)
	}
	if off, known := clock.Ahead(); !known || off > -23*time.Hour || off < -25*time.Hour {
		t.Error(off, known)
	}
}

func TestWhatIsRefusedForItsValues(t *testing.T) {
	for code, want := range map[string]bool{"22021": true, "23505": true, "53100": false, "25006": false, "55P03": false, "57014": false, "40001": false, "42501": false, "": false} {
		err := fmt.Errorf("insert: %w", &pgconn.PgError{Code: code})
		if postgres.DataRefused(err) != want {
			t.Error(code)
		}
	}
	if postgres.DataRefused(errors.New("silence")) || postgres.DataRefused(nil) {
		t.Error("no answer is no refusal")
	}
}
