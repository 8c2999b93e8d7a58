package store

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/directory"
)

func missed(conn string, senders ...string) []directory.Miss {
	var out []directory.Miss
	for _, s := range senders {
		out = append(out, directory.Miss{Connection: conn, Version: credential.V2, Sender: s, Times: 1})
	}
	return out
}

func (f *fixture) unlinked(t *testing.T) (n int) {
	t.Helper()
	if err := f.owner.QueryRow(t.Context(), `select count(*) from integration.unlinked_sender`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// Somebody who is missed while the connection is being deleted is not left behind
// on a list of a connection that is gone, nor is that an error; who is missed
// through another connection in the same batch is remembered.
func TestAMissWaitsForADeletion(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	other, err := f.CreateConnection(t.Context(), f.tenant, "支社", false)
	if err != nil {
		t.Fatal(err)
	}
	tx, err := f.data.Owner(t).Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(context.Background()) }()
	if _, err := tx.Exec(t.Context(), `select from integration.connection where id = $1 for update`, f.lane.Connection); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() {
		ended <- f.Miss(t.Context(), f.tenant, append(missed(f.lane.Connection, "a", "b"), missed(other.ID, "c")...))
	}()
	for waiting := 0; waiting == 0; {
		err := f.owner.QueryRow(t.Context(), `select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`).Scan(&waiting)
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := tx.Exec(t.Context(), `update integration.connection set deleted_at = now() where id = $1`, f.lane.Connection); err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil || f.unlinked(t) != 1 {
		t.Errorf("%v, %d people are on the list", err, f.unlinked(t))
	}
	if err := f.Miss(t.Context(), f.tenant, missed(f.lane.Connection, "c", "d")); err != nil || f.unlinked(t) != 1 {
		t.Errorf("after the deletion: %v, %d people are on the list", err, f.unlinked(t))
	}
}

// Connections are deleted while people are missed through them from many sides:
// no error, nobody left behind.
func TestMissesAndDeletionsRace(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	const connections, sides = 20, 3
	var all sync.WaitGroup
	for range connections {
		c, err := f.CreateConnection(t.Context(), f.tenant, "x", false)
		if err != nil {
			t.Fatal(err)
		}
		for side := range sides {
			all.Go(func() {
				for i := range 5 {
					if err := f.Miss(t.Context(), f.tenant, missed(c.ID, fmt.Sprint(side, "-", i), "shared")); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Go(func() {
			if err := f.DeleteConnection(t.Context(), f.tenant, c.ID, "me", func(int64) bool { return true }); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := f.unlinked(t); n != 0 {
		t.Errorf("%d people are on the list of connections that are gone", n)
	}
}
