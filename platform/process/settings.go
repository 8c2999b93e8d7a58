// Package process is what every program of a service has in common: the
// settings that all of them read, the commands serve, migrate, healthcheck,
// rotate and master-keys, and the things a service is given to run with.
//
// It knows configuration, logger, certificate, metrics and the debug listener.
// It refuses to know what the service does.
package process

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/rpc"
	"github.com/dakoku/dakoku/platform/rpc/devca"
)

// longestDelay is more than any balancer needs, and less than anybody mistakes for a
// program that hangs.
const longestDelay = 5 * time.Minute

// Settings are the environment variables that every program reads. A program
// embeds them in its own settings.
//
// DebugAddr comes from DAKOKU_DEBUG_ADDR, which each program declares itself,
// because its default differs so that all can run on one machine.
type Settings struct {
	DataDir     string        `env:"DAKOKU_DATA_DIR" envDefault:"./.dakoku" doc:"Directory of keys and certificates."`
	DatabaseURL config.Secret `env:"DAKOKU_DATABASE_URL" doc:"PostgreSQL 15 or newer, as a connection URL."`
	// ServePassword is read by the command migrate alone.
	ServePassword config.Secret `env:"DAKOKU_SERVE_PASSWORD" doc:"For the command migrate: makes dakoku_<context>_login, the login of serve, with this password. Empty makes none."`
	TLSDir        string        `env:"DAKOKU_TLS_DIR" doc:"Directory of ca.crt and of the program's own .crt and .key; empty is tls in the data directory, where a development CA is made on first run."`
	LogLevel      string        `env:"DAKOKU_LOG_LEVEL" envDefault:"info" doc:"debug, info, warn or error."`
	LogFormat     string        `env:"DAKOKU_LOG_FORMAT" envDefault:"json" doc:"json or console."`
	StopDelay     time.Duration `env:"DAKOKU_STOP_DELAY" envDefault:"5s" doc:"How long the program goes on serving once it was told to end, while readiness says no and balancers turn to other processes; 0s ends at once."`
	DebugAddr     string
}

// Validate refuses settings that cannot work.
func (s Settings) Validate() error {
	if s.DatabaseURL.Reveal() == "" {
		return errors.New("DAKOKU_DATABASE_URL is required: the URL of a PostgreSQL 15 or newer")
	}
	if err := postgres.CheckURL(s.DatabaseURL); err != nil {
		return fmt.Errorf("DAKOKU_DATABASE_URL: %w", err)
	}
	if s.StopDelay < 0 || s.StopDelay > longestDelay {
		return fmt.Errorf("DAKOKU_STOP_DELAY=%s: give a time between 0s and %s", s.StopDelay, longestDelay)
	}
	return nil
}

// identity loads the program's certificate. In the default directory a
// development CA issues one on first run, and keep renews it until its context
// ends; keep is nil where the operator brings certificates.
func (s Settings) identity(name string) (identity *rpc.Identity, keep func(context.Context) error, err error) {
	if s.TLSDir != "" {
		identity, err = rpc.LoadIdentity(s.TLSDir, name)
		return identity, nil, err
	}
	dir := filepath.Join(s.DataDir, "tls")
	if err := devca.Ensure(dir, name); err != nil {
		return nil, nil, err
	}
	identity, err = rpc.LoadIdentity(dir, name)
	return identity, func(ctx context.Context) error { return devca.Keep(ctx, dir, name) }, err
}
