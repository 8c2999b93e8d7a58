// Package provision tells attendance of every organization's calendar.
//
// It knows revisions: what attendance has not acknowledged is sent again until
// it has, through restarts of either side. It refuses to know why a calendar
// changed.
package provision

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/dakoku/dakoku/platform/rpc"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity"
	"go.uber.org/zap"
)

const (
	lookEvery  = 2 * time.Second
	callBudget = 2 * time.Second
)

// Pusher sends calendars. Every field is required.
type Pusher struct {
	Store  identity.CalendarStore
	Client attendancev1.AttendanceProvisioningServiceClient
	Log    *zap.Logger
}

// Now sends one calendar at once, bounded; when that fails, Run repeats it.
func (p *Pusher) Now(ctx context.Context, o identity.Organization) {
	err := p.push(ctx, identity.Calendar{Tenant: o.ID, Revision: o.Revision, TimeZone: o.TimeZone, ClosingDay: o.ClosingDay})
	if err != nil {
		p.Log.Info("calendar will be sent later", zap.String("tenant", o.ID), zap.String("reason", rpc.FaultFrom(err).Reason()))
	}
}

// Run sends what is unsent every 2 seconds until ctx ends.
func (p *Pusher) Run(ctx context.Context) error {
	failing := false
	for {
		failing = p.report(p.pushAll(ctx), failing || ctx.Err() != nil)
		timer := time.NewTimer(lookEvery*3/4 + rand.N(lookEvery/2))
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-timer.C:
		}
	}
}

// report logs the first failure after a success and tells whether this was one.
func (p *Pusher) report(err error, known bool) bool {
	if err != nil && !known {
		p.Log.Warn("calendars cannot be sent", zap.String("reason", rpc.FaultFrom(err).Reason()))
	}
	return err != nil
}

// pushAll tries every calendar; one that fails does not hold up the others.
func (p *Pusher) pushAll(ctx context.Context) error {
	list, err := p.Store.Unpushed(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, c := range list {
		errs = append(errs, p.push(ctx, c))
	}
	return errors.Join(errs...)
}

func (p *Pusher) push(ctx context.Context, c identity.Calendar) error {
	ctx, cancel := context.WithTimeout(ctx, callBudget)
	defer cancel()
	_, err := p.Client.PutCompany(ctx, &attendancev1.PutCompanyRequest{
		Tenant: c.Tenant, Revision: c.Revision, TimeZone: c.TimeZone, ClosingDay: int32(c.ClosingDay), // 1 to 31
	})
	if err != nil {
		return err
	}
	return p.Store.Pushed(ctx, c.Tenant, c.Revision)
}
