package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// insert is the yardstick: one row like a punch of the peer, each in a transaction of its own.
const insert = `insert into bench.punch (employee_id, kind, at, key) values (%s, 'in', now(), decode(md5(random()::text) || md5(random()::text), 'hex'))`

// yardstick measures single-row inserts a second with pgbench, or with a client of our own where there is none.
func (s *site) yardstick(ctx context.Context, o options) (perSecond float64, tool string, err error) {
	bench, err := s.pgbench(ctx)
	if err != nil {
		perSecond, err = s.inserts(ctx, o)
		return perSecond, "own client", err
	}
	script := filepath.Join(s.dir, "insert.sql")
	text := "\\set e random(1, 100000)\n" + fmt.Sprintf(insert, ":e") + ";\n"
	if err := os.WriteFile(script, []byte(text), 0o600); err != nil {
		return 0, "", err
	}
	conns, seconds := strconv.Itoa(o.conns), strconv.Itoa(max(int(o.length.Seconds()), 1))
	said, err := exec.CommandContext(ctx, bench, "-n", "-M", "prepared", "-f", script, "-c", conns, "-j", "2", "-T", seconds, s.url).CombinedOutput()
	if err != nil {
		return 0, "", fmt.Errorf("pgbench: %w: %s", err, said)
	}
	found := regexp.MustCompile(`tps = ([0-9.]+)`).FindSubmatch(said)
	if found == nil {
		return 0, "", fmt.Errorf("pgbench: no rate in %q", said)
	}
	perSecond, err = strconv.ParseFloat(string(found[1]), 64)
	return perSecond, "pgbench", err
}

// pgbench finds the program of the server's own installation.
func (s *site) pgbench(ctx context.Context) (string, error) {
	var dir string
	if err := s.sql.QueryRow(ctx, `select setting from pg_config() where name = 'BINDIR'`).Scan(&dir); err != nil {
		return "", err
	}
	return exec.LookPath(filepath.Join(dir, "pgbench"))
}

// inserts is what pgbench does, with prepared statements on as many connections.
func (s *site) inserts(ctx context.Context, o options) (float64, error) {
	cfg, err := pgxpool.ParseConfig(s.url)
	if err != nil {
		return 0, err
	}
	cfg.MaxConns = int32(o.conns)
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return 0, err
	}
	defer pool.Close()
	var done, failed atomic.Int64
	var all sync.WaitGroup
	statement, began := fmt.Sprintf(insert, "$1"), time.Now()
	for range o.conns {
		all.Go(func() {
			for n := 0; time.Since(began) < o.length; n++ {
				if _, err := pool.Exec(ctx, statement, n); err != nil {
					failed.Add(1)
					return
				}
				done.Add(1)
			}
		})
	}
	all.Wait()
	if failed.Load() > 0 {
		return 0, fmt.Errorf("%d connections failed", failed.Load())
	}
	return float64(done.Load()) / time.Since(began).Seconds(), nil
}
