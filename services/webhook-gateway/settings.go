package gateway

import (
	"context"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/platform/process"
	"github.com/dakoku/dakoku/platform/rpc"
)

// Peers are where the services behind both doors are.
type Peers struct {
	IntegrationAddr string `env:"DAKOKU_INTEGRATION_ADDR" envDefault:"127.0.0.1:9092" doc:"Where the integration service is."`
	AttendanceAddr  string `env:"DAKOKU_ATTENDANCE_ADDR" envDefault:"127.0.0.1:9093" doc:"Where the attendance service is."`
}

// Spool are the settings of where callbacks wait while the database is away.
type Spool struct {
	SpoolDir      string `env:"DAKOKU_SPOOL_DIR" doc:"Directory where callbacks wait while the database is away, on a local disk that lasts; empty is spool in the data directory. The doors of one machine may share it."`
	SpoolMaxBytes int64  `env:"DAKOKU_SPOOL_MAX_BYTES" envDefault:"268435456" doc:"How many bytes of callbacks may wait there for each door, about 700 each; more are refused with 503. 0 keeps no spool."`
}

// OpenID are the settings of logging in with an account of the company.
type OpenID struct {
	Issuer       string        `env:"DAKOKU_OPENID_ISSUER" doc:"OpenID provider at which people may log in, spelled exactly as it spells itself, such as https://login.example.com; empty is none."`
	ClientID     string        `env:"DAKOKU_OPENID_CLIENT_ID" doc:"What the provider calls this installation."`
	ClientSecret config.Secret `env:"DAKOKU_OPENID_CLIENT_SECRET" doc:"The secret that the provider gave this installation."`
	Name         string        `env:"DAKOKU_OPENID_NAME" envDefault:"OpenID Connect" doc:"What people call the provider, on the button of the log-in screen."`
}

// PublicSettings are the environment variables of the webhook-gateway program.
type PublicSettings struct {
	process.Settings
	process.Keys
	Peers
	Spool
	PublicAddr string `env:"DAKOKU_PUBLIC_ADDR" envDefault:":8080" doc:"Where LINE WORKS callbacks are answered."`
	ListenAddr string `env:"DAKOKU_LISTEN_ADDR" envDefault:"127.0.0.1:9091" doc:"Where gRPC is served."`
	Debug      string `env:"DAKOKU_DEBUG_ADDR" envDefault:"127.0.0.1:9191" doc:"Where health, metrics and profiles are served."`
}

// Common are the settings that every program has.
func (s PublicSettings) Common() process.Settings {
	s.DebugAddr = s.Debug
	return s.Settings
}

// StartPublic builds the public door from its settings.
func StartPublic(ctx context.Context, s PublicSettings, given process.Given) (*Public, error) {
	return NewPublic(ctx, PublicConfig{
		DatabaseURL: s.DatabaseURL, DataDir: s.DataDir, MasterKeys: s.MasterKeys, Identity: given.Identity,
		PublicAddr: s.PublicAddr, ListenAddr: s.ListenAddr, SpoolDir: s.SpoolDir, SpoolMaxBytes: s.SpoolMaxBytes,
		Integration: peer(given, s.IntegrationAddr, "integration"), Attendance: peer(given, s.AttendanceAddr, "attendance"),
		Log: given.Log, Registry: given.Registry, Leaving: given.Leaving,
	})
}

// AdminSettings are the environment variables of the admin-gateway program.
type AdminSettings struct {
	process.Settings
	process.Keys
	Peers
	OpenID
	AdminAddr   string        `env:"DAKOKU_ADMIN_ADDR" envDefault:"127.0.0.1:8081" doc:"Where the admin door listens."`
	AdminURL    string        `env:"DAKOKU_ADMIN_URL" doc:"How people reach the admin door, before the links that they are given; empty is http:// with the address where it listens."`
	Proxies     []string      `env:"DAKOKU_TRUSTED_PROXIES" doc:"Addresses and ranges of your proxies in front of the admin door, with commas between; what X-Forwarded-For says is believed of them alone."`
	GatewayAddr string        `env:"DAKOKU_GATEWAY_ADDR" envDefault:"127.0.0.1:9091" doc:"Where the public door's process serves gRPC."`
	SetupSecret config.Secret `env:"DAKOKU_SETUP_SECRET" doc:"One-time secret for the first administrator, for 24 hours; empty generates one, prints it and writes it to the data directory."`
	Debug       string        `env:"DAKOKU_DEBUG_ADDR" envDefault:"127.0.0.1:9194" doc:"Where health, metrics and profiles are served."`
}

// Common are the settings that every program has.
func (s AdminSettings) Common() process.Settings {
	s.DebugAddr = s.Debug
	return s.Settings
}

// StartAdmin builds the admin door from its settings.
func StartAdmin(ctx context.Context, s AdminSettings, given process.Given) (*Admin, error) {
	return NewAdmin(ctx, AdminConfig{
		DatabaseURL: s.DatabaseURL, DataDir: s.DataDir, MasterKeys: s.MasterKeys, SetupSecret: s.SetupSecret,
		Identity: given.Identity, ListenAddr: s.AdminAddr, URL: s.AdminURL, Proxies: s.Proxies, OpenID: s.OpenID,
		Integration: peer(given, s.IntegrationAddr, "integration"), Attendance: peer(given, s.AttendanceAddr, "attendance"),
		Events: peer(given, s.GatewayAddr, PublicName),
		Log:    given.Log, Registry: given.Registry, Leaving: given.Leaving,
	})
}

func peer(given process.Given, addr, name string) *rpc.ClientConfig {
	return &rpc.ClientConfig{Target: addr, ServerName: name, Identity: given.Identity, Log: given.Log}
}
