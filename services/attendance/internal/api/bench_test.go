package api

import (
	"fmt"
	"testing"

	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
)

// BenchmarkRecordEvents judges fresh events of many people, as in the minute before nine o'clock.
func BenchmarkRecordEvents(b *testing.B) {
	for _, size := range []int{1, 32, 256} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			f := setup(b)
			employees := make([]string, size)
			for i := range employees {
				employees[i] = f.employee(b, fmt.Sprintf("%04d", i))
			}
			for n := 0; b.Loop(); n++ {
				events := make([]*attendancev1.ChatEvent, size)
				for i, e := range employees {
					events[i] = f.said(b, e, "01T09:00", fmt.Sprintf("出勤 %d", n))
					events[i].IssuedTime.Seconds += int64(n) * 8 * 3600 // some punches a day, as people make
				}
				f.record(b, events...)
			}
			b.ReportMetric(float64(size*b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}
