package spool

import (
	"testing"
)

// BenchmarkAppend appends from many callers at once; syncs are the disk's.
func BenchmarkAppend(b *testing.B) {
	bench := newBench(b)
	bench.cfg.MaxBytes = 8 << 30
	s, _ := bench.open(b)
	record := make([]byte, 700)
	b.SetParallelism(64)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := s.Append(b.Context(), record); err != nil {
				b.Error(err)
			}
		}
	})
}
