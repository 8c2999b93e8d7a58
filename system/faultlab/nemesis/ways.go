package nemesis

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/dakoku/dakoku/simulator"
	"github.com/dakoku/dakoku/system/faultlab/supervisor"
)

// ways are the faults of the network and of the far side.
var ways = []fault{
	bent("latency", map[string]any{"latency": 400, "jitter": 300}),
	{Way, "connections are cut and refused", func(ctx context.Context, n *Nemesis, dice *rand.Rand) error {
		e := n.edge(dice)
		defer n.miss(ctx, e.Name, time.Now())
		e.Cut()
		err := wait(ctx, between(dice, 200*time.Millisecond, 2*time.Second))
		if mend := e.Mend(); mend != nil {
			return mend
		}
		return err
	}},
	bent("reset_peer", map[string]any{"timeout": 30}),
	bent("limit_data", map[string]any{"bytes": 3000}),
	bent("slicer", map[string]any{"average_size": 24, "size_variation": 12, "delay": 300}),
	bent("bandwidth", map[string]any{"rate": 2}),
	bent("timeout", map[string]any{"timeout": 0}), // nothing passes and nothing is closed
	platform("answers 500", simulator.Fault{Class: simulator.ClassMessages, Status: 500, Times: 5}),
	platform("does it and cuts the connection", simulator.Fault{Class: simulator.ClassMessages, Drop: true, Times: 2}),
	platform("cuts the connection", simulator.Fault{Class: simulator.ClassMessages, Cut: true, Times: 2}),
	platform("answers 429", simulator.Fault{Class: simulator.ClassMessages, Status: 429, Times: 2, Reset: 1}),
	platform("is slow", simulator.Fault{Class: simulator.ClassMessages, DelayMillis: 1500, Times: 5}),
	{Platform, "LINE WORKS ends all access tokens", func(_ context.Context, n *Nemesis, _ *rand.Rand) error {
		n.Simulator.RevokeTokens()
		return nil
	}},
}

func (n *Nemesis) edge(dice *rand.Rand) *supervisor.Edge {
	return n.On.Edges[dice.IntN(len(n.On.Edges))]
}

// bent bends one way for a while.
func bent(kind string, attributes map[string]any) fault {
	return fault{Way, kind, func(ctx context.Context, n *Nemesis, dice *rand.Rand) error {
		e := n.edge(dice)
		defer n.miss(ctx, e.Name, time.Now())
		stream := []string{"upstream", "downstream"}[dice.IntN(2)]
		if err := e.Bend(supervisor.Toxic{Type: kind, Stream: stream, Attributes: attributes}); err != nil {
			return fmt.Errorf("%s: %w", e.Name, err)
		}
		err := wait(ctx, between(dice, 500*time.Millisecond, 3*time.Second))
		straighten, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		e.Straighten(straighten)
		return err
	}}
}

// platform lets LINE WORKS misbehave for some calls.
func platform(what string, f simulator.Fault) fault {
	return fault{Platform, "LINE WORKS " + what, func(_ context.Context, n *Nemesis, _ *rand.Rand) error {
		n.Simulator.Fail(f)
		return nil
	}}
}
