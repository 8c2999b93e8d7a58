package nemesis

import (
	"context"
	"math/rand/v2"
	"syscall"
	"time"
)

// databases are the faults of PostgreSQL.
var databases = []fault{
	{Crash, "immediate stop", crash(syscall.SIGQUIT)},
	{Crash, "kill -9 of the postmaster", crash(syscall.SIGKILL)},
	{Crash, "kill -9 of one backend", func(ctx context.Context, n *Nemesis, _ *rand.Rand) error {
		_, err := n.On.Cluster.Strike(ctx, "dakoku 127.0.0.1", syscall.SIGKILL)
		return err
	}},
	{Disk, "the disk of the log is full", func(ctx context.Context, n *Nemesis, dice *rand.Rand) error {
		return n.On.Cluster.FillDisk(ctx, between(dice, 2*time.Second, 4*time.Second))
	}},
	{Failover, "promotion of the standby", func(ctx context.Context, n *Nemesis, _ *rand.Rand) error {
		return n.On.Cluster.FailOver(ctx)
	}},
	{Session, "pg_terminate_backend of half of the sessions", func(ctx context.Context, n *Nemesis, _ *rand.Rand) error {
		return n.sql(ctx, `select pg_terminate_backend(pid) from pg_stat_activity
			where backend_type = 'client backend' and pid <> pg_backend_pid() and random() < 0.5`)
	}},
	{Session, "the WAL writer stands still", func(ctx context.Context, n *Nemesis, dice *rand.Rand) error {
		return n.still(ctx, "walwriter", between(dice, time.Second, 4*time.Second))
	}},
	{Session, "one backend stands still", func(ctx context.Context, n *Nemesis, dice *rand.Rand) error {
		return n.still(ctx, "dakoku 127.0.0.1", between(dice, time.Second, 4*time.Second))
	}},
	{Session, "the standby stands still", func(ctx context.Context, n *Nemesis, dice *rand.Rand) error {
		n.On.Cluster.StandbySignal(syscall.SIGSTOP)
		defer n.On.Cluster.StandbySignal(syscall.SIGCONT)
		return wait(ctx, between(dice, time.Second, 7*time.Second))
	}},
	{Session, "the inbox is locked", func(ctx context.Context, n *Nemesis, dice *rand.Rand) error {
		return n.lock(ctx, "gateway.inbox", between(dice, time.Second, 3*time.Second))
	}},
	{Session, "the punches are locked", func(ctx context.Context, n *Nemesis, dice *rand.Rand) error {
		return n.lock(ctx, "attendance.punches", between(dice, time.Second, 3*time.Second))
	}},
}

func crash(s syscall.Signal) func(context.Context, *Nemesis, *rand.Rand) error {
	return func(ctx context.Context, n *Nemesis, _ *rand.Rand) error { return n.On.Cluster.Crash(ctx, s) }
}

func (n *Nemesis) sql(ctx context.Context, statement string) error {
	conn, err := n.On.Cluster.Connect(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	_, err = conn.Exec(ctx, statement)
	return err
}

// still stops a process of the primary for a while.
func (n *Nemesis) still(ctx context.Context, title string, d time.Duration) error {
	pid, err := n.On.Cluster.Strike(ctx, title, syscall.SIGSTOP)
	if err != nil {
		return err
	}
	defer func() { _ = syscall.Kill(pid, syscall.SIGCONT) }() // it may have ended
	return wait(ctx, d)
}

// lock keeps everybody from a table for a while.
func (n *Nemesis) lock(ctx context.Context, table string, d time.Duration) error {
	return n.locked(ctx, table, func() error { return wait(ctx, d) })
}

// locked keeps everybody from a table until what is done meanwhile has ended.
func (n *Nemesis) locked(ctx context.Context, table string, meanwhile func() error) error {
	conn, err := n.On.Cluster.Connect(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if _, err := conn.Exec(ctx, "begin; lock table "+table+" in access exclusive mode"); err != nil {
		return err
	}
	return meanwhile()
}
