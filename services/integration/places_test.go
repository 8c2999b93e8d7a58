package integration_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"google.golang.org/grpc"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/services/integration"
	"github.com/dakoku/dakoku/simulator"
)

// end is what becomes of an answer whose process ended at a place.
type end struct {
	place     string
	nth       string          // the time at which it is reached; empty is the first
	fault     simulator.Fault // what the platform does to the first call; no class: nothing
	kept      int             // messages that the dead process left
	state     string
	ambiguous int // calls whose end nobody knew
	calls     int // that reached the platform
	shown     int // times that the person reads the answer
	tokens    int // calls for an access token
	flagged   int // entries in the history of the person's link that LINE WORKS does not know the person
}

var (
	away    = simulator.Fault{Class: simulator.ClassMessages, Status: 503, Times: 1}
	refusal = simulator.Fault{Class: simulator.ClassMessages, Status: 400, Times: 1}
	nobody  = simulator.Fault{Class: simulator.ClassMessages, Status: 404, Code: "USER_NOT_EXIST"}
)

var ends = []end{
	{place: "out.enqueue.precommit", kept: 0, state: "SENT", calls: 1, shown: 1, tokens: 1},
	{place: "out.enqueue.committed", kept: 1, state: "SENT", calls: 1, shown: 1, tokens: 1},
	{place: "out.claim.precommit", kept: 1, state: "SENT", calls: 1, shown: 1, tokens: 1},
	{place: "out.claim.committed", kept: 1, state: "SENT", ambiguous: 1, calls: 1, shown: 1, tokens: 1},
	{place: "tok.claim.precommit", kept: 1, state: "SENT", ambiguous: 1, calls: 1, shown: 1, tokens: 1},
	{place: "tok.claim.committed", kept: 1, state: "SENT", ambiguous: 1, calls: 1, shown: 1, tokens: 1},
	{place: "tok.save.precommit", kept: 1, state: "SENT", ambiguous: 1, calls: 1, shown: 1, tokens: 2},
	{place: "tok.save.committed", kept: 1, state: "SENT", ambiguous: 1, calls: 1, shown: 1, tokens: 1},
	{place: "out.settle.precommit", kept: 1, state: "SENT", ambiguous: 1, calls: 2, shown: 2, tokens: 1},
	{place: "out.settle.committed", kept: 1, state: "SENT", calls: 1, shown: 1, tokens: 1},
	// The first call of a message's way is for an access token, the second sends it.
	{place: "out.http.write", kept: 1, state: "SENT", ambiguous: 1, calls: 1, shown: 1, tokens: 1},
	{place: "out.http.write", nth: "@2", kept: 1, state: "SENT", ambiguous: 1, calls: 1, shown: 1, tokens: 1},
	{place: "out.http.read", kept: 1, state: "SENT", ambiguous: 1, calls: 1, shown: 1, tokens: 2},
	{place: "out.http.read", nth: "@2", kept: 1, state: "SENT", ambiguous: 1, calls: 2, shown: 2, tokens: 1},
	// A call that failed: the message waits, or ends.
	{place: "out.settle.precommit", fault: away, kept: 1, state: "SENT", ambiguous: 1, calls: 2, shown: 1, tokens: 1},
	{place: "out.settle.committed", fault: away, kept: 1, state: "SENT", calls: 2, shown: 1, tokens: 1},
	{place: "out.settle.precommit", fault: refusal, kept: 1, state: "SENT", ambiguous: 1, calls: 2, shown: 1, tokens: 1},
	{place: "out.settle.committed", fault: refusal, kept: 1, state: "FAILED", calls: 1, shown: 0, tokens: 1},
	// A person who is gone: whoever ends the message marks the link.
	{place: "out.settle.precommit", fault: nobody, kept: 1, state: "FAILED", ambiguous: 1, calls: 2, shown: 0, tokens: 1, flagged: 1},
	{place: "out.settle.committed", fault: nobody, kept: 1, state: "FAILED", calls: 1, shown: 0, tokens: 1, flagged: 1},
}

// beyond is longer than the lease of a claim, so that somebody else has taken over what hangs.
const beyond = 22 * time.Second

// full tells that each place is to be tried as often as is asked for before a release.
func full() bool { return os.Getenv("DAKOKU_TEST_FULL") != "" }

// tries is how often each place is tried.
func tries() int {
	if full() {
		return 10
	}
	return 1
}

// hangs are the places that are tried each time also with a wait beyond the lease; the others in full.
var hangs = []string{"out.claim.committed", "out.http.read@2"}

// A service is hurt on each side of every commit and of every call on the way of an
// answer: it ends as by kill -9, what it does there fails, or it stands still until its
// claim is over and goes on. The answer comes: none is missing, and none is read twice
// but where a call was made whose end nobody wrote down.
func TestHurtAtEveryPlace(t *testing.T) {
	t.Parallel()
	path := armable(t)
	for _, verb := range []string{"exit", "error", "hang"} {
		t.Run(verb, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t, path)
			if verb == "exit" { // whoever comes after the dead comes when their leases are over
				o.cfg.Now = func() time.Time { return time.Now().Add(time.Minute) }
			}
			for range tries() {
				for _, e := range ends {
					if verb == "exit" || e.fault.Class == "" && (verb == "error" || full() || slices.Contains(hangs, e.place+e.nth)) {
						t.Run(e.name(), func(t *testing.T) { o.hurt(t, e, verb) })
					}
				}
			}
		})
	}
}

func (e end) name() string {
	if e.fault.Status != 0 {
		return fmt.Sprint(e.place, " after ", e.fault.Status)
	}
	return e.place + e.nth
}

func (e end) armed(verb string) string {
	if verb == "hang" {
		verb += ":" + beyond.String()
	}
	return e.place + "=" + verb + e.nth
}

// office is a world with a connection, whose services are started by the test.
type office struct {
	*world
	path, tenant, conn, bot string
	keys                    simulator.CredentialsV2
	owner                   *pgx.Conn // of the test that runs
}

func newOffice(t *testing.T, path string) *office {
	t.Helper()
	o := &office{world: newWorldAt(t, simulator.Config{}, func(*integration.Config) {}), path: path, tenant: uuid.NewString()}
	o.conn, o.keys = o.activeV2(as(t, o.tenant), t)
	o.bot = o.keys.BotID
	o.stop()
	return o
}

// hurt has one answer sent by a service that is hurt, and by the next one if it does not live.
func (o *office) hurt(t *testing.T, e end, verb string) {
	t.Helper()
	o.forget(t, "access_token")
	o.forget(t, "outbound_message")
	person := o.user(t, uuid.NewString()+"@example").ID
	if e.fault.Class != "" {
		o.sim.Fail(e.fault)
		defer o.sim.Heal()
	}
	o.owner = o.db.Owner(t)
	o.start(t)
	employee := o.link(t, o.tenant, person)
	o.stop()
	before := o.called(person)
	answer := reply(o.tenant, o.conn, key(t), integrationv1.Credentials_V2, person, "出勤 09:00 を記録しました。")
	victim := o.arm(t, o.path, e.armed(verb))
	offer(t.Context(), victim.machine, answer)
	eventually(t, e.place+" is reached", func() bool { return victim.told(e.place, verb) })
	got := e
	o.count(t, `select count(*) from integration.outbound_message`, &got.kept)
	next := victim.machine
	if verb != "error" {
		o.start(t)
		defer func() { o.stop() }()
		next = o.machine
	}
	eventually(t, "an answer", func() bool { return offer(t.Context(), next, answer) }) // the gateway repeats what it got none to
	eventually(t, "the end of the message", func() bool {
		o.count(t, `select max(state), sum(ambiguous)::int from integration.outbound_message`, &got.state, &got.ambiguous)
		return got.state != "QUEUED"
	})
	if verb == "hang" { // what it does when it goes on comes too late
		eventually(t, "the end of the wait", func() bool { return victim.told(e.place, "over") })
		o.stop()
		o.alive(t.Context(), t, victim)
	}
	o.count(t, `select count(*) from integration.account_link_change where employee_id = '`+employee+`' and verb = 'GONE'`, &got.flagged)
	after := o.called(person)
	got.calls, got.tokens, got.shown = after[0]-before[0], after[1]-before[1], len(o.shown(t, person, o.bot))
	if problem := got.unlike(e, verb); problem != "" {
		t.Errorf("%s: %+v, want\n%+v\n%s", problem, got, e, victim.said.String())
	}
}

// unlike tells how the end that came differs from the one that is wanted. Of a service
// that ended everything is known beforehand. The others may do better: what they know to
// have failed they repeat, and nobody is left to guess.
func (e end) unlike(want end, verb string) string {
	switch {
	case e == want:
		return ""
	case verb == "exit":
		return "another end"
	case e.state != want.state:
		return "another state"
	case e.shown > 1+e.ambiguous:
		return "read more often than by the calls whose end nobody knows"
	case e.shown < 1 || e.shown > want.shown:
		return "not read as often"
	}
	return ""
}

// offer tells whether a service took an answer; its own answer may die with it.
func offer(ctx context.Context, to integrationv1.IntegrationServiceClient, answer *integrationv1.Reply) bool {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	_, err := to.SendReplies(ctx, &integrationv1.SendRepliesRequest{Replies: []*integrationv1.Reply{answer}}, grpc.WaitForReady(true))
	return err == nil
}

// alive has a service send one more answer.
func (o *office) alive(ctx context.Context, t *testing.T, a *armed) {
	t.Helper()
	person := o.user(t, uuid.NewString()+"@example").ID
	answer := reply(o.tenant, o.conn, key(t), integrationv1.Credentials_V2, person, "退勤 18:00 を記録しました。")
	eventually(t, "an answer", func() bool { return offer(ctx, a.machine, answer) })
	eventually(t, "one more message", func() bool { return len(o.shown(t, person, o.bot)) == 1 })
}

// places finds the places of the sources by what is called there.
var places = regexp.MustCompile(`failpoint\.(Hit|Named)\((?:ctx, )?"([a-z.]+)"`)

// No place is without its test, and none is tested that is not there.
func TestTheTablesHaveEveryPlace(t *testing.T) {
	t.Parallel()
	var found, tried []string
	for _, e := range ends {
		tried = append(tried, e.place)
	}
	tried = append(tried, keyPlaces...)
	err := filepath.WalkDir(".", func(path string, _ os.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		for _, m := range places.FindAllStringSubmatch(string(source), -1) {
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
	if found, tried = slices.Compact(found), slices.Compact(tried); !slices.Equal(found, tried) {
		t.Errorf("in the sources %v\nin the tables  %v", found, tried)
	}
}
