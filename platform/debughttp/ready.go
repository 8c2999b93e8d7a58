package debughttp

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"
)

const checkLimit = 3 * time.Second

// report is the JSON of /readyz: per check "ok" or its error.
type report struct {
	Status string            `json:"status"` // "ready" or "not ready"
	Checks map[string]string `json:"checks"`
}

func live(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("ok\n"))
}

func (c Config) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), checkLimit)
	defer cancel()
	answer, status := c.ask(ctx), http.StatusOK
	if answer.Status != "ready" {
		status = http.StatusServiceUnavailable
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer)
}

// ask runs all checks at once; their context ends after three seconds.
func (c Config) ask(ctx context.Context) report {
	var (
		mu   sync.Mutex
		wait sync.WaitGroup
		out  = report{Status: "ready", Checks: map[string]string{}}
	)
	for name, check := range c.Checks {
		wait.Go(func() {
			err := check(ctx)
			mu.Lock()
			defer mu.Unlock()
			out.Checks[name] = "ok"
			if err != nil {
				out.Status, out.Checks[name] = "not ready", err.Error()
			}
		})
	}
	wait.Wait()
	return out
}
