package outbound

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/dakoku/dakoku/services/integration/internal/access"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
	"github.com/dakoku/dakoku/services/integration/internal/vault"
)

const (
	// leaseTime is longer than an attempt can take, renewal of the access
	// token included.
	leaseTime    = 20 * time.Second
	attemptLimit = 15 * time.Second
	settleLimit  = 5 * time.Second
	settleStep   = 100 * time.Millisecond
	maxLanes     = 32
)

// Store keeps the queue.
type Store interface {
	// Accept stores drafts that are new and answers in their order.
	Accept(ctx context.Context, drafts []Draft) ([]Accepted, error)
	// DueLanes lists open lanes with something to send.
	DueLanes(ctx context.Context, now time.Time, limit int) ([]Lane, error)
	// Claim leases the next message of an open lane; nil when there is none.
	Claim(ctx context.Context, lane Lane, now, until time.Time) (*Message, error)
	// Settle writes the verdict on a claimed message; false when the claim was
	// lost to somebody else.
	Settle(ctx context.Context, m Message, v Verdict, now time.Time) (bool, error)
}

// Tokens hands out access tokens.
type Tokens interface {
	Token(ctx context.Context, k vault.Sealed) (access.Grant, error)
	Renew(ctx context.Context, k vault.Sealed, refused access.Grant) (access.Grant, error)
}

// Platform sends one message once.
type Platform interface {
	Send(ctx context.Context, set credential.Set, token credential.Secret, m lineworks.Message) error
}

// Config is what a queue needs; PerMinute and Poll have defaults.
type Config struct {
	Store     Store
	Accounts  Accounts
	Keys      Keys
	Tokens    Tokens
	Platform  Platform
	Now       func() time.Time
	Log       *zap.Logger
	PerMinute int           // calls a minute for one connection; 0 is 240
	Poll      time.Duration // how often to look for work; 0 is 250 ms
}

// Queue accepts messages and sends them. Make it with New.
type Queue struct {
	Config
	buckets *buckets
	wake    chan struct{}
	mu      sync.Mutex
	busy    map[Lane]bool
}

// New makes a queue; Run sends.
func New(cfg Config) *Queue {
	if cfg.PerMinute == 0 {
		cfg.PerMinute = 240
	}
	if cfg.Poll == 0 {
		cfg.Poll = 250 * time.Millisecond
	}
	return &Queue{Config: cfg, buckets: newBuckets(cfg.PerMinute), wake: make(chan struct{}, 1), busy: map[Lane]bool{}}
}

// Accept makes messages durable; they are sent soon after.
func (q *Queue) Accept(ctx context.Context, drafts []Draft) ([]Accepted, error) {
	out, err := q.Store.Accept(ctx, drafts)
	if err == nil {
		select {
		case q.wake <- struct{}{}:
		default: // it is awake already
		}
	}
	return out, err
}

// Run sends what is due until ctx ends; attempts under way are finished.
func (q *Queue) Run(ctx context.Context) error {
	var lanes sync.WaitGroup
	defer lanes.Wait()
	for ctx.Err() == nil {
		q.start(ctx, &lanes)
		timer := time.NewTimer(q.Poll + rand.N(q.Poll/4+1))
		select {
		case <-ctx.Done():
		case <-q.wake:
		case <-timer.C:
		}
		timer.Stop()
	}
	return nil
}

// start gives every due lane that has no worker one, up to maxLanes.
func (q *Queue) start(ctx context.Context, lanes *sync.WaitGroup) {
	due, err := q.Store.DueLanes(ctx, q.Now(), 4*maxLanes)
	if err != nil {
		if ctx.Err() == nil {
			q.Log.Warn("outbound queue cannot be read", zap.Error(err))
		}
		return
	}
	for _, lane := range due {
		if q.enter(lane) {
			lanes.Go(func() {
				defer q.leave(lane)
				q.drain(ctx, lane)
			})
		}
	}
}

func (q *Queue) enter(lane Lane) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.busy[lane] || len(q.busy) >= maxLanes {
		return false
	}
	q.busy[lane] = true
	return true
}

func (q *Queue) leave(lane Lane) {
	q.mu.Lock()
	defer q.mu.Unlock()
	delete(q.busy, lane)
}
