package debughttp

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func serve(t *testing.T, c Config) string {
	t.Helper()
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return "http://" + s.Addr()
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

func TestReadyNamesEveryCheck(t *testing.T) {
	good := func(context.Context) error { return nil }
	bad := func(context.Context) error { return errors.New("no connection") }
	for name, c := range map[string]struct {
		checks map[string]func(context.Context) error
		status int
		want   report
	}{
		"none":    {nil, 200, report{"ready", map[string]string{}}},
		"good":    {map[string]func(context.Context) error{"a": good}, 200, report{"ready", map[string]string{"a": "ok"}}},
		"one bad": {map[string]func(context.Context) error{"a": good, "b": bad}, 503, report{"not ready", map[string]string{"a": "ok", "b": "no connection"}}},
	} {
		t.Run(name, func(t *testing.T) {
			status, body := get(t, serve(t, Config{Checks: c.checks})+"/readyz")
			var got report
			if err := json.Unmarshal([]byte(body), &got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); status != c.status || diff != "" {
				t.Error(status, diff)
			}
		})
	}
}

func TestWhatIsServed(t *testing.T) {
	registry := prometheus.NewRegistry()
	registry.MustRegister(prometheus.NewCounter(prometheus.CounterOpts{Name: "dakoku_test_total"}))
	base := serve(t, Config{Addr: ":0", Registry: registry})
	if !strings.HasPrefix(base, "http://127.0.0.1:") {
		t.Error("not on loopback:", base)
	}
	for path, want := range map[string]string{
		"/healthz": "ok", "/metrics": "dakoku_test_total 0", "/debug/pprof/": "goroutine", "/debug/pprof/goroutine?debug=1": "debughttp",
	} {
		if status, body := get(t, base+path); status != 200 || !strings.Contains(body, want) {
			t.Errorf("%s: %d", path, status)
		}
	}
	for _, path := range []string{"/", "/debug/pprof/cmdline", "/debug/vars"} {
		if status, _ := get(t, base+path); status != 404 {
			t.Errorf("%s: %d", path, status)
		}
	}
}

func TestAnAddressThatCannotBeBoundIsAnErrorAtOnce(t *testing.T) {
	lis, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = lis.Close() }()
	for _, addr := range []string{lis.Addr().String(), "no-port", "127.0.0.1:x"} {
		s, err := New(Config{Addr: addr})
		if err == nil {
			t.Errorf("bound %s", addr)
			_ = s.Close()
		}
	}
}

func TestTheServerHasTimeouts(t *testing.T) {
	s, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	h := s.http
	if h.ReadHeaderTimeout == 0 || h.ReadTimeout == 0 || h.WriteTimeout == 0 || h.IdleTimeout == 0 || h.MaxHeaderBytes == 0 {
		t.Error("a limit is missing")
	}
}
