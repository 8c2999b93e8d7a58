package process

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/postgres/pgtest"
)

type settings struct {
	Settings
	Debug    string `env:"DAKOKU_DEBUG_ADDR" envDefault:"127.0.0.1:9090" doc:"Where health is served."`
	Greeting string `env:"DAKOKU_GREETING" envDefault:"hello" doc:"What to say."`
}

func (s settings) Common() Settings {
	s.DebugAddr = s.Debug
	return s.Settings
}

type quiet struct{ ran chan struct{} }

func (q *quiet) Run(ctx context.Context) error {
	close(q.ran)
	<-ctx.Done()
	return nil
}
func (*quiet) Ready(context.Context) error { return nil }
func (*quiet) Close()                      {}

func program(service Service, err error) Program[settings] {
	return Program[settings]{
		Name: "quiet",
		Migrations: postgres.Migrations{Context: "quiet", Files: fstest.MapFS{
			"0001_word.sql": {Data: []byte("create table word (text text not null);")},
		}},
		New: func(_ context.Context, s settings, given Given) (Service, error) {
			if s.Greeting != "hello" || given.Identity == nil || given.Registry == nil || given.Log == nil {
				return nil, errors.New("incomplete")
			}
			return service, err
		},
	}
}

func TestRefusesWithOneLine(t *testing.T) {
	there, err := url.Parse(pgtest.New(t).URL.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	there.Path = "/missing"
	missing := there.String()
	cases := map[string]struct {
		args []string
		env  map[string]string
		want string
	}{
		"unknown command":         {[]string{"dance"}, nil, "serve, migrate or healthcheck"},
		"too many words":          {[]string{"serve", "now"}, nil, "serve, migrate or healthcheck"},
		"no database":             {[]string{"serve"}, nil, "DAKOKU_DATABASE_URL"},
		"no URL":                  {[]string{"serve"}, map[string]string{"DAKOKU_DATABASE_URL": "my database"}, "DAKOKU_DATABASE_URL"},
		"unknown setting":         {[]string{"serve"}, map[string]string{"DAKOKU_GREETNG": "x"}, "DAKOKU_GREETING"},
		"no such database":        {[]string{"serve"}, map[string]string{"DAKOKU_DATABASE_URL": missing}, "DAKOKU_DATABASE_URL"},
		"no such database either": {[]string{"migrate"}, map[string]string{"DAKOKU_DATABASE_URL": missing}, "DAKOKU_DATABASE_URL"},
		"log level":               {[]string{"serve"}, map[string]string{"DAKOKU_DATABASE_URL": "postgres://localhost", "DAKOKU_LOG_LEVEL": "loud"}, "DAKOKU_LOG_LEVEL"},
		"stop delay":              {[]string{"serve"}, map[string]string{"DAKOKU_DATABASE_URL": "postgres://localhost", "DAKOKU_STOP_DELAY": "-1s"}, "DAKOKU_STOP_DELAY"},
		"endless stop":            {[]string{"serve"}, map[string]string{"DAKOKU_DATABASE_URL": "postgres://localhost", "DAKOKU_STOP_DELAY": "1h"}, "DAKOKU_STOP_DELAY"},
		"debug address":           {[]string{"healthcheck"}, map[string]string{"DAKOKU_DATABASE_URL": "postgres://localhost", "DAKOKU_DEBUG_ADDR": "9090"}, "DAKOKU_DEBUG_ADDR"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			for key, value := range test.env {
				t.Setenv(key, value)
			}
			err := program(&quiet{}, nil).command(t.Context(), test.args)
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
				t.Fatalf("error %v, want one line that names %s", err, test.want)
			}
		})
	}
}

// A command of the program's own has its settings and the words behind its name, and
// is told of when another one is unknown.
func TestFurtherCommands(t *testing.T) {
	t.Setenv("DAKOKU_DATABASE_URL", "postgres://localhost")
	var greeting string
	var words []string
	p := program(&quiet{}, nil)
	p.Commands = map[string]func(settings, []string) error{"say": func(s settings, w []string) error {
		greeting, words = s.Greeting, w
		return nil
	}}
	if err := p.command(t.Context(), []string{"say", "it", "twice"}); err != nil || greeting != "hello" || !slices.Equal(words, []string{"it", "twice"}) {
		t.Error(greeting, words, err)
	}
	if err := p.command(t.Context(), []string{"sing"}); err == nil || !strings.Contains(err.Error(), "serve, migrate, healthcheck or say") {
		t.Error(err)
	}
}

func TestServesUntilToldToStop(t *testing.T) {
	t.Setenv("DAKOKU_DATABASE_URL", pgtest.New(t).URL.Reveal())
	t.Setenv("DAKOKU_DATA_DIR", t.TempDir())
	t.Setenv("DAKOKU_DEBUG_ADDR", "127.0.0.1:0")
	t.Setenv("DAKOKU_LOG_LEVEL", "error")
	t.Setenv("DAKOKU_STOP_DELAY", "0s")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	service := &quiet{ran: make(chan struct{})}
	ended := make(chan error, 1)
	go func() { ended <- program(service, nil).command(ctx, nil) }()
	select {
	case <-service.ran:
	case err := <-ended:
		t.Fatalf("ended at once: %v", err)
	case <-time.After(time.Minute):
		t.Fatal("the service never ran")
	}
	cancel()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
}

func TestBringsTheSchemaUpToDate(t *testing.T) {
	p := program(&quiet{}, nil)
	empty := pgtest.New(t)
	t.Setenv("DAKOKU_DATABASE_URL", empty.URL.Reveal())
	t.Setenv("DAKOKU_SERVE_PASSWORD", "correct horse")
	if err := p.command(t.Context(), []string{"migrate"}); err != nil {
		t.Fatal(err)
	}
	login := config.Secret(strings.Replace(empty.URL.Reveal(), "user=dakoku", "user="+p.Migrations.LoginRole(), 1))
	for url, warnings := range map[config.Secret]int{login: 0, empty.URL: 1} {
		core, logs := observer.New(zap.WarnLevel)
		if err := p.checkDatabase(t.Context(), url, zap.New(core)); err != nil || logs.Len() != warnings {
			t.Errorf("%v, warned %v, want %d", err, logs.All(), warnings)
		}
	}
	if err := empty.Open(t, p.Migrations.Role()).MigrationsCurrent(t.Context(), p.Migrations); err != nil {
		t.Fatal(err)
	}
}

func TestHealthcheckTellsTheTruth(t *testing.T) {
	status := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/readyz" {
			t.Errorf("asked for %s", r.URL.Path)
		}
		w.WriteHeader(status)
	}))
	defer server.Close()
	s := settings{Settings: Settings{DatabaseURL: config.Secret("postgres://localhost")}, Debug: strings.TrimPrefix(server.URL, "http://")}
	p := program(&quiet{}, nil)
	if err := p.healthcheck(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	status = http.StatusServiceUnavailable
	if err := p.healthcheck(t.Context(), s); err == nil {
		t.Fatal("a program that is not ready counts as healthy")
	}
	server.Close()
	if err := p.healthcheck(t.Context(), s); err == nil {
		t.Fatal("a program that does not answer counts as healthy")
	}
}
