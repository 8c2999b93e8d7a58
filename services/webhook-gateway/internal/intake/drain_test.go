package intake

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/dakoku/dakoku/services/webhook-gateway/internal/spool"
)

// letting counts what is released.
type letting struct {
	Log
	released atomic.Int64
}

func (l *letting) Release(b spool.Batch, keep bool) {
	l.released.Add(int64(len(b.Records)))
	l.Log.Release(b, keep)
}

// What the database did not take stays in the spool, however often that is tried.
func TestNothingIsReleasedBeforeTheDatabaseHasIt(t *testing.T) {
	disk := &letting{}
	b := newBench(t, func(c *Config) { disk.Log, c.Spool = c.Spool, disk })
	b.table.set(errAway)
	b.put(t, "1", "2")
	for range 3 {
		if b.batch(t.Context(), drainBudget) {
			t.Error("brought in, to a database that is away")
		}
	}
	if records, _ := b.Spool.Usage(); records != 2 || disk.released.Load() != 0 {
		t.Fatalf("%d records wait, %d are released", records, disk.released.Load())
	}
	b.table.set(nil)
	if !b.batch(t.Context(), drainBudget) || disk.released.Load() != 2 {
		t.Errorf("%d released", disk.released.Load())
	}
	if got := b.table.bodies(); !slices.Equal(got, []string{"1", "2"}) {
		t.Error(got)
	}
}

// A file that can be read no more while the door runs is no reason to end.
func TestAFileThatCannotBeReadEndsNothing(t *testing.T) {
	b := newBench(t, nil)
	b.table.set(errAway)
	b.put(t, "1")
	b.table.set(nil)
	files, _ := filepath.Glob(filepath.Join(b.spoolAt.Dir, "0", "*.segment"))
	if len(files) != 1 {
		t.Fatal(files)
	}
	if err := errors.Join(os.Rename(files[0], files[0]+".real"), os.Mkdir(files[0], 0o700)); err != nil {
		t.Fatal(err)
	}
	b.run(t)
	until(t, func() bool { return !b.detour.Load() })
	b.put(t, "2")
	if err := errors.Join(os.Remove(files[0]), os.Rename(files[0]+".real", files[0])); err != nil {
		t.Fatal(err)
	}
	until(t, func() bool { return slices.Equal(b.table.bodies(), []string{"2", "1"}) })
}
