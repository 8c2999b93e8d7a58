package linksync_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
	"github.com/dakoku/dakoku/services/integration/internal/link"
	"github.com/dakoku/dakoku/services/integration/internal/linksync"
)

// Trouble that passes makes a run rest, as long as LINE WORKS says; other trouble
// ends it with a reason that an administrator can read.
func TestTrouble(t *testing.T) {
	o := newOffice(t)
	for name, c := range map[string]struct {
		failure lineworks.Failure
		age     time.Duration
		rest    time.Duration
		reason  string
	}{
		"rate limit":           {lineworks.Failure{Class: lineworks.RateLimited, Reset: 90 * time.Second}, 0, 90 * time.Second, ""},
		"rate limit, no time":  {lineworks.Failure{Class: lineworks.RateLimited}, 0, 10 * time.Second, ""},
		"away":                 {lineworks.Failure{Class: lineworks.Temporary}, 0, 10 * time.Second, ""},
		"token refused":        {lineworks.Failure{Class: lineworks.Unauthorized}, 0, 10 * time.Second, ""},
		"away for hours":       {lineworks.Failure{Class: lineworks.Temporary}, 7 * time.Hour, 0, "PLATFORM_UNAVAILABLE"},
		"keys refused":         {lineworks.Failure{Class: lineworks.Unauthorized, Keys: true}, 0, 0, "PLATFORM_REFUSED"},
		"scope not ticked":     {lineworks.Failure{Class: lineworks.Unauthorized, Keys: true, Code: "INVALID_SCOPE"}, 0, 0, "SCOPE_MISSING"},
		"may not list members": {lineworks.Failure{Class: lineworks.Forbidden}, 0, 0, "SCOPE_MISSING"},
		"nonsense":             {lineworks.Failure{Class: lineworks.Permanent}, 0, 0, "PLATFORM_REFUSED"},
	} {
		t.Run(name, func(t *testing.T) {
			o.open(t)
			id := o.begin(t)
			o.pass(c.age)
			o.fail = &c.failure
			(&process{office: o}).work(t.Context(), id)
			run, err := o.SyncOf(t.Context(), o.tenant, id)
			if err != nil || run.Reason != c.reason || (run.State == "FAILED") != (c.reason != "") {
				t.Fatalf("%s %s, %v", run.State, run.Reason, err)
			}
			o.pass(c.rest - time.Millisecond)
			for _, want := range []bool{false, c.reason == ""} {
				r, err := o.ClaimSync(t.Context(), o.tenant, id, o.now(), o.now())
				if err != nil || (r != nil) != want {
					t.Errorf("claimed %t, want %t, %v", r != nil, want, err)
				}
				o.pass(time.Millisecond)
			}
		})
	}
}

// A directory whose pages lead back to themselves ends the run instead of being
// read for ever.
func TestPagesWithoutEnd(t *testing.T) {
	o := newOffice(t)
	o.open(t)
	o.turns = true
	read := 0
	ctx, cancel := context.WithCancel(t.Context())
	o.pause = func(string) {
		if read++; read > pages {
			cancel()
		}
	}
	id := o.begin(t)
	(&process{office: o}).work(ctx, id)
	run, err := o.SyncOf(t.Context(), o.tenant, id)
	if err != nil || run.Reason != "PLATFORM_CONFUSED" || read != pages || link.SyncSentence(run.Reason).JA == "" {
		t.Errorf("%s %s after %d pages, %v", run.State, run.Reason, read, err)
	}
}

// Ever new pages end the run, too, although its workers change on the way.
func TestPagesThatAreAlwaysNew(t *testing.T) {
	o := newOffice(t)
	o.open(t)
	o.endless = true
	read := 0
	id := o.begin(t)
	o.pause = func(string) { read++ }
	for _, left := range []int{5, 0} { // the first dies at its third page
		(&process{office: o, left: left}).work(t.Context(), id)
		o.pass(time.Minute)
	}
	run, err := o.SyncOf(t.Context(), o.tenant, id)
	if err != nil || run.State != "FAILED" || run.Reason != "DIRECTORY_TOO_LONG" || read != 9 || run.Pages != 8 {
		t.Errorf("%s %s after %d pages, %d stored, %v", run.State, run.Reason, read, run.Pages, err)
	}
	if linksync.New(linksync.Config{}).MaxPages != 10_000 {
		t.Error("the bound of every day is not the one that is documented")
	}
}

// A run that never gets ready ends, whoever is slow.
func TestARunEndsInTime(t *testing.T) {
	o := newOffice(t)
	for name, slow := range map[string]func(){
		"pages": func() { o.pause = func(string) { o.pass(2 * time.Hour) } },
		"staff": func() { o.away, o.pause = errors.New("attendance is away"), func(string) { o.pass(2 * time.Hour) } },
		"both": func() {
			o.pause = func(cursor string) {
				if len(cursor) == pages-1 {
					o.pass(7 * time.Hour)
				}
			}
		},
	} {
		o.open(t)
		id := o.begin(t)
		slow()
		for range 4 {
			(&process{office: o}).work(t.Context(), id)
			o.pass(time.Minute)
		}
		run, err := o.SyncOf(t.Context(), o.tenant, id)
		if err != nil || run.Reason != "SYNC_TOO_LONG" || run.EmployeesCompared != 0 {
			t.Errorf("%s: %s %q, %d compared, %v", name, run.State, run.Reason, run.EmployeesCompared, err)
		}
	}
}

// What a worker does after its lease went to somebody else is nothing.
func TestLostLeases(t *testing.T) {
	o := newOffice(t)
	o.open(t)
	id := o.begin(t)
	first, err := o.ClaimSync(t.Context(), o.tenant, id, o.now(), o.now().Add(time.Minute))
	if err != nil || first == nil {
		t.Fatal(err)
	}
	if again, err := o.ClaimSync(t.Context(), o.tenant, id, o.now(), o.now().Add(time.Minute)); err != nil || again != nil {
		t.Fatalf("leased twice, %v", err)
	}
	o.pass(time.Minute)
	if second, err := o.ClaimSync(t.Context(), o.tenant, id, o.now(), o.now().Add(time.Minute)); err != nil || second == nil {
		t.Fatalf("a lease that ended is not free, %v", err)
	}
	until := o.now().Add(time.Hour)
	for name, step := range map[string]func() (bool, error){
		"page":    func() (bool, error) { return o.KeepPeople(t.Context(), *first, nil, "", until) },
		"compare": func() (bool, error) { return o.Compare(t.Context(), *first, o.staff[:1], nil, until) },
		"end":     func() (bool, error) { return o.EndSync(t.Context(), *first, "") },
		"rest":    func() (bool, error) { return o.ProlongSync(t.Context(), *first, until) },
	} {
		if ours, err := step(); ours || err != nil {
			t.Errorf("%s: %t, %v", name, ours, err)
		}
	}
	o.pass(time.Minute)
	(&process{office: o}).work(t.Context(), id)
	o.complete(t, "after all", id)
}
