package main

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/platform/rpc"
	"github.com/dakoku/dakoku/platform/rpc/devca"
	"github.com/dakoku/dakoku/platform/zaplog"
	gateway "github.com/dakoku/dakoku/services/webhook-gateway"
	"go.uber.org/zap"
)

// name is the identity of the process in its certificate.
const name = gateway.AdminName

// settings are the environment variables of the program.
type settings struct {
	DataDir         string        `env:"DAKOKU_DATA_DIR" envDefault:"./.dakoku" doc:"Directory of certificates and of the setup secret."`
	DatabaseURL     config.Secret `env:"DAKOKU_DATABASE_URL" doc:"PostgreSQL 15 or newer, as a connection URL."`
	TLSDir          string        `env:"DAKOKU_TLS_DIR" doc:"Directory of ca.crt, admin-gateway.crt and admin-gateway.key; empty is tls in the data directory, where a development CA is made on first run."`
	AdminAddr       string        `env:"DAKOKU_ADMIN_ADDR" envDefault:"127.0.0.1:8081" doc:"Where the admin door listens: REST, OpenAPI and the reference page."`
	DebugAddr       string        `env:"DAKOKU_DEBUG_ADDR" envDefault:"127.0.0.1:9194" doc:"Where health, metrics and profiles are served."`
	IntegrationAddr string        `env:"DAKOKU_INTEGRATION_ADDR" envDefault:"127.0.0.1:9092" doc:"gRPC address of the integration service."`
	AttendanceAddr  string        `env:"DAKOKU_ATTENDANCE_ADDR" envDefault:"127.0.0.1:9093" doc:"gRPC address of the attendance service."`
	GatewayAddr     string        `env:"DAKOKU_GATEWAY_ADDR" envDefault:"127.0.0.1:9091" doc:"gRPC address of the webhook gateway's public door."`
	SetupSecret     config.Secret `env:"DAKOKU_SETUP_SECRET" doc:"One-time secret for the first administrator, at least 20 characters; empty: generated, printed and written to setup-secret in the data directory."`
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

// load reads the settings and makes the logger.
func load() (settings, *zap.Logger, error) {
	var s settings
	if err := config.Load(&s); err != nil {
		return s, nil, err
	}
	log, err := zaplog.New(zaplog.Config{Level: s.LogLevel, Format: s.LogFormat})
	if err != nil {
		return s, nil, fmt.Errorf("DAKOKU_LOG_LEVEL, DAKOKU_LOG_FORMAT: %w", err)
	}
	return s, log, nil
}

// identify loads the certificate; in the default directory a development CA
// issues one on first run.
func (s settings) identify() (*rpc.Identity, error) {
	if s.TLSDir != "" {
		return rpc.LoadIdentity(s.TLSDir, name)
	}
	dir := filepath.Join(s.DataDir, "tls")
	if err := devca.Ensure(dir, name); err != nil {
		return nil, err
	}
	return rpc.LoadIdentity(dir, name)
}

// admin is the configuration of the door.
func (s settings) admin(identity *rpc.Identity, log *zap.Logger) gateway.AdminConfig {
	peer := func(target, name string) *rpc.ClientConfig {
		return &rpc.ClientConfig{Target: target, ServerName: name, Identity: identity, Log: log}
	}
	return gateway.AdminConfig{
		DatabaseURL: s.DatabaseURL, DataDir: s.DataDir, SetupSecret: s.SetupSecret,
		Identity: identity, ListenAddr: s.AdminAddr, Log: log,
		Integration: peer(s.IntegrationAddr, "integration"),
		Attendance:  peer(s.AttendanceAddr, "attendance"),
		Events:      peer(s.GatewayAddr, "webhook-gateway"),
	}
}
