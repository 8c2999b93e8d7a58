package gateway

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"time"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/platform/failpoint"
	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/process"
	"github.com/dakoku/dakoku/platform/rpc"
	"github.com/dakoku/dakoku/platform/seal"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/admin"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity/store"
	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/grpc/test/bufconn"
)

// AdminName is the admin door's identity in certificates.
const AdminName = "admin-gateway"

// AdminConfig is what the admin door stands on.
type AdminConfig struct {
	DatabaseURL config.Secret         // required; migrated with IdentityMigrations
	DataDir     string                // required; the generated setup secret and the sealing key are written here
	MasterKeys  config.Secret         // sealing keys instead of the file keys/identity.json; empty uses the file
	KeyService  seal.KeyService       // wraps instead of our own keys; nil uses those
	SetupSecret config.Secret         // one-time secret for the first administrator; empty: generated
	Identity    *rpc.Identity         // required: certificate admin-gateway
	Listener    net.Listener          // the door itself; nil listens on ListenAddr
	ListenAddr  string                // DAKOKU_ADMIN_ADDR; empty is 127.0.0.1:8081
	URL         string                // DAKOKU_ADMIN_URL, before links that people are given; empty is http:// and the address
	OpenID      OpenID                // where people may log in besides; the zero value is nowhere
	Proxies     []string              // DAKOKU_TRUSTED_PROXIES, addresses and ranges whose X-Forwarded-For is believed
	Integration *rpc.ClientConfig     // required: IntegrationAdminService
	Attendance  *rpc.ClientConfig     // required: AttendanceAdminService, AttendanceProvisioningService
	Events      *rpc.ClientConfig     // required: EventAdminService of the public door's process
	Pipe        *bufconn.Listener     // where identity is reached, in memory and with the certificate admin-gateway alone; nil makes one
	Log         *zap.Logger           // nil logs nothing
	Registry    prometheus.Registerer // nil keeps the metrics to itself
	Now         func() time.Time      // nil is the system's clock
	Leaving     <-chan struct{}       // closed when Run will end soon: answers then end their connections; nil: it is not told
}

// IdentityMigrations is the history of the schema "identity".
func IdentityMigrations() postgres.Migrations { return store.Migrations() }

// IdentitySealed is what the admin door keeps sealed, with the keys of the data
// directory or of the set if that is not empty.
func IdentitySealed(dataDir string, set config.Secret) process.Sealed {
	return process.Sealed{
		Source:     process.KeySource(dataDir, IdentityMigrations().Context, set, nil),
		Migrations: IdentityMigrations(), Columns: store.Sealed(),
	}
}

// Admin is the admin door: identity, the REST API and the pages. Make it with
// NewAdmin.
type Admin struct {
	cfg      AdminConfig
	db       *postgres.DB
	store    *store.Store
	desk     *identity.Desk
	offer    offer
	pageKey  []byte            // authenticates page tokens
	pipe     *bufconn.Listener // identity is reached through its own chain, in memory
	server   *rpc.Server
	backends admin.Backends
	edge     *admin.Edge
	proxies  []netip.Prefix
	lis      net.Listener
	settled  atomic.Bool // set-up is known to be done
}

// NewAdmin builds everything and listens, but answers nothing before Run. It
// fails fast with one line.
func NewAdmin(ctx context.Context, cfg AdminConfig) (*Admin, error) {
	cfg, err := cfg.complete()
	if err != nil {
		return nil, err
	}
	a := &Admin{cfg: cfg, pipe: cfg.Pipe}
	if a.proxies, err = prefixes(cfg.Proxies); err != nil {
		return nil, err
	}
	for _, build := range []func(context.Context) error{a.listen, a.openStore, a.openDesk, a.openProvider, a.dial, a.serveIdentity, a.openDoor} {
		if err := build(ctx); err != nil {
			if a.lis != nil && cfg.Listener == nil {
				err = errors.Join(err, a.lis.Close())
			}
			return nil, errors.Join(err, a.close())
		}
	}
	return a, nil
}

func (c AdminConfig) complete() (AdminConfig, error) {
	switch {
	case c.DatabaseURL == "" || c.DataDir == "":
		return c, errors.New("admin door: DatabaseURL and DataDir are required")
	case c.Identity == nil || c.Integration == nil || c.Attendance == nil || c.Events == nil:
		return c, errors.New("admin door: Identity, Integration, Attendance and Events are required")
	case c.SetupSecret != "" && len(c.SetupSecret.Reveal()) < shortestSecret:
		return c, fmt.Errorf("DAKOKU_SETUP_SECRET: must have at least %d characters", shortestSecret)
	}
	if c.Log == nil {
		c.Log = zap.NewNop()
	}
	if c.Now == nil {
		c.Now = failpoint.Now
	}
	if c.ListenAddr == "" {
		c.ListenAddr = "127.0.0.1:8081"
	}
	if c.Pipe == nil {
		c.Pipe = bufconn.Listen(256 << 10)
	}
	return c, nil
}

// prefixes reads addresses and ranges.
func prefixes(list []string) (parsed []netip.Prefix, err error) {
	for _, text := range list {
		p, err := netip.ParsePrefix(text)
		if address, plain := netip.ParseAddr(text); plain == nil {
			p, err = netip.PrefixFrom(address, address.BitLen()), nil
		}
		if err != nil {
			return nil, fmt.Errorf("DAKOKU_TRUSTED_PROXIES: %q is no address and no range such as 10.0.0.0/8", text)
		}
		parsed = append(parsed, p)
	}
	return parsed, nil
}

// listen takes the address first, so that one in use is told before anything
// else happens; nothing is answered before Run.
func (a *Admin) listen(ctx context.Context) (err error) {
	if a.lis = a.cfg.Listener; a.lis == nil {
		if a.lis, err = new(net.ListenConfig).Listen(ctx, "tcp", a.cfg.ListenAddr); err != nil {
			return fmt.Errorf("DAKOKU_ADMIN_ADDR %s: %w", a.cfg.ListenAddr, err)
		}
	}
	if a.cfg.URL == "" {
		a.cfg.URL = "http://" + a.lis.Addr().String()
	}
	a.cfg.URL = strings.TrimRight(a.cfg.URL, "/")
	return nil
}

func (a *Admin) openStore(ctx context.Context) (err error) {
	a.db, err = postgres.Open(ctx, postgres.Config{
		URL: a.cfg.DatabaseURL, Role: IdentityMigrations().Role(), Log: a.cfg.Log,
	})
	if err != nil {
		return err
	}
	a.store = store.New(a.db)
	return a.store.Ready(ctx)
}

func (a *Admin) openDesk(ctx context.Context) (err error) {
	source := process.KeySource(a.cfg.DataDir, IdentityMigrations().Context, a.cfg.MasterKeys, a.cfg.KeyService)
	keys, err := seal.Load(ctx, source, postgres.NewSealCheck(a.db, IdentityMigrations()))
	if err != nil {
		return err
	}
	if a.pageKey, err = a.store.PageKey(ctx, keys); err != nil {
		return err
	}
	if a.desk, err = identity.NewDesk(ctx, a.store, keys, a.cfg.Now); err != nil {
		return err
	}
	a.offer, err = openOffer(ctx, a.store, a.cfg.DataDir, a.cfg.SetupSecret, a.cfg.Now())
	if err == nil && a.offer.over {
		a.cfg.Log.Warn("DAKOKU_SETUP_SECRET has expired after 24 hours; set another one and restart")
	}
	return err
}

func (a *Admin) dial(context.Context) (err error) {
	inMemory := rpc.ClientConfig{
		ServerName: AdminName, Identity: a.cfg.Identity, Log: a.cfg.Log,
		Dialer: func(ctx context.Context, _ string) (net.Conn, error) { return a.pipe.DialContext(ctx) },
	}
	targets := []struct {
		conn **grpc.ClientConn
		cfg  rpc.ClientConfig
	}{
		{&a.backends.Identity, inMemory},
		{&a.backends.Integration, *a.cfg.Integration},
		{&a.backends.Attendance, *a.cfg.Attendance},
		{&a.backends.Events, *a.cfg.Events},
	}
	for _, t := range targets {
		if *t.conn, err = rpc.Dial(t.cfg); err != nil {
			return err
		}
	}
	return nil
}

// SetupSecret is the one-time secret to print for the person who installs, and
// the file it is in; empty when set-up is done or the secret was given.
func (a *Admin) SetupSecret() (secret config.Secret, file string) {
	return a.offer.secret, a.offer.file
}

// Addr is the address of the door.
func (a *Admin) Addr() string { return a.lis.Addr().String() }

// Ready runs every check of Checks and names those that fail.
func (a *Admin) Ready(ctx context.Context) error {
	var errs []error
	for name, check := range a.Checks() {
		if err := check(ctx); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
		}
	}
	return errors.Join(errs...)
}

// Checks are the readiness checks of the process, by name.
func (a *Admin) Checks() map[string]func(context.Context) error {
	return map[string]func(context.Context) error{"database": a.store.Ready, "certificate": a.cfg.Identity.Check}
}

// Close releases everything of a door that never ran, its listener too.
func (a *Admin) Close() {
	if err := errors.Join(a.lis.Close(), a.close()); err != nil {
		a.cfg.Log.Debug("admin door released", zap.Error(err))
	}
}

// close releases what NewAdmin opened, but for the listener.
func (a *Admin) close() error {
	var errs []error
	for _, conn := range []*grpc.ClientConn{a.backends.Identity, a.backends.Integration, a.backends.Attendance, a.backends.Events} {
		if conn != nil {
			errs = append(errs, conn.Close())
		}
	}
	if a.db != nil {
		a.db.Close()
	}
	return errors.Join(errs...)
}
