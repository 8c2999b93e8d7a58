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
	// leaseTime is longer than a batch takes, of which each question takes ten seconds at most.
	leaseTime = 2 * time.Minute
	batch     = 10
	// each question is followed by so long a rest of its organization: thirty a minute,
	// half of what the smallest plan lets through. Whoever punches is looked up by the
	// same API.
	each = 2 * time.Second
	// trouble that passes is waited for at least so long; keys that are refused, and an
	// app that may not look people up, need a person.
	pause  = time.Minute
	refuse = 10 * time.Minute
	// enough people in a row who are refused: perhaps it is the app, which is not tried
	// out on everybody.
	enough = 2
	// idle is the rest while there is no connection to ask by. One that is activated
	// ends it.
	idle = time.Hour
	// most is how many organizations are served in one round.
	most = 100
	// usual is how often to look for organizations.
	usual = 5 * time.Second
)

// Store keeps links, and which organizations have some whose people were not asked about.
type Store interface {
	NamingDue(ctx context.Context, now time.Time, limit int) ([]string, error)
	// ClaimNaming gives an organization to one process, with the connection to ask by,
	// empty if there is none; 0: another has it.
	ClaimNaming(ctx context.Context, tenant string, now, until time.Time) (lease int64, conn string, err error)
	Unnamed(ctx context.Context, tenant string, limit int) ([]link.Link, error)
	// Name takes an answer that a connection got about the person of a link; without a User
	// nobody could tell.
	Name(ctx context.Context, tenant, connection string, asked link.Link, m link.Member) error
	// AnyUser is the userId of somebody whom LINE WORKS has named; empty: nobody.
	AnyUser(ctx context.Context, tenant string) (string, error)
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
	lease, conn, err := w.store.ClaimNaming(ctx, tenant, now, claimed)
	if err != nil || lease == 0 {
		return err
	}
	links, err := w.store.Unnamed(ctx, tenant, batch)
	if err != nil {
		return err
	}
	if len(links) == 0 {
		return w.store.EndNaming(ctx, tenant, lease, claimed)
	}
	rest := idle
	if conn != "" {
		if rest, err = w.ask(ctx, tenant, conn, links); err != nil {
			return err
		}
	}
	return w.store.RestNaming(ctx, tenant, claimed, w.now().Add(rest))
}

// ask asks about some people until there is trouble, and answers how long to rest. What
// one person is refused for may be the app's fault: then the answer, of which each link
// gets one, is not used up.
func (w *Worker) ask(ctx context.Context, tenant, conn string, links []link.Link) (time.Duration, error) {
	var refused []link.Link // since somebody was answered
	for _, l := range links {
		if len(refused) == enough {
			break
		}
		m, trouble := w.people.WhoIs(ctx, tenant, conn, l.Account)
		switch {
		case waits(trouble):
			w.log.Info("who was linked is asked about later", zap.String("tenant", tenant), zap.String("connection", conn), zap.Error(trouble))
			return rest(trouble), nil
		case trouble != nil && !lineworks.FailureOf(trouble).Nobody():
			refused = append(refused, l)
		default:
			if err := w.name(ctx, tenant, conn, refused, l, link.Member{User: m.User, LoginID: m.LoginID, Active: m.Active}); err != nil {
				return 0, err
			}
			refused = nil
		}
	}
	return w.conclude(ctx, tenant, conn, refused, time.Duration(len(links))*each)
}

// conclude finds out whether those who were refused last are so for their own sake:
// somebody whom LINE WORKS has named before is asked about. usual is how long to rest when
// all is well.
func (w *Worker) conclude(ctx context.Context, tenant, conn string, refused []link.Link, usual time.Duration) (time.Duration, error) {
	if len(refused) == 0 {
		return usual, nil
	}
	known, err := w.store.AnyUser(ctx, tenant)
	if err != nil {
		return 0, err
	}
	if known == "" {
		return refuse, nil
	}
	if _, trouble := w.people.WhoIs(ctx, tenant, conn, known); trouble != nil && !lineworks.FailureOf(trouble).Nobody() {
		return max(refuse, rest(trouble)), nil
	}
	last := len(refused) - 1
	return usual, w.name(ctx, tenant, conn, refused[:last], refused[last], link.Member{})
}

// name takes the answer about a person, and that there is none about others.
func (w *Worker) name(ctx context.Context, tenant, conn string, unanswered []link.Link, l link.Link, m link.Member) error {
	for _, u := range unanswered {
		if err := w.store.Name(ctx, tenant, conn, u, link.Member{}); err != nil {
			return err
		}
	}
	return w.store.Name(ctx, tenant, conn, l, m)
}

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
