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
		return n.slaughter(ctx, "gateway-", 4)
	case "kill answers":
		return n.unsaid(ctx)
	case "crash":
		for range 2 {
			if err := errors.Join(wait(ctx, time.Second), n.crashOnDoors(ctx)); err != nil {
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

// unsaid kills everybody who has an answer to store that cannot be stored: kills alone
// hit the few milliseconds between an outcome and its answer only now and then.
func (n *Nemesis) unsaid(ctx context.Context) error {
	if err := wait(ctx, 500*time.Millisecond); err != nil {
		return err
	}
	return n.locked(ctx, "integration.outbound_message", func() error {
		return errors.Join(wait(ctx, time.Second), n.slaughter(ctx, "integration-", 1), n.slaughter(ctx, "gateway-", 1))
	})
}

// crashOnDoors stops the database at once while only the doors write: the commits of the
// others would make durable what the doors have not waited for.
func (n *Nemesis) crashOnDoors(ctx context.Context) error {
	for _, p := range n.On.Programs {
		if !strings.HasPrefix(p.Name, "gateway-") && p.Signal(syscall.SIGSTOP) {
			defer p.Signal(syscall.SIGCONT)
		}
	}
	return errors.Join(wait(ctx, 500*time.Millisecond), n.On.Cluster.Crash(ctx, syscall.SIGQUIT))
}

// slaughter kills the processes of a service again and again.
func (n *Nemesis) slaughter(ctx context.Context, service string, rounds int) error {
	for range rounds {
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
