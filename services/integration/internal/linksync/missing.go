package linksync

import (
	"context"
	"time"

	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
	"github.com/dakoku/dakoku/services/integration/internal/link"
)

// asksPerMinute is how many people a run asks LINE WORKS about in a minute: half of
// what the smallest plan lets through. Whoever punches is looked up by the same API.
const asksPerMinute = 30

// maxAsked is how many people a run asks about in all: more than an hour of questions.
// A company whose other domains hold more people than that learns so from the run.
const maxAsked = 2000

// questions are those of a worker to LINE WORKS about people one by one.
type questions struct {
	access   credential.Secret
	asked    int  // by this worker
	answered int  // in the run, whoever asked
	left     bool // somebody is not asked about, for the run has asked enough
}

// confirm asks about the linked people of some employees whom the directory did not
// list. That somebody is not listed says nothing: the list is of one domain (LINE WORKS
// documentation, user-list), and somebody may be moved between two pages while they are
// read. Only of whom LINE WORKS says that there is nobody the run learns that they are
// gone; what cannot be told changes nothing, and is not asked again. False: the run does not go on now.
func (w *Worker) confirm(ctx context.Context, r Run, part []link.Employee, q *questions) (outcome, bool) {
	missing, err := w.Store.Unlisted(ctx, r, part)
	if err != nil {
		return w.trouble(r, err), false
	}
	if len(missing) == 0 {
		return outcome{}, true
	}
	if q.answered >= w.MaxAsked {
		return w.leaveRest(ctx, r, q)
	}
	if q.access == "" {
		if q.access, err = w.token(ctx, r); err != nil {
			return w.trouble(r, err), false
		}
	}
	for _, user := range missing {
		if end, over := w.over(ctx, r, 0); over {
			return end, false
		}
		if q.answered >= w.MaxAsked {
			return w.leaveRest(ctx, r, q)
		}
		if q.asked == asksPerMinute {
			return w.trouble(r, spent(time.Minute)), false
		}
		q.asked++
		learn, err := w.ask(ctx, r, q.access, user)
		if err != nil {
			return w.trouble(r, err), false
		}
		if ours, err := learn(); err != nil || !ours {
			return w.stopped(r, err), false
		}
		q.answered++
	}
	return outcome{}, true
}

// leaveRest leaves everybody else as they are, and goes on. That it did is stored.
func (w *Worker) leaveRest(ctx context.Context, r Run, q *questions) (outcome, bool) {
	if !q.left {
		if ours, err := w.Store.KeepUnasked(ctx, r, w.until()); err != nil || !ours {
			return w.stopped(r, err), false
		}
		q.left = true
	}
	return outcome{}, true
}

// ask asks about one person, and answers how the run takes that in.
func (w *Worker) ask(ctx context.Context, r Run, access credential.Secret, user string) (learn func() (bool, error), err error) {
	wait, err := w.Store.SpendCall(ctx, r.Tenant, r.Connection, lineworks.People)
	if err != nil {
		return nil, err
	}
	if wait > 0 {
		return nil, spent(max(wait, shortest))
	}
	login, rate, err := w.Platform.LoginID(ctx, access, user)
	if lost := w.Store.LearnCalls(ctx, r.Tenant, r.Connection, lineworks.People, rate); lost != nil {
		return nil, lost
	}
	keep := func(m link.Member) func() (bool, error) {
		return func() (bool, error) { return w.Store.KeepPerson(ctx, r, m, w.until()) }
	}
	switch f := lineworks.FailureOf(err); {
	case err == nil:
		return keep(link.Member{User: user, LoginID: login, Active: true}), nil
	case f.Nobody() && f.Status != 0: // without a status LINE WORKS did not say it
		return keep(link.Member{User: user}), nil
	case f.Class == lineworks.Permanent, f.Class == lineworks.Forbidden, f.Class == lineworks.NotFound:
		return func() (bool, error) { return w.Store.KeepUnknown(ctx, r, user, w.until()) }, nil
	}
	return nil, err
}

// spent is the want of a budget, which makes a run rest as if LINE WORKS had said so.
func spent(wait time.Duration) error {
	return &lineworks.Failure{Class: lineworks.RateLimited, Code: "BUDGET_SPENT", Reset: wait}
}
