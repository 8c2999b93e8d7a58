package gateway_test

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dakoku/dakoku/services/webhook-gateway/internal/inbox"
)

// way is how an event comes to a place.
type way int

const (
	straight way = iota // it is posted, and the database is there
	answered            // its answer is under way
	spooled             // it is posted while the database is away
	drained             // the database comes back when the spool has it
	claimed             // it waited in the inbox before the door started
	deferred            // attendance is away when it is begun
)

// place is where a door is hurt.
type place struct {
	name string
	way  way
	hang bool // is tried each time also with a wait that outlasts the lease; the others in full
}

var places = []place{
	{"gw.verified", straight, false},
	{"gw.inbox.precommit", straight, true},
	{"gw.inbox.committed", straight, false},
	{"gw.answered", answered, false},
	{"gw.turn.precommit", straight, false},
	{"gw.turn.committed", straight, false},
	{"gw.dispatched", straight, true},
	{"gw.complete.precommit", straight, true},
	{"gw.complete.committed", straight, false},
	{"gw.claim.precommit", claimed, false},
	{"gw.claim.committed", claimed, true},
	{"gw.defer.precommit", deferred, false},
	{"gw.defer.committed", deferred, false},
	{"gw.spool.write", spooled, false},
	{"gw.spool.synced", spooled, false},
	{"gw.spool.drained", drained, true},
}

// beyond is longer than a lease, so that somebody else has taken over what hangs.
const beyond = inbox.Lease + 2*time.Second

// full tells that each place is to be tried as often as is asked for before a release.
func full() bool { return os.Getenv("DAKOKU_TEST_FULL") != "" }

// tries is how often each place is tried.
func tries() int {
	if full() {
		return 10
	}
	return 1
}

// A door is hurt at each of its places: it ends as by kill -9, what it does there
// fails, or it stands still until its leases are over and goes on. What it answered 200
// is judged once; what it did not answer is judged once when it comes again. The three
// are side by side, on a database each: they mostly wait for leases.
func TestHurtAtEveryPlace(t *testing.T) {
	path := armable(t)
	for _, action := range []string{"exit", "error", "hang:" + beyond.String()} {
		verb, _, _ := strings.Cut(action, ":")
		t.Run(verb, func(t *testing.T) {
			t.Parallel()
			s := newSpooling(t)
			for range tries() {
				for _, p := range places {
					if verb != "hang" || p.hang || full() {
						t.Run(p.name, func(t *testing.T) { s.hurt(t, path, p, action) })
					}
				}
			}
		})
	}
}

func (s *spooling) hurt(t *testing.T, path string, p place, action string) {
	t.Helper()
	verb, _, _ := strings.Cut(action, ":")
	armed := p.name + "=" + action
	if p.way == answered && verb == "exit" {
		armed += "@2" // the first answer has gone out by then
	}
	s.sent++
	if p.way == claimed {
		s.waits(t, path)
	}
	victim := s.spawn(t, path, armed)
	status := s.lead(t, victim, p)
	inTime(t, func() bool { return victim.told(p.name, verb) })
	next := victim // whoever is asked when there was no answer
	if verb != "error" {
		next = s.spawn(t, path, "")
	}
	s.posted(t, next, p, status)
	s.judged(t)
	if verb == "hang" {
		inTime(t, func() bool { return victim.told(p.name, "over") })
		next.kill()
	}
	if verb != "exit" { // it does its work as before
		s.sent++
		s.posted(t, victim, p, 0)
		s.judged(t)
	}
}

// waits leaves an event in the inbox that is due and that nobody has begun.
func (s *spooling) waits(t *testing.T, path string) {
	t.Helper()
	s.set(true)
	before := s.spawn(t, path, "")
	if status, err := before.post(numbered(s.sent), doorSecret); status != 200 {
		t.Fatal(status, err)
	}
	inTime(t, func() bool {
		return s.number(`select count(*) from gateway.inbox where outcome = 'PENDING' and lease is null and deferrals > 0`) == 1
	})
	before.kill()
	s.set(false)
	inTime(t, func() bool {
		return s.number(`select count(*) from gateway.inbox where lease is null and due_at <= now()`) == 1
	})
}

// lead brings the event to the place, and returns what its sender was answered.
func (s *spooling) lead(t *testing.T, victim *child, p place) (status int) {
	t.Helper()
	switch p.way {
	case straight, answered:
	case claimed:
		return http.StatusOK // by the door before
	case spooled, drained:
		s.stop()
	case deferred:
		s.set(true)
	}
	status, _ = victim.post(numbered(s.sent), doorSecret)
	if p.way == answered {
		_, _ = victim.post(numbered(s.sent), doorSecret)
	}
	if p.way == drained {
		s.start()
	}
	return status
}

// posted sends the event again until somebody has answered 200, as a person does who
// was not answered.
func (s *spooling) posted(t *testing.T, to *child, p place, status int) {
	t.Helper()
	switch {
	case p.way == spooled && s.away():
		s.start()
	case p.way == deferred:
		s.set(false)
	}
	inTime(t, func() bool {
		if status != http.StatusOK {
			status, _ = to.post(numbered(s.sent), doorSecret)
		}
		return status == http.StatusOK
	})
}

// judged waits until every event is judged, and then each must be there once.
func (s *spooling) judged(t *testing.T) {
	t.Helper()
	inTime(t, s.recorded)
	if n := s.number(`select count(*) from gateway.inbox`); n != s.sent {
		t.Errorf("%d events of %d", n, s.sent)
	}
	s.street.mu.Lock()
	defer s.street.mu.Unlock()
	if len(s.punches) != s.sent || len(s.replies) != s.sent {
		t.Errorf("%d punches, %d replies of %d", len(s.punches), len(s.replies), s.sent)
	}
}

// armed finds the places of the sources by what is called there.
var armed = regexp.MustCompile(`failpoint\.(Hit|Named)\((?:ctx, )?"([a-z.]+)"`)

// No place is without its test, and none is tested that is not there.
func TestTheTableHasEveryPlace(t *testing.T) {
	var found, tried []string
	for _, p := range places {
		tried = append(tried, p.name)
	}
	err := filepath.WalkDir(".", func(path string, _ os.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		for _, m := range armed.FindAllStringSubmatch(string(source), -1) {
			if m[1] == "Hit" {
				found = append(found, m[2])
			} else {
				found = append(found, m[2]+".precommit", m[2]+".committed")
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(found)
	slices.Sort(tried)
	if !slices.Equal(found, tried) {
		t.Errorf("in the sources %v\nin the table   %v", found, tried)
	}
}
