package linksync_test

import (
	"testing"
	"time"

	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
)

// Each page comes out of a budget of which LINE WORKS tells the size. Without budget
// the run rests, and goes on behind the pages that are stored.
func TestPagesAreOfTheBudget(t *testing.T) {
	o := newOffice(t)
	o.open(t)
	o.rate = lineworks.Rate{Limit: 240, Remaining: 1, Reset: 40 * time.Second}
	var read []string
	o.pause = func(cursor string) { read = append(read, cursor) }
	id := o.begin(t)
	(&process{office: o}).work(t.Context(), id)
	if len(read) != 2 {
		t.Fatalf("%d pages with two calls left", len(read))
	}
	o.pass(40*time.Second - time.Millisecond)
	(&process{office: o}).work(t.Context(), id)
	if len(read) != 2 {
		t.Errorf("%d pages before LINE WORKS counts anew", len(read))
	}
	o.pass(time.Millisecond)
	(&process{office: o}).work(t.Context(), id)
	if len(read) != pages || read[2] != "xx" {
		t.Errorf("read %q", read)
	}
	o.complete(t, "with a small budget", id)
}

// Another process that has used the budget up makes the run rest, too, and a want of a
// moment is a rest of some pages.
func TestPagesShareTheBudget(t *testing.T) {
	o := newOffice(t)
	o.open(t)
	if err := o.LearnCalls(t.Context(), o.tenant, o.conn, lineworks.Directory, lineworks.Rate{Limit: 240, Remaining: 0, Reset: time.Second}); err != nil {
		t.Fatal(err)
	}
	read := 0
	o.pause = func(string) { read++ }
	id := o.begin(t)
	for _, c := range []struct {
		wait time.Duration
		read int
	}{{0, 0}, {15*time.Second - time.Millisecond, 0}, {time.Millisecond, pages}} {
		o.pass(c.wait)
		(&process{office: o}).work(t.Context(), id)
		if read != c.read {
			t.Errorf("%v later %d pages are read, want %d", c.wait, read, c.read)
		}
	}
}

// A question about one person takes nothing that a punch might need: the run rests until
// there is something to spare.
func TestQuestionsAreOfWhatPunchesLeave(t *testing.T) {
	o := newOffice(t)
	o.open(t)
	o.run(t, false)
	o.hide(map[string]error{"user-0": nobody})
	if err := o.LearnCalls(t.Context(), o.tenant, o.conn, lineworks.People, lineworks.Rate{Limit: 240, Remaining: 200, Reset: 40 * time.Second}); err != nil {
		t.Fatal(err)
	}
	run := o.run(t, false)
	o.pass(40*time.Second - time.Millisecond)
	(&process{office: o}).work(t.Context(), run.ID)
	if len(o.asked) != 0 {
		t.Errorf("asked %q with a fifth of the minute used", o.asked)
	}
	o.pass(time.Millisecond)
	(&process{office: o}).work(t.Context(), run.ID)
	if got := rows(o.read(t, run.ID)); got != "DONE 1 u0@x" {
		t.Error(got)
	}
}
