package integration_test

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"google.golang.org/grpc"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/services/integration"
	"github.com/dakoku/dakoku/simulator"
)

// end is what becomes of an answer whose process ended at a place.
type end struct {
	place     string
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
	// A call that failed: the message waits, or ends.
	{place: "out.settle.precommit", fault: away, kept: 1, state: "SENT", ambiguous: 1, calls: 2, shown: 1, tokens: 1},
	{place: "out.settle.committed", fault: away, kept: 1, state: "SENT", calls: 2, shown: 1, tokens: 1},
	{place: "out.settle.precommit", fault: refusal, kept: 1, state: "SENT", ambiguous: 1, calls: 2, shown: 1, tokens: 1},
	{place: "out.settle.committed", fault: refusal, kept: 1, state: "FAILED", calls: 1, shown: 0, tokens: 1},
	// A person who is gone: whoever ends the message marks the link.
	{place: "out.settle.precommit", fault: nobody, kept: 1, state: "FAILED", ambiguous: 1, calls: 2, shown: 0, tokens: 1, flagged: 1},
	{place: "out.settle.committed", fault: nobody, kept: 1, state: "FAILED", calls: 1, shown: 0, tokens: 1, flagged: 1},
}

// armable builds the service with its places.
func armable(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "integration")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-tags", "failpoints", "-o", path, "./cmd/integration")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return path
}

// armed is a service that ends at a place.
type armed struct {
	machine integrationv1.IntegrationServiceClient
	said    bytes.Buffer
	done    chan struct{}
}

func (w *world) arm(t *testing.T, path, place string) *armed {
	t.Helper()
	lis, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := lis.Addr().String()
	_ = lis.Close()
	a, cmd := &armed{done: make(chan struct{})}, exec.CommandContext(context.WithoutCancel(t.Context()), path)
	cmd.Env = append(os.Environ(), "FAILPOINTS="+place+"=exit", "DAKOKU_DATABASE_URL="+w.cfg.DatabaseURL.Reveal(), "DAKOKU_DATA_DIR="+w.cfg.DataDir,
		"DAKOKU_TLS_DIR="+w.tls, "DAKOKU_LISTEN_ADDR="+addr, "DAKOKU_DEBUG_ADDR=127.0.0.1:0", "DAKOKU_LINEWORKS_AUTH_URL="+w.cfg.AuthURL,
		"DAKOKU_LINEWORKS_API_URL="+w.cfg.APIURL, "DAKOKU_LINEWORKS_API_V1_URL="+w.cfg.APIV1URL)
	cmd.Stdout, cmd.Stderr = &a.said, &a.said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { _ = cmd.Wait(); close(a.done) }()
	t.Cleanup(func() { _ = cmd.Process.Kill(); <-a.done })
	a.machine = integrationv1.NewIntegrationServiceClient(w.dialAddress(t, addr, "webhook-gateway"))
	return a
}

func (a *armed) ended() bool {
	select {
	case <-a.done:
		return true
	default:
		return false
	}
}

// A service ends as by kill -9 on each side of every commit on the way of an answer.
// The next one brings it: none is missing, and none is read twice but where a call
// was made whose end nobody wrote down.
func TestKilledAtEveryPlace(t *testing.T) {
	t.Parallel()
	path := armable(t)
	w := newWorldAt(t, simulator.Config{}, func(*integration.Config) {})
	tenant := uuid.NewString()
	conn, keys := w.activeV2(as(t, tenant), t)
	w.stop()
	// Whoever comes after the dead comes when their leases are over.
	w.cfg.Now = func() time.Time { return time.Now().Add(time.Minute) }
	for _, e := range ends {
		name := e.place
		if e.fault.Status != 0 {
			name += fmt.Sprint(" after ", e.fault.Status)
		}
		t.Run(name, func(t *testing.T) { w.killedAt(t, path, e, tenant, conn, keys.BotID) })
	}
}

func (w *world) killedAt(t *testing.T, path string, e end, tenant, conn, bot string) {
	t.Helper()
	w.forget(t, "access_token")
	w.forget(t, "outbound_message")
	person := w.user(t, uuid.NewString()+"@example").ID
	if e.fault.Class != "" {
		w.sim.Fail(e.fault)
		defer w.sim.Heal()
	}
	w.start(t)
	employee := w.link(t, tenant, person)
	w.stop()
	before := w.called(person)
	answer := reply(tenant, conn, key(t), integrationv1.Credentials_V2, person, "出勤 09:00 を記録しました。")
	victim := w.arm(t, path, e.place)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	_, _ = victim.machine.SendReplies(ctx, &integrationv1.SendRepliesRequest{Replies: []*integrationv1.Reply{answer}}, grpc.WaitForReady(true)) // its answer may die with it
	eventually(t, "the end at "+e.place, victim.ended)
	got := end{place: e.place, fault: e.fault}
	w.count(t, `select count(*) from integration.outbound_message`, &got.kept)
	w.start(t)
	defer w.stop()
	w.send(t, answer) // the gateway repeats what it got no answer to
	eventually(t, "the end of the message", func() bool {
		w.count(t, `select max(state), sum(ambiguous)::int from integration.outbound_message`, &got.state, &got.ambiguous)
		return got.state != "QUEUED"
	})
	w.count(t, `select count(*) from integration.account_link_change where employee_id = '`+employee+`' and verb = 'GONE'`, &got.flagged)
	after := w.called(person)
	got.calls, got.tokens, got.shown = after[0]-before[0], after[1]-before[1], len(w.shown(t, person, bot))
	if got != e {
		t.Errorf("%+v, want\n%+v\n%s", got, e, victim.said.String())
	}
}

func (w *world) count(t *testing.T, sql string, into ...any) {
	t.Helper()
	if err := w.db.Owner(t).QueryRow(t.Context(), sql).Scan(into...); err != nil {
		t.Fatal(err)
	}
}

// called counts the calls about a person, and those for access tokens.
func (w *world) called(person string) (out [2]int) {
	for _, e := range w.sim.Ledger(simulator.Query{Class: simulator.ClassMessages}) {
		if strings.Contains(e.Path, person) {
			out[0]++
		}
	}
	out[1] = len(w.sim.Ledger(simulator.Query{Class: simulator.ClassToken}))
	return out
}
