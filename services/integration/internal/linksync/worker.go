package linksync

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"go.uber.org/zap"
)

// Worker works on runs. Make it with New.
type Worker struct {
	Config
	wake chan struct{}
	mu   sync.Mutex
	busy map[string]bool // by id of the run
}

// New makes a worker; Run works.
func New(cfg Config) *Worker {
	if cfg.Poll == 0 {
		cfg.Poll = time.Second
	}
	if cfg.MaxPages == 0 {
		cfg.MaxPages = maxPages
	}
	if cfg.MaxAsked == 0 {
		cfg.MaxAsked = maxAsked
	}
	return &Worker{Config: cfg, wake: make(chan struct{}, 1), busy: map[string]bool{}}
}

// Wake tells that there is a new run.
func (w *Worker) Wake() {
	select {
	case w.wake <- struct{}{}:
	default: // it is awake already
	}
}

// Run works on what is due until ctx ends; a step under way is finished, the
// rest is left to whoever comes next.
func (w *Worker) Run(ctx context.Context) error {
	var runs sync.WaitGroup
	defer runs.Wait()
	for ctx.Err() == nil {
		w.start(ctx, &runs)
		timer := time.NewTimer(w.Poll + rand.N(w.Poll/4+1))
		select {
		case <-ctx.Done():
		case <-w.wake:
		case <-timer.C:
		}
		timer.Stop()
	}
	return nil
}

func (w *Worker) start(ctx context.Context, runs *sync.WaitGroup) {
	due, err := w.Store.DueSyncs(ctx, w.Now(), maxRuns)
	if err != nil && ctx.Err() == nil {
		w.Log.Warn("directory syncs cannot be read", zap.Error(err))
	}
	for _, run := range due {
		if w.enter(run[1]) {
			runs.Go(func() {
				defer w.leave(run[1])
				w.Work(ctx, run[0], run[1])
			})
		}
	}
}

func (w *Worker) enter(id string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.busy[id] || len(w.busy) >= maxRuns {
		return false
	}
	w.busy[id] = true
	return true
}

func (w *Worker) leave(id string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.busy, id)
}

// Work leases one run and takes it as far as it gets now.
func (w *Worker) Work(ctx context.Context, tenant, id string) {
	now := w.Now()
	r, err := w.Store.ClaimSync(ctx, tenant, id, now, now.Add(leaseTime))
	if err != nil || r == nil {
		if err != nil && ctx.Err() == nil {
			w.Log.Warn("directory sync not claimed", zap.String("sync", id), zap.Error(err))
		}
		return
	}
	log := w.Log.With(zap.String("sync", r.ID), zap.String("connection", r.Connection))
	switch end := w.steps(ctx, *r); {
	case end.lost:
		log.Warn("directory sync was taken over")
	case end.err != nil:
		log.Warn("directory sync waits", zap.Duration("rest", end.rest), zap.Error(end.err))
		w.settle(ctx, func(ctx context.Context) (bool, error) { return w.Store.ProlongSync(ctx, *r, w.Now().Add(end.rest)) })
	default:
		log.Info("directory sync ended", zap.String("reason", end.reason), zap.Duration("after", w.Now().Sub(r.Started)))
		w.settle(ctx, func(ctx context.Context) (bool, error) { return w.Store.EndSync(ctx, *r, end.reason) })
	}
}

// settle writes how a run stands although ctx may have ended. What cannot be
// written is left to the end of the lease.
func (w *Worker) settle(ctx context.Context, write func(context.Context) (bool, error)) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if _, err := write(ctx); err != nil {
		w.Log.Warn("directory sync not settled", zap.Error(err))
	}
}
