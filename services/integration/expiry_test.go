package integration_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/services/integration"
	"github.com/dakoku/dakoku/simulator"
)

// TestReplacedKeysAreErasedByTheService replaces keys and lets a day go by.
func TestReplacedKeysAreErasedByTheService(t *testing.T) {
	t.Parallel()
	clock := &hands{}
	w := newWorldAt(t, simulator.Config{}, func(c *integration.Config) { c.Now = clock.now })
	ctx := as(t, uuid.NewString())
	conn, keys := w.activeV2(ctx, t)
	again, err := w.admin.UpdateCredentials(ctx, &integrationv1.UpdateCredentialsRequest{Connection: conn, Credentials: inV2(keys)})
	if err != nil {
		t.Fatal(err)
	}
	left := again.GetCredentials().GetPrevious().GetExpireTime().AsTime().Sub(clock.now())
	if left < 24*time.Hour-time.Minute || left > 24*time.Hour {
		t.Errorf("the keys before live %v", left)
	}
	clock.pass(24 * time.Hour)
	read, err := w.admin.GetCredentials(ctx, &integrationv1.GetCredentialsRequest{Connection: conn})
	if err != nil || read.GetCredentials().GetPrevious() != nil {
		t.Errorf("keys that are over are shown: %v", err)
	}
	w.stop()
	w.start(t) // which looks at once
	owner := w.db.Owner(t)
	eventually(t, "the old keys erased", func() bool {
		var rows int
		err := owner.QueryRow(t.Context(), `select count(*) from integration.credentials`).Scan(&rows)
		return err == nil && rows == 1
	})
}
