package nemesis

import (
	"context"
	"math/rand/v2"
	"syscall"
	"time"

	"github.com/dakoku/dakoku/system/faultlab/recorder"
	"github.com/dakoku/dakoku/system/faultlab/supervisor"
)

// programs are the faults of our own processes.
var programs = []fault{
	{Kill, "kill -9 of one process", func(ctx context.Context, n *Nemesis, dice *rand.Rand) error {
		p := n.victim(dice)
		defer n.miss(ctx, p.Name, time.Now())
		return n.kill(ctx, p)
	}},
	{Freeze, "SIGSTOP and SIGCONT", func(ctx context.Context, n *Nemesis, dice *rand.Rand) error {
		p := n.victim(dice)
		defer n.miss(ctx, p.Name, time.Now())
		p.Signal(syscall.SIGSTOP)
		defer p.Signal(syscall.SIGCONT)
		return wait(ctx, between(dice, 500*time.Millisecond, 4*time.Second))
	}},
	{Freeze, "SIGSTOP until others have taken over, and SIGCONT", func(ctx context.Context, n *Nemesis, dice *rand.Rand) error {
		p := n.victim(dice)
		defer n.miss(ctx, p.Name, time.Now())
		p.Signal(syscall.SIGSTOP)
		defer p.Signal(syscall.SIGCONT)
		return wait(ctx, between(dice, 12*time.Second, 20*time.Second)) // a lease lasts ten
	}},
	{Stop, "SIGTERM", func(ctx context.Context, n *Nemesis, dice *rand.Rand) error {
		p := n.victim(dice)
		defer n.miss(ctx, p.Name, time.Now())
		before := p.Starts()
		p.Signal(syscall.SIGTERM)
		return restarted(ctx, p, before)
	}},
}

func (n *Nemesis) victim(dice *rand.Rand) *supervisor.Program {
	return n.On.Programs[dice.IntN(len(n.On.Programs))]
}

// kill kills a process that runs, and returns when it was started again: a signal to
// one that is not there is no kill.
func (n *Nemesis) kill(ctx context.Context, p *supervisor.Program) error {
	for {
		before := p.Starts()
		if p.Signal(syscall.SIGKILL) {
			return restarted(ctx, p, before)
		}
		if err := wait(ctx, 50*time.Millisecond); err != nil {
			return err
		}
	}
}

// miss notes since when a door is not there, or its sender's way to it, as soon as it
// answers again; no fault waits for that.
func (n *Nemesis) miss(ctx context.Context, name string, since time.Time) {
	door, ok := supervisor.DoorOf(name)
	if !ok {
		return
	}
	n.missed.Go(func() {
		if err := n.On.Answers(ctx, door); err != nil {
			return // the run is over
		}
		n.mu.Lock()
		defer n.mu.Unlock()
		n.gone = append(n.gone, recorder.Gone{Door: door, Since: since, Until: time.Now()})
	})
}

func restarted(ctx context.Context, p *supervisor.Program, before int64) error {
	for p.Starts() == before {
		if err := wait(ctx, 20*time.Millisecond); err != nil {
			return err
		}
	}
	return nil
}
