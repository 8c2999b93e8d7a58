package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/postgres/pgtest"
)

// A migration that changes every policy gets its tables while punches are recorded without a pause: it takes them in the
// order in which the work does. In the order of their names each waits for the other, and no try is ever the last.
func TestPoliciesChangeWhilePunchesAreRecorded(t *testing.T) {
	database := pgtest.New(t, Migrations())
	s := New(database.Open(t, Migrations().Role()), time.Now)
	database.BackBeforeOnce(t, "attendance", 27)
	var over atomic.Bool
	var work sync.WaitGroup
	defer func() { over.Store(true); work.Wait() }()
	for range 4 {
		refs := company(t, s, 8)
		work.Go(func() {
			for !over.Load() {
				for i := range refs {
					key := sha256.Sum256([]byte(uuid.NewString()))
					refs[i].Key = hex.EncodeToString(key[:])
				}
				if err := s.Record(context.WithoutCancel(t.Context()), refs, func(k Known) (Verdicts, error) { return recordAll(refs)(k), nil }); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	if err := postgres.Migrate(t.Context(), database.URL, Migrations()); err != nil {
		t.Fatal(err)
	}
	if left := database.ReadForEachRow(t, "attendance"); len(left) > 0 {
		t.Errorf("as before: %v", left)
	}
}
