package zaplog

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"
)

func TestJSONLinesInUTC(t *testing.T) {
	var out bytes.Buffer
	log, err := New(Config{Output: &out})
	if err != nil {
		t.Fatal(err)
	}
	log.Debug("hidden")
	log.Info("shown", zap.Duration("took", 1500*time.Microsecond))
	var line struct {
		Level, Time, Msg string
		Took             float64
	}
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatal(err, out.String())
	}
	if line.Level != "info" || line.Msg != "shown" || line.Took != 1.5 || !strings.HasSuffix(line.Time, "Z") {
		t.Errorf("got %+v", line)
	}
}

func TestConsoleAndLevel(t *testing.T) {
	var out bytes.Buffer
	log, err := New(Config{Level: "debug", Format: "console", Output: &out})
	if err != nil {
		t.Fatal(err)
	}
	log.Debug("seen")
	if !strings.Contains(out.String(), "DEBUG\tseen") {
		t.Errorf("got %q", out.String())
	}
}

func TestUnknownSettingsAreErrors(t *testing.T) {
	for _, c := range []Config{{Level: "loud"}, {Format: "xml"}} {
		if _, err := New(c); err == nil {
			t.Errorf("%+v was accepted", c)
		}
	}
}
