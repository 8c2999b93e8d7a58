package embedded

import (
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

const (
	// politeStop is how long a server may take to stop fast: it rolls back,
	// writes a checkpoint and ends.
	politeStop = 20 * time.Second
	// rudeStop is how long a server may take to stop at once, to recover at its
	// next start.
	rudeStop = 5 * time.Second
)

// process is a running postgres.
type process struct {
	pid  int
	done chan struct{} // closed when it has ended
	err  error         // how it ended; read after done
}

// spawn starts cmd on a thread of its own that lives as long as the child does:
// the signal that a parent's death sends is tied to the thread that started it.
func spawn(cmd *exec.Cmd) (*process, error) {
	p := &process{done: make(chan struct{})}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		if err == nil {
			p.pid = cmd.Process.Pid
		}
		started <- err
		if err == nil {
			p.err = cmd.Wait()
			close(p.done)
		}
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return p, nil
}

// stop ends the server: fast, then at once, then by force.
func (p *process) stop() {
	for _, step := range stopSteps() {
		select {
		case <-p.done:
			return // its number may be a stranger's by now
		default:
			_ = syscall.Kill(p.pid, step.signal) // it may be ending just now
		}
		select {
		case <-p.done:
			return
		case <-time.After(step.wait):
		}
	}
	<-p.done
}

// stopStep is one signal and the patience that follows it.
type stopStep struct {
	signal syscall.Signal
	wait   time.Duration
}

// stopSteps is PostgreSQL's fast shutdown, its immediate one, and force.
func stopSteps() []stopStep {
	return []stopStep{{syscall.SIGINT, politeStop}, {syscall.SIGQUIT, rudeStop}, {syscall.SIGKILL, rudeStop}}
}
