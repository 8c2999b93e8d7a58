package integration_test

import (
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

var numbered = regexp.MustCompile(`<\d{5}>`)

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

// outcome is what the queue knows of all answers.
type outcome struct {
	ambiguous  int // calls without a known end, for each answer that was in them
	givenUp    int // answers that ended after two such calls
	unfinished int // answers with any other end than sent

	problems, confirmations float64 // seconds: the longest wait, the median
}

func (r *rush) outcome(t *testing.T) (o outcome) {
	t.Helper()
	err := r.db.Owner(t).QueryRow(t.Context(), `select sum(ambiguous), count(*) filter (where given_up), count(*) filter (where state <> 'SENT' and not given_up),
			max(extract(epoch from finished_at - created_at)) filter (where priority = 1),
			percentile_cont(0.5) within group (order by extract(epoch from finished_at - created_at)) filter (where priority = 2)
		from (select *, state = 'FAILED' and reason = 'AMBIGUOUS' and ambiguous = 2 as given_up from integration.outbound_message) o`).
		Scan(&o.ambiguous, &o.givenUp, &o.unfinished, &o.problems, &o.confirmations)
	if err != nil {
		t.Fatal(err)
	}
	return o
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
	read, doubles, missing := r.read(), 0, 0
	for i := range rushReplies {
		times := read[fmt.Sprintf("<%05d>", i)]
		doubles += max(times-1, 0)
		missing += max(1-times, 0)
	}
	o := r.outcome(t)
	if doubles == 0 || doubles > o.ambiguous {
		t.Errorf("%d doubles with %d ambiguous calls", doubles, o.ambiguous)
	}
	if missing > o.givenUp || o.unfinished > 0 {
		t.Errorf("%d answers are missing, %d were given up after two ambiguous calls, %d were not sent", missing, o.givenUp, o.unfinished)
	}
	if o.confirmations < 2*o.problems {
		t.Errorf("a problem waited %.0f s while half of the confirmations waited less than %.0f s", o.problems, o.confirmations)
	}
	t.Logf("%d answers in %d calls, %d times 429, busiest minute %d, %d doubles, %d ambiguous, %d given up, %d missing; problems waited %.1f s at most, confirmations %.0f s in the middle",
		rushReplies, len(calls), refused, busiest(calls), doubles, o.ambiguous, o.givenUp, missing, o.problems, o.confirmations)
}
