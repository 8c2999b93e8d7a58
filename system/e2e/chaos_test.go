package e2e

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dakoku/dakoku/simulator"
)

const (
	chaosKills = 12
	chaosStep  = 1500 * time.Millisecond // on average between two kills
)

// TestChaos posts as several people at once while every program is killed and
// started again and the database drops its sessions, then holds what was
// answered 200 against what the product says.
func TestChaos(t *testing.T) {
	t.Parallel()
	i := separate(t)
	c := i.company()
	c.simulator.Fail(simulator.Fault{Class: simulator.ClassMessages, DelayMillis: 150}) // so that kills hit calls under way
	crowd := newCrowd(c)
	stop := crowd.post()
	i.havoc(chaosKills)
	stop()
	i.startAll()
	i.settled()
	verdict := crowd.compare(c.allEvents(), c.allPunches())
	for deadline := time.Now().Add(patience); len(verdict.wrong) > 0 && time.Now().Before(deadline); { // a spool may hold what is missing
		<-time.After(time.Second)
		i.settled()
		verdict = crowd.compare(c.allEvents(), c.allPunches())
	}
	verdict.replies(i, crowd)
	t.Logf("%s", verdict)
	for _, wrong := range verdict.wrong {
		t.Error(wrong)
	}
}

// havoc kills one program after the other, each time another one at random, and
// ends sessions of the database; killed programs come back after a moment.
func (i *installation) havoc(kills int) {
	names := []string{"integration", "attendance", "webhook-gateway", "admin-gateway"}
	for n := range kills {
		victim := i.processes[names[n%len(names)]]
		if n%len(names) == 0 {
			rand.Shuffle(len(names), func(x, y int) { names[x], names[y] = names[y], names[x] })
		}
		<-time.After(chaosStep/3 + rand.N(chaosStep))
		victim.kill()
		<-time.After(rand.N(chaosStep / 2))
		victim.start()
		if n%2 == 0 {
			<-time.After(rand.N(chaosStep))
			i.dropSessions()
		}
	}
}

// dropSessions ends about half of the sessions of the programs, whatever they do.
func (i *installation) dropSessions() {
	i.t.Helper()
	conn := i.sql()
	defer conn.Close(context.Background())
	if _, err := conn.Exec(i.t.Context(), `select pg_terminate_backend(pid) from pg_stat_activity
		where backend_type = 'client backend' and pid <> pg_backend_pid() and random() < 0.5`); err != nil {
		i.t.Fatal(err)
	}
}

// settled waits until nothing is on its way any more.
func (i *installation) settled() {
	i.t.Helper()
	conn := i.sql()
	eventually(i.t, "every event is judged and every answer sent", func() bool {
		i.alive()
		var open int
		err := conn.QueryRow(i.t.Context(), `select (select count(*) from gateway.inbox where outcome = 'PENDING')
			+ (select count(*) from integration.outbound_message where state = 'QUEUED')`).Scan(&open)
		if err != nil {
			i.t.Fatal(err)
		}
		return open == 0
	})
}

// posted is one event as the platform knows it.
type posted struct {
	issued time.Time
	room   string
	text   string
	ok     int // answers 200
	copies int
}

// crowd is people who post; no two events have the same issued time.
type crowd struct {
	c       *company
	users   []string
	base    time.Time
	clock   atomic.Int64
	known   map[string]bool // events from before
	punches map[string]bool

	mu      sync.Mutex
	posts   []posted
	slowest time.Duration // of all callbacks
}

func newCrowd(c *company) *crowd {
	stranger, err := c.simulator.NewUser(simulator.User{Domain: c.world.Domain, Email: "chaos@demo.example", FamilyName: "新人", GivenName: "二郎"})
	if err != nil {
		c.t.Fatal(err)
	}
	w := &crowd{c: c, users: []string{stranger.ID}, base: morning().AddDate(0, 0, -2), known: map[string]bool{}, punches: map[string]bool{}}
	for _, person := range c.world.People {
		w.users = append(w.users, person.ID)
	}
	for _, e := range c.allEvents() {
		w.known[e.Name] = true
	}
	for _, p := range c.allPunches() {
		w.punches[p.Name] = true
	}
	return w
}

// post lets everybody post until the returned function is called.
func (w *crowd) post() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	for _, user := range w.users {
		all.Go(func() {
			for ctx.Err() == nil {
				w.one(ctx, user)
				<-time.After(50*time.Millisecond + rand.N(200*time.Millisecond))
			}
		})
	}
	return func() { cancel(); all.Wait() }
}

// one posts one event, mostly chat, and delivers it up to three times.
func (w *crowd) one(ctx context.Context, user string) {
	n := w.clock.Add(1)
	p := simulator.Post{
		User: user, Bot: w.c.world.Bot.BotID, Text: fmt.Sprintf("雑談 %d", n), SentAt: w.base.Add(time.Duration(n) * 20011 * time.Millisecond),
		Options: simulator.Options{Copies: 1 + rand.N(3), Concurrent: rand.N(2) == 0},
	}
	switch rand.N(12) {
	case 0:
		p.Text = "出勤"
	case 1:
		p.Text = "退勤"
	case 2:
		p.Text, p.Postback = "休憩", "dakoku:BREAK_START"
	}
	d, err := w.c.simulator.Say(context.WithoutCancel(ctx), p)
	if err != nil {
		w.c.t.Error(err)
		return
	}
	done := posted{issued: d.Issued.Truncate(time.Millisecond), room: d.Room, text: p.Text, copies: len(d.Attempts)}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, a := range d.Attempts {
		if w.slowest = max(w.slowest, a.Took); a.Status == 200 {
			done.ok++
		}
	}
	w.posts = append(w.posts, done)
}

// verdict is the comparison.
type verdict struct {
	posts, answered, recorded, replied                int
	lost, doubled, phantom, shifted, unjudged, silent int
	messages, ambiguous, failed                       int
	wrong                                             []string
}

func (v *verdict) String() string {
	return fmt.Sprintf("%d events, %d answered 200, %d recorded, %d to be answered, %d bot messages; "+
		"lost %d, doubled %d, phantom %d, wrong time %d, not judged %d; answers missing %d, ambiguous sends %d, given up %d",
		v.posts, v.answered, v.recorded, v.replied, v.messages, v.lost, v.doubled, v.phantom, v.shifted, v.unjudged, v.silent, v.ambiguous, v.failed)
}

func (v *verdict) count(counter *int, format string, args ...any) {
	*counter++
	v.wrong = append(v.wrong, fmt.Sprintf(format, args...))
}

// compare holds the posts against events and punches.
func (w *crowd) compare(events []event, punches []punch) *verdict {
	v := &verdict{posts: len(w.posts)}
	rows, facts := map[int64][]event{}, map[string]punch{}
	for _, e := range events {
		if !w.known[e.Name] {
			rows[millis(w.c.t, e.Issued)] = append(rows[millis(w.c.t, e.Issued)], e)
		}
	}
	for _, p := range punches {
		if !w.punches[p.Name] {
			facts[p.Name] = p
		}
	}
	for _, p := range w.posts {
		v.one(w.c.t, p, rows[p.issued.UnixMilli()], facts)
		delete(rows, p.issued.UnixMilli())
	}
	for at, left := range rows {
		v.count(&v.phantom, "%d events that nobody posted at %d", len(left), at)
	}
	for name := range facts {
		v.count(&v.phantom, "%s belongs to no event", name)
	}
	return v
}

// one judges a post; the punch that belongs to it is taken from facts.
func (v *verdict) one(t *testing.T, p posted, rows []event, facts map[string]punch) {
	if p.ok > 0 {
		v.answered++
	}
	switch {
	case len(rows) == 0 && p.ok > 0:
		v.count(&v.lost, "%q at %s was answered 200 and is gone", p.text, p.issued)
	case len(rows) > 1:
		v.count(&v.doubled, "%q at %s is %d events", p.text, p.issued, len(rows))
	}
	for _, e := range rows {
		want := []string{"RECORDED", "REFUSED"}
		if strings.HasPrefix(p.text, "雑談") {
			want = []string{"IGNORED"}
		}
		// What was answered 200 is counted, and nothing twice; a delivery without an answer may have been stored.
		if !slices.Contains(want, e.Outcome) || e.Deliveries < p.ok || e.Deliveries > p.copies {
			v.count(&v.unjudged, "%q at %s: %+v, %d of %d answered 200", p.text, p.issued, e, p.ok, p.copies)
		}
		if e.Outcome == "RECORDED" || e.Outcome == "REFUSED" {
			v.replied++
		}
		if e.Outcome != "RECORDED" {
			continue
		}
		v.recorded++
		fact, ok := facts[e.Punch]
		if !ok {
			v.count(&v.lost, "the punch of %s is gone", e.Name)
		} else if millis(t, fact.Time) != p.issued.UnixMilli() {
			v.count(&v.shifted, "%s is at %s, issued %s", e.Punch, fact.Time, p.issued)
		}
		delete(facts, e.Punch)
	}
}

// replies holds what the bot said against what it had to say. A message whose
// sending was cut off may have been sent, so it may appear twice; messages that
// had to wait for the same reader go out as one.
func (v *verdict) replies(i *installation, w *crowd) {
	i.t.Helper()
	rooms := map[string]bool{}
	for _, p := range w.posts {
		rooms[p.room] = true
	}
	for room := range rooms {
		v.messages += w.c.botMessages(room)
	}
	var stored, together int
	err := i.sql().QueryRow(i.t.Context(), `select count(*), coalesce(sum(ambiguous), 0), count(*) filter (where state <> 'SENT'), count(sent_with)
		from integration.outbound_message`).Scan(&stored, &v.ambiguous, &v.failed, &together)
	if err != nil {
		i.t.Fatal(err)
	}
	if stored != v.replied {
		v.wrong = append(v.wrong, fmt.Sprintf("%d answers stored for %d events", stored, v.replied))
	}
	v.silent = max(v.replied-together-v.messages, 0)
	if v.messages < stored-v.failed-together || v.messages > stored+v.ambiguous {
		v.wrong = append(v.wrong, fmt.Sprintf("%d messages for %d answers, %d ambiguous, %d given up", v.messages, stored, v.ambiguous, v.failed))
	}
}

func millis(t *testing.T, text string) int64 {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		t.Fatal(err)
	}
	return at.UnixMilli()
}

// allEvents reads every page of the events.
func (c *company) allEvents() (all []event) {
	c.t.Helper()
	for token := ""; ; {
		page := get[struct {
			Events []event `json:"events"`
			Next   string  `json:"nextPageToken"`
		}](c, "/v1/events?pageSize=500&pageToken="+token)
		all = append(all, page.Events...)
		if token = page.Next; token == "" {
			return all
		}
	}
}

// allPunches reads every page of the punches.
func (c *company) allPunches() (all []punch) {
	c.t.Helper()
	for token := ""; ; {
		page := get[struct {
			Punches []punch `json:"punches"`
			Next    string  `json:"nextPageToken"`
		}](c, "/v1/punches?pageSize=500&pageToken="+token)
		all = append(all, page.Punches...)
		if token = page.Next; token == "" {
			return all
		}
	}
}
