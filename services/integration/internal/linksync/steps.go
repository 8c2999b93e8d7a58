package linksync

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
	"github.com/dakoku/dakoku/services/integration/internal/link"
	"github.com/dakoku/dakoku/services/integration/internal/vault"
)

// outcome is how a worker lets go of a run: the lease was lost, trouble that
// passes makes it rest, or it ended with a reason, which is empty on success.
type outcome struct {
	lost   bool
	err    error
	rest   time.Duration
	reason string
}

// steps takes a run to its end, or to the first trouble.
func (w *Worker) steps(ctx context.Context, r Run) outcome {
	if !r.AllRead {
		if end, ok := w.read(ctx, r); !ok {
			return end
		}
	}
	staff, err := w.Staff.Employees(ctx, r.Tenant)
	if err != nil {
		return w.trouble(r, err)
	}
	emails := link.ByEmail(staff)
	staff = slices.DeleteFunc(staff, func(e link.Employee) bool { return e.ID <= r.ComparedTo })
	asking := questions{answered: r.Asked, left: r.Unasked}
	if end, ok := w.confirm(ctx, r, staff, &asking); !ok {
		return end
	}
	for part := range slices.Chunk(staff, chunk) {
		if end, over := w.over(ctx, r, 0); over {
			return end
		}
		ours, err := w.Store.Compare(ctx, r, part, emails, w.until())
		if err != nil || !ours {
			return w.stopped(r, err)
		}
	}
	if asking.left {
		return outcome{reason: link.MembersUnasked}
	}
	return outcome{}
}

// read stores the pages that are missing; true when all are there.
func (w *Worker) read(ctx context.Context, r Run) (outcome, bool) {
	access, err := w.token(ctx, r)
	if err != nil {
		return w.trouble(r, err), false
	}
	if ours, err := w.Store.ProlongSync(ctx, r, w.until()); err != nil || !ours {
		return w.stopped(r, err), false
	}
	seen := map[string]bool{}
	for cursor, pages := r.Cursor, r.Pages; ; {
		seen[cursor] = true
		page, next, err := w.page(ctx, r, access, cursor)
		if err != nil {
			return w.trouble(r, err), false
		}
		if next != "" && seen[next] { // pages without end would be read for ever
			return outcome{reason: "PLATFORM_CONFUSED"}, false
		}
		var people []link.Member
		for _, m := range page {
			if m.User != "" {
				people = append(people, link.Member{User: m.User, LoginID: m.LoginID, Active: m.Active})
			}
		}
		ours, err := w.Store.KeepPeople(ctx, r, people, next, w.until())
		if err != nil || !ours {
			return w.stopped(r, err), false
		}
		if cursor = next; cursor == "" {
			return outcome{}, true
		}
		pages++
		if end, over := w.over(ctx, r, pages); over {
			return end, false
		}
	}
}

// page reads one page out of the budget. Without budget the run rests as if LINE
// WORKS had said so, and goes on with this page.
func (w *Worker) page(ctx context.Context, r Run, access credential.Secret, cursor string) ([]lineworks.Member, string, error) {
	wait, err := w.Store.SpendCall(ctx, r.Tenant, r.Connection, lineworks.Directory)
	if err != nil {
		return nil, "", err
	}
	if wait > 0 {
		return nil, "", spent(max(wait, shortest))
	}
	page, next, rate, err := w.Platform.Members(ctx, access, cursor)
	if lost := w.Store.LearnCalls(ctx, r.Tenant, r.Connection, lineworks.Directory, rate); lost != nil && err == nil {
		err = lost
	}
	return page, next, err
}

// over tells that a run does not go on: the process ends, or the run has used up
// what it may.
func (w *Worker) over(ctx context.Context, r Run, pages int) (outcome, bool) {
	switch err := ctx.Err(); {
	case err != nil:
		return outcome{err: err}, true
	case pages >= w.MaxPages:
		return outcome{reason: "DIRECTORY_TOO_LONG"}, true
	case w.Now().Sub(r.Started) > longestRun:
		return outcome{reason: "SYNC_TOO_LONG"}, true
	}
	return outcome{}, false
}

func (w *Worker) until() time.Time { return w.Now().Add(leaseTime) }

// token fetches an access token that may list members. It is not the one of
// every day, which may not, and is used for this run alone.
func (w *Worker) token(ctx context.Context, r Run) (credential.Secret, error) {
	sets, err := w.Store.SealedKeys(ctx, r.Tenant, r.Connection)
	if err != nil {
		return "", err
	}
	at := slices.IndexFunc(sets, func(k vault.Sealed) bool { return k.Version == credential.V2 })
	if at < 0 {
		return "", fault.New(fault.Precondition, "CREDENTIALS_MISSING", link.SyncSentence("CREDENTIALS_MISSING"))
	}
	set, err := w.Keys.Open(vault.OnBehalf(ctx, r.Actor), vault.FetchToken, sets[at])
	if err != nil {
		return "", err
	}
	token, err := w.Platform.TokenFor(ctx, set, "user.read")
	if noScope(err) {
		token, err = w.Platform.TokenFor(ctx, set, "directory.read")
	}
	return token.Access, err
}

func noScope(err error) bool { return err != nil && lineworks.FailureOf(err).Code == "INVALID_SCOPE" }

func (w *Worker) stopped(r Run, err error) outcome {
	if err == nil {
		return outcome{lost: true}
	}
	return w.trouble(r, err)
}

// trouble decides whether waiting can help.
func (w *Worker) trouble(r Run, err error) outcome {
	if fault.HasReason(err, "CREDENTIALS_MISSING") || fault.HasReason(err, "CONNECTION_NOT_FOUND") {
		return outcome{reason: "CREDENTIALS_MISSING"}
	}
	f, left := lineworks.FailureOf(err), longestRun-w.Now().Sub(r.Started)
	switch {
	case noScope(err), f.Class == lineworks.Forbidden:
		return outcome{reason: "SCOPE_MISSING"}
	case f.Class == lineworks.Permanent, f.Class == lineworks.NotFound, f.Class == lineworks.Unauthorized && f.Keys:
		return outcome{reason: "PLATFORM_REFUSED"}
	case left >= 0 && f.Class == lineworks.RateLimited && f.Reset > 0:
		return outcome{err: err, rest: f.Reset}
	case left >= 0:
		return outcome{err: err, rest: wait}
	case errors.As(err, &f):
		return outcome{reason: "PLATFORM_UNAVAILABLE"}
	}
	return outcome{reason: "SYNC_TOO_LONG"} // it was not LINE WORKS that was away
}
