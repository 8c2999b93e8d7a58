package linksync

import (
	"context"
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
	for part := range slices.Chunk(staff, chunk) {
		if err := ctx.Err(); err != nil {
			return outcome{err: err}
		}
		ours, err := w.Store.Compare(ctx, r, part, emails, w.until())
		if err != nil || !ours {
			return w.stopped(r, err)
		}
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
	for cursor := r.Cursor; ; {
		seen[cursor] = true
		if err := ctx.Err(); err != nil {
			return outcome{err: err}, false
		}
		page, next, err := w.Platform.Members(ctx, access, cursor)
		if err != nil {
			return w.trouble(r, err), false
		}
		if next != "" && seen[next] { // pages without end would be read for ever
			return outcome{reason: "PLATFORM_CONFUSED"}, false
		}
		var people []link.Member
		for _, m := range page {
			if m.Active && m.User != "" && m.LoginID != "" {
				people = append(people, link.Member{User: m.User, LoginID: m.LoginID})
			}
		}
		ours, err := w.Store.KeepPeople(ctx, r, people, next, w.until())
		if err != nil || !ours {
			return w.stopped(r, err), false
		}
		if cursor = next; cursor == "" {
			return outcome{}, true
		}
	}
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
	set, err := w.Keys.Open(ctx, vault.FetchToken, sets[at])
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
	switch f := lineworks.FailureOf(err); {
	case noScope(err), f.Class == lineworks.Forbidden:
		return outcome{reason: "SCOPE_MISSING"}
	case f.Class == lineworks.Permanent, f.Class == lineworks.NotFound, f.Class == lineworks.Unauthorized && f.Keys:
		return outcome{reason: "PLATFORM_REFUSED"}
	case w.Now().Sub(r.Started) > longestRun:
		return outcome{reason: "PLATFORM_UNAVAILABLE"}
	case f.Class == lineworks.RateLimited && f.Reset > 0:
		return outcome{err: err, rest: f.Reset}
	}
	return outcome{err: err, rest: wait}
}
