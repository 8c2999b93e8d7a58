// Package zaplog is the only place that builds a logger.
//
// It knows level, format and output. It refuses to know what is logged; the
// house rule is ids, reasons and durations, never bodies, tokens or names.
package zaplog

import (
	"fmt"
	"io"
	"os"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// Config says how to log. The zero value logs JSON from level info to stderr.
type Config struct {
	Level  string    // debug, info, warn or error; empty is info
	Format string    // "json" or "console"; empty is json
	Output io.Writer // nil is os.Stderr
}

// New builds a logger. Times are UTC with milliseconds, durations are
// milliseconds with microseconds behind the point. An unknown level or format is an error.
func New(c Config) (*zap.Logger, error) {
	level := zapcore.InfoLevel
	if c.Level != "" {
		parsed, err := zapcore.ParseLevel(c.Level)
		if err != nil {
			return nil, fmt.Errorf("log level %q: use debug, info, warn or error", c.Level)
		}
		level = parsed
	}
	encoder, err := encoder(c.Format)
	if err != nil {
		return nil, err
	}
	out := c.Output
	if out == nil {
		out = os.Stderr
	}
	sink := zapcore.Lock(zapcore.AddSync(out))
	return zap.New(zapcore.NewCore(encoder, sink, level), zap.ErrorOutput(sink)), nil
}

func encoder(format string) (zapcore.Encoder, error) {
	c := zap.NewProductionEncoderConfig()
	c.TimeKey = "time"
	c.EncodeTime = func(t time.Time, out zapcore.PrimitiveArrayEncoder) {
		out.AppendString(t.UTC().Format("2006-01-02T15:04:05.000Z07:00"))
	}
	c.EncodeDuration = func(d time.Duration, out zapcore.PrimitiveArrayEncoder) {
		out.AppendFloat64(float64(d.Microseconds()) / 1000)
	}
	switch format {
	case "", "json":
		return zapcore.NewJSONEncoder(c), nil
	case "console":
		c.EncodeLevel = zapcore.CapitalLevelEncoder
		return zapcore.NewConsoleEncoder(c), nil
	}
	return nil, fmt.Errorf("log format %q: use json or console", format)
}
