package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/platform/debughttp"
	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/rpc"
	"github.com/dakoku/dakoku/platform/rpc/devca"
	"github.com/dakoku/dakoku/platform/run"
	"github.com/dakoku/dakoku/platform/zaplog"
	gateway "github.com/dakoku/dakoku/services/webhook-gateway"
)

// settings are the environment variables of the program.
type settings struct {
	DataDir         string        `env:"DAKOKU_DATA_DIR" envDefault:"./.dakoku" doc:"Directory of keys and certificates."`
	DatabaseURL     config.Secret `env:"DAKOKU_DATABASE_URL" doc:"PostgreSQL 15 or newer, as a connection URL."`
	TLSDir          string        `env:"DAKOKU_TLS_DIR" doc:"Directory of ca.crt, webhook-gateway.crt and webhook-gateway.key; empty is tls in the data directory, where a development CA is made on first run."`
	PublicAddr      string        `env:"DAKOKU_PUBLIC_ADDR" envDefault:":8080" doc:"Where LINE WORKS callbacks are answered."`
	ListenAddr      string        `env:"DAKOKU_LISTEN_ADDR" envDefault:"127.0.0.1:9091" doc:"Where gRPC is served."`
	DebugAddr       string        `env:"DAKOKU_DEBUG_ADDR" envDefault:"127.0.0.1:9191" doc:"Where health, metrics and profiles are served."`
	IntegrationAddr string        `env:"DAKOKU_INTEGRATION_ADDR" envDefault:"127.0.0.1:9092" doc:"Where the integration service is."`
	AttendanceAddr  string        `env:"DAKOKU_ATTENDANCE_ADDR" envDefault:"127.0.0.1:9093" doc:"Where the attendance service is."`
	LogLevel        string        `env:"DAKOKU_LOG_LEVEL" envDefault:"info" doc:"debug, info, warn or error."`
	LogFormat       string        `env:"DAKOKU_LOG_FORMAT" envDefault:"json" doc:"json or console."`
}

// Validate refuses settings that cannot work.
func (s settings) Validate() error {
	if s.DatabaseURL.Reveal() == "" {
		return errors.New("DAKOKU_DATABASE_URL is required")
	}
	return nil
}

func serve(ctx context.Context) error {
	var s settings
	if err := config.Load(&s); err != nil {
		return err
	}
	log, err := zaplog.New(zaplog.Config{Level: s.LogLevel, Format: s.LogFormat})
	if err != nil {
		return err
	}
	registry := prometheus.NewRegistry()
	door, err := build(ctx, s, log, registry)
	if err != nil {
		return err
	}
	debug, err := debughttp.New(debughttp.Config{Addr: s.DebugAddr, Registry: registry, Checks: door.Checks()})
	if err != nil {
		door.Close()
		return fmt.Errorf("DAKOKU_DEBUG_ADDR=%s: %w", s.DebugAddr, err)
	}
	log.Info("public door opens", zap.String("public", door.PublicAddr().String()), zap.String("addr", door.Addr().String()),
		zap.String("debug", debug.Addr()))
	group := run.Group{Log: log}
	group.Add("debug", debug.Run)
	group.Add("door", door.Run)
	return group.Run(ctx)
}

func build(ctx context.Context, s settings, log *zap.Logger, registry *prometheus.Registry) (*gateway.Public, error) {
	identity, err := identify(s)
	if err != nil {
		return nil, err
	}
	peer := func(addr, name string) *rpc.ClientConfig {
		return &rpc.ClientConfig{Target: addr, ServerName: name, Identity: identity, Log: log}
	}
	return gateway.NewPublic(ctx, gateway.PublicConfig{
		DatabaseURL: s.DatabaseURL, DataDir: s.DataDir, Identity: identity,
		PublicAddr: s.PublicAddr, ListenAddr: s.ListenAddr,
		Integration: peer(s.IntegrationAddr, "integration"), Attendance: peer(s.AttendanceAddr, "attendance"),
		Log: log, Registry: registry,
	})
}

// identify loads the certificate; in the default directory a development CA issues one on first run.
func identify(s settings) (*rpc.Identity, error) {
	if s.TLSDir != "" {
		return rpc.LoadIdentity(s.TLSDir, gateway.PublicName)
	}
	dir := filepath.Join(s.DataDir, "tls")
	if err := devca.Ensure(dir, gateway.PublicName); err != nil {
		return nil, err
	}
	return rpc.LoadIdentity(dir, gateway.PublicName)
}

func migrate(ctx context.Context) error {
	var s settings
	if err := config.Load(&s); err != nil {
		return err
	}
	return postgres.Migrate(ctx, s.DatabaseURL, gateway.InboxMigrations())
}

// healthcheck asks the debug listener of the running process whether it is ready.
func healthcheck(ctx context.Context) error {
	var s settings
	if err := config.Load(&s); err != nil {
		return err
	}
	host, port, err := net.SplitHostPort(s.DebugAddr)
	if err != nil {
		return fmt.Errorf("DAKOKU_DEBUG_ADDR=%s: %w", s.DebugAddr, err)
	}
	if host == "" || net.ParseIP(host).IsUnspecified() {
		host = "127.0.0.1"
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/readyz", nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("not ready: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("not ready: %s", response.Status)
	}
	return nil
}
