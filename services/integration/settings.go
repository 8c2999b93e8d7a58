package integration

import (
	"context"

	"github.com/dakoku/dakoku/platform/process"
	"github.com/dakoku/dakoku/platform/rpc"
)

// Settings are the environment variables of the integration program.
type Settings struct {
	process.Settings
	process.Keys
	ListenAddr string `env:"DAKOKU_LISTEN_ADDR" envDefault:"127.0.0.1:9092" doc:"Where gRPC is served."`
	Debug      string `env:"DAKOKU_DEBUG_ADDR" envDefault:"127.0.0.1:9192" doc:"Where health, metrics and profiles are served."`
	PublicURL  string `env:"DAKOKU_PUBLIC_URL" envDefault:"http://localhost:8080" doc:"Base of the callback URL that is shown."`
	AuthURL    string `env:"DAKOKU_LINEWORKS_AUTH_URL" envDefault:"https://auth.worksmobile.com" doc:"LINE WORKS authorization host."`
	APIURL     string `env:"DAKOKU_LINEWORKS_API_URL" envDefault:"https://www.worksapis.com" doc:"LINE WORKS API 2.0 host."`
	APIV1URL   string `env:"DAKOKU_LINEWORKS_API_V1_URL" envDefault:"https://apis.worksmobile.com" doc:"LINE WORKS API 1.0 host."`
	Attendance string `env:"DAKOKU_ATTENDANCE_ADDR" envDefault:"127.0.0.1:9093" doc:"Where the attendance service is."`
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
		PublicURL: s.PublicURL, AuthURL: s.AuthURL, APIURL: s.APIURL, APIV1URL: s.APIV1URL,
		Attendance: &rpc.ClientConfig{Target: s.Attendance, ServerName: "attendance", Identity: given.Identity, Log: given.Log},
		Log:        given.Log, Registry: given.Registry, Leaving: given.Leaving,
	})
}
