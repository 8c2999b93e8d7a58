package callback

import (
	"math"
	"strconv"
	"time"

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

// MeasureTable registers the age of what the table knows, in seconds; infinite
// before the first load. A nil registerer registers nothing.
func MeasureTable(registerer prometheus.Registerer, table *Table, now func() time.Time) error {
	if registerer == nil {
		return nil
	}
	return registerer.Register(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "dakoku_callback_endpoints_age_seconds",
		Help: "Age of the table of callback endpoints.",
	}, func() float64 {
		checked, loaded := table.Checked()
		if !loaded {
			return math.Inf(1)
		}
		return now().Sub(checked).Seconds()
	}))
}
