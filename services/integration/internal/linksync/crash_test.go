package linksync_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"go.uber.org/zap"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/postgres/pgtest"
	"github.com/dakoku/dakoku/platform/seal"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
	"github.com/dakoku/dakoku/services/integration/internal/link"
	"github.com/dakoku/dakoku/services/integration/internal/linksync"
	"github.com/dakoku/dakoku/services/integration/internal/store"
	"github.com/dakoku/dakoku/services/integration/internal/vault"
)

const (
	pages     = 4
	employees = 1100 // three chunks
)

// office is a store with a company, whose employees all are in the directory.
type office struct {
	*store.Store
	mu      sync.Mutex
	at      time.Time
	tenant  string
	conn    string
	staff   []link.Employee
	pause   func(cursor string) // called for every page
	fail    *lineworks.Failure
	away    error // of the list of employees
	turns   bool  // the last page leads back to the second
	endless bool  // every page names a new one
	rate    lineworks.Rate
	people  map[string]error            // whom LINE WORKS is asked about one by one: nil: they are there
	named   map[string]lineworks.Member // whom LINE WORKS names when asked
	asked   []string
	hidden  map[string]bool // whom the directory does not list
	most    int             // questions of a run; 0 is the usual
	slow    time.Duration   // what a question takes
}

func newOffice(t *testing.T) *office {
	t.Helper()
	d := pgtest.New(t, store.Migrations())
	db := d.Open(t, store.Migrations().Role())
	keys, err := seal.LoadOrCreate(t.Context(), filepath.Join(t.TempDir(), "keys.json"), postgres.NewSealCheck(db, store.Migrations()))
	if err != nil {
		t.Fatal(err)
	}
	o := &office{at: time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)}
	o.Store = store.New(db, keys, o.now)
	return o
}

// open starts over with another company.
func (o *office) open(t *testing.T) {
	t.Helper()
	o.tenant, o.staff, o.pause, o.fail, o.away, o.turns, o.endless = uuid.NewString(), nil, func(string) {}, nil, nil, false, false
	c, err := o.CreateConnection(t.Context(), o.tenant, "本社", false)
	if err != nil {
		t.Fatal(err)
	}
	o.conn = c.ID
	for i := range employees {
		o.staff = append(o.staff, link.Employee{ID: uuid.NewString(), Number: fmt.Sprint(i), Email: fmt.Sprintf("u%d@x", i), Active: true})
	}
	slices.SortFunc(o.staff, func(a, b link.Employee) int { return strings.Compare(a.ID, b.ID) })
}

func (o *office) now() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.at
}

func (o *office) pass(d time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.at = o.at.Add(d)
}

func (o *office) Employees(context.Context, string) ([]link.Employee, error) {
	if o.away != nil {
		return nil, o.away
	}
	return slices.Clone(o.staff), nil
}

func (o *office) TokenFor(context.Context, credential.Set, ...string) (lineworks.Token, error) {
	return lineworks.Token{Access: "t"}, nil
}

// Person tells of the people beside the directory.
func (o *office) Person(_ context.Context, _ credential.Secret, who string) (lineworks.Member, lineworks.Rate, error) {
	o.asked = append(o.asked, who)
	o.pass(o.slow)
	if m, known := o.named[who]; known {
		return m, lineworks.Rate{}, nil
	}
	return lineworks.Member{User: who, LoginID: who + "@elsewhere", Active: true}, lineworks.Rate{}, o.people[who]
}

// Members are those of the employees with even numbers.
func (o *office) Members(_ context.Context, _ credential.Secret, cursor string) ([]lineworks.Member, string, lineworks.Rate, error) {
	o.pause(cursor)
	if o.fail != nil {
		return nil, "", o.rate, o.fail
	}
	page := len(cursor)
	var out []lineworks.Member
	for i := page; i < employees; i += pages {
		if user := fmt.Sprint("user-", i); i%2 == 0 && !o.hidden[user] {
			out = append(out, lineworks.Member{User: user, LoginID: fmt.Sprintf("u%d@x", i), Active: true})
		}
	}
	if o.endless {
		return nil, cursor + "x", o.rate, nil
	}
	if page == pages-1 && o.turns {
		return out, "x", o.rate, nil
	}
	if page == pages-1 {
		return out, "", o.rate, nil
	}
	return out, cursor + "x", o.rate, nil
}

// process is one program with its own end.
type process struct {
	*office
	left  int  // store calls until it dies
	after bool // it dies behind the call, not in front of it
	dead  bool
	keep  int // people asked about until it dies; 0 is never
}

var errKilled = errors.New("killed")

// call does one store call, unless the process is dead or dies.
func call[T any](p *process, do func() (T, error)) (T, error) {
	var none T
	p.left--
	if p.dead || (p.left == 0 && !p.after) {
		p.dead = true
		return none, errKilled
	}
	out, err := do()
	if p.left == 0 {
		p.dead = true
		return none, errKilled
	}
	return out, err
}

func (p *process) ClaimSync(ctx context.Context, tenant, id string, now, until time.Time) (*linksync.Run, error) {
	return call(p, func() (*linksync.Run, error) { return p.Store.ClaimSync(ctx, tenant, id, now, until) })
}

func (p *process) KeepPeople(ctx context.Context, r linksync.Run, people []link.Member, next string, until time.Time) (bool, error) {
	return call(p, func() (bool, error) { return p.Store.KeepPeople(ctx, r, people, next, until) })
}

func (p *process) Unlisted(ctx context.Context, r linksync.Run, staff []link.Employee, limit int) ([]link.Link, error) {
	return call(p, func() ([]link.Link, error) { return p.Store.Unlisted(ctx, r, staff, limit) })
}

func (p *process) KeepPerson(ctx context.Context, r linksync.Run, asked link.Link, m link.Member, until time.Time) (bool, error) {
	if p.keep--; p.keep == 0 {
		p.left = 1
	}
	return call(p, func() (bool, error) { return p.Store.KeepPerson(ctx, r, asked, m, until) })
}

func (p *process) Compare(ctx context.Context, r linksync.Run, staff []link.Employee, emails link.Emails, until time.Time) (bool, error) {
	return call(p, func() (bool, error) { return p.Store.Compare(ctx, r, staff, emails, until) })
}

func (p *process) EndSync(ctx context.Context, r linksync.Run, reason string) (bool, error) {
	return call(p, func() (bool, error) { return p.Store.EndSync(ctx, r, reason) })
}

func (p *process) ProlongSync(ctx context.Context, r linksync.Run, until time.Time) (bool, error) {
	return call(p, func() (bool, error) { return p.Store.ProlongSync(ctx, r, until) })
}

func (p *process) SealedKeys(context.Context, string, string) ([]vault.Sealed, error) {
	return []vault.Sealed{{Version: credential.V2}}, nil
}

func (p *process) Open(context.Context, vault.Purpose, vault.Sealed) (credential.Set, error) {
	return credential.Set{Version: credential.V2}, nil
}

func (p *process) work(ctx context.Context, id string) {
	linksync.New(linksync.Config{Store: p, Keys: p, Staff: p.office, Platform: p.office, Now: p.now, Log: zap.NewNop(), MaxPages: 8, MaxAsked: p.most}).Work(ctx, p.tenant, id)
}

func (o *office) begin(t *testing.T) string {
	t.Helper()
	run, err := o.StartSync(t.Context(), o.tenant, o.conn, "accounts/a", false, false)
	if err != nil {
		t.Fatal(err)
	}
	return run.ID
}

// complete requires that the run did everything exactly once.
func (o *office) complete(t *testing.T, what, id string) {
	t.Helper()
	run, err := o.SyncOf(t.Context(), o.tenant, id)
	if err != nil {
		t.Fatal(err)
	}
	links, err := o.LinksAfter(t.Context(), o.tenant, nil, "", employees)
	if err != nil {
		t.Fatal(err)
	}
	history := 0
	for _, l := range links[:10] {
		changes, err := o.LinkChanges(t.Context(), o.tenant, l.Employee, 0, 10)
		if err != nil {
			t.Fatal(err)
		}
		history += len(changes)
	}
	if run.State != "DONE" || run.UsersRead != employees/2 || run.EmployeesCompared != employees || run.Counts[link.Created] != employees/2 ||
		run.Counts[link.NoMatch] != employees/2 || run.Counts[link.Unchanged] != 0 || len(links) != employees/2 || history != 10 {
		t.Errorf("%s: %s, %d read, %d compared, %v, %d links, %d changes of ten", what, run.State, run.UsersRead, run.EmployeesCompared, run.Counts, len(links), history)
	}
}

// A process dies in front of and behind every commit of a run; another one goes
// on. Everything is done once.
func TestARunOutlivesItsWorkers(t *testing.T) {
	o := newOffice(t)
	died := 0
	for _, after := range []bool{false, true} {
		for step := 1; ; step++ {
			o.open(t)
			id := o.begin(t)
			p := &process{office: o, left: step, after: after}
			p.work(t.Context(), id)
			if !p.dead {
				break
			}
			died++
			o.pass(time.Minute)
			(&process{office: o}).work(t.Context(), id)
			o.complete(t, fmt.Sprint("killed at call ", step, ", after it: ", after), id)
		}
	}
	if died != 2*(1+1+pages+1+3+1) {
		t.Errorf("%d deaths", died)
	}
}

// A worker is so slow that its lease ends: what it does afterwards is nothing.
func TestASlowWorkerIsFenced(t *testing.T) {
	o := newOffice(t)
	o.open(t)
	id := o.begin(t)
	o.pause = func(cursor string) {
		if cursor != "xx" {
			return
		}
		o.pause = func(string) {}
		o.pass(2 * time.Minute)
		(&process{office: o}).work(t.Context(), id)
	}
	(&process{office: o}).work(t.Context(), id)
	o.complete(t, "a slow worker", id)
}

// Many processes look for work at once: one of them gets the run.
func TestOneWorkerGetsTheRun(t *testing.T) {
	o := newOffice(t)
	o.open(t)
	id := o.begin(t)
	var mu sync.Mutex
	first := 0
	o.pause = func(cursor string) {
		mu.Lock()
		defer mu.Unlock()
		if cursor == "" {
			first++
		}
	}
	ctx := t.Context()
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() { (&process{office: o}).work(ctx, id) })
	}
	all.Wait()
	if first != 1 {
		t.Errorf("%d workers read the directory", first)
	}
	o.complete(t, "eight workers", id)
}

// A company starts its sync in many processes at once: one runs.
func TestOneRunForACompany(t *testing.T) {
	o := newOffice(t)
	o.open(t)
	ctx := t.Context()
	var mu sync.Mutex
	started := 0
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			_, err := o.StartSync(ctx, o.tenant, o.conn, "accounts/a", false, false)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				started++
			}
		})
	}
	all.Wait()
	if started != 1 {
		t.Errorf("%d runs", started)
	}
}
