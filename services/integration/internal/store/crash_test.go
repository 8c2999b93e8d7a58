package store

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/services/integration/internal/access"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
	"github.com/dakoku/dakoku/services/integration/internal/outbound"
	"github.com/dakoku/dakoku/services/integration/internal/vault"
)

// fakes stands in for keys, access tokens and the platform.
type fakes struct {
	mu       sync.Mutex
	sent     []string // users written to
	read     []lineworks.Message
	rate     lineworks.Rate
	tokens   []string // access tokens used
	renewals int
	answer   func(call int) error
	asks     int          // questions whether the platform takes messages
	heard    func() error // what it answers; nil: that it does
	account  error
}

func (f *fakes) SealedKeys(context.Context, string, string) ([]vault.Sealed, error) {
	return []vault.Sealed{{Version: credential.V2}}, f.account
}

func (f *fakes) LoginOf(context.Context, string, string) (string, error) { return "", nil }

func (f *fakes) Open(context.Context, vault.Purpose, vault.Sealed) (credential.Set, error) {
	return credential.Set{}, nil
}

func (f *fakes) Token(context.Context, vault.Sealed) (access.Grant, error) {
	return access.Grant{Access: "old", Version: 1}, nil
}

func (f *fakes) Renew(_ context.Context, _ vault.Sealed, refused access.Grant) (access.Grant, error) {
	f.renewals++
	return access.Grant{Access: "new", Version: refused.Version + 1}, nil
}

func (f *fakes) Send(_ context.Context, _ credential.Set, token credential.Secret, m lineworks.Message) (lineworks.Rate, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sent, f.tokens, f.read = append(f.sent, m.User), append(f.tokens, token.Reveal()), append(f.read, m)
	if f.answer == nil {
		return f.rate, nil
	}
	return f.rate, f.answer(len(f.sent))
}

func (f *fakes) Ask(context.Context, credential.Set, credential.Secret, lineworks.Message) (lineworks.Rate, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asks++
	if f.heard == nil {
		return f.rate, &lineworks.Failure{Class: lineworks.Permanent, Code: "MISSING_PARAMETER"}
	}
	return f.rate, f.heard()
}

// dying is a store whose process dies at a point of the way of a message.
type dying struct {
	*Store
	beforeMark, afterMark bool
}

var errKilled = errors.New("killed")

func (d *dying) Settle(ctx context.Context, l outbound.Letter, v outbound.Verdict, now time.Time) (bool, error) {
	if d.beforeMark {
		return false, errKilled
	}
	own, err := d.Store.Settle(ctx, l, v, now)
	if d.afterMark && err == nil {
		return own, errKilled
	}
	return own, err
}

func (f *fixture) queue(s outbound.Store, out *fakes) *outbound.Queue {
	return outbound.New(outbound.Config{Store: s, Accounts: out, Keys: out, Tokens: out, Platform: out, Now: f.clock.now, Log: zap.NewNop(), PerMinute: 60000})
}

// restart is what every process does after a crash, for ever.
func (f *fixture) restart(t *testing.T, out *fakes) {
	t.Helper()
	for range 10 {
		f.clock.pass(time.Minute)
		f.queue(f.Store, out).Step(t.Context(), f.lane)
	}
}

func (f *fixture) end(t *testing.T) (rows int, state, reason string) {
	t.Helper()
	err := f.owner.QueryRow(t.Context(), `select count(*), min(state), min(reason) from integration.outbound_message`).Scan(&rows, &state, &reason)
	if err != nil {
		t.Fatal(err)
	}
	return rows, state, reason
}

func TestKilledProcesses(t *testing.T) {
	t.Parallel()
	before := func(f *fixture, out *fakes) {
		f.queue(&dying{Store: f.Store, beforeMark: true}, out).Step(context.Background(), f.lane)
	}
	for name, c := range map[string]struct {
		dies  func(*fixture, *fakes)
		calls int
		state string
	}{
		"before the call":                 {func(f *fixture, _ *fakes) { f.claimNext(t) }, 1, "SENT"},
		"after the call, before the mark": {before, 2, "SENT"},
		"after the mark": {func(f *fixture, out *fakes) {
			f.queue(&dying{Store: f.Store, afterMark: true}, out).Step(context.Background(), f.lane)
		}, 1, "SENT"},
		"twice after the call": {func(f *fixture, out *fakes) {
			before(f, out)
			f.clock.pass(time.Minute)
			before(f, out)
		}, 2, "FAILED"},
	} {
		t.Run(name, func(t *testing.T) {
			f, out := newFixture(t), &fakes{}
			f.accept(t, f.draft("a", outbound.Problem))
			c.dies(f, out)
			f.accept(t, f.draft("a", outbound.Problem)) // the gateway repeats what it got no answer to
			f.restart(t, out)
			rows, state, reason := f.end(t)
			if len(out.sent) != c.calls || rows != 1 || state != c.state {
				t.Errorf("%d calls, %d rows, %s %s; want %d calls, one row, %s", len(out.sent), rows, state, reason, c.calls, c.state)
			}
		})
	}
}

// absent is a store whose database is away for some settlements.
type absent struct {
	*Store
	times int
}

func (a *absent) Settle(ctx context.Context, l outbound.Letter, v outbound.Verdict, now time.Time) (bool, error) {
	if a.times--; a.times >= 0 {
		return false, fault.New(fault.Unavailable, "UNAVAILABLE", fault.Text{})
	}
	return a.Store.Settle(ctx, l, v, now)
}

// The database ends the session between the sending and the note of it: the
// person must not read the answer twice.
func TestADatabaseThatIsAwayAfterTheCallDoublesNothing(t *testing.T) {
	t.Parallel()
	f, out := newFixture(t), &fakes{}
	f.accept(t, f.draft("a", outbound.Problem))
	f.queue(&absent{Store: f.Store, times: 2}, out).Step(t.Context(), f.lane)
	f.restart(t, out)
	if _, state, _ := f.end(t); state != "SENT" || len(out.sent) != 1 {
		t.Errorf("%s after %d calls", state, len(out.sent))
	}
}

// A database that was away while the keys were read is no lack of keys.
func TestKeysThatCannotBeReadNowHoldALaneOnlyShortly(t *testing.T) {
	t.Parallel()
	f, out := newFixture(t), &fakes{account: fault.New(fault.Unavailable, "UNAVAILABLE", fault.Text{})}
	f.accept(t, f.draft("a", outbound.Problem))
	f.queue(f.Store, out).Step(t.Context(), f.lane)
	out.account = nil
	f.clock.pass(2 * time.Second)
	f.queue(f.Store, out).Step(t.Context(), f.lane)
	if _, state, reason := f.end(t); state != "SENT" {
		t.Errorf("%s %s", state, reason)
	}
}

func TestStepRenewsOnce(t *testing.T) {
	t.Parallel()
	f, out := newFixture(t), &fakes{}
	out.answer = func(call int) error {
		if call == 1 {
			return &lineworks.Failure{Class: lineworks.Unauthorized, Code: "UNAUTHORIZED"}
		}
		return nil
	}
	f.accept(t, f.draft("a", outbound.Problem))
	f.queue(f.Store, out).Step(t.Context(), f.lane)
	if _, state, _ := f.end(t); state != "SENT" || out.renewals != 1 || len(out.tokens) != 2 || out.tokens[1] != "new" {
		t.Errorf("%s, %d renewals, tokens %v", state, out.renewals, out.tokens)
	}
}

// One person cannot be written to: the others are not kept waiting, and that message waits with its reason.
func TestForbiddenForOnePerson(t *testing.T) {
	t.Parallel()
	f, out := newFixture(t), &fakes{}
	out.answer = func(int) error {
		if out.sent[len(out.sent)-1] == "bad" {
			return &lineworks.Failure{Class: lineworks.Forbidden, Code: "FORBIDDEN"}
		}
		return nil
	}
	f.accept(t, f.draft("bad", outbound.Problem))
	f.clock.pass(time.Second)
	f.accept(t, f.draft("good", outbound.Confirmation))
	f.restart(t, out)
	f.restart(t, out)
	f.restart(t, out)
	if got := f.states(t); got["QUEUED FORBIDDEN"] != 1 || got["SENT"] != 1 || len(out.sent) > 4 {
		t.Errorf("%v, calls %v", got, out.sent)
	}
}

func TestOldMessagesExpire(t *testing.T) {
	t.Parallel()
	f, out := newFixture(t), &fakes{}
	f.accept(t, f.draft("a", outbound.Problem))
	f.clock.pass(outbound.Life)
	f.queue(f.Store, out).Step(t.Context(), f.lane)
	if _, state, _ := f.end(t); state != "EXPIRED" || len(out.sent) != 0 {
		t.Errorf("%s after %d calls", state, len(out.sent))
	}
}
