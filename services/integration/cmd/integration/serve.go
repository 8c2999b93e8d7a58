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
	"github.com/dakoku/dakoku/services/integration"
)

// settings are the environment variables of the program.
type settings struct {
	DataDir     string        `env:"DAKOKU_DATA_DIR" envDefault:"./.dakoku" doc:"Directory of keys and certificates."`
	DatabaseURL config.Secret `env:"DAKOKU_DATABASE_URL" doc:"PostgreSQL 15 or newer, as a connection URL."`
	TLSDir      string        `env:"DAKOKU_TLS_DIR" doc:"Directory of ca.crt, integration.crt and integration.key; empty is tls in the data directory, where a development CA is made on first run."`
	ListenAddr  string        `env:"DAKOKU_LISTEN_ADDR" envDefault:"127.0.0.1:9092" doc:"Where gRPC is served."`
	DebugAddr   string        `env:"DAKOKU_DEBUG_ADDR" envDefault:"127.0.0.1:9192" doc:"Where health, metrics and profiles are served."`
	PublicURL   string        `env:"DAKOKU_PUBLIC_URL" envDefault:"http://localhost:8080" doc:"Base of the callback URL that is shown."`
	AuthURL     string        `env:"DAKOKU_LINEWORKS_AUTH_URL" envDefault:"https://auth.worksmobile.com" doc:"LINE WORKS token endpoints."`
	APIURL      string        `env:"DAKOKU_LINEWORKS_API_URL" envDefault:"https://www.worksapis.com" doc:"LINE WORKS API 2.0."`
	APIV1URL    string        `env:"DAKOKU_LINEWORKS_API_V1_URL" envDefault:"https://apis.worksmobile.com" doc:"LINE WORKS API 1.0."`
	LogLevel    string        `env:"DAKOKU_LOG_LEVEL" envDefault:"info" doc:"debug, info, warn or error."`
	LogFormat   string        `env:"DAKOKU_LOG_FORMAT" envDefault:"json" doc:"json or console."`
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
	identity, err := identify(s)
	if err != nil {
		return err
	}
	registry := prometheus.NewRegistry()
	service, err := integration.New(ctx, integration.Config{
		DatabaseURL: s.DatabaseURL, DataDir: s.DataDir, Identity: identity, ListenAddr: s.ListenAddr, PublicURL: s.PublicURL,
		AuthURL: s.AuthURL, APIURL: s.APIURL, APIV1URL: s.APIV1URL, Log: log, Registry: registry,
	})
	if err != nil {
		return err
	}
	debug, err := debughttp.New(debughttp.Config{Addr: s.DebugAddr, Registry: registry, Checks: map[string]func(context.Context) error{
		"database": service.Ready, "certificate": identity.Check,
	}})
	if err != nil {
		service.Close()
		return fmt.Errorf("DAKOKU_DEBUG_ADDR=%s: %w", s.DebugAddr, err)
	}
	log.Info("integration serves", zap.String("addr", service.Addr().String()), zap.String("debug", debug.Addr()))
	group := run.Group{Log: log}
	group.Add("debug", debug.Run)
	group.Add("integration", service.Run)
	return group.Run(ctx)
}

// identify loads the certificate; in the default directory a development CA
// issues one on first run.
func identify(s settings) (*rpc.Identity, error) {
	if s.TLSDir != "" {
		return rpc.LoadIdentity(s.TLSDir, integration.Name)
	}
	dir := filepath.Join(s.DataDir, "tls")
	if err := devca.Ensure(dir, integration.Name); err != nil {
		return nil, err
	}
	return rpc.LoadIdentity(dir, integration.Name)
}

func migrate(ctx context.Context) error {
	var s settings
	if err := config.Load(&s); err != nil {
		return err
	}
	return postgres.Migrate(ctx, s.DatabaseURL, integration.Migrations())
}

// healthcheck asks the debug listener of the running service whether it is
// ready.
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
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/readyz", nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("not ready: %w", err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("not ready: %s", res.Status)
	}
	return nil
}
