// Package naming asks LINE WORKS who the people are that were linked by their login id,
// soon after the link was made, so that a link has the permanent userId before the
// person ever writes: a login id that changes meanwhile keeps its link, and whoever gets
// it is a stranger. A link is made without waiting for that, and none fails by it.
//
// It knows whom to ask about and when to rest. It refuses to know how links are stored,
// and to mark anybody as gone: that is for a directory sync.
package naming

import (
	"context"
	"math/rand/v2"
	"time"

	"go.uber.org/zap"

	"github.com/dakoku/dakoku/services/integration/internal/directory"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
	"github.com/dakoku/dakoku/services/integration/internal/link"
)

const (
	// leaseTime is longer than a round takes, of which each question takes ten seconds at most.
	leaseTime = 5 * time.Minute
	// batch is how many questions a round asks, about so many fewer people the more
	// connections are asked about each.
	batch = 10
	// perMinute is how many questions are asked about an organization at most: half of what
	// the smallest plan lets through. Whoever punches is looked up by the same API.
	perMinute = 30
	// each question is followed by so long a rest.
	each = time.Minute / perMinute
	// trouble that passes is waited for at least so long; keys that are refused, and an
	// app that may not look people up, need a person, and so do people of whom nobody is
	// told anything: they wait up to the longest.
	pause   = time.Minute
	refuse  = 10 * time.Minute
	longest = 4 * time.Hour
	// idle is the rest while there is no connection to ask by. One that is activated
	// ends it.
	idle = time.Hour
	// most is how many organizations are served in one round.
	most = 100
	// usual is how often to look for organizations.
	usual = 5 * time.Second
)

// Claim is an organization in the hands of one process. The zero value: another has it.
type Claim struct {
	Lease int64    // counts with each claim
	By    []string // connections to ask by: one for each LINE WORKS that can be asked
	// Silent tells that an active connection looks into another LINE WORKS, too, which
	// cannot be asked now.
	Silent bool
}

// Store keeps links, and which organizations have some whose people were not asked about.
type Store interface {
	NamingDue(ctx context.Context, now time.Time, limit int) ([]string, error)
	ClaimNaming(ctx context.Context, tenant string, now, until time.Time) (Claim, error)
	// Unnamed lists links whose people were not asked about, none only if there are none.
	// Each lease begins with others.
	Unnamed(ctx context.Context, tenant string, lease int64, limit int) ([]link.Link, error)
	// Name takes an answer that a connection got about the person of a link, who is not
	// asked about again; without a User nobody could tell.
	Name(ctx context.Context, tenant, connection string, asked link.Link, m link.Member) error
	// Named are the userIds of some people whom LINE WORKS has named, of the connection's
	// first.
	Named(ctx context.Context, tenant, connection string, most int) ([]string, error)
	// RestNaming asks on then, unless there is a connection to ask by since it was claimed
	// until the time given first. A new link does not shorten the rest.
	RestNaming(ctx context.Context, tenant string, claimed, until time.Time) error
	// EndNaming ends the work on an organization; if there is a new link, it goes on.
	EndNaming(ctx context.Context, tenant string, lease int64, claimed time.Time) error
}

// People asks LINE WORKS about one person.
type People interface {
	WhoIs(ctx context.Context, tenant, connection, account string) (lineworks.Member, error)
}

// Worker asks. Make it with New.
type Worker struct {
	store  Store
	people People
	now    func() time.Time
	log    *zap.Logger
	poll   time.Duration
}

// New makes a worker; poll is how often it looks for work, 0 is five seconds and less is
// never.
func New(store Store, people People, now func() time.Time, log *zap.Logger, poll time.Duration) *Worker {
	if poll == 0 {
		poll = usual
	}
	return &Worker{store: store, people: people, now: now, log: log, poll: poll}
}

// Run works until ctx ends.
func (w *Worker) Run(ctx context.Context) error {
	for w.poll > 0 && ctx.Err() == nil {
		w.Round(ctx)
		timer := time.NewTimer(w.poll + rand.N(w.poll/4+1))
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
		timer.Stop()
	}
	<-ctx.Done()
	return nil
}

// Round serves the organizations that are due, each with one batch.
func (w *Worker) Round(ctx context.Context) {
	due, err := w.store.NamingDue(ctx, w.now(), most)
	for _, tenant := range due {
		if err == nil {
			err = w.serve(ctx, tenant)
		}
	}
	if err != nil && ctx.Err() == nil {
		w.log.Warn("who was linked cannot be asked about", zap.Error(err))
	}
}

// serve asks about a batch of one organization. The error is the store's; a lease that
// is not given back ends by itself.
func (w *Worker) serve(ctx context.Context, tenant string) error {
	now := w.now()
	claimed := now.Add(leaseTime)
	claim, err := w.store.ClaimNaming(ctx, tenant, now, claimed)
	if err != nil || claim.Lease == 0 {
		return err
	}
	links, err := w.store.Unnamed(ctx, tenant, claim.Lease, max(batch/max(len(claim.By), 1), 1))
	if err != nil {
		return err
	}
	if len(links) == 0 {
		return w.store.EndNaming(ctx, tenant, claim.Lease, claimed)
	}
	rest := idle
	if len(claim.By) > 0 {
		if rest, err = w.ask(ctx, tenant, claim, links); err != nil {
			return err
		}
	}
	return w.store.RestNaming(ctx, tenant, claimed, w.now().Add(rest))
}

// answers tells that LINE WORKS has answered: who somebody is, or that it knows nobody such.
func answers(trouble error) bool { return trouble == nil || lineworks.FailureOf(trouble).Nobody() }

// waits tells trouble that says nothing of the person.
func waits(trouble error) bool {
	class := lineworks.FailureOf(trouble).Class
	return trouble != nil && class != lineworks.NotFound && class != lineworks.Permanent && class != lineworks.Forbidden
}

// rest is how long to wait for the end of trouble.
func rest(trouble error) time.Duration {
	if lineworks.FailureOf(trouble).Class == lineworks.Unauthorized {
		return refuse
	}
	return max(pause, directory.RetryAfter(trouble))
}
