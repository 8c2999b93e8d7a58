package integration_test

import (
	"strings"
	"testing"
	"time"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/services/integration"
	"github.com/dakoku/dakoku/simulator"
)

// F32: the bot was removed at LINE WORKS, which answers 404 without telling what is
// missing. One attempt, then the connection is parked with a reason for an
// administrator; no message fails and nobody's link is flagged.
func TestF32RemovedBotParksTheConnection(t *testing.T) {
	t.Parallel()
	clock := &hands{}
	c := newTalk(t, newWorldAt(t, simulator.Config{Now: clock.now}, func(cfg *integration.Config) { cfg.Now = clock.now }))
	c.say(t)
	c.arrived(t)
	if err := c.sim.RemoveBot(c.keys.BotID); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		c.say(t)
	}
	eventually(t, "the pause", func() bool { return c.figures(t).GetSendingPauseReason() == "BOT_NOT_FOUND" })
	clock.pass(5 * time.Minute)
	figures := c.figures(t)
	if n := c.calls(simulator.ClassMessages); n != 2 || figures.GetQueuedReplies() != 5 || figures.GetFailedReplies() != 0 {
		t.Errorf("%d calls, %v", n, figures)
	}
	clock.pass(6 * time.Minute)
	eventually(t, "a probe", func() bool { return c.calls(simulator.ClassMessages) == 3 })
	if !strings.Contains(c.logs.String(), "BOT_NOT_FOUND") {
		t.Error("nothing in the log says why")
	}
}

// F32: the platform answers the same 404 for a person. The bot is there, so that
// message alone has failed.
func TestF32The404OfAPersonFailsOneMessage(t *testing.T) {
	t.Parallel()
	c := newTalk(t, newWorld(t))
	c.sim.Fail(simulator.Fault{Class: simulator.ClassMessages, Status: 404, Times: 1})
	c.say(t)
	eventually(t, "the failure", func() bool { return c.figures(t).GetFailedReplies() == 1 })
	c.sent = 0
	c.say(t)
	c.arrived(t)
	eventually(t, "the end of what arrived", func() bool { return c.figures(t).GetQueuedReplies() == 0 })
	figures := c.figures(t)
	why := figures.GetUnsentReplies()
	if figures.GetSendingPauseReason() != "" || len(why) != 1 || why[0].GetReason() == "" || why[0].GetFailed() != 1 || why[0].GetLastFailureTime() == nil {
		t.Errorf("%v", figures)
	}
}

// LINE WORKS says that a domain does not exist: that is nobody's end. The message waits with
// the reason that an administrator sees, and goes when what is wrong has been put right.
func TestADomainThatDoesNotExistMakesNobodyGone(t *testing.T) {
	t.Parallel()
	clock := &hands{}
	c := newTalk(t, newWorldAt(t, simulator.Config{Now: clock.now}, func(cfg *integration.Config) { cfg.Now = clock.now }))
	c.sim.Fail(simulator.Fault{Class: simulator.ClassMessages, Status: 404, Code: "DOMAIN_NOT_EXIST", Times: 1})
	c.say(t)
	eventually(t, "the refusal", func() bool { return len(c.figures(t).GetUnsentReplies()) == 1 })
	why := c.figures(t).GetUnsentReplies()[0]
	if why.GetReason() != "DOMAIN_NOT_EXIST" || why.GetWaiting() != 1 || why.GetFailed() != 0 || c.calls(simulator.ClassBots) != 0 {
		t.Errorf("%v, and %d questions about the bot", why, c.calls(simulator.ClassBots))
	}
	clock.pass(11 * time.Minute)
	c.arrived(t)
}

func (c *talk) figures(t *testing.T) *integrationv1.Connection_Figures {
	t.Helper()
	got, err := c.admin.GetConnection(c.ctx, &integrationv1.GetConnectionRequest{Connection: c.conn})
	if err != nil {
		t.Fatal(err)
	}
	return got.GetConnection().GetFigures()
}
