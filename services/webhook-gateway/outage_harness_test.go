package gateway_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/postgres/embedded"
	gateway "github.com/dakoku/dakoku/services/webhook-gateway"
)

// cluster is a PostgreSQL of the test's own, which may be stopped, frozen and
// promoted. Doors reach it by an address that stays the same.
type cluster struct {
	t      *testing.T
	dir    string
	server *embedded.Server
	wire   string // directory of the socket that stays

	asked  atomic.Pointer[func()] // is called after each piece of what a door says; nil: nothing is
	late   atomic.Int64           // for how long the way of every byte takes, each way; nanoseconds
	mu     sync.Mutex
	socket string // of the server that runs; empty: nobody answers
	conns  map[net.Conn]bool
}

func newCluster(t *testing.T) *cluster {
	t.Helper()
	base := "/dev/shm"
	if _, err := os.Stat(base); err != nil {
		base = ""
	}
	dir, err := os.MkdirTemp(base, "dakoku-outage-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	wire, err := os.MkdirTemp("", "wire-")
	if err != nil {
		t.Fatal(err)
	}
	c := &cluster{t: t, dir: dir, wire: wire, conns: map[net.Conn]bool{}}
	t.Cleanup(func() { _ = errors.Join(os.RemoveAll(dir), os.RemoveAll(wire)) })
	c.serve()
	c.start()
	if err := postgres.Migrate(t.Context(), c.server.URL(), gateway.InboxMigrations()); err != nil {
		t.Fatal(err)
	}
	return c
}

// serve forwards the socket that stays to the server that runs.
func (c *cluster) serve() {
	listener, err := net.Listen("unix", filepath.Join(c.wire, ".s.PGSQL.5432"))
	if err != nil {
		c.t.Fatal(err)
	}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			all.Go(func() { c.forward(client) })
		}
	})
	c.t.Cleanup(func() { _ = listener.Close(); c.stop(); all.Wait() })
}

func (c *cluster) forward(client net.Conn) {
	defer client.Close()
	c.mu.Lock()
	server, err := net.Dial("unix", filepath.Join(c.socket, ".s.PGSQL.5432"))
	if err == nil {
		c.conns[client], c.conns[server] = true, true
	}
	c.mu.Unlock()
	if err != nil {
		return
	}
	go func() { c.carry(server, client, true); _ = server.Close() }()
	c.carry(client, server, false)
}

// carry brings what one side says to the other, late as long as the way is; a door asks
// and the server answers.
func (c *cluster) carry(to io.Writer, from io.Reader, ask bool) {
	type piece struct {
		said time.Time
		what []byte
	}
	way, over := make(chan piece, 4096), make(chan struct{})
	go func() {
		defer close(over)
		for p := range way {
			<-time.After(time.Until(p.said.Add(time.Duration(c.late.Load()))))
			if _, err := to.Write(p.what); err != nil {
				for range way { // whoever speaks is told by the closed connection
				}
			}
			if asked := c.asked.Load(); asked != nil && ask {
				(*asked)()
			}
		}
	}()
	for {
		what := make([]byte, 32<<10)
		n, err := from.Read(what)
		if n > 0 {
			way <- piece{time.Now(), what[:n]}
		}
		if err != nil {
			break
		}
	}
	close(way)
	<-over
}

// slow makes the way to the database and back take that long.
func slow(roundTrip time.Duration) func(*cluster) {
	return func(c *cluster) { c.late.Store(int64(roundTrip / 2)) }
}

func (c *cluster) start() {
	c.t.Helper()
	server, err := embedded.Start(c.t.Context(), embedded.Config{Dir: c.dir, Bin: os.Getenv("DAKOKU_POSTGRES_BIN"), Settings: map[string]string{"shared_buffers": "32MB", "jit": "off"}})
	if err != nil {
		c.t.Fatal(err)
	}
	cfg, err := pgx.ParseConfig(server.URL().Reveal())
	if err != nil {
		c.t.Fatal(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.server, c.socket = server, cfg.Host
}

// stop stops the server and ends every connection.
func (c *cluster) stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.socket = ""
	for conn := range c.conns {
		_ = conn.Close()
	}
	clear(c.conns)
	c.server.Stop()
}

// away tells that no server runs.
func (c *cluster) away() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.socket == ""
}

// url is where doors reach whatever server runs.
func (c *cluster) url() config.Secret {
	before, _, _ := strings.Cut(c.server.URL().Reveal(), "?")
	return config.Secret(before + "?user=dakoku&sslmode=disable&host=" + c.wire)
}

// signal sends a signal to every process of the server.
func (c *cluster) signal(s syscall.Signal) {
	c.t.Helper()
	links, _ := filepath.Glob("/proc/[0-9]*/cwd")
	sent := 0
	for _, link := range links {
		if at, err := os.Readlink(link); err != nil || at != c.server.Dir() {
			continue
		}
		if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(link))); err == nil && pid != os.Getpid() && syscall.Kill(pid, s) == nil {
			sent++
		}
	}
	if sent < 2 {
		c.t.Fatalf("%d processes of PostgreSQL found", sent)
	}
}

// tell runs a statement as the owner, past the wire.
func (c *cluster) tell(sql string, args ...any) {
	c.t.Helper()
	conn, err := pgx.Connect(context.Background(), c.server.URL().Reveal())
	if err != nil {
		c.t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if _, err := conn.Exec(context.Background(), sql, args...); err != nil {
		c.t.Fatal(err)
	}
}

// number asks for one number; -1 when the server does not answer.
func (c *cluster) number(sql string) (n int) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, c.server.URL().Reveal())
	if err != nil {
		return -1
	}
	defer conn.Close(ctx)
	if err := conn.QueryRow(ctx, sql).Scan(&n); err != nil {
		return -1
	}
	return n
}

// spooling is a street on a cluster, with a spool.
type spooling struct {
	*street
	*cluster
	sent int
}

func newSpooling(t *testing.T) *spooling {
	t.Helper()
	c := newCluster(t)
	s := &spooling{street: newStreetOn(t, c.url()), cluster: c}
	s.cfg.SpoolMaxBytes, s.cfg.SpoolDir = 8<<20, filepath.Join(c.dir, "spool") // where a sync is quick
	return s
}

// accepted posts events, each of which must be answered 200.
func (s *spooling) accepted(t *testing.T, door *gateway.Public, n int) {
	t.Helper()
	for range n {
		s.sent++
		if status := post(t, door, numbered(s.sent)); status != 200 {
			t.Fatalf("event %d: %d", s.sent, status)
		}
	}
}

func numbered(n int) string {
	return fmt.Sprintf(`{"type":"message","source":{"userId":"u%d"},"issuedTime":"2026-11-20T00:00:00.%03dZ","content":{"type":"text","text":"出勤"}}`, n, n%1000)
}

// arrived waits until every accepted event is recorded, each once.
func (s *spooling) arrived(t *testing.T) {
	t.Helper()
	inTime(t, func() bool {
		return s.number(`select count(*) from gateway.inbox where outcome = 'RECORDED'`) >= s.sent
	})
	if n := s.number(`select count(*) from gateway.inbox`); n != s.sent {
		t.Errorf("%d events of %d", n, s.sent)
	}
	if n := s.number(`select coalesce(sum(deliveries), 0) from gateway.inbox`); n != s.sent {
		t.Errorf("%d deliveries of %d", n, s.sent)
	}
}

// inTime polls for as long as a busy machine may need.
func inTime(t *testing.T, happened func() bool) {
	t.Helper()
	deadline := time.NewTimer(3 * time.Minute)
	defer deadline.Stop()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for !happened() {
		select {
		case <-deadline.C:
			t.Fatal("did not happen in time")
		case <-tick.C:
		}
	}
}
