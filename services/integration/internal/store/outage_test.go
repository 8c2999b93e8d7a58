package store

import (
	"sync"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
	"github.com/dakoku/dakoku/services/integration/internal/outbound"
)

const outage = 4 * time.Hour

// outages are the ways in which LINE WORKS is away: what a call comes to, and what a
// question does.
var outages = map[string]struct {
	call, question *lineworks.Failure
	done           bool // the message arrives all the same
}{
	"503":                               {call: &lineworks.Failure{Class: lineworks.Temporary, Status: 503, Code: "SERVICE_UNAVAILABLE"}},
	"502":                               {call: &lineworks.Failure{Class: lineworks.Ambiguous, Status: 502, Code: "HTTP_502"}, question: &lineworks.Failure{Class: lineworks.Temporary, Status: 502, Code: "HTTP_502"}},
	"504":                               {call: &lineworks.Failure{Class: lineworks.Ambiguous, Status: 504, Code: "HTTP_504"}, question: &lineworks.Failure{Class: lineworks.Temporary, Status: 504, Code: "HTTP_504"}, done: true},
	"silence":                           {call: &lineworks.Failure{Class: lineworks.Ambiguous, Code: "NO_ANSWER"}, question: &lineworks.Failure{Class: lineworks.Temporary, Code: "UNREACHABLE"}, done: true},
	"500 to messages, not to questions": {call: &lineworks.Failure{Class: lineworks.Ambiguous, Status: 500, Code: "INTERNAL_SERVER_ERROR"}},
}

// F34: LINE WORKS is away for four hours while up to 2,600 people wait, some of them
// for a problem. Everybody gets an answer in the end, nobody a third copy; the calls of the four
// hours are few, and at most one in ten of all; the recovery stays within the budget.
func TestF34NoHerdAfterAnOutage(t *testing.T) {
	t.Parallel()
	for name, c := range outages {
		t.Run(name, func(t *testing.T) {
			f, out := newFixture(t), &fakes{}
			problems, people := 40, 400
			if name == "503" {
				people = 2600
			}
			back := f.clock.now().Add(outage)
			var calls []time.Time
			unknown, read := 0, map[string]int{}
			out.answer = func(int) error {
				calls = append(calls, f.clock.now())
				away := f.clock.now().Before(back)
				if !away || c.done {
					read[out.sent[len(out.sent)-1]]++
				}
				if !away {
					return nil
				}
				unknown += count(c.call.Class == lineworks.Ambiguous)
				return c.call
			}
			out.heard = func() error {
				calls = append(calls, f.clock.now())
				if f.clock.now().Before(back) && c.question != nil {
					return c.question
				}
				return &lineworks.Failure{Class: lineworks.Permanent, Status: 400, Code: "MISSING_PARAMETER"}
			}
			q := outbound.New(outbound.Config{Store: f.Store, Accounts: out, Keys: out, Tokens: out, Platform: out, Now: f.clock.now, Log: zap.NewNop()})
			f.crowd(t, "problem", problems, outbound.Problem)
			f.crowd(t, "early", people/2-problems, outbound.Confirmation)
			f.pump(t, q, outage-time.Hour, 15*time.Second)
			f.crowd(t, "late", people/2, outbound.Confirmation)
			f.pump(t, q, time.Hour, 15*time.Second)
			probes := len(calls)
			f.pump(t, q, time.Duration(people/100)*time.Minute, time.Second) // the budget needs less than half of it
			f.pump(t, q, 2*time.Hour, time.Minute)
			if got := f.states(t); got["SENT"] != people {
				t.Fatalf("in the end: %v", got)
			}
			doubles := 0
			for who, times := range read {
				if doubles += times - 1; times > 2 {
					t.Errorf("%s read %d copies", who, times)
				}
			}
			if len(read) != people || doubles > unknown {
				t.Errorf("%d people read %d doubles of %d calls without a known end", len(read), doubles, unknown)
			}
			if probes > 5*60 {
				t.Errorf("%d calls in four hours", probes)
			}
			if share := float64(len(calls)-people) / float64(len(calls)); people > 2000 && share > 0.1 {
				t.Errorf("%d of %d calls were no first attempts", len(calls)-people, len(calls))
			}
			curve := perMinute(calls[probes:], back)
			for minute, n := range curve {
				if n > outbound.DefaultPerMinute {
					t.Errorf("%d calls in minute %d after the outage", n, minute)
				}
			}
			t.Logf("%d calls in four hours, %d without a known end, %d doubles, %d calls in all; calls a minute afterwards: %v", probes, unknown, doubles, len(calls), curve)
		})
	}
}

// The last call for a message waits until the platform speaks, however long that is,
// and is the last whatever becomes of it.
func TestTheLastCallWaitsForAnAnswer(t *testing.T) {
	t.Parallel()
	f, out := newFixture(t), &fakes{}
	silent := &lineworks.Failure{Class: lineworks.Ambiguous, Code: "NO_ANSWER"}
	out.answer = func(int) error { return silent }
	out.heard = func() error { return &lineworks.Failure{Class: lineworks.Temporary, Code: "UNREACHABLE"} }
	f.accept(t, f.draft("a", outbound.Problem))
	q := f.queue(f.Store, out)
	f.pump(t, q, outage, time.Minute)
	if got := f.states(t); got["QUEUED NO_ANSWER"] != 1 || len(out.sent) != 1 || out.asks < 100 || out.asks > 250 {
		t.Errorf("during the outage: %v after %d calls and %d questions", got, len(out.sent), out.asks)
	}
	out.heard = nil
	f.pump(t, q, time.Hour, time.Minute)
	if got := f.states(t); got["FAILED AMBIGUOUS"] != 1 || len(out.sent) != 2 {
		t.Errorf("lost once more: %v after %d calls", got, len(out.sent))
	}
}

// Whoever dies while asking leaves no message with a call more, and keeps nobody away
// for longer than a lease.
func TestKilledWhileAsking(t *testing.T) {
	t.Parallel()
	f, out := newFixture(t), &fakes{}
	out.answer = func(call int) error {
		if call > 1 {
			return nil
		}
		return &lineworks.Failure{Class: lineworks.Ambiguous, Code: "NO_ANSWER"}
	}
	f.accept(t, f.draft("a", outbound.Problem))
	f.pump(t, f.queue(f.Store, out), time.Second, time.Second)
	f.clock.pass(time.Minute)
	if l := f.claimNext(t); l == nil || !l.Ask || f.claimNext(t) != nil {
		t.Fatalf("%+v, and others beside it", l)
	}
	f.restart(t, out)
	if got := f.states(t); got["SENT"] != 1 || out.asks != 1 || len(out.sent) != 2 {
		t.Errorf("%v after %d calls and %d questions", got, len(out.sent), out.asks)
	}
}

// F31: two processes have calls under way to as many people as they may when LINE
// WORKS begins to answer 403. Not more than ten calls are made in an hour.
func TestF31ForbiddenToABacklog(t *testing.T) {
	t.Parallel()
	f, out := newFixture(t), &fakes{}
	f.crowd(t, "p", 200, outbound.Problem)
	const hands = 16
	arrived, answered := make(chan bool, 2*hands), make(chan struct{})
	out.answer = func(int) error {
		out.mu.Unlock() // others call meanwhile
		arrived <- true
		<-answered
		out.mu.Lock()
		return &lineworks.Failure{Class: lineworks.Forbidden, Code: "ACCESS_DENIED"}
	}
	processes := []*outbound.Queue{f.queue(f.Store, out), f.queue(f.Store, out)}
	var steps sync.WaitGroup
	for i := range hands {
		steps.Go(func() {
			if !processes[i%2].Step(t.Context(), f.lane) {
				arrived <- false
			}
		})
	}
	for range hands {
		<-arrived
	}
	together := len(out.sent)
	close(answered)
	steps.Wait()
	out.answer = func(int) error { return &lineworks.Failure{Class: lineworks.Forbidden, Code: "ACCESS_DENIED"} }
	for end := f.clock.now().Add(time.Hour); f.clock.now().Before(end); f.clock.pass(10 * time.Second) {
		for _, q := range processes {
			for q.Step(t.Context(), f.lane) {
			}
		}
	}
	if n := len(out.sent); together != outbound.InFlight || n > 10 || n < 8 {
		t.Errorf("%d calls together, %d in an hour of 403", together, n)
	}
}
