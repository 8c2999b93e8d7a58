package nemesis

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"time"

	"github.com/dakoku/dakoku/simulator"
)

// Weather is a short, fixed course of faults by its name, for runs that look for one
// thing: "kill", "kill answers", "crash", "lock", "silence", or "" for none.
func (n *Nemesis) Weather(ctx context.Context, name string) error {
	switch name {
	case "":
		return nil
	case "kill":
		return n.slaughter(ctx, "gateway-")
	case "kill answers":
		return errors.Join(n.slaughter(ctx, "integration-"), n.slaughter(ctx, "gateway-"))
	case "crash":
		for range 2 {
			if err := errors.Join(wait(ctx, time.Second), n.On.Cluster.Crash(ctx, syscall.SIGQUIT)); err != nil {
				return err
			}
		}
		return nil
	case "lock":
		return errors.Join(wait(ctx, 500*time.Millisecond), n.lock(ctx, "gateway.inbox", 4*time.Second))
	case "silence":
		n.Simulator.Fail(simulator.Fault{Class: simulator.ClassMessages, Drop: true, Times: 7})
		return nil
	}
	return fmt.Errorf("no weather %q", name)
}

// slaughter kills the processes of a service again and again.
func (n *Nemesis) slaughter(ctx context.Context, service string) error {
	for range 4 {
		for _, p := range n.On.Programs {
			if !strings.HasPrefix(p.Name, service) {
				continue
			}
			if err := errors.Join(wait(ctx, 400*time.Millisecond), n.kill(ctx, p)); err != nil {
				return err
			}
		}
	}
	return nil
}
