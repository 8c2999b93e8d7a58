package inbox

import "github.com/prometheus/client_golang/prometheus"

// meters are the numbers of the inbox.
type meters struct {
	accepted, duplicates, deferred, quarantined prometheus.Counter
	oldest                                      prometheus.Gauge
}

func newMeters(registerer prometheus.Registerer) (*meters, error) {
	m := &meters{
		accepted:    counter("dakoku_inbox_accepted_total", "Events stored for the first time."),
		duplicates:  counter("dakoku_inbox_duplicates_total", "Deliveries of events that were stored before."),
		deferred:    counter("dakoku_inbox_deferred_total", "Events put off because something was away."),
		quarantined: counter("dakoku_inbox_quarantined_total", "Events kept for somebody to look at."),
		oldest: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "dakoku_inbox_oldest_pending_seconds", Help: "Age of the oldest event that is not judged yet.",
		}),
	}
	if registerer == nil {
		return m, nil
	}
	for _, c := range []prometheus.Collector{m.accepted, m.duplicates, m.deferred, m.quarantined, m.oldest} {
		if err := registerer.Register(c); err != nil {
			return nil, err
		}
	}
	return m, nil
}

func counter(name, help string) prometheus.Counter {
	return prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
}

func (m *meters) put(w *waiting, err error) {
	switch {
	case err != nil:
	case !w.fresh:
		m.duplicates.Inc()
	default:
		m.accepted.Inc()
		if w.Quarantine != "" {
			m.quarantined.Inc()
		}
	}
}

func (m *meters) completed(verdicts []Verdict) {
	for _, v := range verdicts {
		if v.Outcome == Quarantined {
			m.quarantined.Inc()
		}
	}
}
