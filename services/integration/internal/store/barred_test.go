package store

import (
	"fmt"
	"testing"
	"time"

	"github.com/dakoku/dakoku/services/integration/internal/connection"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
	"github.com/dakoku/dakoku/services/integration/internal/outbound"
)

// barring answers 403 to what one person would read, while it does.
func barring(out *fakes, person string, does *bool) func(int) error {
	return func(int) error {
		if *does && out.sent[len(out.sent)-1] == person {
			return &lineworks.Failure{Class: lineworks.Forbidden, Code: "ACCESS_DENIED"}
		}
		return nil
	}
}

// to is a message to a person.
func (f *fixture) to(person, key string) outbound.Draft {
	d := f.draft(key, outbound.Problem)
	d.Content.User = person
	return d
}

// One person who may not be written to never stops the company, however often there
// is something to tell, and is called less and less.
func TestOneBarredPersonStopsNobody(t *testing.T) {
	t.Parallel()
	f, out, does := newFixture(t), &fakes{}, true
	out.answer = barring(out, "barred", &does)
	q := f.queue(f.Store, out)
	for round := range 24 {
		f.accept(t, f.to("barred", fmt.Sprint("b", round)))
		f.crowd(t, fmt.Sprint("p", round, "-"), 5, outbound.Confirmation)
		f.pump(t, q, 10*time.Second, time.Second)
		if got := f.states(t); got["SENT"] != 5*(round+1) {
			t.Fatalf("round %d: %v", round, got)
		}
		f.clock.pass(time.Hour)
	}
	if n := len(out.sent) - 24*5; n > 24 {
		t.Errorf("%d calls for nothing", n)
	}
	does = false
	f.pump(t, q, 5*time.Hour, time.Minute)
	f.accept(t, f.to("barred", "at last"))
	f.pump(t, q, 2*time.Second, time.Second)
	if last := out.read[len(out.read)-1]; last.Texts[0].Text != "at last" {
		t.Errorf("%v, last %q", f.states(t), last.Texts[0].Text)
	}
}

// It is remembered when no message waits any more, and forgotten once one got
// through.
func TestWhoIsBarredIsRemembered(t *testing.T) {
	t.Parallel()
	f, out, does := newFixture(t), &fakes{}, true
	out.answer = barring(out, "barred", &does)
	q := f.queue(f.Store, out)
	next := func(key string) *outbound.Letter {
		f.accept(t, f.to("barred", key))
		return f.claimNext(t)
	}
	f.accept(t, f.to("barred", "a"), f.draft("other", outbound.Confirmation))
	f.pump(t, q, 10*time.Second, time.Second)
	f.clock.pass(3 * outbound.Life)
	f.claimNext(t) // ends what is old
	l := next("b")
	if l == nil || l.Barred.IsZero() || !l.Others {
		t.Fatalf("%+v, %v", l, f.states(t))
	}
	f.settle(t, l, outbound.Verdict{State: outbound.Sent, Mend: true})
	if l = next("c"); l == nil || !l.Barred.IsZero() {
		t.Errorf("%+v", l)
	}
}

// Who has given the app its right at LINE WORKS activates the connection, and what
// waits goes at once although it was active.
func TestActivatingAgainOpensTheGate(t *testing.T) {
	t.Parallel()
	f, out := broken(t), &fakes{}
	for range 2 {
		if _, err := f.ActivateConnection(t.Context(), f.tenant, f.lane.Connection); err != nil {
			t.Fatal(err)
		}
		if !f.due(t) || f.waiting(t) != 0 {
			t.Fatal("it waits")
		}
		f.settle(t, f.claimNext(t), outbound.Verdict{State: outbound.Queued, Due: f.clock.now().Add(10 * time.Minute), Refused: true, Close: 10 * time.Minute})
	}
	c, err := f.Connection(t.Context(), f.tenant, f.lane.Connection)
	if err != nil || c.State != connection.Active || len(out.sent) != 0 {
		t.Errorf("%+v, %v", c, err)
	}
}

// Calls that fail for the platform's limit or its outage say nothing of the app: one
// refusal beside them is that of one person, and everybody else is written to within
// the minute. Three refusals are the app's, whatever fails between them.
func TestOtherFailuresAreNoRefusals(t *testing.T) {
	t.Parallel()
	for _, class := range []lineworks.Class{lineworks.RateLimited, lineworks.Temporary} {
		f, out := newFixture(t), &fakes{}
		plan := []lineworks.Class{class, class, lineworks.Forbidden}
		out.answer = func(call int) error {
			if call > len(plan) {
				return nil
			}
			return &lineworks.Failure{Class: plan[call-1], Code: "X"}
		}
		q := f.queue(f.Store, out)
		f.crowd(t, "p", 6, outbound.Confirmation)
		f.pump(t, q, 2*time.Minute, time.Second)
		if got := f.states(t); got["SENT"] != 5 {
			t.Errorf("after %s: %v, %d calls", class, got, len(out.sent))
		}
		plan = append(make([]lineworks.Class, len(out.sent)), lineworks.Forbidden, class, lineworks.Forbidden, lineworks.Forbidden)
		f.crowd(t, "q", 6, outbound.Confirmation)
		f.pump(t, q, 2*time.Minute, time.Second)
		if got := f.states(t); got["SENT"] != 5 || len(out.sent) != len(plan) {
			t.Errorf("three refusals with %s between: %v, %d calls of %d", class, got, len(out.sent), len(plan))
		}
	}
}
