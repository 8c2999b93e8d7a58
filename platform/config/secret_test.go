package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

func TestASecretIsNeverPrinted(t *testing.T) {
	const inside = "canary-4711"
	s := Secret(inside)
	holder := struct {
		Name string
		Key  Secret
		Keys []Secret
		Map  map[string]*Secret
	}{"n", s, []Secret{s}, map[string]*Secret{"k": &s}}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%10.3s"} {
		fmt.Fprintf(&out, verb+" "+verb+" "+verb+"\n", s, holder, &holder)
	}
	fmt.Fprintln(&out, s, s.String(), s.GoString(), fmt.Errorf("open %v: %w", s, fmt.Errorf("%s", s)))
	if err := json.NewEncoder(&out).Encode(holder); err != nil {
		t.Fatal(err)
	}
	for _, marshal := range []func() ([]byte, error){s.MarshalJSON, s.MarshalText} {
		data, err := marshal()
		if err != nil || !strings.Contains(string(data), redacted) {
			t.Errorf("%s, %v", data, err)
		}
		out.Write(data)
	}
	core := zapcore.NewCore(zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig()), zapcore.AddSync(&out), zap.DebugLevel)
	zap.New(core).Info("x", zap.Any("a", s), zap.Any("h", holder), zap.Stringer("s", s), zap.Reflect("r", s), zap.Any("l", []Secret{s}))
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "a", s, "h", holder)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "a", s, "h", holder)
	text := out.String()
	if strings.Contains(text, inside) || strings.Contains(text, fmt.Sprintf("%x", inside)) {
		t.Error("printed:", text)
	}
	if !strings.Contains(text, "[redacted]") || s.Reveal() != inside {
		t.Error("not redacted, or not readable:", text)
	}
}
