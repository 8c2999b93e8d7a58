package integration_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"
)

// TestDamagedKeysStopOnlyTheirOwnEndpoint: one row that cannot be opened must
// not keep the table of all organizations from the public door.
func TestDamagedKeysStopOnlyTheirOwnEndpoint(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := as(t, uuid.NewString())
	whole, _ := w.activeV2(ctx, t)
	damaged, _ := w.activeV2(ctx, t)
	if _, err := w.db.Owner(t).Exec(t.Context(),
		`update integration.credentials set sealed = 'rotten' where connection_id = $1`, damaged); err != nil {
		t.Fatal(err)
	}
	keys := map[string]int{}
	for _, e := range w.endpoints(t, 0).GetEndpoints() {
		keys[e.GetConnection()] = len(e.GetSigningKeys())
	}
	if len(keys) != 2 || keys[whole] != 1 || keys[damaged] != 0 {
		t.Fatalf("signing keys by connection: %v; want 1 for %s and 0 for %s", keys, whole, damaged)
	}
	if !strings.Contains(w.logs.String(), damaged) {
		t.Error("the log does not name the damaged connection")
	}
}
