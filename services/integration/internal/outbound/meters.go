package outbound

import (
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Meters count calls and messages and measure how long they take. They know no
// connection: a page of the product shows each.
type Meters struct {
	calls    *prometheus.CounterVec
	messages *prometheus.CounterVec
	took     prometheus.Histogram
	waited   prometheus.Histogram
}

// NewMeters registers the metrics; a nil registerer keeps them to itself.
func NewMeters(r prometheus.Registerer) (*Meters, error) {
	m := &Meters{
		calls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "dakoku_outbound_calls_total", Help: "Attempts to send, by what became of them: SENT or the reason.",
		}, []string{"result"}),
		messages: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "dakoku_outbound_messages_total", Help: "Messages that ended, by state.",
		}, []string{"state"}),
		took: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "dakoku_outbound_call_seconds", Help: "Time of one attempt to send.",
			Buckets: []float64{.01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 20},
		}),
		waited: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "dakoku_outbound_message_age_seconds", Help: "Age of messages when they were sent.",
			Buckets: []float64{.25, .5, 1, 2.5, 5, 10, 30, 60, 300, 900, 1800, 3600, 14400, 86400, 259200, 604800},
		}),
	}
	if r == nil {
		return m, nil
	}
	return m, errors.Join(r.Register(m.calls), r.Register(m.messages), r.Register(m.took), r.Register(m.waited))
}

func (m *Meters) called(v Verdict, took time.Duration) {
	result := v.Reason
	if v.State == Sent {
		result = string(Sent)
	}
	m.calls.WithLabelValues(result).Inc()
	m.took.Observe(took.Seconds())
}

func (m *Meters) sent(l Letter, now time.Time) {
	m.ended(Sent, len(l.Messages))
	for _, message := range l.Messages {
		m.waited.Observe(now.Sub(message.Created).Seconds())
	}
}

// ended counts messages in a final state.
func (m *Meters) ended(state State, messages int) {
	if state != Queued {
		m.messages.WithLabelValues(string(state)).Add(float64(messages))
	}
}
