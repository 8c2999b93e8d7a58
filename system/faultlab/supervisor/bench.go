package supervisor

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
)

// Origin keeps the database as it is now, to begin anew from: see Anew. No program may
// run.
func (c *Cluster) Origin(ctx context.Context) error {
	return c.each(ctx, "alter database dakoku rename to origin")
}

// Anew makes the database anew as it was at Origin. No program may run.
func (c *Cluster) Anew(ctx context.Context) error {
	return c.each(ctx, "drop database if exists dakoku with (force)", "create database dakoku template origin")
}

// each runs statements in the server's own database.
func (c *Cluster) each(ctx context.Context, statements ...string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	conn, err := c.primary.connect(ctx, "postgres")
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	for _, statement := range statements {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return nil
}

// StopPrograms ends every program of ours at once; the database stays.
func (i *Installation) StopPrograms() {
	var all sync.WaitGroup
	for _, p := range i.Programs {
		all.Go(func() { p.Stop(syscall.SIGKILL) })
	}
	all.Wait()
}

// StartPrograms starts every program of ours and waits until all serve. What lies in
// spools and logs from before is gone.
func (i *Installation) StartPrograms(ctx context.Context) error {
	logs, err := filepath.Glob(filepath.Join(i.cfg.Dir, "*-[0-9].log"))
	if err != nil {
		return err
	}
	for _, old := range append(logs, filepath.Join(i.cfg.Dir, "data", "spool")) {
		err = errors.Join(err, os.RemoveAll(old))
	}
	if err != nil {
		return err
	}
	for _, p := range i.Programs {
		p.Start()
	}
	return i.Serving(ctx)
}

// Use lets the processes of a service run another program with further settings, until
// the function it returns is called. They must not run.
func (i *Installation) Use(service, program string, env ...string) (back func()) {
	var undo []func()
	for _, p := range i.Programs {
		if !strings.HasPrefix(p.Name, service+"-") {
			continue
		}
		path, was := p.path, p.env
		undo = append(undo, func() { p.path, p.env = path, was })
		p.path, p.env = program, append(append([]string{}, was...), env...)
	}
	return func() {
		for _, one := range undo {
			one()
		}
	}
}

// BuildOne builds the program of one service to a file.
func BuildOne(ctx context.Context, root, service, file string, extra ...string) error {
	args := append([]string{"build", "-o", file}, extra...)
	cmd := exec.CommandContext(ctx, "go", append(args, packages[service])...)
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build: %w: %s", err, last(out, 2000))
	}
	return nil
}
