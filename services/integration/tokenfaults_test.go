package integration_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/services/integration"
	"github.com/dakoku/dakoku/simulator"
)

// talk is a connection of API 2.0 whose messages are counted.
type talk struct {
	*world
	ctx          context.Context
	tenant, conn string
	keys         simulator.CredentialsV2
	person       simulator.User
	sent         int
}

func newTalk(t *testing.T, w *world) *talk {
	t.Helper()
	c := &talk{world: w, tenant: uuid.NewString()}
	c.ctx = as(t, c.tenant)
	c.person = w.user(t, "taro-"+c.tenant+"@example")
	c.conn, c.keys = w.activeV2(c.ctx, t)
	return c
}

func (c *talk) say(t *testing.T) {
	t.Helper()
	c.sent++
	c.send(t, reply(c.tenant, c.conn, key(t), integrationv1.Credentials_V2, c.person.ID, "出勤"))
}

// arrived waits for every message, however long they take together: the limit of
// calls alone stretches forty over ten seconds.
func (c *talk) arrived(t *testing.T) {
	t.Helper()
	shown := func() int { return len(c.shown(t, c.person.ID, c.keys.BotID)) }
	for seen := shown(); seen < c.sent; seen = shown() {
		eventually(t, fmt.Sprintf("message %d", seen+1), func() bool { return shown() > seen })
	}
	if n := shown(); n != c.sent {
		t.Errorf("%d messages are shown, %d were sent", n, c.sent)
	}
}

func (c *talk) state(t *testing.T) (integrationv1.Connection_State, string) {
	t.Helper()
	got, err := c.admin.GetConnection(c.ctx, &integrationv1.GetConnectionRequest{Connection: c.conn})
	if err != nil {
		t.Fatal(err)
	}
	return got.GetConnection().GetState(), got.GetConnection().GetStateReason()
}

func (c *talk) calls(class simulator.Class) int {
	return len(c.sim.Ledger(simulator.Query{Class: class}))
}

// second runs another process of the service on the same data.
func (w *world) second(t *testing.T) {
	t.Helper()
	other, err := integration.New(t.Context(), w.cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- other.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("the second process ended: %v", err)
		}
	})
}

// F30: LINE WORKS ends the access tokens at random moments under two processes.
// Each time one of them fetches one new token, and no message is lost or doubled.
func TestF30TokensRevokedAtRandom(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.second(t)
	c := newTalk(t, w)
	c.say(t)
	c.arrived(t)
	revoked := 0
	for range 40 {
		if rand.IntN(4) == 0 {
			c.arrived(t) // a new token that is refused, too, is another fault
			c.sim.RevokeTokens()
			revoked++
		}
		c.say(t)
		if rand.IntN(3) == 0 {
			c.arrived(t)
		}
	}
	c.arrived(t)
	if n := c.calls(simulator.ClassToken); n > revoked+1 {
		t.Errorf("%d token calls for %d revocations", n, revoked)
	}
	if state, why := c.state(t); state != integrationv1.Connection_ACTIVE {
		t.Errorf("%v %s", state, why)
	}
}

// F30: 401 for ever. Three times a new token is refused, too, then the connection
// is BROKEN with the reason; what is to be said waits. The refusals are a figure.
func TestF30RefusedForEverBreaksAndHolds(t *testing.T) {
	t.Parallel()
	c := newTalk(t, newWorld(t))
	c.sim.Fail(simulator.Fault{Class: simulator.ClassMessages, Status: 401})
	for range 5 {
		c.say(t)
	}
	eventually(t, "BROKEN", func() bool { state, _ := c.state(t); return state == integrationv1.Connection_BROKEN })
	if _, why := c.state(t); why != "ACCESS_TOKEN_REFUSED" {
		t.Errorf("reason %q", why)
	}
	read, err := c.admin.GetConnection(c.ctx, &integrationv1.GetConnectionRequest{Connection: c.conn})
	if n := read.GetConnection().GetFigures().GetRefusedAccessTokens(); err != nil || n != 3 {
		t.Errorf("%d refused tokens are shown: %v", n, err)
	}
	if tokens, messages := c.calls(simulator.ClassToken), c.calls(simulator.ClassMessages); tokens != 4 || messages != 6 {
		t.Errorf("%d token calls and %d attempts, want 4 and 6", tokens, messages)
	}
	c.sim.Heal()
	if _, err := c.admin.ActivateConnection(c.ctx, &integrationv1.ActivateConnectionRequest{Connection: c.conn}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "all that waited, in however few messages", func() bool {
		said := 0
		for _, m := range c.shown(t, c.person.ID, c.keys.BotID) {
			said += strings.Count(m.Text, "出勤")
		}
		return said == c.sent
	})
}

// F37: the client is deleted, or its secret or its key re-issued at LINE WORKS.
// The reason tells it apart from a refused token, replies wait, and new keys mend it.
func TestF37RevokedClientIsToldApart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for reason, reissue := range map[string]func(string) error{"INVALID_CLIENT": w.sim.ReissueClientSecret, "INVALID_PRIVATE_KEY": w.sim.ReissueKey} {
		t.Run(reason, func(t *testing.T) {
			c := newTalk(t, w)
			c.entered(c.ctx, t, c.conn, inV2(c.keys)) // no token was given before
			if err := reissue(c.keys.BotID); err != nil {
				t.Fatal(err)
			}
			c.breaksUntilNewKeys(t, reason)
		})
	}
}

// breaksUntilNewKeys says something that LINE WORKS refuses to give a token for,
// with the reason, and stores the keys that it has now.
func (c *talk) breaksUntilNewKeys(t *testing.T, reason string) {
	t.Helper()
	before := c.calls(simulator.ClassMessages)
	for range 3 {
		c.say(t)
	}
	eventually(t, "BROKEN", func() bool { state, _ := c.state(t); return state == integrationv1.Connection_BROKEN })
	if _, why := c.state(t); why != reason {
		t.Errorf("reason %q", why)
	}
	if n := c.calls(simulator.ClassMessages) - before; n != 0 {
		t.Errorf("%d messages without a token", n)
	}
	now, err := c.sim.Credentials(c.keys.BotID)
	if err != nil {
		t.Fatal(err)
	}
	fresh := inV2(now.(simulator.CredentialsV2))
	if _, err := c.admin.UpdateCredentials(c.ctx, &integrationv1.UpdateCredentialsRequest{Connection: c.conn, Credentials: fresh, Stage: true}); err != nil {
		t.Fatal(err)
	}
	if state, _ := c.state(t); state != integrationv1.Connection_BROKEN {
		t.Error("staging alone mended the connection")
	}
	if _, err := c.admin.ActivateCredentials(c.ctx, &integrationv1.ActivateCredentialsRequest{Connection: c.conn}); err != nil {
		t.Fatal(err)
	}
	if state, why := c.state(t); state != integrationv1.Connection_ACTIVE || why != "" {
		t.Errorf("after new keys: %v %q", state, why)
	}
	c.arrived(t)
}

// hands is a clock that a test sets forward, for the service and the platform.
type hands struct {
	mu    sync.Mutex
	ahead time.Duration
}

func (h *hands) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return time.Now().Add(h.ahead)
}

func (h *hands) pass(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ahead += d
}

// F36: the token endpoint is away for longer than a token lives. The token at
// hand is used to its end, renewal is tried from half its life on, and what is
// said after its end arrives when the endpoint is back.
func TestF36TokenEndpointAwayLongerThanATokenLives(t *testing.T) {
	t.Parallel()
	clock := &hands{}
	c := newTalk(t, newWorldAt(t, simulator.Config{Now: clock.now, TokenLife: time.Hour}, func(c *integration.Config) { c.Now = clock.now }))
	c.say(t)
	c.arrived(t)
	c.sim.Fail(simulator.Fault{Class: simulator.ClassToken, Status: 503})
	clock.pass(29 * time.Minute)
	c.say(t)
	c.arrived(t)
	if n := c.calls(simulator.ClassToken); n != 1 {
		t.Errorf("%d token calls before half a life", n)
	}
	for range 2 { // 39 and 50 minutes: past the jitter, which ends at 36
		clock.pass(10*time.Minute + 30*time.Second)
		c.say(t)
		c.arrived(t)
	}
	if n := c.calls(simulator.ClassToken); n != 3 {
		t.Errorf("%d token calls, want one early try for each message", n)
	}
	clock.pass(30 * time.Minute)
	c.say(t)
	tried := c.calls(simulator.ClassToken)
	eventually(t, "a try after the end", func() bool { return c.calls(simulator.ClassToken) > tried })
	if n := len(c.shown(t, c.person.ID, c.keys.BotID)); n != c.sent-1 {
		t.Errorf("%d messages of %d arrived without a token", n, c.sent)
	}
	if state, why := c.state(t); state != integrationv1.Connection_ACTIVE {
		t.Errorf("an outage broke the connection: %v %s", state, why)
	}
	c.sim.Heal()
	clock.pass(time.Minute)
	c.arrived(t)
}
