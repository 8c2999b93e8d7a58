package postgres_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/postgres/pgtest"
)

// Two processes whose clocks are a day wrong agree with the database and so with
// each other.
func TestAWrongProcessClockDoesNotMatter(t *testing.T) {
	m := ledger(t)
	d := pgtest.New(t, m)
	db, owner := d.Open(t, m.Role()), d.Owner(t)
	for name, wrong := range map[string]time.Duration{"right": 0, "a day ahead": 24 * time.Hour, "a day behind": -24 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			clock, err := postgres.NewClock(t.Context(), db, func() time.Time { return time.Now().Add(wrong) })
			if err != nil {
				t.Fatal(err)
			}
			before := databaseTime(t, owner)
			said := clock.Now()
			after := databaseTime(t, owner)
			const inexact = 250 * time.Millisecond // half a slow round trip
			if said.Before(before.Add(-inexact)) || said.After(after.Add(inexact)) {
				t.Errorf("the clock says %v between %v and %v", said, before, after)
			}
		})
	}
}

// Between measurements the clock goes on with the process's own.
func TestTheClockGoesOn(t *testing.T) {
	var passed atomic.Int64
	start := time.Now()
	clock, err := postgres.NewClock(t.Context(), openLedger(t), func() time.Time { return start.Add(time.Duration(passed.Load())) })
	if err != nil {
		t.Fatal(err)
	}
	before := clock.Now()
	passed.Store(int64(time.Hour))
	if got := clock.Now().Sub(before); got != time.Hour {
		t.Errorf("an hour was %v", got)
	}
}

func databaseTime(t *testing.T, owner *pgx.Conn) (at time.Time) {
	t.Helper()
	if err := owner.QueryRow(t.Context(), `select clock_timestamp()`).Scan(&at); err != nil {
		t.Fatal(err)
	}
	return at
}

// A clock that nobody could set when its process began is set as soon as the database
// answers, and not a minute later: until then nothing is sure.
func TestAClockThatIsNotSureIsSetSoon(t *testing.T) {
	t.Parallel()
	clock := postgres.NewUnsetClock(openLedger(t), nil)
	ctx, end := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- clock.Run(ctx) }()
	began := time.Now()
	for _, _, sure := clock.Latest(); !sure && time.Since(began) < 45*time.Second; _, _, sure = clock.Latest() {
		time.Sleep(50 * time.Millisecond)
	}
	if _, _, sure := clock.Latest(); !sure {
		t.Error("not measured within three quarters of a minute")
	}
	end()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
