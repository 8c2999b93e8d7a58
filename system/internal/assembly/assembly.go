// Package assembly puts every service into one process: a private PostgreSQL
// unless another is given, the schemas, the certificates, the four services
// joined by connections in memory, and the two doors. It knows how they fit
// together and nothing of what they do.
package assembly

import (
	"context"
	"fmt"
	"io"
	"net"
	"path/filepath"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/platform/debughttp"
	"github.com/dakoku/dakoku/platform/postgres/embedded"
	"github.com/dakoku/dakoku/platform/rpc/devca"
	"github.com/dakoku/dakoku/platform/run"
	"github.com/dakoku/dakoku/services/attendance"
	"github.com/dakoku/dakoku/services/integration"
	gateway "github.com/dakoku/dakoku/services/webhook-gateway"
)

// Assembly is everything, ready to run.
type Assembly struct {
	settings Settings
	log      *zap.Logger
	progress io.Writer
	registry *prometheus.Registry

	public, admin net.Listener
	postgres      *embedded.Server // nil when a database is given
	database      config.Secret
	links         links

	attendance  *attendance.Service
	integration *integration.Service
	publicDoor  *gateway.Public
	adminDoor   *gateway.Admin
	debug       *debughttp.Server
}

// New builds everything and listens on both doors, but answers nothing before
// Run. progress gets a line for each thing that may take a moment. On an error
// nothing stays open.
func New(ctx context.Context, settings Settings, log *zap.Logger, progress io.Writer) (*Assembly, error) {
	a := &Assembly{settings: settings, log: log, progress: progress, registry: prometheus.NewRegistry()}
	for _, step := range []func(context.Context) error{a.listen, a.openDatabase, a.certify, a.openServices, a.openDoors, a.openDebug} {
		if err := step(ctx); err != nil {
			a.Close()
			return nil, err
		}
	}
	return a, nil
}

// listen takes both doors' addresses first, so that one in use is told before
// anything else happens.
func (a *Assembly) listen(ctx context.Context) (err error) {
	if a.public, err = bind(ctx, "DAKOKU_PUBLIC_ADDR", a.settings.PublicAddr); err != nil {
		return err
	}
	a.admin, err = bind(ctx, "DAKOKU_ADMIN_ADDR", a.settings.AdminAddr)
	return err
}

func bind(ctx context.Context, setting, addr string) (net.Listener, error) {
	lis, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("%s=%s: %w; choose another address or end the program that uses it", setting, addr, err)
	}
	return lis, nil
}

func (a *Assembly) certify(context.Context) (err error) {
	dir := filepath.Join(a.settings.DataDir, "tls")
	if err := devca.Ensure(dir, names...); err != nil {
		return err
	}
	a.links, err = newLinks(dir, a.log)
	return err
}

func (a *Assembly) openDebug(context.Context) (err error) {
	a.debug, err = debughttp.New(debughttp.Config{
		Addr: a.settings.DebugAddr, Registry: a.registry,
		Checks: map[string]func(context.Context) error{
			attendance.Name: a.attendance.Ready, integration.Name: a.integration.Ready,
			gateway.PublicName: a.publicDoor.Ready, gateway.AdminName: a.adminDoor.Ready,
		},
	})
	if err != nil {
		return fmt.Errorf("DAKOKU_DEBUG_ADDR=%s: %w", a.settings.DebugAddr, err)
	}
	return nil
}

// Run serves until ctx ends. The doors close first and the database last.
func (a *Assembly) Run(ctx context.Context) error {
	defer a.Close()
	group := run.Group{Log: a.log}
	if a.postgres != nil {
		group.Add("postgresql", a.postgres.Run)
	}
	group.Add("debug", a.debug.Run)
	group.Add("certificates", func(ctx context.Context) error {
		return devca.Keep(ctx, filepath.Join(a.settings.DataDir, "tls"), names...)
	})
	group.Add(attendance.Name, a.attendance.Run)
	group.Add(integration.Name, a.integration.Run)
	group.Add(gateway.PublicName, a.publicDoor.Run)
	group.Add(gateway.AdminName, a.adminDoor.Run)
	return group.Run(ctx)
}

// Close gives back what New opened; closing twice does no harm.
func (a *Assembly) Close() {
	if a.adminDoor != nil {
		a.adminDoor.Close()
	}
	if a.publicDoor != nil {
		a.publicDoor.Close()
	}
	if a.integration != nil {
		a.integration.Close()
	}
	if a.attendance != nil {
		a.attendance.Close()
	}
	for _, lis := range []net.Listener{a.public, a.admin} {
		if lis != nil {
			_ = lis.Close()
		}
	}
	if a.postgres != nil {
		a.postgres.Stop()
	}
}

// PublicAddr is where the public door listens.
func (a *Assembly) PublicAddr() net.Addr { return a.public.Addr() }

// AdminAddr is where the admin door listens.
func (a *Assembly) AdminAddr() net.Addr { return a.admin.Addr() }

// DebugAddr is where health, metrics and profiles are served.
func (a *Assembly) DebugAddr() string { return a.debug.Addr() }

// SetupSecret is the one-time secret for the first administrator and the file
// it is in; both are empty once the company is set up.
func (a *Assembly) SetupSecret() (secret config.Secret, file string) {
	return a.adminDoor.SetupSecret()
}
