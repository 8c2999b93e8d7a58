package faultlab

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/dakoku/dakoku/platform/postgres/pgtest"
	"github.com/dakoku/dakoku/platform/signing"
	"github.com/dakoku/dakoku/services/attendance"
	"github.com/dakoku/dakoku/services/integration"
	gateway "github.com/dakoku/dakoku/services/webhook-gateway"
)

// What the product finds in its own records is a finding of the run, and so is that it had
// nothing to look at.
func TestTheProductIsAsked(t *testing.T) {
	database := pgtest.New(t, gateway.InboxMigrations(), attendance.Migrations(), integration.Migrations())
	const judged = `insert into gateway.inbox (tenant_id, id, connection_id, key, issued_at, issued_known, api_version, room_kind, body, deliveries,
		received_at, last_received_at, outcome, reason, punch_id, done_at, due_at)
		values ($1, $2, $3, sha256('k'), now(), true, 2, 'DIRECT', null, 1, now(), clock_timestamp(), 'REFUSED', 'UNLINKED', '', now(), null)`
	if _, err := database.Owner(t).Exec(t.Context(), judged, uuid.NewString(), uuid.NewString(), uuid.NewString()); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if _, err := signing.LoadOrCreate(attendance.Key(dir)); err != nil {
		t.Fatal(err)
	}
	c, err := verify(t.Context(), database.URL, dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"nothing was sealed", "there is no outcome"} {
		if !strings.Contains(strings.Join(c.Findings, "\n"), want) {
			t.Errorf("found %q, want %q among them", c.Findings, want)
		}
	}
	var r Report
	if r.judged(append(r.checks, c)); r.Clean() {
		t.Error("what the product finds is clean")
	}
}
