package assembly

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"time"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/platform/process"
	gateway "github.com/dakoku/dakoku/services/webhook-gateway"
)

// Settings are the environment variables of `dakoku up`.
type Settings struct {
	DataDir     string        `env:"DAKOKU_DATA_DIR" envDefault:"./.dakoku" doc:"Private database, keys, certificates, setup secret."`
	DatabaseURL config.Secret `env:"DAKOKU_DATABASE_URL" doc:"PostgreSQL 15 or newer, as a connection URL; empty runs a private PostgreSQL in the data directory."`
	PostgresBin string        `env:"DAKOKU_POSTGRES_BIN" doc:"Directory of the private PostgreSQL's programs; empty searches for them and installs them when there are none."`
	process.Keys
	gateway.Spool
	gateway.OpenID
	PublicAddr  string        `env:"DAKOKU_PUBLIC_ADDR" envDefault:":8080" doc:"Where the public door listens for LINE WORKS callbacks."`
	AdminAddr   string        `env:"DAKOKU_ADMIN_ADDR" envDefault:"127.0.0.1:8081" doc:"Where the admin door listens."`
	AdminURL    string        `env:"DAKOKU_ADMIN_URL" doc:"How people reach the admin door, before the links that they are given; empty is http:// with the address where it listens."`
	Proxies     []string      `env:"DAKOKU_TRUSTED_PROXIES" doc:"Addresses and ranges of your proxies in front of the admin door, with commas between; what X-Forwarded-For says is believed of them alone."`
	PublicURL   string        `env:"DAKOKU_PUBLIC_URL" doc:"Base of the callback URL that is shown; empty is http://localhost with the port of DAKOKU_PUBLIC_ADDR."`
	AuthURL     string        `env:"DAKOKU_LINEWORKS_AUTH_URL" envDefault:"https://auth.worksmobile.com" doc:"LINE WORKS authorization host."`
	APIURL      string        `env:"DAKOKU_LINEWORKS_API_URL" envDefault:"https://www.worksapis.com" doc:"LINE WORKS API 2.0 host."`
	APIV1URL    string        `env:"DAKOKU_LINEWORKS_API_V1_URL" envDefault:"https://apis.worksmobile.com" doc:"LINE WORKS API 1.0 host."`
	SetupSecret config.Secret `env:"DAKOKU_SETUP_SECRET" doc:"One-time secret for the first administrator, for 24 hours; empty generates one, prints it and writes it to the data directory."`
	DebugAddr   string        `env:"DAKOKU_DEBUG_ADDR" envDefault:"127.0.0.1:8089" doc:"Where health, metrics and profiles are served."`
	ChatAddr    string        `env:"DAKOKU_CHAT_ADDR" envDefault:"127.0.0.1:8090" doc:"Where the demo's stand-in for LINE WORKS listens; only with --demo."`
	LogLevel    string        `env:"DAKOKU_LOG_LEVEL" envDefault:"warn" doc:"debug, info, warn or error."`
	LogFormat   string        `env:"DAKOKU_LOG_FORMAT" envDefault:"console" doc:"json or console."`
	// NamePoll is that of integration.Config. It is no setting: a test whose rows must
	// stay as they are asks LINE WORKS about nobody.
	NamePoll time.Duration
}

// Validate refuses settings that cannot work and fills in what depends on
// others.
func (s *Settings) Validate() error {
	if s.PublicURL == "" {
		_, port, err := net.SplitHostPort(s.PublicAddr)
		if err != nil {
			return fmt.Errorf("DAKOKU_PUBLIC_ADDR=%s: %w", s.PublicAddr, err)
		}
		s.PublicURL = "http://localhost:" + port
	}
	urls := [][2]string{
		{"DAKOKU_PUBLIC_URL", s.PublicURL}, {"DAKOKU_LINEWORKS_AUTH_URL", s.AuthURL},
		{"DAKOKU_LINEWORKS_API_URL", s.APIURL}, {"DAKOKU_LINEWORKS_API_V1_URL", s.APIV1URL},
	}
	var errs []error
	for _, pair := range urls {
		if u, err := url.Parse(pair[1]); err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
			errs = append(errs, fmt.Errorf("%s=%s: a URL such as https://punch.example.com is needed", pair[0], pair[1]))
		}
	}
	return errors.Join(errs...)
}
