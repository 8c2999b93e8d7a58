package supervisor

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/system/internal/loopback"
)

// Cluster is a PostgreSQL primary with a synchronous standby. A commit is answered
// when both have it; without a standby it waits.
type Cluster struct {
	ways func(addr string) error // makes every way end at the primary
	logs string

	mu      sync.Mutex // held while the two change places
	primary *server
	standby *server
}

// newCluster makes and starts both servers under dir.
func newCluster(ctx context.Context, dir string, disks bool) (*Cluster, error) {
	bin, err := programsDir()
	if err != nil {
		return nil, err
	}
	as, err := account()
	if err != nil {
		return nil, err
	}
	c := &Cluster{logs: dir, ways: func(string) error { return nil }}
	for _, place := range []struct {
		name string
		at   **server
	}{{"lab_a", &c.primary}, {"lab_b", &c.standby}} {
		s := &server{name: place.name, bin: bin, dir: filepath.Join(dir, place.name, "data"), as: as}
		if s.addr, err = loopback.Free(); err != nil {
			return nil, err
		}
		home := filepath.Dir(s.dir)
		if err := os.Mkdir(home, 0o711); err != nil {
			return nil, err
		}
		if as != nil {
			if err := os.Chown(home, int(as.Uid), int(as.Gid)); err != nil {
				return nil, err
			}
		}
		if disks {
			if err := s.mount(ctx); err != nil {
				return nil, err
			}
		}
		s.prepare(dir)
		*place.at = s
	}
	return c, c.start(ctx)
}

// start makes the primary's data, starts it, and lets the standby follow it.
func (c *Cluster) start(ctx context.Context) error {
	if err := c.primary.tool(ctx, "initdb", append(c.primary.walDir(), "-D", c.primary.dir, "-U", "dakoku", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")...); err != nil {
		return err
	}
	c.primary.program.Start()
	if err := c.primary.awake(ctx); err != nil {
		return err
	}
	conn, err := c.primary.connect(ctx, "postgres")
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	if _, err := conn.Exec(ctx, "create database dakoku"); err != nil {
		return err
	}
	return c.follow(ctx)
}

// follow makes the standby anew out of the primary and waits until commits wait for it.
func (c *Cluster) follow(ctx context.Context) error {
	s, from := c.standby, c.primary
	if err := os.RemoveAll(s.dir); err != nil {
		return err
	}
	if s.disk != "" {
		if err := os.RemoveAll(filepath.Join(s.disk, "wal")); err != nil {
			return err
		}
	}
	if err := s.tool(ctx, "pg_basebackup", append(s.walDir(), "-d", "postgres://dakoku@"+from.addr+"/?application_name="+s.name, "-D", s.dir,
		"-R", "-X", "stream", "--checkpoint=fast", "--no-sync")...); err != nil {
		return err
	}
	s.program.Start()
	return c.synchronous(ctx)
}

// synchronous waits until commits of the primary are on the standby as well.
func (c *Cluster) synchronous(ctx context.Context) error {
	return until(ctx, "no synchronous standby", func() error {
		n, err := ask[int](ctx, c.primary, "select count(*) from pg_stat_replication where sync_state in ('sync', 'quorum') and state = 'streaming'")
		if err == nil && n == 0 {
			err = errors.New("pg_stat_replication shows none")
		}
		return err
	})
}

// Connect opens a superuser's connection to the primary, past every way, whose
// commits wait for no standby.
func (c *Cluster) Connect(ctx context.Context) (*pgx.Conn, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.primary.connect(ctx, "dakoku")
}

// Standby opens a superuser's connection to the standby, which has what no failover loses.
func (c *Cluster) Standby(ctx context.Context) (*pgx.Conn, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.standby.connect(ctx, "dakoku")
}

// Crash ends the primary without letting it write anything: an immediate stop with
// SIGQUIT, or a power cut with SIGKILL. It is started again and recovers.
func (c *Cluster) Crash(ctx context.Context, s syscall.Signal) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.primary.program.Signal(s) {
		return errors.New("the primary was not running")
	}
	<-time.After(restartPause)
	return c.primary.awake(ctx)
}

// Strike sends a signal to a process of the primary by its title: one backend of a
// service, or "walwriter". The server recovers from a killed one by itself.
func (c *Cluster) Strike(ctx context.Context, title string, s syscall.Signal) (pid int, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if pid = c.primary.child(title); pid == 0 {
		return 0, fmt.Errorf("the primary has no process %q now", title)
	}
	if err := syscall.Kill(pid, s); err != nil || s != syscall.SIGKILL {
		return pid, err
	}
	<-time.After(restartPause)
	return pid, c.primary.awake(ctx)
}

// StandbySignal sends a signal to the standby's postmaster and receiver: a standby
// that stands still or is gone holds up every commit.
func (c *Cluster) StandbySignal(s syscall.Signal) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, id := range c.standby.processes() {
		_ = syscall.Kill(id, s) // one that has ended is no trouble
	}
}

// FailOver loses the primary for good and makes the standby the primary. The lost
// server's directory is made anew and follows.
func (c *Cluster) FailOver(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.primary.fence(ctx); err != nil {
		return err
	}
	if _, err := ask[bool](ctx, c.standby, "select pg_promote(true, 60)"); err != nil {
		return fmt.Errorf("promote: %w", err)
	}
	c.primary, c.standby = c.standby, c.primary
	if err := c.ways(c.primary.addr); err != nil {
		return err
	}
	return c.follow(ctx)
}

// Healthy waits until both servers serve.
func (c *Cluster) Healthy(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.primary.awake(ctx); err != nil {
		return err
	}
	return c.synchronous(ctx)
}

func (c *Cluster) stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range []*server{c.primary, c.standby} {
		if s.program != nil {
			for _, id := range s.processes() {
				_ = syscall.Kill(id, syscall.SIGCONT) // one that has ended is no trouble
			}
			s.program.Stop(syscall.SIGQUIT)
		}
		s.unmount()
	}
}
