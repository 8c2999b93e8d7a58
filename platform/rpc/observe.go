package rpc

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// logCall writes one line per call: ids, reason and duration, nothing that the
// messages say. The cause of an INTERNAL answer is here and nowhere else.
func (s *Server) logCall(ctx context.Context, c *call, next handler) error {
	begin := time.Now()
	err := next(ctx)
	code := status.Code(err)
	entry := s.log.Check(s.levelOf(c, code), "call")
	if entry == nil {
		return err
	}
	fields := []zap.Field{
		zap.String("method", c.method),
		zap.String("code", code.String()),
		zap.Float64("durationMs", float64(time.Since(begin).Microseconds())/1000),
		zap.String("requestId", RequestID(ctx)),
		zap.String("peer", PeerName(ctx)),
		zap.String("tenant", incoming(ctx, keyTenant)),
	}
	entry.Write(append(fields, explain(err, code)...)...)
	return err
}

// explain adds the reason of a refused call and, for INTERNAL, the cause.
func explain(err error, code codes.Code) []zap.Field {
	var a *answer
	if !errors.As(err, &a) {
		return nil
	}
	fields := []zap.Field{zap.String("reason", a.reason)}
	var p *panicked
	switch {
	case errors.As(a.cause, &p):
		return append(fields, zap.String("cause", p.Error()), zap.String("stack", p.stack))
	case code == codes.Internal || code == codes.Unavailable:
		return append(fields, zap.String("cause", causeText(a.cause)))
	}
	return fields
}

// causeText is the error and what it wraps: a fault hides its cause from Error.
func causeText(err error) string {
	text := err.Error()
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(inner) {
		if t := inner.Error(); !strings.Contains(text, t) {
			text += ": " + t
		}
	}
	return text
}

// levelOf keeps what programs ask each other all the time out of an ordinary log.
func (s *Server) levelOf(c *call, code codes.Code) zapcore.Level {
	switch {
	case code == codes.Internal || code == codes.Unknown || code == codes.DataLoss:
		return zapcore.ErrorLevel
	case c.service == healthService:
		return zapcore.DebugLevel
	case code == codes.Unavailable || code == codes.DeadlineExceeded:
		return zapcore.WarnLevel
	case code == codes.OK && s.permissions[c.method] == permissionMachine:
		return zapcore.DebugLevel
	}
	return zapcore.InfoLevel
}

// meters are the metrics of all servers of a process that share a registry.
type meters struct {
	handled  *prometheus.CounterVec
	duration *prometheus.HistogramVec
}

func newMeters(r prometheus.Registerer) (*meters, error) {
	labels := []string{"method", "code"}
	m := &meters{
		handled: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "dakoku_rpc_handled_total", Help: "Calls answered, by method and gRPC code.",
		}, labels),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "dakoku_rpc_duration_seconds", Help: "Time from the first step to the answer.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, labels),
	}
	if r == nil {
		return m, nil
	}
	var err error
	if m.handled, err = register(r, m.handled); err != nil {
		return nil, err
	}
	m.duration, err = register(r, m.duration)
	return m, err
}

// register returns the collector that is registered already, if there is one.
func register[C prometheus.Collector](r prometheus.Registerer, c C) (C, error) {
	err := r.Register(c)
	var twice prometheus.AlreadyRegisteredError
	if errors.As(err, &twice) {
		if existing, ok := twice.ExistingCollector.(C); ok {
			return existing, nil
		}
	}
	return c, err
}

func (s *Server) measure(ctx context.Context, c *call, next handler) error {
	begin := time.Now()
	err := next(ctx)
	code := status.Code(err).String()
	s.meters.handled.WithLabelValues(c.method, code).Inc()
	s.meters.duration.WithLabelValues(c.method, code).Observe(time.Since(begin).Seconds())
	return err
}
