package directory

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"

	"github.com/dakoku/dakoku/services/integration/internal/access"
	"github.com/dakoku/dakoku/services/integration/internal/connection"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
	"github.com/dakoku/dakoku/services/integration/internal/vault"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// fake is a store, a token manager and a platform in one.
type fake struct {
	mu      sync.Mutex
	known   Known
	linked  Person
	misses  []Miss
	account error
	calls   int
	look    func(call int, token, user string) (string, error)
	rate    lineworks.Rate // of every answer
	learned []lineworks.Rate
	spent   int
	wait    time.Duration // until there is budget
	spare   int
	full    time.Duration // until there is some to spare
	gate    Standing
	state   connection.State // as the last verdict changed it
	now     func() time.Time // of the gate; nil is noon
}

func newFake() *fake {
	known := NewKnown()
	known.States["c"] = string(connection.Active)
	return &fake{known: known, linked: Person{Account: "taro@example", Employee: "employee"}}
}

func (f *fake) People(context.Context, string, Question) (Known, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := NewKnown()
	out.States = f.known.States
	for user, r := range f.known.Senders {
		out.Senders[user] = r
	}
	out.Add(f.linked)
	return out, nil
}

func (f *fake) Miss(_ context.Context, _ string, misses []Miss) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.misses = append(f.misses, misses...)
	return nil
}

func (f *fake) Remember(_ context.Context, _, user string, r Remembered) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.known.Senders[user] = r
	if f.linked.User == "" && r.LoginID == f.linked.Account {
		f.linked.User = user
	}
	return "", nil
}

func (f *fake) SealedKeys(context.Context, string, string) ([]vault.Sealed, error) {
	return []vault.Sealed{{Version: credential.V1}, {Version: credential.V2}}, f.account
}

func (f *fake) Token(_ context.Context, k vault.Sealed) (access.Grant, error) {
	if k.Version != credential.V2 {
		return access.Grant{}, errors.New("keys of API 1.0 look nobody up")
	}
	return access.Grant{Access: "old", Version: 1}, nil
}

func (f *fake) Renew(context.Context, vault.Sealed, access.Grant) (access.Grant, error) {
	return access.Grant{Access: "new", Version: 2}, nil
}

func (f *fake) Person(ctx context.Context, token credential.Secret, user string) (lineworks.Member, lineworks.Rate, error) {
	f.mu.Lock()
	f.calls++
	call := f.calls
	f.mu.Unlock()
	login, err := f.look(call, token.Reveal(), user)
	if ctx.Err() != nil {
		return lineworks.Member{}, f.rate, ctx.Err() // nobody waits any more
	}
	return lineworks.Member{User: user, LoginID: login, Active: true}, f.rate, err
}

func (f *fake) SpendCall(context.Context, string, string, lineworks.API) (time.Duration, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.wait == 0 {
		f.spent++
	}
	return f.wait, nil
}

func (f *fake) SpendSpare(context.Context, string, string, lineworks.API) (time.Duration, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.full == 0 {
		f.spare++
	}
	return f.full, nil
}

func (f *fake) time() time.Time {
	if f.now == nil {
		return noon
	}
	return f.now()
}

func (f *fake) BeginLookUp(_ context.Context, _, _, user string) (Standing, time.Duration, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.gate, f.gate.Wait(user, f.time()), nil
}

func (f *fake) SettleLookUp(_ context.Context, _, _, user string, seen Standing, v Verdict) (connection.State, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !v.Refused() {
		f.gate = Standing{}
		return "", nil
	}
	f.gate = f.gate.After(seen, user, v, f.time())
	if v.Break {
		f.state = connection.Broken
	}
	return f.state, nil
}

func (f *fake) LearnCalls(_ context.Context, _, _ string, _ lineworks.API, rate lineworks.Rate) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.learned = append(f.learned, rate)
	return nil
}

func (f *fake) resolve(t *testing.T, at time.Time) Answer {
	t.Helper()
	r := New(f, f, f, func() time.Time { return at }, zap.NewNop())
	return one(t, r)
}

func one(t *testing.T, r *Resolver) Answer {
	t.Helper()
	got, err := r.Resolve(t.Context(), []Sender{{Tenant: "t", Connection: "c", Version: credential.V2, User: "u"}})
	if err != nil {
		t.Error(err)
		return Answer{}
	}
	return got[0]
}

func TestMemoryOfSenders(t *testing.T) {
	away := &lineworks.Failure{Class: lineworks.Temporary}
	for name, c := range map[string]struct {
		user       string // of the link
		remembered string
		age        time.Duration
		look       string
		err        error
		want       State
		calls      int
	}{
		"linked":                              {"u", "Taro@example", 23 * time.Hour, "", nil, Linked, 0},
		"linked, old":                         {"u", "taro@example", 24 * time.Hour, "taro@example", nil, Linked, 1},
		"linked, old, new login id":           {"u", "taro@example", 24 * time.Hour, "jiro@example", nil, Linked, 1},
		"linked, old, LINE WORKS away":        {"u", "taro@example", 99 * time.Hour, "", away, Linked, 1},
		"linked by login id alone":            {"", "taro@example", time.Second, "taro@example", nil, Linked, 1},
		"linked by login id alone, now other": {"", "taro@example", time.Second, "jiro@example", nil, Unlinked, 1},
		"linked by login id alone, away":      {"", "taro@example", 99 * time.Hour, "", away, Linked, 1},
		"a stranger has the login id":         {"v", "taro@example", 59 * time.Second, "", nil, Unlinked, 0},
		"a stranger has the login id, asked":  {"v", "taro@example", time.Minute, "taro@example", nil, Unlinked, 1},
		"unlinked just now":                   {"", "jiro@example", 59 * time.Second, "", nil, Unlinked, 0},
		"unlinked, login id changed":          {"", "jiro@example", time.Minute, "taro@example", nil, Linked, 1},
		"unlinked, LINE WORKS away":           {"", "jiro@example", time.Minute, "", away, Pending, 1},
		"unknown just now":                    {"", "", 59 * time.Second, "", nil, Unlinked, 0},
		"unknown, asked again":                {"", "", time.Minute, "", nobodyThere, Unlinked, 1},
		"unknown, LINE WORKS away":            {"", "", time.Minute, "", away, Pending, 1},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake()
			f.linked.User = c.user
			f.known.Senders["u"] = Remembered{LoginID: c.remembered, Checked: noon}
			f.look = func(int, string, string) (string, error) { return c.look, c.err }
			if got := f.resolve(t, noon.Add(c.age)); got.State != c.want || f.calls != c.calls {
				t.Errorf("%+v after %d calls", got, f.calls)
			}
			if f.misses != nil {
				t.Errorf("on the list for being asked about: %+v", f.misses)
			}
		})
	}
}

// What was typed in capitals or not is found until the exact userId is known;
// then nobody else has it.
func TestATypedUserIDIsOnePerson(t *testing.T) {
	for user, want := range map[string]State{"": Linked, "U": Unlinked, "u": Linked} {
		k := NewKnown()
		k.States["c"] = string(connection.Active)
		k.Add(Person{Account: "u", User: user, Employee: "employee"})
		if got, _ := k.decide(Sender{Connection: "c", Version: credential.V2, User: "u"}, noon); got.State != want {
			t.Errorf("%q: %+v", user, got)
		}
	}
}

// Somebody whom LINE WORKS did not know is asked about again soon.
func TestWhoWasGoneIsAskedAboutSoon(t *testing.T) {
	for gone, calls := range map[bool]int{true: 1, false: 0} {
		f := newFake()
		f.linked.User, f.linked.Gone = "u", gone
		f.known.Senders["u"] = Remembered{Checked: noon}
		f.look = func(int, string, string) (string, error) { return "taro@example", nil }
		if got := f.resolve(t, noon.Add(time.Minute)); got.State != Linked || f.calls != calls {
			t.Errorf("gone %t: %+v after %d calls", gone, got, f.calls)
		}
	}
}

func TestManyQuestionsOneLookUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		release := make(chan struct{})
		f.look = func(int, string, string) (string, error) {
			<-release
			return "taro@example", nil
		}
		r := New(f, f, f, func() time.Time { return noon }, zap.NewNop())
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				if got := one(t, r); got.State != Linked {
					t.Errorf("%+v", got)
				}
			})
		}
		synctest.Wait() // all of them wait for the one look-up
		close(release)
		all.Wait()
		one(t, r)
		if f.calls != 1 {
			t.Errorf("%d look-ups", f.calls)
		}
	})
}

// A look-up is not given up with the caller who started it: the next question
// finds its answer.
func TestALookUpOutlivesItsCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.look = func(int, string, string) (string, error) {
			<-time.After(2 * patience)
			return "taro@example", nil
		}
		r := New(f, f, f, func() time.Time { return noon }, zap.NewNop())
		if got := one(t, r); got.State != Pending {
			t.Errorf("%+v before the answer came", got)
		}
		<-time.After(2 * patience)
		if got := one(t, r); got.State != Linked || f.calls != 1 {
			t.Errorf("%+v after %d calls", got, f.calls)
		}
	})
}

func TestLookUpsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		release := make(chan struct{})
		f.look = func(int, string, string) (string, error) {
			<-release
			return "nobody@example", nil
		}
		r := New(f, f, f, func() time.Time { return noon }, zap.NewNop())
		senders := make([]Sender, 100)
		for i := range senders {
			senders[i] = Sender{Tenant: "t", Connection: "c", Version: credential.V2, User: string(rune('A' + i))}
		}
		done := make(chan []Answer)
		go func() {
			got, err := r.Resolve(t.Context(), senders)
			if err != nil {
				t.Error(err)
			}
			done <- got
		}()
		synctest.Wait()
		if f.calls != maxLookups {
			t.Errorf("%d look-ups at once", f.calls)
		}
		for _, a := range <-done { // patience ends before the look-ups do
			if a.State != Pending {
				t.Fatalf("%+v", a)
			}
		}
		close(release)
	})
}

// LINE WORKS stays silent about people of three organizations: the fourth, which
// needs no look-up, is not kept waiting for one after the other.
func TestSilenceCostsOneQuestionItsPatienceOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		release := make(chan struct{})
		f.look = func(int, string, string) (string, error) {
			<-release
			return "taro@example", nil
		}
		r := New(f, f, f, func() time.Time { return noon }, zap.NewNop())
		var senders []Sender
		for _, tenant := range []string{"a", "b", "c"} {
			senders = append(senders, Sender{Tenant: tenant, Connection: "c", Version: credential.V2, User: "u"})
		}
		senders = append(senders, Sender{Tenant: "d", Connection: "c", Version: credential.V1, User: "taro@example"})
		began := time.Now()
		got, err := r.Resolve(t.Context(), senders)
		if err != nil || got[3].State != Linked || got[0].State != Pending || time.Since(began) > patience {
			t.Errorf("%+v after %s, %v", got, time.Since(began), err)
		}
		close(release)
	})
}

func TestRefusedTokenIsRenewedOnce(t *testing.T) {
	f := newFake()
	f.look = func(_ int, token, _ string) (string, error) {
		if token == "old" {
			return "", &lineworks.Failure{Class: lineworks.Unauthorized}
		}
		return "taro@example", nil
	}
	if got := f.resolve(t, noon); got.State != Linked || f.calls != 2 {
		t.Errorf("%+v after %d calls", got, f.calls)
	}
}

func TestMissingKeysArePending(t *testing.T) {
	f := newFake()
	f.account = connection.CredentialsMissing()
	if got := f.resolve(t, noon); got.State != Pending || got.RetryAfter != later || f.calls != 0 {
		t.Errorf("%+v", got)
	}
}

func TestRetryAfter(t *testing.T) {
	for _, c := range []struct {
		err  error
		want time.Duration
	}{
		{&lineworks.Failure{Class: lineworks.RateLimited, Reset: time.Minute}, time.Minute},
		{&lineworks.Failure{Class: lineworks.RateLimited}, soon},
		{&lineworks.Failure{Class: lineworks.Forbidden}, later},
		{&lineworks.Failure{Class: lineworks.Forbidden, Code: noV2}, soon},
		{errors.New("x"), soon},
		{context.DeadlineExceeded, soon},
	} {
		if got := retryAfter(c.err); got != c.want {
			t.Errorf("%v: %v", c.err, got)
		}
	}
}
