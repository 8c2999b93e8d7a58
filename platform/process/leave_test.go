package process

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/dakoku/dakoku/platform/postgres/pgtest"
)

// leaver is a service that tells when it was ended.
type leaver struct {
	ended   chan struct{}
	release chan struct{} // ends it without waiting for the delay
}

func (l *leaver) Run(ctx context.Context) error {
	select {
	case <-ctx.Done():
	case <-l.release:
	}
	close(l.ended)
	return ctx.Err()
}
func (*leaver) Ready(context.Context) error { return nil }
func (*leaver) Close()                      {}

// A program that is told to end says so at once, to its service and to whoever asks
// whether it is ready, and goes on until the delay is over.
func TestLeavingComesBeforeTheEnd(t *testing.T) {
	s := settings{Debug: "127.0.0.1:0", Greeting: "hello", Settings: Settings{
		DatabaseURL: pgtest.New(t).URL, DataDir: t.TempDir(), LogLevel: "error", LogFormat: "json", StopDelay: time.Hour,
	}}
	l, started := &leaver{ended: make(chan struct{}), release: make(chan struct{})}, make(chan Given, 1)
	p := program(l, nil)
	p.New = func(_ context.Context, _ settings, given Given) (Service, error) { started <- given; return l, nil }
	told, tell := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- p.serve(told, s) }()
	given := <-started
	if status, checks := readiness(t, given, l); status != http.StatusOK || checks["staying"] != "ok" {
		t.Errorf("before it was told: %d %v", status, checks)
	}
	tell()
	<-given.Leaving
	if status, checks := readiness(t, given, l); status != http.StatusServiceUnavailable || checks["staying"] != "told to end" || checks["service"] != "ok" {
		t.Errorf("while it leaves: %d %v", status, checks)
	}
	select {
	case <-l.ended:
		t.Error("ended before the delay was over")
	default:
	}
	close(l.release)
	<-ended
}

// readiness is what the listener for operators says of a program that was given this.
func readiness(t *testing.T, given Given, service Service) (status int, checks map[string]string) {
	t.Helper()
	debug, err := debugListener("", given, service)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- debug.Run(ctx) }()
	defer func() { stop(); <-ended }()
	answer, err := http.Get("http://" + debug.Addr() + "/readyz")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var said struct {
		Checks map[string]string `json:"checks"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&said); err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, said.Checks
}
