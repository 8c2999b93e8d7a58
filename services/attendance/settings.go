package attendance

import (
	"context"

	"github.com/dakoku/dakoku/platform/process"
)

// Settings are the environment variables of the attendance program.
type Settings struct {
	process.Settings
	process.Keys
	ListenAddr string `env:"DAKOKU_LISTEN_ADDR" envDefault:"127.0.0.1:9093" doc:"Where gRPC is served."`
	Debug      string `env:"DAKOKU_DEBUG_ADDR" envDefault:"127.0.0.1:9193" doc:"Where health, metrics and profiles are served."`
}

// Common are the settings that every program has.
func (s Settings) Common() process.Settings {
	s.DebugAddr = s.Debug
	return s.Settings
}

// Start builds the service from its settings.
func Start(ctx context.Context, s Settings, given process.Given) (process.Service, error) {
	return New(ctx, Config{
		DatabaseURL: s.DatabaseURL, DataDir: s.DataDir, MasterKeys: s.MasterKeys, Identity: given.Identity, ListenAddr: s.ListenAddr,
		Log: given.Log, Registry: given.Registry, Leaving: given.Leaving,
	})
}
