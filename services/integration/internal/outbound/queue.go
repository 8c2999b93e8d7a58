package outbound

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/dakoku/dakoku/platform/run"
	"github.com/dakoku/dakoku/services/integration/internal/access"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
	"github.com/dakoku/dakoku/services/integration/internal/vault"
)

const (
	// leaseTime is longer than an attempt can take, renewal of the access
	// token included, and the time to write down what came of it.
	leaseTime    = 20 * time.Second
	attemptLimit = 15 * time.Second
	settleLimit  = 4 * time.Second
	settleStep   = 100 * time.Millisecond
	// maxLanes may claim at once in a process; as many may have all their calls
	// under way.
	maxLanes = 32
	// inFlight calls of one lane may be under way at once in a process.
	inFlight = InFlight
)

// InFlight calls of one lane may be under way at once, all processes together, so
// that a platform that takes a second to answer does not set the pace, and no more
// than these are made in vain before anybody knows that the app may not send.
const InFlight = 4

// The compiler refuses a lease that does not outlast what is done under it.
const _ = uint64(leaseTime - attemptLimit - settleLimit - time.Second)

// Store keeps the queue.
type Store interface {
	// Accept stores drafts that are new and answers in their order.
	Accept(ctx context.Context, drafts []Draft) ([]Accepted, error)
	// DueLanes lists open lanes with something to send, without those that are
	// known.
	DueLanes(ctx context.Context, now time.Time, known []Lane, limit int) ([]Lane, error)
	// Claim leases what the lane is to send next, and takes the call out of the
	// lane's budget, which begins with perMinute.
	Claim(ctx context.Context, lane Lane, perMinute int, now, until time.Time) (Claim, error)
	// Settle writes the verdict on a claimed letter; false when the claim was
	// lost to somebody else.
	Settle(ctx context.Context, l Letter, v Verdict, now time.Time) (bool, error)
	// SpendCall takes a call to another API out of the connection's budget; a
	// positive wait: it has none for so long.
	SpendCall(ctx context.Context, tenant, connection string, api lineworks.API) (wait time.Duration, err error)
	// LearnCalls takes over what an answer of that API said about its limit.
	LearnCalls(ctx context.Context, tenant, connection string, api lineworks.API, rate lineworks.Rate) error
}

// Tokens hands out access tokens.
type Tokens interface {
	Token(ctx context.Context, k vault.Sealed) (access.Grant, error)
	Renew(ctx context.Context, k vault.Sealed, refused access.Grant) (access.Grant, error)
}

// Platform is LINE WORKS.
type Platform interface {
	// Send sends one message once.
	Send(ctx context.Context, set credential.Set, token credential.Secret, m lineworks.Message) (lineworks.Rate, error)
	// Ask makes the same call in a way that brings the message to nobody.
	Ask(ctx context.Context, set credential.Set, token credential.Secret, m lineworks.Message) (lineworks.Rate, error)
}

// Config is what a queue needs. What stands below Log may be left out.
type Config struct {
	Store    Store
	Accounts Accounts
	Keys     Keys
	Tokens   Tokens
	Platform Platform
	Now      func() time.Time // the time of all processes; see postgres.Clock
	Log      *zap.Logger
	Bots     Bots // nil: nobody tells a missing bot from a missing person
	Meters   *Meters
	// Wait waits on the clock of Now; nil is a timer.
	Wait func(context.Context, time.Duration) error
	// PerMinute is how many calls a connection may make in a minute until the
	// platform says otherwise; 0 is 240.
	PerMinute int
	Poll      time.Duration // how often to look for work; 0 is 250 ms
}

// Queue accepts messages and sends them. Make it with New.
type Queue struct {
	Config
	wake  chan struct{}
	turns *turns
}

// New makes a queue; Run sends.
func New(cfg Config) *Queue {
	if cfg.PerMinute == 0 {
		cfg.PerMinute = DefaultPerMinute
	}
	if cfg.Poll == 0 {
		cfg.Poll = 250 * time.Millisecond
	}
	if cfg.Wait == nil {
		cfg.Wait = run.Pause
	}
	if cfg.Meters == nil {
		cfg.Meters, _ = NewMeters(nil) // nothing to register, nothing to fail
	}
	cfg.Platform = counting{cfg.Platform}
	return &Queue{Config: cfg, wake: make(chan struct{}, 1), turns: newTurns()}
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
	var hands sync.WaitGroup
	defer hands.Wait()
	poll := time.NewTimer(0)
	defer poll.Stop()
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
			return nil
		case <-q.wake:
			q.find(ctx)
		case <-poll.C:
			q.find(ctx)
			poll.Reset(q.Poll + rand.N(q.Poll/4+1))
		case <-q.turns.changed:
		}
		for ctx.Err() == nil {
			lane, ok := q.turns.next()
			if !ok {
				break
			}
			hands.Go(func() { q.turn(ctx, lane, &hands) })
		}
	}
	return nil
}

// find takes up lanes that have something to send and are not known yet.
func (q *Queue) find(ctx context.Context) {
	due, err := q.Store.DueLanes(ctx, q.Now(), q.turns.look(), 4*maxLanes)
	if err != nil && ctx.Err() == nil {
		q.Log.Warn("outbound queue cannot be read", zap.Error(err))
	}
	for _, lane := range due {
		q.turns.add(lane)
	}
}
