package intake

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Meters are the numbers of the way around the database.
type Meters struct{ stored, drained, refused prometheus.Counter }

// NewMeters registers the counters; a nil registerer keeps them to itself.
func NewMeters(registerer prometheus.Registerer) (*Meters, error) {
	m := &Meters{
		stored:  counter("dakoku_spool_stored_total", "Callbacks answered from the spool, because the database was away."),
		drained: counter("dakoku_spool_drained_total", "Callbacks brought from the spool to the inbox."),
		refused: counter("dakoku_spool_refused_total", "Callbacks refused while the database was away: no room, an unwritable disk or outdated callback URLs."),
	}
	return m, register(registerer, m.stored, m.drained, m.refused)
}

func counter(name, help string) prometheus.Counter {
	return prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
}

// Measure registers what lies in the spool.
func (i *Intake) Measure(registerer prometheus.Registerer) error {
	if i.Spool == nil {
		return nil
	}
	return register(registerer,
		gauge("dakoku_spool_events", "Callbacks that wait in the spool.", func() float64 {
			records, _ := i.Spool.Usage()
			return float64(records)
		}),
		gauge("dakoku_spool_bytes", "Size of the spool's files.", func() float64 {
			_, bytes := i.Spool.Usage()
			return float64(bytes)
		}),
		gauge("dakoku_spool_oldest_seconds", "Age of the oldest callback in the spool.", func() float64 {
			if oldest := i.oldest.Load(); oldest > 0 {
				return i.Clock.Now().Sub(time.UnixMilli(oldest)).Seconds()
			}
			return 0
		}),
		gauge("dakoku_spool_writable", "1 while the disk takes callbacks; 0: they are refused as soon as the database is away.", func() float64 {
			if i.Spool.Broken() != nil {
				return 0
			}
			return 1
		}),
		gauge("dakoku_spool_kept_files", "Files with callbacks that were promised and are not in the inbox: put aside, or tried again because they cannot be read.", func() float64 {
			return float64(i.Spool.Kept())
		}))
}

func gauge(name, help string, value func() float64) prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value)
}

func register(registerer prometheus.Registerer, all ...prometheus.Collector) error {
	if registerer == nil {
		return nil
	}
	for _, c := range all {
		if err := registerer.Register(c); err != nil {
			return err
		}
	}
	return nil
}
