// Package expiry erases what is over: replaced keys, hours of traffic, results of
// directory syncs and messages that have ended.
//
// It knows when to look. It refuses to know what is over and how it is erased;
// nothing uses replaced keys any more from the moment itself.
package expiry

import (
	"context"
	"math/rand/v2"
	"time"

	"go.uber.org/zap"
)

// step is how often keys are looked for.
const step = 15 * time.Second

// maxSyncs is how many syncs are removed at a step.
const maxSyncs = 100

// Store erases keys.
type Store interface {
	// ExpireCredentials erases the sets that are over and tells of how many
	// connections.
	ExpireCredentials(ctx context.Context) (int, error)
	// ForgetTraffic removes the hours that are too old.
	ForgetTraffic(ctx context.Context) error
	// ForgetSyncs removes at most limit syncs that are too old and tells how many.
	ForgetSyncs(ctx context.Context, limit int) (int, error)
	// EndWaiting ends messages that nobody could send for as long and erases
	// their content.
	EndWaiting(ctx context.Context) (int, error)
	// ForgetMessages removes messages that ended long ago and tells how many.
	ForgetMessages(ctx context.Context) (int, error)
}

// Expiry looks for keys that are over. Make it with New.
type Expiry struct {
	store Store
	log   *zap.Logger
}

// New makes an expiry; Run looks.
func New(store Store, log *zap.Logger) *Expiry { return &Expiry{store: store, log: log} }

// Run looks until ctx ends.
func (e *Expiry) Run(ctx context.Context) error {
	for {
		erased, err := e.store.ExpireCredentials(ctx)
		switch {
		case err != nil && ctx.Err() == nil:
			e.log.Warn("keys that are over were not erased", zap.Error(err))
		case erased > 0:
			e.log.Info("keys erased that were over", zap.Int("connections", erased))
		}
		if err := e.store.ForgetTraffic(ctx); err != nil && ctx.Err() == nil {
			e.log.Warn("hours that are over were not removed", zap.Error(err))
		}
		if _, err := e.store.ForgetSyncs(ctx, maxSyncs); err != nil && ctx.Err() == nil {
			e.log.Warn("directory syncs that are over were not removed", zap.Error(err))
		}
		if _, err := e.store.EndWaiting(ctx); err != nil && ctx.Err() == nil {
			e.log.Warn("messages that waited too long were not ended", zap.Error(err))
		}
		if _, err := e.store.ForgetMessages(ctx); err != nil && ctx.Err() == nil {
			e.log.Warn("messages that are over were not removed", zap.Error(err))
		}
		timer := time.NewTimer(step + rand.N(step/4))
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-timer.C:
		}
	}
}
