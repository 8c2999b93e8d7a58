package simulator_test

import (
	"testing"

	"github.com/dakoku/dakoku/simulator"
)

// A fault can send the client elsewhere, as something in between does.
func TestAFaultSendsElsewhere(t *testing.T) {
	b := newBench(t, nil)
	b.sim.Fail(simulator.Fault{Class: simulator.ClassBots, Status: 307, Location: "http://127.0.0.1:1/x", Times: 1})
	b.play(simulator.Script{Name: "s", Class: simulator.ClassBots, Steps: []simulator.Step{{Fault: simulator.Fault{Status: 301, Location: "http://127.0.0.1:1/"}}}})
	if got := b.sim.Faults(); len(got) != 1 || got[0].Location == "" {
		t.Errorf("%+v", got)
	}
	for _, wrong := range []simulator.Fault{{Status: 200, Location: "x"}, {Status: 404, Location: "x"}, {Status: 307, Location: "x", Drop: true}, {Status: 302}} {
		if err := b.sim.Play(simulator.Script{Name: "w", Steps: []simulator.Step{{Fault: wrong}}}); err == nil {
			t.Errorf("%+v was taken", wrong)
		}
	}
}
