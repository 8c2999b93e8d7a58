package integration_test

import (
	"testing"
	"time"

	"github.com/dakoku/dakoku/services/integration"
	"github.com/dakoku/dakoku/simulator"
)

// F34: LINE WORKS loses calls without saying what became of them, for hours. Nothing
// is given up meanwhile, and whatever it said arrives when it is back, marked where it
// may have arrived before.
func TestF34AnOutageOfUnknownEnds(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simulator.Fault{
		"500": {Class: simulator.ClassMessages, Status: 500}, "502": {Class: simulator.ClassMessages, Status: 502},
		"504": {Class: simulator.ClassMessages, Status: 504}, "silence": {Class: simulator.ClassMessages, Cut: true},
	} {
		t.Run(name, func(t *testing.T) {
			clock := &hands{}
			c := newTalk(t, newWorldAt(t, simulator.Config{Now: clock.now}, func(cfg *integration.Config) { cfg.Now = clock.now }))
			c.sim.Fail(fault)
			for range 3 {
				c.say(t)
			}
			eventually(t, "the first call", func() bool { return c.calls(simulator.ClassMessages) > 0 })
			for range 4 {
				clock.pass(time.Hour)
				tried := c.calls(simulator.ClassMessages)
				eventually(t, "a call of that hour", func() bool { return c.calls(simulator.ClassMessages) > tried })
			}
			if f := c.figures(t); f.GetQueuedReplies() != 3 || f.GetFailedReplies() != 0 {
				t.Errorf("during the outage: %v", f)
			}
			c.sim.Heal()
			clock.pass(5 * time.Minute)
			eventually(t, "the end", func() bool { return c.figures(t).GetQueuedReplies() == 0 })
			if f, shown := c.figures(t), c.shown(t, c.person.ID, c.keys.BotID); f.GetFailedReplies() != 0 || len(shown) == 0 {
				t.Errorf("%v, %d messages", f, len(shown))
			}
		})
	}
}
