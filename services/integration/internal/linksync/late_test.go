package linksync_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
	"github.com/dakoku/dakoku/services/integration/internal/link"
)

// However slow questions are, a run compares everybody in the end: after four hours it
// leaves those whom it has not asked about as they are, and says so of each.
func TestARunComparesWhatItKnowsInTime(t *testing.T) {
	o := newOffice(t)
	o.open(t)
	o.run(t, false)
	for name, c := range map[string]struct {
		slow  time.Duration
		fail  error
		rests time.Duration
		asked int
	}{
		"questions that take an hour":  {time.Hour, nobody, 0, 4},
		"a budget without calls":       {0, nobody, 4 * time.Hour, 30},
		"LINE WORKS is away meanwhile": {0, &lineworks.Failure{Class: lineworks.Temporary}, 4 * time.Hour, 1},
	} {
		people := map[string]error{}
		for i := range 40 {
			people[fmt.Sprint("user-", 2*i)] = c.fail
		}
		o.hide(people)
		o.slow = c.slow
		run := o.run(t, true)
		if c.rests > 0 {
			if run.State != "RUNNING" {
				t.Fatalf("%s: %s", name, run.State)
			}
			o.pass(c.rests)
			(&process{office: o}).work(t.Context(), run.ID)
		}
		run = o.read(t, run.ID)
		left := 0
		for _, r := range run.Results {
			if r.Reason == link.MemberUnsure {
				left++
			}
		}
		gone := c.asked
		if lineworks.FailureOf(c.fail).Class == lineworks.Temporary {
			gone = 0
		}
		if run.State != "DONE" || run.Reason != link.MembersUnasked || len(o.asked) != c.asked || run.EmployeesCompared != employees || run.Counts[link.Lost] != gone || left != 40-gone {
			t.Errorf("%s: %s %s, %d asked, %d compared, %d gone, %d left", name, run.State, run.Reason, len(o.asked), run.EmployeesCompared, run.Counts[link.Lost], left)
		}
	}
}

// One moment before the end of its time a run asks on.
func TestARunAsksForItsWholeTime(t *testing.T) {
	o := newOffice(t)
	o.open(t)
	o.run(t, false)
	people := map[string]error{}
	for i := range 31 {
		people[fmt.Sprint("user-", 2*i)] = nobody
	}
	o.hide(people)
	run := o.run(t, true)
	o.pass(4*time.Hour - time.Millisecond)
	(&process{office: o}).work(t.Context(), run.ID)
	if run = o.read(t, run.ID); len(o.asked) != 31 || run.Reason != "" || run.State != "DONE" {
		t.Errorf("%d asked, %s %s", len(o.asked), run.State, run.Reason)
	}
}
