package gateway

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/dakoku/dakoku/platform/rpc"
	"github.com/dakoku/dakoku/platform/run"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	identityv1 "github.com/dakoku/dakoku/proto/gen/dakoku/identity/v1"
	optionsv1 "github.com/dakoku/dakoku/proto/gen/dakoku/options/v1"
	"github.com/dakoku/dakoku/proto/gen/openapi"
	"github.com/dakoku/dakoku/services/webhook-gateway/console"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/admin"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/admin/contract"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/admin/reference"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/door"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity/api"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity/provision"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/trail"
	"go.uber.org/zap"
)

const (
	connsAtOnce = 512
	sweepEvery  = time.Hour
	sweepAge    = 48 * time.Hour // longer than any session lives
)

// serveIdentity registers IdentityService and AuditService; only this process's own certificate
// may call them, and only over the pipe.
func (a *Admin) serveIdentity(context.Context) (err error) {
	a.server, err = rpc.NewServer(rpc.ServerConfig{
		Domain: "identity.dakoku", Identity: a.cfg.Identity, Permission: optionsv1.E_Permission, StepUp: optionsv1.E_StepUp,
		Allow: map[string][]string{
			identityv1.IdentityService_ServiceDesc.ServiceName: {AdminName},
			identityv1.AuditService_ServiceDesc.ServiceName:    {AdminName},
		},
		Log: a.cfg.Log, Registerer: a.cfg.Registry, Health: a.db.Ping,
	})
	if err != nil {
		return err
	}
	pusher := a.pusher()
	identityv1.RegisterIdentityServiceServer(a.server, api.New(a.desk, a.cfg.URL, func(ctx context.Context, o identity.Organization) {
		if err := a.offer.withdraw(); err != nil {
			a.cfg.Log.Error("the used setup secret could not be removed", zap.Error(err))
		}
		pusher.Now(ctx, o)
	}))
	identityv1.RegisterAuditServiceServer(a.server, &trail.Server{Sources: a.trails(), Names: a.store})
	return nil
}

func (a *Admin) pusher() *provision.Pusher {
	return &provision.Pusher{
		Store: a.store, Log: a.cfg.Log,
		Client: attendancev1.NewAttendanceProvisioningServiceClient(a.backends.Attendance),
	}
}

// referencePage is rendered once a process: it depends on nothing else.
var referencePage = sync.OnceValues(func() (http.Handler, error) {
	return reference.New(openapi.Document(), admin.Language)
})

func (a *Admin) openDoor(ctx context.Context) error {
	terms, err := contract.Load(openapi.Document())
	if err != nil {
		return err
	}
	document, err := OpenAPI()
	if err != nil {
		return err
	}
	docs, err := referencePage()
	if err != nil {
		return err
	}
	pages, err := console.New(console.Config{Language: admin.Language, SetupOpen: a.setupOpen, OpenID: a.providerName()})
	if err != nil {
		return err
	}
	a.edge, err = admin.New(ctx, admin.Config{
		Authenticator: a.desk, Names: a.store, Backends: a.backends,
		Contract: terms, OpenAPI: document,
		Reference: docs, Console: pages, PageKey: a.pageKey,
		Log: a.cfg.Log, Registerer: a.cfg.Registry, Now: a.cfg.Now, TrustedProxies: a.proxies,
	})
	return err
}

// Run serves until ctx ends: first the door closes, then what stands behind it.
func (a *Admin) Run(ctx context.Context) error {
	group := &run.Group{Log: a.cfg.Log}
	group.Add("identity", func(ctx context.Context) error { return a.server.Run(ctx, a.pipe) })
	group.Add("calendars", a.pusher().Run)
	group.Add("sweep", a.sweep)
	group.Add("admin door", a.serve)
	return errors.Join(group.Run(ctx), a.close())
}

// serve answers HTTP to as many connections as the door has room for. The server's
// own words would be about addresses, so nobody hears them.
func (a *Admin) serve(ctx context.Context) error {
	return door.Door{Handler: a.edge, Log: zap.NewNop(), Leaving: a.cfg.Leaving, Most: min(connsAtOnce, door.Room(4))}.Serve(ctx, a.lis)
}

// sweep removes what can decide nothing any more, once an hour.
func (a *Admin) sweep(ctx context.Context) error {
	ticker := time.NewTicker(sweepEvery)
	defer ticker.Stop()
	for {
		if err := a.store.Sweep(ctx, a.cfg.Now().Add(-sweepAge)); err != nil && ctx.Err() == nil {
			a.cfg.Log.Warn("old sessions could not be removed", zap.Error(err))
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}
