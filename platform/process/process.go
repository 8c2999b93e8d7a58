package process

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/platform/debughttp"
	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/rpc"
	"github.com/dakoku/dakoku/platform/run"
	"github.com/dakoku/dakoku/platform/zaplog"
)

// awayBudget is how long a start looks for a database that may be away.
const awayBudget = time.Second

var errLeaving = errors.New("told to end")

// Program is one executable of a service. S is its settings: a struct that
// embeds Settings and answers them, complete, as Common. Every field but Sealed
// and Commands is required.
type Program[S interface{ Common() Settings }] struct {
	Name       string // identity in certificates, and the prefix of error lines
	Migrations postgres.Migrations
	New        func(ctx context.Context, settings S, given Given) (Service, error)
	Sealed     func(settings S) Sealed // nil: the program seals nothing
	// DatabaseMayBeAway leaves it to New whether the service starts without it.
	DatabaseMayBeAway bool
	// Commands are further ones, by name, with the words behind it; nil: there are none.
	Commands map[string]func(settings S, words []string) error
}

// Given is what a service is given to run with.
type Given struct {
	Log      *zap.Logger
	Registry *prometheus.Registry
	Identity *rpc.Identity
	// Leaving is closed when the program was told to end; it serves on for the time
	// of its settings before the context of Run ends.
	Leaving <-chan struct{}
}

// Service is a built service. Run ends when its context does and releases
// everything; Close releases a service that will not run.
type Service interface {
	Run(ctx context.Context) error
	Ready(ctx context.Context) error
	Close()
}

// Main runs the command named by the program's arguments; serve without any.
func (p Program[S]) Main() {
	run.Main(p.Name, func(ctx context.Context) error { return p.command(ctx, os.Args[1:]) })
}

func (p Program[S]) command(ctx context.Context, args []string) error {
	if len(args) == 0 {
		args = []string{"serve"}
	}
	commands := map[string]func(context.Context, S) error{
		"serve": p.serve, "migrate": p.migrate, "healthcheck": p.healthcheck,
	}
	if p.Sealed != nil {
		commands["rotate"] = p.rotate
		if args[0] == "master-keys" {
			return MasterKeys(args[1:])
		}
	}
	command, known := commands[args[0]]
	further, isFurther := p.Commands[args[0]]
	if !isFurther && (!known || len(args) > 1) {
		return fmt.Errorf("unknown command %q; use %s", args, p.usage())
	}
	var settings S
	if err := config.Load(&settings); err != nil {
		return err
	}
	if isFurther {
		return further(settings, args[1:])
	}
	return command(ctx, settings)
}

func (p Program[S]) usage() string {
	names := []string{"serve", "migrate", "healthcheck"}
	if p.Sealed != nil {
		names = append(names, "rotate", "master-keys")
	}
	names = append(names, slices.Sorted(maps.Keys(p.Commands))...)
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

func (p Program[S]) migrate(ctx context.Context, settings S) error {
	common := settings.Common()
	if err := postgres.Migrate(ctx, common.DatabaseURL, p.Migrations); err != nil {
		return fmt.Errorf("DAKOKU_DATABASE_URL: %w", err)
	}
	if common.ServePassword == "" {
		return nil
	}
	if err := postgres.EnsureLogin(ctx, common.DatabaseURL, p.Migrations, common.ServePassword); err != nil {
		return fmt.Errorf("DAKOKU_SERVE_PASSWORD: %w", err)
	}
	return nil
}

func (p Program[S]) serve(ctx context.Context, settings S) error {
	common := settings.Common()
	log, err := zaplog.New(zaplog.Config{Level: common.LogLevel, Format: common.LogFormat})
	if err != nil {
		return fmt.Errorf("DAKOKU_LOG_LEVEL, DAKOKU_LOG_FORMAT: %w", err)
	}
	if err := p.checkDatabase(ctx, common.DatabaseURL, log); err != nil {
		return fmt.Errorf("DAKOKU_DATABASE_URL: %w", err)
	}
	identity, keep, err := common.identity(p.Name)
	if err != nil {
		return err
	}
	given := Given{Log: log, Registry: prometheus.NewRegistry(), Identity: identity, Leaving: ctx.Done()}
	service, err := p.New(ctx, settings, given)
	if err != nil {
		return err
	}
	debug, err := debugListener(common.DebugAddr, given, service)
	if err != nil {
		service.Close()
		return err
	}
	log.Info("started", zap.String("program", p.Name), zap.String("debug", debug.Addr()))
	group := run.Group{Log: log}
	group.Add("debug", debug.Run)
	if keep != nil {
		group.Add("certificates", keep)
	}
	group.Add(p.Name, service.Run)
	end, release := run.Later(ctx, common.StopDelay)
	defer release()
	return group.Run(end)
}

// checkDatabase does not wait for a database that may be away: the service decides.
// A login that row-level security does not bind is told; where the server is not
// this machine's own, the service refuses it when it opens its database.
func (p Program[S]) checkDatabase(ctx context.Context, url config.Secret, log *zap.Logger) error {
	if p.DatabaseMayBeAway {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, awayBudget)
		defer cancel()
	}
	err := postgres.Check(ctx, url)
	if p.DatabaseMayBeAway && postgres.Unavailable(err) {
		return nil
	}
	if err != nil {
		return err
	}
	switch err := postgres.CheckLogin(ctx, url); {
	case postgres.Unbound(err):
		log.Warn("database login is not bound by row-level security", zap.Error(err))
	case err != nil && !postgres.Unavailable(err):
		log.Warn("database login was not checked", zap.Error(err))
	}
	return nil
}

// staying is an error once the program was told to end.
func (g Given) staying(context.Context) error {
	select {
	case <-g.Leaving:
		return errLeaving
	default:
		return nil
	}
}

func debugListener(addr string, given Given, service Service) (*debughttp.Server, error) {
	debug, err := debughttp.New(debughttp.Config{
		Addr: addr, Registry: given.Registry,
		Checks: map[string]func(context.Context) error{
			"service": service.Ready, "certificate": given.Identity.Check, "staying": given.staying,
		},
	})
	if err != nil {
		return nil, fmt.Errorf("DAKOKU_DEBUG_ADDR=%s: %w", addr, err)
	}
	return debug, nil
}
