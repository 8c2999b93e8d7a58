package integration_test

import (
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/dakoku/dakoku/services/integration/internal/outbound"
	"github.com/dakoku/dakoku/simulator"
)

// given is an answer that was handed over.
type given struct {
	key, to  string // its event key; the person or room that reads it
	problem  bool
	accepted time.Time // when it was in the queue for certain
}

// ending is what became of one answer: by the word of the queue, and how often it was read.
type ending struct {
	state, reason string
	ambiguous     int // calls with it of which nobody knew the end
	read          int
}

// givenUp tells that it was, after as many ambiguous calls as are allowed.
func (e ending) givenUp() bool {
	return e.state == "FAILED" && e.reason == "AMBIGUOUS" && e.ambiguous == outbound.MaxAmbiguous
}

// wrong says what may not become of an answer; empty: nothing is wrong. What was sent is read
// once, and once more at most for each ambiguous call behind that very answer; what was given
// up for those alone.
func (e ending) wrong() string {
	most := e.ambiguous
	switch {
	case e.givenUp():
	case e.state != "SENT":
		return fmt.Sprintf("ended %s %s after %d ambiguous calls", e.state, e.reason, e.ambiguous)
	case e.read == 0:
		return "is missing"
	default:
		most++
	}
	if e.read > most {
		return fmt.Sprintf("was read %d times after %d ambiguous calls", e.read, e.ambiguous)
	}
	return ""
}

// outcome is what became of all answers.
type outcome struct {
	doubles, missing, givenUp, ambiguous int
	unsure                               map[string]bool // readers of answers with an ambiguous call
	problems, confirmations              float64         // seconds: the longest wait, the median
}

// outcome judges each answer by itself.
func (r *rush) outcome(t *testing.T) outcome {
	t.Helper()
	o, read, ends := outcome{unsure: map[string]bool{}}, r.read(), r.endings(t)
	for number, g := range r.given {
		e := ends[g.key]
		e.read = read[fmt.Sprintf("<%05d>", number)]
		if wrong := e.wrong(); wrong != "" {
			t.Errorf("answer %d %s", number, wrong)
		}
		o.doubles, o.missing, o.ambiguous = o.doubles+max(e.read-1, 0), o.missing+max(1-e.read, 0), o.ambiguous+e.ambiguous
		if e.givenUp() {
			o.givenUp++
		}
		if e.ambiguous > 0 {
			o.unsure[g.to] = true
		}
	}
	err := r.db.Owner(t).QueryRow(t.Context(), `select max(extract(epoch from finished_at - created_at)) filter (where priority = 1),
			percentile_cont(0.5) within group (order by extract(epoch from finished_at - created_at)) filter (where priority = 2) from integration.outbound_message`).
		Scan(&o.problems, &o.confirmations)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// endings are what the queue knows of answers, by their event key.
func (r *rush) endings(t *testing.T) map[string]ending {
	t.Helper()
	rows, err := r.db.Owner(t).Query(t.Context(), `select event_key, state, reason, ambiguous from integration.outbound_message`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	out := map[string]ending{}
	for rows.Next() {
		var key []byte
		var e ending
		if err := rows.Scan(&key, &e.state, &e.reason, &e.ambiguous); err != nil {
			t.Fatal(err)
		}
		out[string(key)] = e
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// sending is a call that brought answers, or would have.
type sending struct {
	at      time.Time
	numbers []int
}

// called are the calls with answers, in the order in which LINE WORKS had them.
func (r *rush) called() (out []sending) {
	for _, e := range r.sim.Ledger(simulator.Query{Class: simulator.ClassMessages}) {
		s := sending{at: e.Time}
		for _, found := range escaped.FindAllStringSubmatch(e.Body, -1) {
			number, _ := strconv.Atoi(found[1])
			s.numbers = append(s.numbers, number)
		}
		if s.numbers != nil { // or it was a question
			out = append(out, s)
		}
	}
	return out
}

// overtaking calls are those under way when a problem is accepted, and as many again: of
// claims that began just before, by each process.
const overtaking = 2 * outbound.InFlight

// overtaken are problems before whose first call more calls without any problem were made
// than could be under way when the problem was accepted. A reader has one call at a time, and
// what follows an ambiguous one waits for another that gets through: of readers with either
// it cannot be told. checked is how many problems are left.
func (r *rush) overtaken(calls []sending, unsure map[string]bool) (checked int, by map[int]int) {
	by = map[int]int{}
	for number, g := range r.given {
		if !g.problem || unsure[g.to] {
			continue
		}
		own := slices.IndexFunc(calls, func(s sending) bool { return slices.Contains(s.numbers, number) })
		if own < 0 {
			continue // it is missing, which is said elsewhere
		}
		first := slices.IndexFunc(calls[:own], func(s sending) bool { return s.at.After(g.accepted) })
		if first < 0 {
			first = own
		}
		if r.busy(calls[max(first-overtaking, 0):own], g.to) {
			continue
		}
		checked++
		before := 0
		for _, s := range calls[first:own] {
			if !slices.ContainsFunc(s.numbers, func(n int) bool { return r.given[n].problem }) {
				before++
			}
		}
		if before > overtaking {
			by[number] = before
		}
	}
	return checked, by
}

// busy tells that a reader had one of the calls.
func (r *rush) busy(calls []sending, reader string) bool {
	return slices.ContainsFunc(calls, func(s sending) bool { return r.given[s.numbers[0]].to == reader })
}

// The rush is judged answer by answer: what is doubled without an ambiguous call of its own
// is not excused by those of others.
func TestARushIsJudgedByEachAnswer(t *testing.T) {
	for _, c := range []struct {
		e     ending
		wrong bool
	}{
		{ending{"SENT", "", 0, 1}, false}, {ending{"SENT", "", 1, 1}, false}, {ending{"SENT", "", 1, 2}, false},
		{ending{"FAILED", "AMBIGUOUS", 2, 0}, false}, {ending{"FAILED", "AMBIGUOUS", 2, 2}, false},
		{ending{"SENT", "", 0, 2}, true}, {ending{"SENT", "", 1, 3}, true}, {ending{"SENT", "", 0, 0}, true}, {ending{"SENT", "", 1, 0}, true},
		{ending{"FAILED", "AMBIGUOUS", 2, 3}, true}, {ending{"FAILED", "AMBIGUOUS", 1, 1}, true}, {ending{"FAILED", "NOT_FOUND", 0, 0}, true},
		{ending{"EXPIRED", "EXPIRED", 0, 0}, true}, {ending{}, true},
	} {
		if got := c.e.wrong(); (got != "") != c.wrong {
			t.Errorf("%+v: %q", c.e, got)
		}
	}
}

// Whoever is overtaken by more than was under way is found, whatever the others waited.
func TestARushIsJudgedByEachProblem(t *testing.T) {
	noon := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		before  int  // calls between the problem and its own
		problem bool // they bring problems
		busy    bool // one before is to the same reader
		checked int
		found   bool
	}{
		"at once":       {0, false, false, 1, false},
		"under way":     {overtaking, false, false, 1, false},
		"overtaken":     {overtaking + 1, false, false, 1, true},
		"behind others": {overtaking + 1, true, false, 1 + overtaking + 1, false},
		"busy reader":   {overtaking + 1, false, true, 0, false},
	} {
		r := &rush{given: []given{{to: "a", problem: true, accepted: noon}}}
		var calls []sending
		for i := range c.before {
			r.given = append(r.given, given{to: fmt.Sprint(i), problem: c.problem, accepted: noon})
			calls = append(calls, sending{noon.Add(time.Duration(i+1) * time.Second), []int{i + 1}})
		}
		if c.busy {
			r.given[1].to = "a"
		}
		calls = append(calls, sending{noon.Add(time.Hour), []int{0}})
		if checked, by := r.overtaken(calls, nil); checked != c.checked || (len(by) > 0) != c.found {
			t.Errorf("%s: %d checked, overtaken %v", name, checked, by)
		}
	}
	r := &rush{given: []given{{to: "a", problem: true}}}
	if checked, _ := r.overtaken([]sending{{noon, []int{0}}}, map[string]bool{"a": true}); checked != 0 {
		t.Error("somebody with an ambiguous call is judged")
	}
}
