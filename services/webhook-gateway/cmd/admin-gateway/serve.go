package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/dakoku/dakoku/platform/debughttp"
	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/run"
	gateway "github.com/dakoku/dakoku/services/webhook-gateway"
	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"
)

func serve(ctx context.Context) error {
	s, log, err := load()
	if err != nil {
		return err
	}
	identity, err := s.identify()
	if err != nil {
		return err
	}
	registry, cfg := prometheus.NewRegistry(), s.admin(identity, log)
	cfg.Registry = registry
	door, err := gateway.NewAdmin(ctx, cfg)
	if err != nil {
		return err
	}
	debug, err := debughttp.New(debughttp.Config{Addr: s.DebugAddr, Registry: registry, Checks: door.Checks()})
	if err != nil {
		door.Close()
		return fmt.Errorf("DAKOKU_DEBUG_ADDR=%s: %w", s.DebugAddr, err)
	}
	announce(os.Stdout, door)
	log.Info("admin door serves", zap.String("addr", door.Addr()), zap.String("debug", debug.Addr()))
	group := run.Group{Log: log}
	group.Add("debug", debug.Run)
	group.Add("admin door", door.Run)
	return group.Run(ctx)
}

// announce prints the setup secret for the person who installs; the log never
// sees it.
func announce(out io.Writer, door *gateway.Admin) {
	if secret, file := door.SetupSecret(); secret != "" {
		_, _ = fmt.Fprintf(out, "setup secret (one-time, also in %s): %s\n", file, secret.Reveal())
	}
}

func migrate(ctx context.Context) error {
	s, _, err := load()
	if err != nil {
		return err
	}
	return postgres.Migrate(ctx, s.DatabaseURL, gateway.IdentityMigrations())
}

// healthcheck asks the debug listener of the running process whether it is ready.
func healthcheck(ctx context.Context) error {
	s, _, err := load()
	if err != nil {
		return err
	}
	host, port, err := net.SplitHostPort(s.DebugAddr)
	if err != nil {
		return fmt.Errorf("DAKOKU_DEBUG_ADDR=%s: %w", s.DebugAddr, err)
	}
	if ip := net.ParseIP(host); host == "" || (ip != nil && ip.IsUnspecified()) {
		host = "127.0.0.1"
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/readyz", nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("not ready: %w", err)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("not ready: %s", answer.Status)
	}
	return nil
}
