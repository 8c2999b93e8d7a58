package inbox

import (
	"context"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/postgres/pgtest"
	"github.com/dakoku/dakoku/platform/seal"
)

// BenchmarkPut stores different events from many callers at once; on a test
// server without fsync it measures everything but the disk.
func BenchmarkPut(b *testing.B) {
	db := pgtest.New(b, Migrations()).Open(b, Migrations().Role())
	keys, err := seal.LoadOrCreate(b.Context(), filepath.Join(b.TempDir(), "gateway.json"), postgres.NewSealCheck(db, Migrations()))
	if err != nil {
		b.Fatal(err)
	}
	box, err := New(Config{DB: db, Keys: keys})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- box.Run(ctx) }()
	defer func() {
		cancel()
		if err := <-ended; err != nil {
			b.Error(err)
		}
	}()
	var n atomic.Int64
	b.SetParallelism(64)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := box.Put(ctx, delivery(b, tenantA, fmt.Sprint(n.Add(1)))); err != nil {
				b.Error(err)
			}
		}
	})
}
