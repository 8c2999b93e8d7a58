// Package purge removes what is over: texts after their ninety days, and records after their retention. It also sees
// that there is a partition for every month to come.
//
// It knows in which order to look and when. It refuses to know what is over, which is the store's and the retention's
// business: every step may be the last one of its process, and the next one finds what is left.
package purge

import (
	"context"
	"math/rand/v2"
	"time"

	"go.uber.org/zap"

	"github.com/dakoku/dakoku/services/attendance/internal/store"
)

const (
	// every is how long a purger rests. What is over by a day may wait for an hour.
	every = time.Hour
	// batch is how many facts one transaction removes, and page how many records are looked up at once.
	batch, page = 200, 100
)

// Store removes what is over. Each call is one transaction that decides anew, so that several may purge at once.
type Store interface {
	// KeepMonths makes partitions for the months around now, DropMonths drops old ones of which nothing is left.
	KeepMonths(ctx context.Context) (int, error)
	DropMonths(ctx context.Context) (int, error)
	// Bound tells how far the clock of the process may be believed.
	Bound(ctx context.Context) (time.Time, error)
	// EraseTexts erases at most limit texts of each kind, of any company, and tells how many. Here and below, until is
	// the bound of the clock.
	EraseTexts(ctx context.Context, until time.Time, limit int) (int64, error)
	// Companies names every company.
	Companies(ctx context.Context) ([]string, error)
	// Candidates names records to look at, behind one.
	Candidates(ctx context.Context, until time.Time, after store.RecordKey, limit int) ([]store.RecordKey, error)
	// PurgeRecord removes at most limit facts of a record that is past its retention; done when nothing more can go.
	PurgeRecord(ctx context.Context, until time.Time, key store.RecordKey, limit int) (removed int, done bool, err error)
	// PurgeLoose removes at most limit outcomes that are of no record and past their retention.
	PurgeLoose(ctx context.Context, until time.Time, tenant string, limit int) (int, error)
}

// Purger removes what is over, for all companies. Several may run.
type Purger struct {
	Store Store
	Log   *zap.Logger
}

// Done is what a round removed.
type Done struct{ Texts, Facts, Months int }

// Run purges at once and then every hour until ctx ends, which is no error. Trouble is logged and tried again.
func (p *Purger) Run(ctx context.Context) error {
	for {
		done, err := p.Round(ctx)
		if err != nil && ctx.Err() == nil {
			p.Log.Warn("what is over was not all removed", zap.Error(err))
		}
		if done != (Done{}) {
			p.Log.Info("removed what was over", zap.Int("texts", done.Texts), zap.Int("facts", done.Facts), zap.Int("months", done.Months))
		}
		timer := time.NewTimer(every + rand.N(every/10))
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-timer.C:
		}
	}
}

// Round removes everything that is over. What fails for one company is told at the end and keeps nothing of another.
func (p *Purger) Round(ctx context.Context) (done Done, failed error) {
	if _, err := p.Store.KeepMonths(ctx); err != nil {
		p.Log.Warn("months of punches were not made; their punches wait in the default partition", zap.Error(err))
	}
	until, err := p.Store.Bound(ctx)
	if err != nil {
		return done, err
	}
	if done.Texts, failed = p.texts(ctx, until); ctx.Err() != nil {
		return done, ctx.Err()
	}
	tenants, err := p.Store.Companies(ctx)
	if err != nil {
		return done, err
	}
	for _, tenant := range tenants {
		removed, err := p.company(ctx, until, tenant)
		done.Facts += removed
		if ctx.Err() != nil {
			return done, ctx.Err()
		}
		if err != nil {
			p.Log.Warn("a company's records were not all purged", zap.String("tenant", tenant), zap.Error(err))
			failed = err
		}
	}
	if done.Months, err = p.Store.DropMonths(ctx); err != nil {
		failed = err
	}
	return done, failed
}

func (p *Purger) texts(ctx context.Context, until time.Time) (all int, err error) {
	for {
		erased, err := p.Store.EraseTexts(ctx, until, batch)
		if err != nil || erased == 0 {
			return all, err
		}
		all += int(erased)
	}
}

// company goes over the records first: an outcome that no punch uses any more is loose only then.
func (p *Purger) company(ctx context.Context, until time.Time, tenant string) (all int, failed error) {
	for last := (store.RecordKey{Tenant: tenant}); ; {
		keys, err := p.Store.Candidates(ctx, until, last, page)
		if err != nil {
			return all, err
		}
		for _, key := range keys {
			removed, err := p.record(ctx, until, key)
			if all += removed; err != nil {
				failed = err
			}
		}
		if len(keys) < page || ctx.Err() != nil {
			break
		}
		last = keys[len(keys)-1]
	}
	for ctx.Err() == nil {
		removed, err := p.Store.PurgeLoose(ctx, until, tenant, batch)
		if all += removed; err != nil || removed == 0 {
			if err != nil {
				failed = err
			}
			break
		}
	}
	return all, failed
}

func (p *Purger) record(ctx context.Context, until time.Time, key store.RecordKey) (all int, err error) {
	for {
		removed, done, err := p.Store.PurgeRecord(ctx, until, key, batch)
		if all += removed; err != nil || done {
			return all, err
		}
	}
}
