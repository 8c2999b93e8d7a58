package callback

import (
	"strconv"

	"github.com/prometheus/client_golang/prometheus"
)

// Meters count answers by status.
type Meters struct{ answers *prometheus.CounterVec }

// NewMeters registers the counter; a nil registerer keeps it to itself.
func NewMeters(registerer prometheus.Registerer) (*Meters, error) {
	answers := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "dakoku_callbacks_total",
		Help: "Callbacks answered, by HTTP status.",
	}, []string{"status"})
	if registerer != nil {
		if err := registerer.Register(answers); err != nil {
			return nil, err
		}
	}
	return &Meters{answers}, nil
}

func (m *Meters) answered(status int) { m.answers.WithLabelValues(strconv.Itoa(status)).Inc() }
