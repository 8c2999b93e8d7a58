package integration_test

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"regexp"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/simulator"

	"github.com/dakoku/dakoku/services/integration"
)

const (
	rushReplies  = 10_000
	rushPeople   = 3_000
	rushRooms    = 20
	rushLimit    = 240 // calls a minute
	rushPace     = 14
	rushArrivals = 2 * time.Minute
)

// rush is a morning: thousands of answers at once for a company whose LINE WORKS
// takes 240 messages a minute.
type rush struct {
	*world
	clock        fast
	tenant, conn string
	bot          string
	people       []string
	rooms        []string
	given        []given // by the number of the answer
}

func newRush(t *testing.T, limit, people, rooms int) *rush {
	t.Helper()
	clock := fast{time.Now(), rushPace}
	r := &rush{clock: clock, tenant: uuid.NewString()}
	r.world = newWorldAt(t, simulator.Config{Now: clock.now, RatePerMinute: limit}, func(c *integration.Config) {
		c.Now, c.Wait, c.PerMinute = clock.now, clock.wait, 0
	})
	conn, keys := r.activeV2(as(t, r.tenant), t)
	r.stop() // from here on the processes of the test send
	r.conn, r.bot = conn, keys.BotID
	for i := range people {
		r.people = append(r.people, r.user(t, fmt.Sprintf("p%d@example", i)).ID)
	}
	for i := range rooms {
		room, err := r.sim.NewRoom(r.domain, fmt.Sprint("現場", i), r.people[i:i+5], []string{r.bot})
		if err != nil {
			t.Fatal(err)
		}
		r.rooms = append(r.rooms, room.ID)
	}
	return r
}

// answer is a reply with a number by which its text is found again.
func (r *rush) answer(t *testing.T, number int) *integrationv1.Reply {
	t.Helper()
	out := reply(r.tenant, r.conn, key(t), integrationv1.Credentials_V2, r.people[rand.N(len(r.people))], fmt.Sprintf("出勤 09:00 を記録しました。<%05d>", number))
	out.Priority = integrationv1.Reply_CONFIRMATION
	switch {
	case number%20 == 0:
		out.Priority = integrationv1.Reply_PROBLEM
	case number%10 == 3 && len(r.rooms) > 0:
		out.Channel = r.rooms[rand.N(len(r.rooms))]
	}
	r.given = append(r.given, given{key: string(out.GetEventKey()), to: cmp.Or(out.GetChannel(), out.GetUser()), problem: out.GetPriority() == integrationv1.Reply_PROBLEM})
	return out
}

// arrive hands the answers to the processes in turn, spread over a time.
func (r *rush) arrive(t *testing.T, replies int, over time.Duration, to ...*child) {
	t.Helper()
	const batch = 50
	begun := r.clock.now()
	for first := 0; first < replies; first += batch {
		var list []*integrationv1.Reply
		for i := range batch {
			list = append(list, r.answer(t, first+i))
		}
		if _, err := to[first/batch%len(to)].machine.SendReplies(t.Context(), &integrationv1.SendRepliesRequest{Replies: list}); err != nil {
			t.Fatal(err)
		}
		for i := range batch {
			r.given[first+i].accepted = r.clock.now()
		}
		due := begun.Add(over * time.Duration(first+batch) / time.Duration(replies))
		if err := r.clock.wait(t.Context(), due.Sub(r.clock.now())); err != nil {
			t.Fatal(err)
		}
	}
}

// drained waits until no message is queued.
func (r *rush) drained(t *testing.T, patience time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	owner, tick := r.db.Owner(t), time.NewTicker(200*time.Millisecond)
	defer tick.Stop()
	for left := 1; left > 0; {
		select {
		case <-ctx.Done():
			t.Fatalf("%d messages are left after %v", left, patience)
		case <-tick.C:
		}
		if err := owner.QueryRow(ctx, `select count(*) from integration.outbound_message where state = 'QUEUED'`).Scan(&left); err != nil {
			t.Fatal(err)
		}
	}
}

var (
	numbered = regexp.MustCompile(`<\d{5}>`)
	// escaped is the same in JSON.
	escaped = regexp.MustCompile(`(?:<|\\u003c)(\d{5})(?:>|\\u003e)`)
)

// read counts how often people have read each number.
func (r *rush) read() map[string]int {
	out := map[string]int{}
	for _, room := range r.sim.Rooms() {
		for _, m := range r.sim.Messages(room.ID) {
			for _, number := range numbered.FindAllString(m.Text, -1) {
				out[number]++
			}
		}
	}
	return out
}

// calls are the attempts to send: when they were made, and how many got 429.
func (r *rush) calls() (made []time.Time, refused int) {
	for _, e := range r.sim.Ledger(simulator.Query{Class: simulator.ClassMessages}) {
		if e.Status == 429 {
			refused++
			continue
		}
		made = append(made, e.Time)
	}
	return made, refused
}

// busiest is the most calls in any minute.
func busiest(calls []time.Time) (most int) {
	first := 0
	for i := range calls {
		for calls[i].Sub(calls[first]) >= time.Minute {
			first++
		}
		most = max(most, i-first+1)
	}
	return most
}

// silence lets a share of the calls end without an answer: most of them after the
// platform has done what it was asked, some before.
func (r *rush) silence(t *testing.T, done, undone float64) {
	t.Helper()
	for name, step := range map[string]simulator.Step{
		"done":   {Fault: simulator.Fault{Drop: true}, Probability: done},
		"undone": {Fault: simulator.Fault{Cut: true}, Probability: undone},
	} {
		script := simulator.Script{Name: name, Class: simulator.ClassMessages, Seed: rand.Uint64(), Steps: []simulator.Step{step}}
		if err := r.sim.Play(script); err != nil {
			t.Fatal(err)
		}
	}
}

// Two processes, one database, 10,000 answers, 240 messages a minute, and now and
// then a call that ends without an answer. It takes longer than any other test; the
// name of the file brings it to the front of those that run side by side.
func TestRush(t *testing.T) {
	t.Parallel()
	r := newRush(t, rushLimit, rushPeople, rushRooms)
	r.silence(t, 0.006, 0.003)
	one, two := r.spawn(t, r.clock), r.spawn(t, r.clock)
	r.arrive(t, rushReplies, rushArrivals, one, two)
	r.drained(t, 15*time.Minute) // a busy machine calls late, and so more slowly than it may
	one.end(syscall.SIGTERM)
	two.end(syscall.SIGTERM)

	calls, refused := r.calls()
	if share := float64(refused) / float64(len(calls)+refused); share > 0.01 {
		t.Errorf("%d of %d calls got 429", refused, len(calls)+refused)
	}
	o := r.outcome(t)
	if o.doubles == 0 {
		t.Errorf("nothing was doubled by %d ambiguous calls", o.ambiguous)
	}
	checked, overtaken := r.overtaken(r.called(), o.unsure)
	if checked < rushReplies/25 { // of a problem in twenty answers
		t.Errorf("of %d problems alone it can be told whether they went first", checked)
	}
	for number, by := range overtaken {
		t.Errorf("%d calls of confirmations went before problem %d that was accepted before them", by, number)
	}
	t.Logf("%d answers in %d calls, %d times 429, busiest minute %d, %d doubles, %d ambiguous, %d given up, %d missing; problems waited %.1f s at most, confirmations %.0f s in the middle",
		rushReplies, len(calls), refused, busiest(calls), o.doubles, o.ambiguous, o.givenUp, o.missing, o.problems, o.confirmations)
}
