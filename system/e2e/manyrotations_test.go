package e2e

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dakoku/dakoku/simulator"
)

// turnstile is connections whose callback tokens and bot secrets are replaced all
// the time while events arrive at several doors.
type turnstile struct {
	*company
	doors []string // base URLs
	lines []*line
	n     atomic.Int64 // events, each another one

	mu       sync.Mutex
	took     []time.Duration // of events on live tokens
	late     int             // answered 503: the machine did not store them in time
	retired  time.Duration   // the longest time for which something retired was still accepted
	problems []string
}

// line is one connection.
type line struct {
	name, bot string
	keys      simulator.CredentialsV2
	posting   sync.RWMutex // held while posting, so that nobody is on the way when a way ends
	live      way
}

// way is how an event gets in: a URL path and what signs.
type way struct{ path, secret string }

// TestManyRotationsAtSeveralDoors is F48 and F49 together: whatever is replaced meanwhile, no event on a
// live token and signed with a live secret is refused, an event that came in both
// ways is one, and what was retired is refused everywhere within five seconds.
func TestManyRotationsAtSeveralDoors(t *testing.T) {
	doors, lines, rotations, rate := sized(2, 3), sized(3, 25), sized(12, 1000), sized(40, 500)
	i := assemble(t)
	more := i.moreDoors(doors - 1)
	i.migrate()
	i.startAll()
	s := &turnstile{company: i.company(), doors: append([]string{i.public}, more...)}
	s.prepare(lines)
	before := i.tally()
	stop := s.arrive(rate)
	began := time.Now()
	var all sync.WaitGroup
	for n, l := range s.lines {
		all.Go(func() {
			for turn := n; turn < rotations; turn += lines {
				s.rotate(l, turn/lines%2 == 0)
			}
		})
	}
	all.Wait()
	lasted := time.Since(began)
	stop()
	i.judgedAll()
	slices.Sort(s.took)
	t.Logf("%d rotations in %s with %d doors; %d events, %.0f a second, %d answered 503; half were answered within %s, 99 %% within %s, the slowest took %s; what was retired was accepted for at most %s",
		rotations, lasted.Round(time.Second), doors, len(s.took), float64(len(s.took))/lasted.Seconds(), s.late, s.quantile(0.5), s.quantile(0.99), s.quantile(1), s.retired.Round(time.Millisecond))
	s.judge(before, i.tally(), rotations)
}

// moreDoors adds public doors beside the first one.
func (i *installation) moreDoors(n int) (urls []string) {
	i.t.Helper()
	first := i.processes["webhook-gateway"]
	for k := range n {
		public := freeAddr(i.t)
		p := &process{t: i.t, path: first.path, args: first.args, log: fmt.Sprint(first.log, k),
			env: append(slices.Clone(first.env), "DAKOKU_PUBLIC_ADDR="+public, "DAKOKU_LISTEN_ADDR="+freeAddr(i.t))}
		i.processes[fmt.Sprint("webhook-gateway-", k)] = p
		i.t.Cleanup(func() {
			if p.cmd != nil && p.running() {
				p.stop()
			}
			showLog(i.t, "another webhook-gateway", p.log)
		})
		urls = append(urls, "http://"+public)
	}
	return urls
}

// prepare makes the connections; all doors know them before it returns.
func (s *turnstile) prepare(lines int) {
	s.t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		s.t.Fatal(err)
	}
	for n := range lines {
		keys, err := s.simulator.NewBotV2(simulator.BotSpec{Domain: s.world.Domain, Key: key})
		if err != nil {
			s.t.Fatal(err)
		}
		l := &line{name: s.connect(fmt.Sprint("支社 ", n), keys), bot: keys.BotID, keys: keys}
		l.live = way{s.issued(l), keys.BotSecret}
		s.post("/v1/"+l.name+":activate", map[string]any{})
		s.lines = append(s.lines, l)
		for _, door := range s.doors {
			eventually(s.t, "a door knows the connection", func() bool { return s.deliver(door, l, l.live, s.event()) == http.StatusOK })
		}
	}
}

// issued is the path of a new token's callback URL, which is the same at every door.
func (s *turnstile) issued(l *line) string {
	s.t.Helper()
	u, err := url.Parse(s.issueToken(l.name))
	if err != nil {
		s.t.Fatal(err)
	}
	return u.Path
}

// arrive sends events at a rate to any door until the returned function is called.
func (s *turnstile) arrive(rate int) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	due := make(chan struct{})
	all.Go(func() {
		tick := time.NewTicker(time.Second / time.Duration(rate))
		defer tick.Stop()
		defer close(due)
		for ctx.Err() == nil {
			<-tick.C
			due <- struct{}{}
		}
	})
	for range 32 {
		all.Go(func() {
			for range due {
				s.one()
			}
		})
	}
	return func() { cancel(); all.Wait() }
}

// one sends an event the live way, which must be taken.
func (s *turnstile) one() {
	n := int(s.n.Load())
	l, door := s.lines[n%len(s.lines)], s.doors[n/len(s.lines)%len(s.doors)]
	body := s.event()
	l.posting.RLock()
	began := time.Now()
	status := s.deliver(door, l, l.live, body)
	took := time.Since(began)
	l.posting.RUnlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	switch s.took = append(s.took, took); {
	case status == http.StatusServiceUnavailable:
		s.late++
	case status != http.StatusOK:
		s.problems = append(s.problems, fmt.Sprintf("%d on a live token, after %s", status, took))
	}
}

func (s *turnstile) event() []byte {
	n := s.n.Add(1)
	return fmt.Appendf(nil, `{"type":"message","source":{"userId":%q,"domainId":%d},"issuedTime":%q,"content":{"type":"text","text":"雑談 %d"}}`,
		s.world.People[n%4].ID, s.world.Domain, time.Now().UTC().Format("2006-01-02T15:04:05.000Z"), n)
}
