package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// startBudget bounds the start of a program, endBudget its end.
const startBudget, endBudget = time.Minute, 30 * time.Second

// program is a running program of the installation, or the peer.
type program struct {
	name  string
	debug string // "host:port" of its profiles; empty has none
	cmd   *exec.Cmd
	ended chan struct{}
}

// start runs a program; what it says goes to a file.
func start(ctx context.Context, name, path, log string, args []string, env ...string) (*program, error) {
	out, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	p := &program{name: name, cmd: exec.CommandContext(context.WithoutCancel(ctx), path, args...), ended: make(chan struct{})}
	p.cmd.Env = append(withoutOurs(os.Environ()), env...)
	p.cmd.Stdout, p.cmd.Stderr = out, out
	if err := p.cmd.Start(); err != nil {
		return nil, errors.Join(err, out.Close())
	}
	go func() {
		_ = p.cmd.Wait()
		_ = out.Close()
		close(p.ended)
	}()
	return p, nil
}

func withoutOurs(env []string) (kept []string) {
	for _, entry := range env {
		if !strings.HasPrefix(entry, "DAKOKU_") {
			kept = append(kept, entry)
		}
	}
	return kept
}

// stop ends the program in order, or else at once.
func (p *program) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // one that has ended is what we want
	select {
	case <-p.ended:
	case <-time.After(endBudget):
		_ = p.cmd.Process.Kill()
		<-p.ended
	}
}

// ready waits until the URL answers with the status.
func (p *program) ready(ctx context.Context, url string, status int) error {
	ctx, cancel := context.WithTimeout(ctx, startBudget)
	defer cancel()
	for {
		if code, err := get(ctx, url); err == nil && code == status {
			return nil
		}
		select {
		case <-p.ended:
			return fmt.Errorf("%s has ended", p.name)
		case <-ctx.Done():
			return fmt.Errorf("%s does not answer", p.name)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func get(ctx context.Context, url string) (int, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return 0, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	return response.StatusCode, response.Body.Close()
}
