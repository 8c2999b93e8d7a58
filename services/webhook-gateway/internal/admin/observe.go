package admin

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"
)

// meters count requests by operation; a path never becomes a label.
type meters struct {
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
}

func newMeters(registerer prometheus.Registerer) (*meters, error) {
	m := &meters{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "dakoku_admin_requests_total", Help: "Requests at the admin door."}, []string{"operation", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "dakoku_admin_request_seconds", Help: "Time to answer at the admin door."}, []string{"operation"}),
	}
	if registerer == nil {
		return m, nil
	}
	return m, errors.Join(registerer.Register(m.requests), registerer.Register(m.seconds))
}

// observe counts, times and logs a request once, when it has been answered.
func (e *Edge) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		answer := &recorder{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(answer, r)
		v, operation, took := visitOf(r.Context()), "none", time.Since(start)
		if v.operation != nil {
			operation = v.operation.ID
		}
		e.meters.requests.WithLabelValues(operation, strconv.Itoa(answer.status)).Inc()
		e.meters.seconds.WithLabelValues(operation).Observe(took.Seconds())
		e.cfg.Log.Debug("request", zap.String("requestId", v.requestID), zap.String("operation", operation),
			zap.Int("status", answer.status), zap.Duration("took", took))
	})
}

// recorder remembers the status of an answer.
type recorder struct {
	http.ResponseWriter
	status int
}

// WriteHeader remembers the status.
func (r *recorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

// Unwrap gives http.ResponseController the writer below.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
