package store

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/services/integration/internal/connection"
)

// Hours are forgotten after ninety days and not before, whosever they are.
func TestOldHoursAreForgotten(t *testing.T) {
	f := newFixture(t)
	hour := f.clock.now().Truncate(time.Hour)
	old, young := hour.Add(-connection.TrafficLife+time.Hour), hour
	for _, at := range []time.Time{old, young} {
		seen := Traffic{Tenant: f.tenant, Connection: f.lane.Connection, Hour: at, Callbacks: 1}
		if err := f.Report(t.Context(), uuid.NewString(), []Traffic{seen}); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []int{2, 1} {
		if err := f.ForgetTraffic(t.Context()); err != nil {
			t.Fatal(err)
		}
		var left int
		if err := f.owner.QueryRow(t.Context(), `select count(*) from integration.traffic`).Scan(&left); err != nil || left != want {
			t.Errorf("%d hours are left, want %d: %v", left, want, err)
		}
		f.clock.pass(2 * time.Hour)
	}
}

// Figures are read for each connection by index, however long the history is.
func TestFiguresReadByIndex(t *testing.T) {
	f := newFixture(t)
	f.grow(t)
	if _, err := f.owner.Exec(t.Context(), `insert into integration.traffic
		select $1, $2, date_trunc('hour', now(), 'UTC') - (g / 20) * interval '1 hour', gen_random_uuid(), g, 1, 2, now() from generate_series(1, 40000) g`,
		f.tenant, f.lane.Connection); err != nil {
		t.Fatal(err)
	}
	if _, err := f.owner.Exec(t.Context(), `analyze`); err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	for _, index := range []string{"traffic_last", "outbound_message_sent", "outbound_message_failed", "traffic_"} {
		f.byIndex(t, postgres.Tenants(f.tenant), index, figures, f.tenant, []string{f.lane.Connection}, now.Add(-24*time.Hour), now)
	}
}
