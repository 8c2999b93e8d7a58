package assembly

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/dakoku/dakoku/services/attendance"
	"github.com/dakoku/dakoku/services/integration"
	gateway "github.com/dakoku/dakoku/services/webhook-gateway"
)

func (a *Assembly) openServices(ctx context.Context) (err error) {
	a.attendance, err = attendance.New(ctx, attendance.Config{
		DatabaseURL: a.database, DataDir: a.settings.DataDir, MasterKeys: a.settings.MasterKeys,
		Identity: a.links.identities[attendance.Name], Listener: a.links.listeners[attendance.Name],
		Log: a.log.Named(attendance.Name), Registry: a.metrics(attendance.Name),
	})
	if err != nil {
		return err
	}
	a.integration, err = integration.New(ctx, integration.Config{
		DatabaseURL: a.database, DataDir: a.settings.DataDir, MasterKeys: a.settings.MasterKeys, PublicURL: a.settings.PublicURL,
		AuthURL: a.settings.AuthURL, APIURL: a.settings.APIURL, APIV1URL: a.settings.APIV1URL,
		Attendance: a.links.from(integration.Name, attendance.Name),
		Identity:   a.links.identities[integration.Name], Listener: a.links.listeners[integration.Name],
		Log: a.log.Named(integration.Name), Registry: a.metrics(integration.Name),
		NamePoll: a.settings.NamePoll,
	})
	return err
}

func (a *Assembly) openDoors(ctx context.Context) (err error) {
	a.publicDoor, err = gateway.NewPublic(ctx, gateway.PublicConfig{
		DatabaseURL: a.database, DataDir: a.settings.DataDir, MasterKeys: a.settings.MasterKeys, PublicListener: a.public,
		SpoolDir: a.settings.SpoolDir, SpoolMaxBytes: a.settings.SpoolMaxBytes,
		Identity: a.links.identities[gateway.PublicName], Listener: a.links.listeners[gateway.PublicName],
		Integration: a.links.from(gateway.PublicName, integration.Name),
		Attendance:  a.links.from(gateway.PublicName, attendance.Name),
		Log:         a.log.Named(gateway.PublicName), Registry: a.metrics(gateway.PublicName),
	})
	if err != nil {
		return err
	}
	a.adminDoor, err = gateway.NewAdmin(ctx, gateway.AdminConfig{
		DatabaseURL: a.database, DataDir: a.settings.DataDir, MasterKeys: a.settings.MasterKeys, SetupSecret: a.settings.SetupSecret, Listener: a.admin,
		URL: a.settings.AdminURL, Proxies: a.settings.Proxies, OpenID: a.settings.OpenID,
		Identity:    a.links.identities[gateway.AdminName],
		Integration: a.links.from(gateway.AdminName, integration.Name),
		Attendance:  a.links.from(gateway.AdminName, attendance.Name),
		Events:      a.links.from(gateway.AdminName, gateway.PublicName),
		Pipe:        a.links.listeners[gateway.AdminName],
		Log:         a.log.Named(gateway.AdminName), Registry: a.metrics(gateway.AdminName),
	})
	return err
}

// metrics keeps the services' metrics apart on the one debug listener.
func (a *Assembly) metrics(service string) prometheus.Registerer {
	return prometheus.WrapRegistererWith(prometheus.Labels{"service": service}, a.registry)
}
