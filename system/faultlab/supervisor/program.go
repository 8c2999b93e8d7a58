package supervisor

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

const (
	restartPause = 150 * time.Millisecond
	stopPatience = 45 * time.Second // then a program that was told to end is killed
)

// Program is one process that is started again whenever it ends.
type Program struct {
	// Name is unique in the installation, for example "gateway-1".
	Name string

	path string
	args []string
	env  []string
	log  string
	as   *syscall.Credential

	starts atomic.Int64
	mu     sync.Mutex
	cmd    *exec.Cmd     // the present process
	wanted bool          // start again
	over   chan struct{} // closed when the loop has ended
}

// Start begins to keep the program running.
func (p *Program) Start() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.wanted {
		return
	}
	p.wanted, p.over = true, make(chan struct{})
	go p.keep(p.over)
}

// keep runs the program until it is not wanted any more.
func (p *Program) keep(over chan struct{}) {
	defer close(over)
	for {
		cmd, err := p.once()
		if err == nil && cmd == nil {
			return
		}
		if err == nil {
			_ = cmd.Wait() // how it ended is in its log
		}
		p.mu.Lock()
		again := p.wanted
		p.mu.Unlock()
		if !again {
			return
		}
		<-time.After(restartPause)
	}
}

// once starts a process unless the program is not wanted.
func (p *Program) once() (*exec.Cmd, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.wanted {
		return nil, nil
	}
	out, err := os.OpenFile(p.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer func() { _ = out.Close() }()     // the process has its own handle
	cmd := exec.Command(p.path, p.args...) // it outlives whoever starts it
	cmd.Env, cmd.Stdout, cmd.Stderr, cmd.SysProcAttr = append(cleanEnvironment(), p.env...), out, out, attributes(p.as)
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p.cmd = cmd
	p.starts.Add(1)
	return cmd, nil
}

// Starts is how often the program was started.
func (p *Program) Starts() int64 { return p.starts.Load() }

// PID is the present process; 0 when there is none.
func (p *Program) PID() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd == nil {
		return 0
	}
	return p.cmd.Process.Pid
}

// Signal sends a signal to the present process. It reports false when there was none
// that could get it.
func (p *Program) Signal(s syscall.Signal) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.cmd != nil && p.cmd.ProcessState == nil && p.cmd.Process.Signal(s) == nil
}

// Stop ends the program with a signal and does not start it again.
func (p *Program) Stop(s syscall.Signal) {
	p.mu.Lock()
	over := p.over
	p.wanted = false
	p.mu.Unlock()
	if over == nil {
		return
	}
	p.Signal(syscall.SIGCONT)
	p.Signal(s)
	select {
	case <-over:
	case <-time.After(stopPatience):
		p.Signal(syscall.SIGKILL)
		<-over
	}
}

// Run runs the program once with other arguments, to its end.
func (p *Program) Run(ctx context.Context, args ...string) error {
	cmd := exec.CommandContext(ctx, p.path, args...)
	cmd.Env, cmd.SysProcAttr = append(cleanEnvironment(), p.env...), attributes(p.as)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s %s: %w: %s", p.Name, strings.Join(args, " "), err, last(out, 600))
	}
	return nil
}

// last is the end of an output.
func last(out []byte, n int) string {
	if len(out) > n {
		out = out[len(out)-n:]
	}
	return strings.TrimSpace(string(out))
}

// cleanEnvironment is ours without settings of Dakoku and PostgreSQL.
func cleanEnvironment() []string {
	var kept []string
	for _, entry := range os.Environ() {
		if !strings.HasPrefix(entry, "DAKOKU_") && !strings.HasPrefix(entry, "PG") {
			kept = append(kept, entry)
		}
	}
	return kept
}

// until polls until ok says nil or the context ends.
func until(ctx context.Context, what string, ok func() error) error {
	for {
		err := ok()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return errors.Join(fmt.Errorf("%s: %w", what, ctx.Err()), err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}
