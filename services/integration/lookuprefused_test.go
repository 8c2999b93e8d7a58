package integration_test

import (
	"strings"
	"testing"
	"time"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/services/integration"
	"github.com/dakoku/dakoku/simulator"
)

// newTalkAt is a talk on a clock that the test sets forward.
func newTalkAt(t *testing.T) (*talk, *hands) {
	t.Helper()
	clock := &hands{}
	return newTalk(t, newWorldAt(t, simulator.Config{Now: clock.now}, func(c *integration.Config) { c.Now = clock.now })), clock
}

func (c *talk) is(t *testing.T, users ...string) *integrationv1.ResolvedSender {
	t.Helper()
	if len(users) == 0 {
		users = []string{c.person.ID}
	}
	return c.resolve(t, c.tenant, c.conn, integrationv1.Credentials_V2, users...)[0]
}

// F37 on the other path: nobody is answered here, so only a look-up meets the keys
// that are refused. The connection is BROKEN with the reason, a warning is written,
// and other keys mend it and let the person be known at once.
func TestF37KeysRefusedAtALookUpBreakTheConnection(t *testing.T) {
	t.Parallel()
	c, _ := newTalkAt(t)
	employee := c.link(t, c.tenant, c.person.Email)
	c.entered(c.ctx, t, c.conn, inV2(c.keys)) // no token was given before
	if err := c.sim.ReissueClientSecret(c.keys.BotID); err != nil {
		t.Fatal(err)
	}
	if s := c.is(t); s.GetState() != pending || s.GetRetryAfter().AsDuration() > 30*time.Second {
		t.Errorf("%v", s)
	}
	if state, why := c.state(t); state != integrationv1.Connection_BROKEN || why != "INVALID_CLIENT" {
		t.Errorf("%v %q", state, why)
	}
	if l := c.figures(t).GetRefusedLookUps(); l.GetReason() != "INVALID_CLIENT" || l.GetRefused() != 1 || !strings.Contains(l.GetRemedy(), "Client Secret") {
		t.Errorf("%v", l)
	}
	if !warned(c.logs.String(), "the connection is broken") {
		t.Error("no warning was written")
	}
	before := c.calls(simulator.ClassToken)
	for range 5 {
		c.is(t)
	}
	if n := c.calls(simulator.ClassToken) - before; n != 0 {
		t.Errorf("%d token calls meanwhile", n)
	}
	now, err := c.sim.Credentials(c.keys.BotID)
	if err != nil {
		t.Fatal(err)
	}
	c.entered(c.ctx, t, c.conn, inV2(now.(simulator.CredentialsV2)))
	if s := c.is(t); s.GetState() != linked || s.GetEmployee() != employee {
		t.Errorf("after new keys: %v", s)
	}
	if state, why := c.state(t); state != integrationv1.Connection_ACTIVE || why != "" || c.figures(t).GetRefusedLookUps() != nil {
		t.Errorf("after new keys: %v %q, %v", state, why, c.figures(t).GetRefusedLookUps())
	}
}

// F30 on the other path: new access tokens are refused for look-ups only. At the
// third the connection is BROKEN, an answer that gets through does not mend it, and
// the next look-up that does mends it without anybody's help.
func TestF30TokensRefusedAtLookUpsBreakAndMend(t *testing.T) {
	t.Parallel()
	c, clock := newTalkAt(t)
	c.link(t, c.tenant, c.person.Email)
	c.sim.Fail(simulator.Fault{Class: simulator.ClassUsers, Status: 401})
	for n := int32(1); n <= 3; n++ {
		if state, _ := c.state(t); state != integrationv1.Connection_ACTIVE {
			t.Fatalf("%v before the third", state)
		}
		s := c.is(t)
		if got := c.figures(t).GetRefusedAccessTokens(); s.GetState() != pending || got != n {
			t.Errorf("%v with %d refused tokens, want %d", s, got, n)
		}
		clock.pass(time.Minute)
	}
	c.say(t)
	c.arrived(t)
	if state, why := c.state(t); state != integrationv1.Connection_BROKEN || why != "ACCESS_TOKEN_REFUSED" {
		t.Errorf("%v %q", state, why)
	}
	c.sim.Heal()
	clock.pass(10 * time.Minute)
	if s := c.is(t); s.GetState() != linked {
		t.Errorf("%v", s)
	}
	if state, why := c.state(t); state != integrationv1.Connection_ACTIVE || c.figures(t).GetRefusedAccessTokens() != 0 {
		t.Errorf("%v %q with %d refused tokens", state, why, c.figures(t).GetRefusedAccessTokens())
	}
}

// The other way round: a look-up that gets through does not mend what answers are
// refused for with new access tokens.
func TestALookUpDoesNotMendWhatAnswersAreRefusedFor(t *testing.T) {
	t.Parallel()
	c := newTalk(t, newWorld(t))
	c.link(t, c.tenant, c.person.Email)
	c.sim.Fail(simulator.Fault{Class: simulator.ClassMessages, Status: 401})
	c.say(t)
	eventually(t, "BROKEN", func() bool { state, _ := c.state(t); return state == integrationv1.Connection_BROKEN })
	if s := c.is(t); s.GetState() != linked {
		t.Errorf("%v", s)
	}
	if state, why := c.state(t); state != integrationv1.Connection_BROKEN {
		t.Errorf("%v %q", state, why)
	}
}

// F31 on the other path: the app may not see people. For an hour there are at most
// ten calls, the figures say why and what to do, replies go on; once it may, the
// person is known, at the next probe or at once when the connection is activated.
func TestF31LookUpsForbiddenForAnHour(t *testing.T) {
	t.Parallel()
	for name, refuse := range map[string]simulator.Fault{
		"LOOK_UPS_FORBIDDEN": {Class: simulator.ClassUsers, Status: 403, Code: "ACCESS_DENIED"},
		"LOOK_UPS_REFUSED":   {Class: simulator.ClassUsers, Status: 404, Code: "002"},
	} {
		t.Run(name, func(t *testing.T) {
			c, clock := newTalkAt(t)
			c.link(t, c.tenant, c.person.Email)
			before := c.lookUps()
			c.sim.Fail(refuse)
			for range 120 {
				if s := c.is(t); s.GetState() != pending {
					t.Fatalf("%v", s)
				}
				clock.pass(30 * time.Second)
			}
			if n := c.lookUps() - before; n < 5 || n > 10 {
				t.Errorf("%d calls in an hour", n)
			}
			l := c.figures(t).GetRefusedLookUps()
			if l.GetReason() != name || l.GetDetail() != refuse.Code || !strings.Contains(l.GetMessage(), refuse.Code) || !strings.Contains(l.GetRemedy(), "user.email.read") ||
				l.GetLastTime().AsTime().Sub(l.GetSinceTime().AsTime()) < 45*time.Minute {
				t.Errorf("%v", l)
			}
			c.say(t)
			c.arrived(t)
			if state, why := c.state(t); state != integrationv1.Connection_ACTIVE {
				t.Errorf("%v %q", state, why)
			}
			c.sim.Heal()
			if _, err := c.admin.ActivateConnection(c.ctx, &integrationv1.ActivateConnectionRequest{Connection: c.conn}); err != nil {
				t.Fatal(err)
			}
			if s := c.is(t); s.GetState() != linked || c.figures(t).GetRefusedLookUps() != nil {
				t.Errorf("%v, %v", s, c.figures(t).GetRefusedLookUps())
			}
		})
	}
}

// One person whom the app may not see keeps nobody else from being known.
func TestOneForbiddenPersonStopsNobodyElse(t *testing.T) {
	t.Parallel()
	c, clock := newTalkAt(t)
	c.sim.Fail(simulator.Fault{Class: simulator.ClassUsers, Status: 403})
	for range 20 {
		c.is(t)
		clock.pass(30 * time.Second)
	}
	c.sim.Heal()
	other := c.user(t, "hanako-"+c.tenant+"@example")
	clock.pass(2 * time.Second)
	if s := c.is(t, other.ID); s.GetState() != unlinked {
		t.Errorf("%v", s)
	}
}

// Three people who are refused one after the other are no accident: then everybody
// waits, and whoever made the last probe in vain leaves the next one to another.
func TestThreeForbiddenPeopleParkTheLookUps(t *testing.T) {
	t.Parallel()
	c, clock := newTalkAt(t)
	c.sim.Fail(simulator.Fault{Class: simulator.ClassUsers, Status: 403})
	var people []string
	for _, name := range []string{"a", "b", "c", "d"} {
		people = append(people, c.user(t, name+"-"+c.tenant+"@example").ID)
	}
	for _, p := range people[:3] {
		c.is(t, p)
		clock.pass(3 * time.Second)
	}
	before := c.lookUps()
	c.is(t, people[3])
	if n := c.lookUps() - before; n != 0 {
		t.Errorf("%d calls for the fourth", n)
	}
	clock.pass(2*time.Minute - 3*time.Second)
	c.is(t, people[2])
	if n := c.lookUps() - before; n != 0 {
		t.Errorf("%d calls by whoever was refused last", n)
	}
	c.sim.Heal()
	if s := c.is(t, people[3]); s.GetState() != unlinked {
		t.Errorf("%v", s)
	}
}

// warned tells that a line of the log has level and words.
func warned(log, words string) bool {
	for line := range strings.Lines(log) {
		if strings.Contains(line, words) && strings.Contains(line, `"level":"warn"`) {
			return true
		}
	}
	return false
}
