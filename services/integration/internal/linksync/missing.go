package linksync

import (
	"context"
	"strings"
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

// askFor is how long after its start a run still asks: a small plan, busy mornings and
// LINE WORKS being away make questions slow, and what is known has to be compared before
// the end of longestRun.
const askFor = 4 * time.Hour

// questions are those of a worker to LINE WORKS about people one by one.
type questions struct {
	access   credential.Secret
	asked    int  // by this worker
	answered int  // in the run, whoever asked
	left     bool // somebody is not asked about: the run has asked enough, or for too long
}

// confirm asks about the linked people whom the directory did not list. That somebody is
// not listed says nothing: the list is of one domain (LINE WORKS documentation, user-list),
// and somebody may be moved between two pages while they are read. Only of whom LINE WORKS
// says that there is nobody the run learns that they are gone; what cannot be told changes
// nothing, and is not asked again. Of more people than a run asks about those come first
// whom nobody has asked about the longest, so that the next run asks about the others.
// False: the run does not go on now.
func (w *Worker) confirm(ctx context.Context, r Run, staff []link.Employee, q *questions) (outcome, bool) {
	may := max(w.MaxAsked-q.answered, 0)
	missing, err := w.Store.Unlisted(ctx, r, staff, may+1)
	if err != nil {
		return w.trouble(r, err), false
	}
	if len(missing) > may {
		missing = missing[:may]
		if end, ok := w.leaveRest(ctx, r, q); !ok {
			return end, false
		}
	}
	for _, l := range missing {
		if w.late(r) {
			return w.leaveRest(ctx, r, q)
		}
		if end, ok := w.confirmOne(ctx, r, l, q); !ok {
			return end, false
		}
	}
	return outcome{}, true
}

// late tells that the run asks about nobody any more.
func (w *Worker) late(r Run) bool { return w.Now().Sub(r.Started) >= askFor }

// confirmOne asks about one of them, with a token that the first question fetches.
func (w *Worker) confirmOne(ctx context.Context, r Run, l link.Link, q *questions) (outcome, bool) {
	if end, over := w.over(ctx, r, 0); over {
		return end, false
	}
	if q.asked == asksPerMinute {
		return w.trouble(r, spent(time.Minute)), false
	}
	var err error
	if q.access == "" {
		if q.access, err = w.token(ctx, r); err != nil {
			return w.trouble(r, err), false
		}
	}
	q.asked++
	learn, err := w.ask(ctx, r, q.access, l)
	if err != nil {
		return w.trouble(r, err), false
	}
	if ours, err := learn(); err != nil || !ours {
		return w.stopped(r, err), false
	}
	q.answered++
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
func (w *Worker) ask(ctx context.Context, r Run, access credential.Secret, l link.Link) (learn func() (bool, error), err error) {
	wait, err := w.Store.SpendSpare(ctx, r.Tenant, r.Connection, lineworks.People)
	if err != nil {
		return nil, err
	}
	if wait > 0 {
		return nil, spent(max(wait, shortest))
	}
	m, rate, err := w.Platform.Person(ctx, access, l.Who())
	if lost := w.Store.LearnCalls(ctx, r.Tenant, r.Connection, lineworks.People, rate); lost != nil {
		return nil, lost
	}
	if !answers(err) {
		return nil, err
	}
	found, told := meant(l, m, err, r.Home)
	return func() (bool, error) {
		if !told {
			return w.Store.KeepUnknown(ctx, r, l, w.until())
		}
		return w.Store.KeepPerson(ctx, r, l, found, w.until())
	}, nil
}

// answers tells an answer about the person from trouble that makes the run rest or end.
func answers(err error) bool {
	class := lineworks.FailureOf(err).Class
	return err == nil || class == lineworks.Permanent || class == lineworks.Forbidden || class == lineworks.NotFound
}

// meant is what an answer says of the person of a link. false: it does not tell. That
// nobody has an account that is no address says nothing when the person was never named:
// somebody typed a userId, and its case is lost. Nor does it of somebody whom the LINE
// WORKS that was asked has never known, when the company has another.
func meant(asked link.Link, m lineworks.Member, err error, home link.Home) (link.Member, bool) {
	found := link.Member{User: m.User, LoginID: m.LoginID, Active: m.Active}
	f := lineworks.FailureOf(err)
	switch {
	case err == nil && asked.User != "":
		found.User = asked.User // it was asked about by it
		return found, true
	case err == nil:
		return found, found.Is(asked.Account)
	case !f.Nobody() || !home.Knew(asked):
		return found, false
	case asked.User != "":
		return link.Member{User: asked.User}, true
	}
	return link.Member{User: asked.Account, LoginID: asked.Account}, strings.Contains(asked.Account, "@")
}

// spent is the want of a budget, which makes a run rest as if LINE WORKS had said so.
func spent(wait time.Duration) error {
	return &lineworks.Failure{Class: lineworks.RateLimited, Code: "BUDGET_SPENT", Reset: wait}
}
